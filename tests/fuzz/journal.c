#include "fuzz.h"

#include <quorate/journal.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A record from anywhere: as many lines are right as it has at most, and all of them only if none is left over. */
FUZZ_TARGET(journal)
{
	size_t lines = 0, newlines = 0;
	enum outcome outcome;
	bool is_torn = false;
	char path[64];
	int file = memfd_create("journal", MFD_CLOEXEC);

	MUST(file >= 0);
	MUST(write(file, bytes, size) == (ssize_t)size);
	snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	outcome = journal_verify(path, &lines, &is_torn);
	close(file);
	for (size_t i = 0; i < size; i++)
		newlines += bytes[i] == '\n';
	MUST(outcome == DONE || outcome == FAIL_JOURNAL_FORM || outcome == FAIL_JOURNAL_CHAIN);
	MUST(lines <= newlines && (outcome != DONE || lines == newlines));
	return 0;
}
