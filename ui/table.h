/*
 * A table: rows that can be sorted by a column, filtered while one types, and scrolled. The rows belong to their owner,
 * who tells the text of a cell; the table knows which rows are shown in which order. Every cell is asked for once when
 * that order is made, and only the rows that are seen are drawn.
 */
#ifndef UI_TABLE_H
#define UI_TABLE_H

#include "keys.h"
#include "paint.h"

#include <quorate/limits.h>
#include <quorate/outcome.h>
#include <stddef.h>

#define TABLE_COLUMNS_MOST 8
#define TABLE_CELL_SIZE 256

struct table_column {
	const char *title; /* for _() */
	int least, most;   /* columns of the screen; the title takes what it needs in any case */
};

struct table_rows {
	const struct table_column *columns;
	size_t column_count, count;
	/* Counts up when the rows are other ones: their order is made anew then. */
	uint64_t number;
	/* The text of a cell, at most TABLE_CELL_SIZE bytes with its end. */
	void (*cell)(const void *context, size_t row, size_t column, char *ret, size_t size);
	/* What a row stands for, the same after the rows became other ones: the selection stays on it. */
	uint64_t (*identity)(const void *context, size_t row);
	/* How a row is meant; NULL: all are normal. */
	enum meaning (*meaning)(const void *context, size_t row);
	const void *context;
};

/* All zero: in the owner's order, without a filter. */
struct table {
	size_t *order, shown; /* the rows that are shown */
	size_t selected, first;
	int page;    /* rows seen when it was drawn last */
	size_t sort; /* 0: the owner's order; else the column, counted from 1 */
	bool is_descending;
	char filter[LIMIT_TEXT_INPUT]; /* words, all of which have to stand in a row; small and capital letters are
					  alike */
	int widest[TABLE_COLUMNS_MOST];
	uint64_t identity; /* of the selected row */
	uint64_t number;   /* the rows' when the order was made */
	bool is_arranged;
};

/* Makes the order, unless it is there already; the selection stays on its row. FAIL_MEMORY: no row is shown. */
enum outcome table_arrange(struct table *table, const struct table_rows *rows);

/* Whether every word of a filter stands in a text. */
bool table_fits(const char *filter, const char *text);

/* Replaces the filter. */
void table_filter(struct table *table, const char *filter);

/* Sorts by the next column, after the last by none; and the other way round. */
void table_sort_next(struct table *table, size_t column_count);
void table_turn(struct table *table);

/* Moves the selection; false if the key asks for something else. */
bool table_move(struct table *table, const struct table_rows *rows, enum request request);

/* The row selected, as its owner counts; SIZE_MAX if none is shown. */
size_t table_selected(const struct table *table);

/* Back to the beginning, for other rows: no filter, no sort, nothing allocated. */
void table_clear(struct table *table);

/* Draws the titles and the rows that fit; is_focused: the keys go to this table. */
void table_draw(struct table *table, const struct table_rows *rows, struct area area, bool is_focused);

/* " 3 of 120, filter: sign, by label " for the border. Nothing ("") where all rows are seen and nothing is said. */
void table_position(const struct table *table, const struct table_rows *rows, char *ret, size_t size);

#endif
