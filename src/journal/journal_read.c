#include "line.h"

#include <quorate/file.h>
#include <quorate/journal_read.h>
#include <quorate/limits.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* What verification needs of one line; the object belongs to whoever has the line. */
struct link {
	json_t *object;
	int64_t number;
	char chain[JOURNAL_DIGEST_TEXT_SIZE], digest[JOURNAL_DIGEST_TEXT_SIZE];
};

/* False, and no object, unless it is a line of a record. */
static bool
read_link(const char *text, size_t length, struct link *ret)
{
	json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL), *value;
	const char *chain, *name;
	bool is_right;

	chain = json_string_value(json_object_get(object, "chain"));
	value = json_object_get(object, "n");
	is_right = chain != NULL && strlen(chain) == JOURNAL_DIGEST_TEXT_SIZE - 1 && json_is_integer(value) &&
		   json_is_string(json_object_get(object, "utc")) && json_is_string(json_object_get(object, "event"));
	if (is_right) {
		ret->number = json_integer_value(value);
		memcpy(ret->chain, chain, sizeof ret->chain);
		line_digest(text, length, ret->digest);
		json_object_foreach(object, name, value) is_right =
			is_right && (json_is_string(value) || json_is_integer(value));
	}
	ret->object = is_right ? object : NULL;
	if (!is_right)
		json_decref(object);
	return is_right;
}

/*
 * Line at (from 1) does not follow from the one before it. Which of the two was changed? Where the next line still
 * vouches for this one, it was the one before; else this one.
 */
static size_t
lines_before_change(size_t at, const struct link *link, const struct link *next)
{
	bool is_this_one =
		link->number != (int64_t)at || (next != NULL && strcmp(next->chain, link->digest) != 0) || at < 2;

	return is_this_one ? at - 1 : at - 2;
}

static void
clear_line(struct journal_line *line)
{
	free(line->fields);
	*line = (struct journal_line){ .number = 0 };
}

/* The texts stay the object's, which the record keeps. */
static enum outcome
keep_line(struct journal_record *record, const struct link *link)
{
	struct journal_line *lines = record->lines, *line;
	struct journal_field *fields;
	const char *name;
	json_t *value;

	/* Grows in steps of its own size. */
	if ((record->line_count & (record->line_count - 1)) == 0) {
		lines = realloc(lines, 2 * (record->line_count + 1) * sizeof *lines);
		if (lines == NULL)
			return FAIL_MEMORY;
		record->lines = lines;
	}
	fields = calloc(json_object_size(link->object), sizeof *fields);
	if (fields == NULL || json_array_append(record->inside, link->object) != 0) {
		free(fields);
		return FAIL_MEMORY;
	}
	line = &lines[record->line_count];
	*line = (struct journal_line){
		.number = record->line_count + 1,
		.utc = json_string_value(json_object_get(link->object, "utc")),
		.event = json_string_value(json_object_get(link->object, "event")),
		.fields = fields,
	};
	memcpy(line->digest, link->digest, sizeof line->digest);
	json_object_foreach(link->object, name, value)
	{
		if (!line_is_own_name(name))
			fields[line->field_count++] =
				(struct journal_field){ name, json_string_value(value), json_integer_value(value) };
	}
	/* Stamps of one form and zone compare as texts. */
	if (record->line_count > 0 && record->clock_back == 0 && strcmp(line->utc, line[-1].utc) < 0)
		record->clock_back = line->number;
	record->line_count++;
	memcpy(record->digest, line->digest, sizeof record->digest);
	return DONE;
}

/* Takes one line of the file into the record, or finds the change; *text is followed by what comes after the line. */
static enum outcome
take_line(struct journal_record *record, const char *text, size_t length, const char *end)
{
	enum outcome outcome = DONE;
	struct link link, next = { .object = NULL };

	if (!read_link(text, length, &link)) {
		record->verdict = record->line_count == 0 ? FAIL_JOURNAL_FORM : FAIL_JOURNAL_CHAIN;
		return DONE;
	}
	if (link.number == (int64_t)record->line_count + 1 && strcmp(link.chain, record->digest) == 0) {
		outcome = keep_line(record, &link);
		record->size += length + 1;
	} else {
		const char *after = text + length + 1, *stop = memchr(after, '\n', (size_t)(end - after));
		bool has_next = stop != NULL && read_link(after, (size_t)(stop - after), &next);
		size_t right = lines_before_change(record->line_count + 1, &link, has_next ? &next : NULL);

		record->verdict = FAIL_JOURNAL_CHAIN;
		while (record->line_count > right)
			clear_line(&record->lines[--record->line_count]);
		if (record->line_count == 0)
			line_digest_none(record->digest);
		else
			memcpy(record->digest, record->lines[record->line_count - 1].digest, sizeof record->digest);
		json_decref(next.object);
	}
	json_decref(link.object);
	return outcome;
}

enum outcome
journal_read(struct journal_record **ret, const char *path)
{
	struct journal_record *record;
	enum outcome outcome;
	const char *at, *end, *newline;
	uint8_t *bytes;
	size_t size;

	*ret = NULL;
	outcome = file_read(path, LIMIT_FILE_READ, &bytes, &size);
	if (outcome != DONE)
		return outcome;
	record = calloc(1, sizeof *record);
	if (record != NULL)
		record->inside = json_array();
	if (record == NULL || record->inside == NULL) {
		free(record);
		free(bytes);
		return FAIL_MEMORY;
	}
	line_digest_none(record->digest);
	end = (const char *)bytes + size;
	for (at = (const char *)bytes; at < end && outcome == DONE && record->verdict == DONE; at = newline + 1) {
		newline = memchr(at, '\n', (size_t)(end - at));
		if (newline == NULL) {
			record->is_torn = true;
			break;
		}
		outcome = take_line(record, at, (size_t)(newline - at), end);
	}
	free(bytes);
	if (outcome == DONE)
		*ret = record;
	else
		journal_record_free(&record);
	return outcome;
}

void
journal_record_free(struct journal_record **record)
{
	if (*record == NULL)
		return;
	for (size_t i = 0; i < (*record)->line_count; i++)
		clear_line(&(*record)->lines[i]);
	free((*record)->lines);
	json_decref((*record)->inside);
	free(*record);
	*record = NULL;
}

const struct journal_line *
journal_read_last(const struct journal_record *record, const char *event, size_t before)
{
	size_t at = before == 0 ? record->line_count : before - 1;

	while (at > 0)
		if (strcmp(record->lines[--at].event, event) == 0)
			return &record->lines[at];
	return NULL;
}

static const struct journal_field *
find_field(const struct journal_line *line, const char *name)
{
	for (size_t i = 0; line != NULL && i < line->field_count; i++)
		if (strcmp(line->fields[i].name, name) == 0)
			return &line->fields[i];
	return NULL;
}

const char *
journal_read_text(const struct journal_line *line, const char *name)
{
	const struct journal_field *field = find_field(line, name);

	return field == NULL ? NULL : field->text;
}

int64_t
journal_read_number(const struct journal_line *line, const char *name, int64_t otherwise)
{
	const struct journal_field *field = find_field(line, name);

	return field == NULL || field->text != NULL ? otherwise : field->number;
}
