/* The record of a ceremony, without a screen: its chain verified, its lines in words. */
#include "command.h"

#include <quorate/clock.h>
#include <quorate/hex.h>
#include <quorate/journal_read.h>
#include <quorate/limits.h>
#include <quorate/text.h>
#include <quorate/tongue.h>
#include <quorate/words.h>

#include <stdio.h>
#include <string.h>

#define SENTENCE_SIZE 4096

static void
print_lines(const struct journal_record *record)
{
	char utc[CLOCK_STAMP_SIZE], words[SENTENCE_SIZE];

	for (size_t i = 0; i < record->line_count; i++) {
		const struct journal_line *line = &record->lines[i];

		text_clean(line->utc, strlen(line->utc), utc, sizeof utc);
		journal_words(line, words, sizeof words);
		printf("%zu  %s  %s\n", line->number, utc, words);
	}
}

/* In hex, and in words for reading aloud, eight a line. */
static void
print_digest(const char *digest)
{
	uint8_t bytes[(JOURNAL_DIGEST_TEXT_SIZE - 1) / 2];
	char words[WORDS_SIZE(8)];

	printf("SHA-256: %s\n", digest);
	if (hex_decode(digest, strlen(digest), bytes, sizeof bytes) != DONE)
		return;
	for (size_t i = 0; i < sizeof bytes; i += 8) {
		words_encode(bytes + i, 8, words, sizeof words);
		printf("  %s\n", words);
	}
}

/* What was found, in sentences; what is not right goes to standard error. */
static int
print_verdict(const char *path, const struct journal_record *record)
{
	char place[LIMIT_TEXT_INPUT], name[LIMIT_TEXT_INPUT];

	if (record->verdict == FAIL_JOURNAL_CHAIN) {
		text_clean(path, strlen(path), name, sizeof name);
		text_format(place, sizeof place, _("%s, line %zu"), name, record->line_count + 1);
		return report(place, record->verdict);
	}
	if (record->verdict != DONE || (record->line_count == 0 && !record->is_torn))
		return report(path, FAIL_JOURNAL_FORM);
	printf(P_("%zu line, whole and unchanged.\n", "%zu lines, whole and unchanged.\n", record->line_count),
		record->line_count);
	if (record->is_torn)
		puts(_("The last line was cut off while it was written (a crash or a power cut). It never counted, and "
		       "is taken away when the ceremony goes on."));
	if (record->clock_back != 0)
		printf(_("The clock was set back before line %zu: the times above and below it do not fit.\n"),
			record->clock_back);
	if (record->line_count > 0) {
		print_digest(record->digest);
		puts(_("Compare it with the signed sheet: a change in the very last line shows there only."));
	}
	return EXIT_DONE;
}

int
command_journal(const struct options *options)
{
	const char *act = options->files[0], *path = options->files[1];
	bool wants_lines = strcmp(act, "show") == 0;
	struct journal_record *record;
	enum outcome outcome;
	int status;

	if (!wants_lines && strcmp(act, "verify") != 0) {
		report(act, FAIL_USAGE);
		return EXIT_USAGE;
	}
	outcome = journal_read(&record, path);
	if (outcome != DONE)
		return report(path, outcome);
	if (wants_lines)
		print_lines(record);
	status = print_verdict(path, record);
	journal_record_free(&record);
	return status;
}
