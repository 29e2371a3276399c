#include "fuzz.h"

#include <quorate/journal_read.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A record from anywhere: as many lines are right as it has at most, and all of them only if none is left over. */
FUZZ_TARGET(journal)
{
	struct journal_record *record;
	size_t newlines = 0;
	char path[64], words[256];
	int file = memfd_create("journal", MFD_CLOEXEC);

	MUST(file >= 0);
	MUST(write(file, bytes, size) == (ssize_t)size);
	snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	MUST(journal_read(&record, path) == DONE);
	close(file);
	for (size_t i = 0; i < size; i++)
		newlines += bytes[i] == '\n';
	MUST(record->verdict == DONE || record->verdict == FAIL_JOURNAL_FORM || record->verdict == FAIL_JOURNAL_CHAIN);
	MUST(record->line_count <= newlines && (record->verdict != DONE || record->line_count == newlines));
	for (size_t i = 0; i < record->line_count; i++) {
		journal_words(&record->lines[i], words, sizeof words);
		MUST(words[0] != '\0');
	}
	journal_record_free(&record);
	return 0;
}
