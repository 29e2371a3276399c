#include "fuzz.h"

#include <quorate/secret.h>
#include <quorate/trace.h>

#include <string.h>

/* A line of the report: short, printable, and of one of the four forms. */
static void
take(void *context, const char *line)
{
	(void)context;
	MUST(strlen(line) < 256);
	for (const char *at = line; *at != '\0'; at++)
		MUST(*at >= ' ' && *at <= '~');
	MUST(strncmp(line, "> ", 2) == 0 || strncmp(line, "< ", 2) == 0 || strncmp(line, "  ", 2) == 0 ||
		strncmp(line, "OpenSC ", 7) == 0);
}

/* What a module says on standard error, whatever it is. */
FUZZ_TARGET(trace)
{
	struct trace *trace;
	size_t half = size / 2;

	MUST(secret_open() == DONE);
	MUST(trace_new(&trace, take, NULL) == DONE);
	trace_feed(trace, bytes, half);
	trace_feed(trace, bytes + half, size - half);
	trace_free(&trace);
	return 0;
}
