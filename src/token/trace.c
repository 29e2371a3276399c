#include <quorate/trace.h>

#include <quorate/hex.h>
#include <quorate/secret.h>
#include <quorate/text.h>

#include <stdlib.h>
#include <string.h>

/* Longer lines are looked at no further: none of those that are handed on is. */
#define LINE_MOST 512
#define WORD_MOST 64

enum dump { DUMP_NONE, DUMP_COMMAND, DUMP_ANSWER };

struct trace {
	void (*take)(void *context, const char *line);
	void *context;
	struct secret *line; /* as far as it has come */
	bool is_cut;
	/* The bytes of a command or an answer follow, 16 in a line. */
	enum dump dump;
	size_t size, seen;
	uint8_t head[4], tail[2];
};

enum outcome
trace_new(struct trace **ret, void (*take)(void *context, const char *line), void *context)
{
	struct trace *trace = calloc(1, sizeof *trace);
	enum outcome outcome;

	*ret = NULL;
	if (trace == NULL)
		return FAIL_MEMORY;
	trace->take = take;
	trace->context = context;
	outcome = secret_new(&trace->line, LINE_MOST);
	if (outcome == DONE)
		*ret = trace;
	else
		free(trace);
	return outcome;
}

void
trace_free(struct trace **trace)
{
	if (*trace == NULL)
		return;
	secret_free(&(*trace)->line);
	explicit_bzero(*trace, sizeof **trace);
	free(*trace);
	*trace = NULL;
}

/* What stands before the end of a line, as a cursor over it. */
struct rest {
	const char *at, *end;
};

static bool
skip(struct rest *rest, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(rest->end - rest->at) < length || memcmp(rest->at, word, length) != 0)
		return false;
	rest->at += length;
	return true;
}

static bool
take_number(struct rest *rest, size_t most, size_t *ret)
{
	const char *begin = rest->at;

	*ret = 0;
	while (rest->at < rest->end && *rest->at >= '0' && *rest->at <= '9' && *ret <= most)
		*ret = *ret * 10 + (size_t)(*rest->at++ - '0');
	return rest->at > begin && *ret <= most;
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* A name in source text; it begins with a letter. */
static bool
take_word(struct rest *rest, char *ret, size_t size)
{
	size_t length = 0;

	while (rest->at + length < rest->end && is_word(rest->at[length]))
		length++;
	if (length == 0 || length >= size || (*rest->at >= '0' && *rest->at <= '9') || *rest->at == '-')
		return false;
	memcpy(ret, rest->at, length);
	ret[length] = '\0';
	rest->at += length;
	return true;
}

static void
hand_on_dump(struct trace *trace)
{
	char line[128], digits[2 * sizeof trace->head + 1];

	if (trace->dump == DUMP_COMMAND) {
		hex_encode(trace->head, sizeof trace->head, digits);
		text_format(line, sizeof line, "> %.2s %.2s %.2s %.2s, %zu bytes", digits, digits + 2, digits + 4,
			digits + 6, trace->size);
	} else {
		hex_encode(trace->tail, sizeof trace->tail, digits);
		text_format(line, sizeof line, "< %zu bytes, %s", trace->size, digits);
	}
	trace->take(trace->context, line);
	trace->dump = DUMP_NONE;
}

/* "00 20 00 81 08 31 32 33 34 35 36 37 38 . ...12345678": of its bytes the first four of a command or the last two of
   an answer are kept. A line that is not so ends the dump. */
static void
read_dump(struct trace *trace, struct rest rest)
{
	for (size_t i = 0; i < 16 && trace->seen < trace->size; i++, trace->seen++) {
		uint8_t byte;

		if (rest.end - rest.at < 3 || rest.at[2] != ' ' || hex_decode(rest.at, 2, &byte, 1) != DONE) {
			trace->dump = DUMP_NONE;
			return;
		}
		rest.at += 3;
		if (trace->dump == DUMP_COMMAND && trace->seen < sizeof trace->head)
			trace->head[trace->seen] = byte;
		if (trace->dump == DUMP_ANSWER && trace->seen + sizeof trace->tail >= trace->size)
			trace->tail[trace->seen + sizeof trace->tail - trace->size] = byte;
	}
	if (trace->seen == trace->size)
		hand_on_dump(trace);
}

/* "Outgoing APDU (13 bytes):" */
static bool
begin_dump(struct trace *trace, struct rest rest)
{
	enum dump dump = skip(&rest, "Outgoing APDU (")   ? DUMP_COMMAND
			 : skip(&rest, "Incoming APDU (") ? DUMP_ANSWER
							  : DUMP_NONE;
	size_t least = dump == DUMP_COMMAND ? sizeof trace->head : sizeof trace->tail;

	if (dump == DUMP_NONE || !take_number(&rest, 70000, &trace->size) || !skip(&rest, " bytes):") ||
		rest.at != rest.end || trace->size < least)
		return false;
	trace->dump = dump;
	trace->seen = 0;
	memset(trace->head, 0, sizeof trace->head);
	memset(trace->tail, 0, sizeof trace->tail);
	return true;
}

/* "P:13113; T:0x140227122006080 15:09:08.070 [opensc-pkcs11] sec.c:259:sc_pin_cmd: returning with: -1214 (PIN code
   ...)": the function and its number, where that is none of success. */
static void
read_line(struct trace *trace, struct rest rest)
{
	char file[WORD_MOST], function[WORD_MOST], line[2 * WORD_MOST + 32];
	size_t number;
	const char *bracket;
	bool is_negative;

	if (!skip(&rest, "P:"))
		return;
	bracket = memchr(rest.at, ']', (size_t)(rest.end - rest.at));
	if (bracket == NULL)
		return;
	rest.at = bracket + 1;
	if (!skip(&rest, " ") || !take_word(&rest, file, sizeof file) || !skip(&rest, ".c:") ||
		!take_number(&rest, 1000000, &number) || !skip(&rest, ":") ||
		!take_word(&rest, function, sizeof function) || !skip(&rest, ": "))
		return;
	if (skip(&rest, "opensc version: ")) {
		size_t major, minor;

		if (take_number(&rest, 999, &major) && skip(&rest, ".") && take_number(&rest, 999, &minor)) {
			text_format(line, sizeof line, "OpenSC %zu.%zu", major, minor);
			trace->take(trace->context, line);
		}
		return;
	}
	if (!skip(&rest, "returning with: "))
		return;
	is_negative = skip(&rest, "-");
	if (!take_number(&rest, 100000, &number) || number == 0 || (rest.at != rest.end && *rest.at != ' '))
		return;
	/* A number of its own is a count or a length; only OpenSC's errors are negative. */
	if (!is_negative)
		return;
	text_format(line, sizeof line, "  %s.c: %s: -%zu", file, function, number);
	trace->take(trace->context, line);
}

static void
end_line(struct trace *trace)
{
	const char *bytes = (const char *)trace->line->bytes;
	struct rest rest = { bytes, bytes + trace->line->size };

	/* A dump that a line of another kind ends is dropped. */
	if (!begin_dump(trace, rest)) {
		if (trace->dump != DUMP_NONE && !trace->is_cut)
			read_dump(trace, rest);
		else if (!trace->is_cut)
			read_line(trace, rest);
	}
	secret_clear(trace->line);
	trace->is_cut = false;
}

void
trace_feed(struct trace *trace, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i < size; i++)
		if (at[i] == '\n')
			end_line(trace);
		else if (!secret_push(trace->line, at[i]))
			trace->is_cut = true;
}
