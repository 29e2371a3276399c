/* Private facts of a record, which stand in it as digests: opened with the salt from the sealed sheet. */
#include "line.h"

#include <quorate/journal_read.h>
#include <quorate/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum outcome
journal_open_digest(const char *name, const char *value, const char *salt, char ret[JOURNAL_DIGEST_TEXT_SIZE])
{
	char *text = NULL;
	int length = asprintf(&text, "%s:%s:%s", salt, name, value);

	if (length < 0)
		return FAIL_MEMORY;
	line_digest(text, (size_t)length, ret);
	free(text);
	return DONE;
}

enum outcome
journal_open_find(const struct journal_record *record, const char *name, const char *value, const char *salt,
	size_t *ret_line, bool *ret_is_there)
{
	char digest[JOURNAL_DIGEST_TEXT_SIZE], field[64];
	enum outcome outcome = journal_open_digest(name, value, salt, digest);

	*ret_line = 0;
	*ret_is_there = false;
	text_format(field, sizeof field, "%s" JOURNAL_OPEN_ENDING, name);
	for (size_t i = 0; i < record->line_count && outcome == DONE && *ret_line == 0; i++) {
		const struct journal_line *line = &record->lines[i];
		const char *found =
			strcmp(line->event, JOURNAL_OPEN_EVENT) == 0 ? journal_read_text(line, field) : NULL;

		*ret_is_there = *ret_is_there || found != NULL;
		if (found != NULL && strcmp(found, digest) == 0)
			*ret_line = line->number;
	}
	return outcome;
}
