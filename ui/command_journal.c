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
#define SALT_SIZE 16

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

/* Blanks between the groups of the salt do not matter. */
static enum outcome
read_salt(const char *text, char ret[2 * SALT_SIZE + 1])
{
	uint8_t bytes[SALT_SIZE];
	size_t length = 0;
	enum outcome outcome;

	for (; *text != '\0' && length < 2 * SALT_SIZE + 1; text++)
		if (*text != ' ')
			ret[length++] = *text;
	outcome = hex_decode(ret, length, bytes, sizeof bytes);
	hex_encode(bytes, sizeof bytes, ret);
	return outcome == DONE ? DONE : FAIL_JOURNAL_SALT;
}

/* A private fact: NAME VALUE SALT, as they stand on the sheet of salts. */
static int
open_fact(const struct journal_record *record, char **words)
{
	char salt[2 * SALT_SIZE + 2];
	size_t line;
	bool is_there;
	enum outcome outcome = read_salt(words[2], salt);

	if (outcome == DONE)
		outcome = journal_open_find(record, words[0], words[1], salt, &line, &is_there);
	if (outcome == DONE && line == 0)
		outcome = is_there ? FAIL_JOURNAL_OPEN : FAIL_JOURNAL_NOT_PRIVATE;
	if (outcome != DONE)
		return report(words[0], outcome);
	printf(_("Proven: the record has said so from the first, in line %zu.\n"), line);
	return EXIT_DONE;
}

static const struct {
	const char *name;
	size_t words;
} acts[] = {
	{ "verify", 2 },
	{ "show", 2 },
	{ "open", 5 },
};
enum { ACT_VERIFY, ACT_SHOW, ACT_OPEN, ACT_COUNT };

int
command_journal(const struct options *options)
{
	const char *path = options->files[1];
	struct journal_record *record;
	enum outcome outcome;
	int status, act = 0;

	while (act < ACT_COUNT && strcmp(options->files[0], acts[act].name) != 0)
		act++;
	if (act == ACT_COUNT || options->file_count != acts[act].words) {
		report(options->files[0], FAIL_USAGE);
		return EXIT_USAGE;
	}
	outcome = journal_read(&record, path);
	if (outcome != DONE)
		return report(path, outcome);
	if (act == ACT_SHOW)
		print_lines(record);
	if (act == ACT_OPEN && record->verdict == DONE)
		status = open_fact(record, options->files + 2);
	else
		status = print_verdict(path, record);
	journal_record_free(&record);
	return status;
}
