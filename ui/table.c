#include "table.h"

#include <quorate/text.h>
#include <stdlib.h>
#include <string.h>

/* A row on its way into the order. */
struct placed {
	size_t row;
	char *key; /* what it is sorted by; NULL while the owner's order is kept */
};

static int
ascending(const void *a, const void *b)
{
	const struct placed *one = a, *other = b;
	int order = one->key == NULL || other->key == NULL ? 0 : strverscmp(one->key, other->key);

	return order != 0 ? order : one->row < other->row ? -1 : one->row > other->row;
}

static int
descending(const void *a, const void *b)
{
	return ascending(b, a);
}

bool
table_fits(const char *filter, const char *text)
{
	char word[LIMIT_TEXT_INPUT];

	for (;;) {
		size_t length;

		filter += strspn(filter, " ");
		length = strcspn(filter, " ");
		if (length == 0)
			return true;
		text_format(word, sizeof word, "%.*s", (int)length, filter);
		if (strcasestr(text, word) == NULL)
			return false;
		filter += length;
	}
}

/* Small and capital letters stand together. */
static char *
sort_key(const char *cell)
{
	char *key = strdup(cell);

	for (char *at = key; at != NULL && *at != '\0'; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
	return key;
}

/* Asks for every cell of a row; true if the row fits the filter. */
static bool
read_row(const struct table *table, const struct table_rows *rows, size_t row, int ret_widths[TABLE_COLUMNS_MOST],
	char ret_key[TABLE_CELL_SIZE])
{
	char all[TABLE_COLUMNS_MOST * (TABLE_CELL_SIZE + 1)];
	size_t used = 0;

	for (size_t i = 0; i < rows->column_count; i++) {
		char *cell = all + used;

		rows->cell(rows->context, row, i, cell, TABLE_CELL_SIZE);
		ret_widths[i] = (int)text_columns(cell);
		if (table->sort == i + 1)
			memcpy(ret_key, cell, strlen(cell) + 1);
		used += strlen(cell);
		/* No word of a filter reaches from one cell into the next. */
		all[used++] = '\n';
	}
	all[used == 0 ? 0 : used - 1] = '\0';
	return table_fits(table->filter, all);
}

/* Chooses the rows that fit and measures them. */
static enum outcome
choose(struct table *table, const struct table_rows *rows, struct placed *ret)
{
	for (size_t row = 0; row < rows->count; row++) {
		int widths[TABLE_COLUMNS_MOST];
		char key[TABLE_CELL_SIZE];
		struct placed *placed = &ret[table->shown];

		if (!read_row(table, rows, row, widths, key))
			continue;
		*placed = (struct placed){ .row = row };
		if (table->sort > 0 && (placed->key = sort_key(key)) == NULL)
			return FAIL_MEMORY;
		table->shown++;
		for (size_t i = 0; i < rows->column_count; i++)
			if (widths[i] > table->widest[i])
				table->widest[i] = widths[i];
	}
	return DONE;
}

static void
remember(struct table *table, const struct table_rows *rows)
{
	if (table->selected < table->shown)
		table->identity = rows->identity(rows->context, table->order[table->selected]);
}

static void
select_again(struct table *table, const struct table_rows *rows)
{
	for (size_t i = 0; i < table->shown; i++)
		if (rows->identity(rows->context, table->order[i]) == table->identity) {
			table->selected = i;
			return;
		}
	if (table->selected >= table->shown)
		table->selected = table->shown > 0 ? table->shown - 1 : 0;
	remember(table, rows);
}

enum outcome
table_arrange(struct table *table, const struct table_rows *rows)
{
	size_t *order;
	struct placed *placed;
	enum outcome outcome = FAIL_MEMORY;

	if (table->is_arranged && table->number == rows->number)
		return DONE;
	table->shown = 0;
	memset(table->widest, 0, sizeof table->widest);
	placed = calloc(rows->count + 1, sizeof *placed);
	order = reallocarray(table->order, rows->count + 1, sizeof *order);
	if (order != NULL)
		table->order = order;
	if (placed == NULL || order == NULL)
		goto done;
	outcome = choose(table, rows, placed);
	if (outcome == DONE && table->sort > 0)
		qsort(placed, table->shown, sizeof *placed, table->is_descending ? descending : ascending);
	for (size_t i = 0; i < table->shown; i++)
		table->order[i] = placed[i].row;
done:
	for (size_t i = 0; placed != NULL && i < table->shown; i++)
		free(placed[i].key);
	free(placed);
	if (outcome != DONE)
		table->shown = 0;
	table->number = rows->number;
	table->is_arranged = outcome == DONE;
	select_again(table, rows);
	return outcome;
}

void
table_filter(struct table *table, const char *filter)
{
	text_format(table->filter, sizeof table->filter, "%s", filter);
	table->is_arranged = false;
}

void
table_sort_next(struct table *table, size_t column_count)
{
	table->sort = table->sort >= column_count ? 0 : table->sort + 1;
	table->is_descending = false;
	table->is_arranged = false;
}

void
table_turn(struct table *table)
{
	table->is_descending = !table->is_descending;
	table->is_arranged = false;
}

bool
table_move(struct table *table, const struct table_rows *rows, enum request request)
{
	size_t last = table->shown > 0 ? table->shown - 1 : 0, page = table->page > 1 ? (size_t)table->page : 1;

	switch (request) {
	case REQUEST_UP:
		table->selected -= table->selected > 0;
		break;
	case REQUEST_DOWN:
		table->selected++;
		break;
	case REQUEST_PAGE_UP:
		table->selected -= table->selected > page ? page : table->selected;
		break;
	case REQUEST_PAGE_DOWN:
		table->selected += page;
		break;
	case REQUEST_HOME:
		table->selected = 0;
		break;
	case REQUEST_END:
		table->selected = last;
		break;
	default:
		return false;
	}
	if (table->selected > last)
		table->selected = last;
	remember(table, rows);
	return true;
}

size_t
table_selected(const struct table *table)
{
	return table->selected < table->shown ? table->order[table->selected] : SIZE_MAX;
}

void
table_clear(struct table *table)
{
	free(table->order);
	*table = (struct table){ 0 };
}
