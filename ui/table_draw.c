/* A table on the screen. */
#include "table.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

/* The mark of the selected row, and a column of air. */
#define MARGIN 2
#define GAP 1

static int
title_columns(const struct table *table, const struct table_rows *rows, size_t column)
{
	return (int)text_columns(_(rows->columns[column].title)) + (table->sort == column + 1 ? 2 : 0);
}

/* As wide as the contents want, within the column's limits. */
static int
wanted(const struct table *table, const struct table_rows *rows, size_t column)
{
	int title = title_columns(table, rows, column), most = rows->columns[column].most;
	int width = table->widest[column] > most ? most : table->widest[column];

	return width < title ? title : width;
}

/* How many columns there is room for when each is as narrow as it may be; the first one is there in any case. */
static size_t
columns_that_fit(const struct table *table, const struct table_rows *rows, int room)
{
	int sum = -GAP;

	for (size_t i = 0; i < rows->column_count; i++) {
		int width = wanted(table, rows, i), least = rows->columns[i].least;

		sum += GAP + (width < least ? width : least);
		if (i > 0 && sum > room)
			return i;
	}
	return rows->column_count;
}

/* Where the room is too small for what is wanted, the column with most to spare gives way. Returns how many columns are
   shown. */
static size_t
fit(const struct table *table, const struct table_rows *rows, int room, int ret[TABLE_COLUMNS_MOST])
{
	size_t count = columns_that_fit(table, rows, room), widest = 0;
	int sum = -GAP;

	for (size_t i = 0; i < count; i++) {
		ret[i] = wanted(table, rows, i);
		sum += ret[i] + GAP;
	}
	for (; sum > room; sum--) {
		for (size_t i = 0; i < count; i++)
			if (ret[i] - rows->columns[i].least > ret[widest] - rows->columns[widest].least)
				widest = i;
		ret[widest]--;
	}
	return count;
}

static void
draw_titles(const struct table *table, const struct table_rows *rows, struct area area, const int *widths, size_t count)
{
	int column = area.column + MARGIN;

	for (size_t i = 0; i < count; i++) {
		int used = paint_text(area.row, column, widths[i], MEANING_ACCENT, _(rows->columns[i].title));

		if (table->sort == i + 1 && used + 1 < widths[i])
			paint_glyph(area.row, column + used + 1, MEANING_ACCENT,
				table->is_descending ? GLYPH_DESCENDING : GLYPH_ASCENDING);
		column += widths[i] + GAP;
	}
}

static void
draw_row(const struct table_rows *rows, size_t row, struct area area, const int *widths, size_t count, bool is_selected,
	bool is_focused)
{
	enum meaning meaning = rows->meaning == NULL ? MEANING_NORMAL : rows->meaning(rows->context, row);
	int column = area.column + MARGIN;

	if (is_selected && is_focused)
		meaning = MEANING_SELECTED;
	if (is_selected && is_focused)
		paint_bar(area.row, area.column, area.columns, MEANING_SELECTED, "");
	if (is_selected)
		paint_glyph(area.row, area.column, meaning, GLYPH_SELECTED);
	for (size_t i = 0; i < count; i++) {
		char cell[TABLE_CELL_SIZE];

		rows->cell(rows->context, row, i, cell, sizeof cell);
		paint_text(area.row, column, widths[i], meaning, cell);
		column += widths[i] + GAP;
	}
}

void
table_draw(struct table *table, const struct table_rows *rows, struct area area, bool is_focused)
{
	int widths[TABLE_COLUMNS_MOST];
	size_t count = fit(table, rows, area.columns - MARGIN, widths);

	table->page = area.rows > 1 ? area.rows - 1 : 1;
	if (table->selected < table->first)
		table->first = table->selected;
	if (table->selected >= table->first + (size_t)table->page)
		table->first = table->selected - (size_t)table->page + 1;
	/* After a filter gave way there may be room for rows before. */
	if (table->first + (size_t)table->page > table->shown)
		table->first = table->shown > (size_t)table->page ? table->shown - (size_t)table->page : 0;
	draw_titles(table, rows, area, widths, count);
	for (size_t i = 0; i < (size_t)table->page && table->first + i < table->shown; i++) {
		struct area line = { area.row + 1 + (int)i, area.column, 1, area.columns };

		draw_row(rows, table->order[table->first + i], line, widths, count, table->first + i == table->selected,
			is_focused);
	}
}

void
table_position(const struct table *table, const struct table_rows *rows, char *ret, size_t size)
{
	bool is_filtered = table->filter[0] != '\0';

	*ret = '\0';
	if (!is_filtered && table->sort == 0 && table->shown <= (size_t)table->page)
		return;
	if (is_filtered)
		text_format(ret, size, _(" %zu of %zu with \"%s\""), table->shown, rows->count, table->filter);
	else
		text_format(ret, size, _(" row %zu of %zu"), table->selected + (table->shown > 0), table->shown);
	if (table->sort > 0)
		text_append(ret, size, table->is_descending ? _(", by %s backwards") : _(", by %s"),
			_(rows->columns[table->sort - 1].title));
	text_append(ret, size, " ");
}
