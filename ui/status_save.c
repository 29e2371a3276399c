#include "status_save.h"

#include <quorate/clock.h>
#include <quorate/file.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GAP 2

static void
print_padded(FILE *out, const char *text, int columns)
{
	fprintf(out, "%s%*s", text, columns - (int)text_columns(text) + GAP, "");
}

/* Blanks at a line's end help nobody. */
static void
print_cells(FILE *out, char (*cells)[TABLE_CELL_SIZE], const int *widths, size_t count)
{
	while (count > 1 && cells[count - 1][0] == '\0')
		count--;
	for (size_t i = 0; i + 1 < count; i++)
		print_padded(out, cells[i], widths[i]);
	fprintf(out, "%s\n", cells[count - 1]);
}

static void
print_rows(FILE *out, const struct table *table, const struct table_rows *rows)
{
	char cells[TABLE_COLUMNS_MOST][TABLE_CELL_SIZE];
	int widths[TABLE_COLUMNS_MOST];

	for (size_t i = 0; i < rows->column_count; i++) {
		int title;

		text_format(cells[i], sizeof cells[i], "%s", _(rows->columns[i].title));
		title = (int)text_columns(cells[i]);
		widths[i] = table->widest[i] > title ? table->widest[i] : title;
	}
	print_cells(out, cells, widths, rows->column_count);
	for (size_t i = 0; i < table->shown; i++) {
		for (size_t j = 0; j < rows->column_count; j++)
			rows->cell(rows->context, table->order[i], j, cells[j], sizeof cells[j]);
		print_cells(out, cells, widths, rows->column_count);
	}
}

static void
print_facts(FILE *out, const struct facts *facts)
{
	int widest = 0;

	if (facts->alarm[0] != '\0')
		fprintf(out, "%s\n\n", facts->alarm);
	for (size_t i = 0; i < facts->count; i++)
		if ((int)text_columns(facts->items[i].label) > widest)
			widest = (int)text_columns(facts->items[i].label);
	for (size_t i = 0; i < facts->count; i++) {
		print_padded(out, facts->items[i].label, widest);
		fprintf(out, "%s\n", facts->items[i].text);
	}
}

static enum outcome
make_text(const char *title, const struct facts *facts, const struct table *table, const struct table_rows *rows,
	char **ret, size_t *ret_size)
{
	char stamp[CLOCK_STAMP_SIZE];
	FILE *out = open_memstream(ret, ret_size);

	if (out == NULL)
		return FAIL_MEMORY;
	clock_stamp(stamp);
	fprintf(out, "%s  %s\n", title, stamp);
	if (facts == NULL && table->filter[0] != '\0')
		fprintf(out, _("Only rows with \"%s\"\n"), table->filter);
	fputc('\n', out);
	if (facts != NULL)
		print_facts(out, facts);
	else
		print_rows(out, table, rows);
	return fclose(out) == 0 ? DONE : FAIL_MEMORY;
}

/* One object a row, its keys the titles of the columns in English. */
static json_t *
rows_json(const struct table *table, const struct table_rows *rows)
{
	json_t *array = json_array();

	for (size_t i = 0; i < table->shown; i++) {
		json_t *object = json_object();

		for (size_t j = 0; j < rows->column_count; j++) {
			char cell[TABLE_CELL_SIZE];

			rows->cell(rows->context, table->order[i], j, cell, sizeof cell);
			if (json_object_set_new(object, rows->columns[j].title, json_string(cell)) != 0)
				goto fail;
		}
		if (json_array_append_new(array, object) != 0)
			goto fail_array;
		continue;
	fail:
		json_decref(object);
	fail_array:
		json_decref(array);
		return NULL;
	}
	return array;
}

static json_t *
facts_json(const struct facts *facts)
{
	json_t *array = json_array();

	for (size_t i = 0; i < facts->count; i++)
		if (json_array_append_new(array, json_pack("{s:s, s:s}", "name", facts->items[i].label, "text",
							 facts->items[i].text)) != 0) {
			json_decref(array);
			return NULL;
		}
	return array;
}

static enum outcome
make_json(const char *title, const struct facts *facts, const struct table *table, const struct table_rows *rows,
	char **ret, size_t *ret_size)
{
	char stamp[CLOCK_STAMP_SIZE];
	json_t *all;

	clock_stamp(stamp);
	all = facts != NULL ? json_pack("{s:i, s:s, s:s, s:s, s:o}", "format", 1, "title", title, "time", stamp,
				      "alarm", facts->alarm, "facts", facts_json(facts))
			    : json_pack("{s:i, s:s, s:s, s:s, s:o}", "format", 1, "title", title, "time", stamp,
				      "filter", table->filter, "rows", rows_json(table, rows));
	*ret = all == NULL ? NULL : json_dumps(all, JSON_INDENT(2));
	json_decref(all);
	*ret_size = *ret == NULL ? 0 : strlen(*ret);
	return *ret == NULL ? FAIL_MEMORY : DONE;
}

enum outcome
status_save(const char *path, const char *title, const struct facts *facts, const struct table *table,
	const struct table_rows *rows)
{
	size_t length = strlen(path), size = 0;
	bool is_json = length > 5 && strcmp(path + length - 5, ".json") == 0;
	char *content = NULL;
	enum outcome outcome;

	if (length == 0)
		return FAIL_EMPTY;
	outcome = is_json ? make_json(title, facts, table, rows, &content, &size)
			  : make_text(title, facts, table, rows, &content, &size);
	if (outcome == DONE)
		outcome = file_save(path, content, size);
	free(content);
	return outcome;
}
