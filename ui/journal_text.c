#include "journal_text.h"

#include <quorate/hex.h>
#include <quorate/journal_read.h>
#include <quorate/text.h>
#include <quorate/tongue.h>
#include <quorate/words.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS_LINE 1024
#define DIGEST_ROOM 1024
#define WORDS_A_LINE 4

static const char *
title_of(const struct journal_record *record)
{
	const struct ceremony_kind *kinds;
	const char *name = journal_read_text(journal_read_last(record, "begun", 0), "ceremony");
	size_t count = ceremony_kinds(&kinds);

	for (size_t i = 0; i < count && name != NULL; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return _(kinds[i].title);
	return _("a ceremony");
}

static bool
is_over(const struct journal_record *record)
{
	return journal_read_last(record, "done", 0) != NULL || journal_read_last(record, "stopped", 0) != NULL ||
	       journal_read_last(record, "failed", 0) != NULL;
}

static bool
look(struct journal_entry *entry)
{
	struct journal_record *record;
	const struct journal_line *begun;
	const char *label, *at;

	if (access(entry->path, F_OK) != 0 || journal_read(&record, entry->path) != DONE)
		return false;
	begun = journal_read_last(record, "begun", 0);
	label = journal_read_text(begun, "label");
	at = journal_read_text(begun, "at");
	text_format(entry->stamp, sizeof entry->stamp, "%.20s", at == NULL ? "" : at);
	entry->is_right = record->verdict == DONE;
	text_format(entry->title, sizeof entry->title, "%.10s  %s, %s%s", entry->stamp, title_of(record),
		label == NULL ? "" : label,
		!entry->is_right  ? _(": the record was changed")
		: is_over(record) ? ""
				  : _(" (not over)"));
	journal_record_free(&record);
	return true;
}

static int
is_later(const void *a, const void *b)
{
	return strcmp(((const struct journal_entry *)b)->stamp, ((const struct journal_entry *)a)->stamp);
}

size_t
journal_list(const char *folder, struct journal_entry *ret, size_t most)
{
	struct dirent **found;
	int found_count = scandir(folder, &found, NULL, alphasort);
	size_t count = 0;

	for (int i = 0; i < found_count; i++) {
		if (found[i]->d_name[0] != '.' && count < most) {
			text_format(ret[count].path, sizeof ret[count].path, "%s/%s/journal.jsonl", folder,
				found[i]->d_name);
			count += look(&ret[count]);
		}
		free(found[i]);
	}
	if (found_count >= 0)
		free(found);
	qsort(ret, count, sizeof *ret, is_later);
	return count;
}

static void
tell_verdict(const struct journal_record *record, char *ret, size_t size, enum meaning *ret_meaning)
{
	*ret_meaning = record->verdict == DONE ? MEANING_GOOD : MEANING_DANGER;
	if (record->verdict == FAIL_JOURNAL_CHAIN)
		text_append(ret, size, _("Line %zu: %s"), record->line_count + 1, outcome_text(record->verdict));
	else if (record->verdict != DONE)
		text_append(ret, size, "%s", outcome_text(record->verdict));
	else
		text_append(ret, size,
			P_("%zu line, whole and unchanged.", "%zu lines, whole and unchanged.", record->line_count),
			record->line_count);
	if (record->is_torn)
		text_append(ret, size, " %s", _("A last line was cut off and never counted."));
	if (record->clock_back != 0) {
		text_append(ret, size, _(" The clock was set back before line %zu."), record->clock_back);
		*ret_meaning = record->verdict == DONE ? MEANING_WARNING : MEANING_DANGER;
	}
}

static void
tell_digest(const struct journal_record *record, char *ret, size_t size)
{
	uint8_t bytes[(JOURNAL_DIGEST_TEXT_SIZE - 1) / 2];
	char words[WORDS_SIZE(WORDS_A_LINE)];

	if (hex_decode(record->digest, strlen(record->digest), bytes, sizeof bytes) != DONE)
		return;
	text_append(ret, size, "\n%s", _("SHA-256 of the last line, and the same in words for reading aloud:"));
	for (size_t i = 0; record->digest[i] != '\0'; i += 4)
		text_append(ret, size, "%s%.4s", i % 32 == 0 ? "\n" : " ", record->digest + i);
	for (size_t i = 0; i < sizeof bytes; i += WORDS_A_LINE) {
		words_encode(bytes + i, WORDS_A_LINE, words, sizeof words);
		text_append(ret, size, "\n%s", words);
	}
}

char *
journal_text(const char *path, enum meaning *ret_meaning)
{
	struct journal_record *record = NULL;
	enum outcome outcome = journal_read(&record, path);
	size_t size = DIGEST_ROOM + (record == NULL ? 0 : record->line_count * WORDS_LINE), length = 0;
	char *text = calloc(size + WORDS_LINE, 1);

	*ret_meaning = MEANING_DANGER;
	if (text == NULL || outcome != DONE) {
		if (text != NULL)
			text_format(text, size, "%s", outcome_text(outcome));
		journal_record_free(&record);
		return text;
	}
	tell_verdict(record, text, WORDS_LINE, ret_meaning);
	length = strlen(text);
	for (size_t i = 0; i < record->line_count; i++) {
		char utc[CLOCK_STAMP_SIZE], words[WORDS_LINE - CLOCK_STAMP_SIZE - 24];

		text_clean(record->lines[i].utc, strlen(record->lines[i].utc), utc, sizeof utc);
		journal_words(&record->lines[i], words, sizeof words);
		text_format(text + length, size + WORDS_LINE - length, "\n%zu  %s  %s", record->lines[i].number, utc,
			words);
		length += strlen(text + length);
	}
	if (record->line_count > 0)
		tell_digest(record, text + length, size + WORDS_LINE - length);
	journal_record_free(&record);
	return text;
}

bool
journal_text_is_over(const char *path)
{
	struct journal_record *record;
	bool is_at_end;

	if (journal_read(&record, path) != DONE)
		return false;
	is_at_end = is_over(record);
	journal_record_free(&record);
	return is_at_end;
}
