/* The table of the screens: order, filter, selection; and how many cells it asks for, which is what would make many
 * rows slow. */
#include <ui/table.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <curses.h>
#include <quorate/text.h>

#define MANY 10000

static const struct table_column columns[] = { { "Label", 8, 20 }, { "ID", 2, 8 } };
static size_t asked, renumbered;

/* Row 7 is "Key 7" with the ID "07"; renumbered rows have come before it. */
static void
cell(const void *context, size_t row, size_t column, char *ret, size_t size)
{
	(void)context;
	asked++;
	row = (row + MANY - renumbered) % MANY;
	text_format(ret, size, column == 0 ? "Key %zu" : "%02zx", row);
}

static uint64_t
identity(const void *context, size_t row)
{
	(void)context;
	return (row + MANY - renumbered) % MANY;
}

static struct table_rows
make_rows(size_t count)
{
	asked = renumbered = 0;
	return (struct table_rows){
		.columns = columns, .column_count = 2, .count = count, .number = 1, .cell = cell, .identity = identity
	};
}

static void
it_sorts_numbers_as_numbers_and_both_ways(void **state)
{
	struct table_rows rows = make_rows(12);
	struct table table = { 0 };

	(void)state;
	assert_int_equal(table_arrange(&table, &rows), DONE);
	assert_int_equal(table.shown, 12);
	table_sort_next(&table, 2);
	assert_int_equal(table_arrange(&table, &rows), DONE);
	for (size_t i = 0; i < 12; i++)
		assert_int_equal(table.order[i], i);
	table_turn(&table);
	assert_int_equal(table_arrange(&table, &rows), DONE);
	for (size_t i = 0; i < 12; i++)
		assert_int_equal(table.order[i], 11 - i);
	table_sort_next(&table, 2);
	table_sort_next(&table, 2);
	assert_int_equal(table.sort, 0);
	table_clear(&table);
}

static void
it_filters_by_words_in_any_column(void **state)
{
	struct table_rows rows = make_rows(300);
	struct table table = { 0 };

	(void)state;
	table_filter(&table, "kEY  ff");
	assert_int_equal(table_arrange(&table, &rows), DONE);
	assert_int_equal(table.shown, 1);
	assert_int_equal(table_selected(&table), 0xff);
	/* "7" and "07" stand in two cells: together they are no word. */
	table_filter(&table, "707");
	assert_int_equal(table_arrange(&table, &rows), DONE);
	assert_int_equal(table.shown, 0);
	assert_int_equal(table_selected(&table), SIZE_MAX);
	table_filter(&table, "");
	assert_int_equal(table_arrange(&table, &rows), DONE);
	assert_int_equal(table.shown, 300);
	table_clear(&table);
}

static void
the_selection_stays_on_its_row(void **state)
{
	struct table_rows rows = make_rows(300);
	struct table table = { 0 };

	(void)state;
	assert_int_equal(table_arrange(&table, &rows), DONE);
	for (int i = 0; i < 37; i++)
		assert_true(table_move(&table, &rows, REQUEST_DOWN));
	assert_false(table_move(&table, &rows, REQUEST_ACCEPT));
	assert_int_equal(table_selected(&table), 37);
	table_filter(&table, "37");
	assert_int_equal(table_arrange(&table, &rows), DONE);
	assert_int_equal(table_selected(&table), 37);
	table_filter(&table, "");
	assert_int_equal(table_arrange(&table, &rows), DONE);
	/* Five rows come before it. */
	renumbered = 5;
	rows.number++;
	assert_int_equal(table_arrange(&table, &rows), DONE);
	assert_int_equal(table_selected(&table), 42);
	/* It goes: another one is selected, never none. */
	rows.count = 20;
	rows.number++;
	assert_int_equal(table_arrange(&table, &rows), DONE);
	assert_int_equal(table_selected(&table), 19);
	table_move(&table, &rows, REQUEST_DOWN);
	assert_int_equal(table_selected(&table), 19);
	table_clear(&table);
}

static void
every_cell_is_asked_for_once(void **state)
{
	struct table_rows rows = make_rows(MANY);
	struct table table = { 0 };

	(void)state;
	table_sort_next(&table, 2);
	assert_int_equal(table_arrange(&table, &rows), DONE);
	assert_int_equal(asked, 2 * MANY);
	assert_int_equal(table_arrange(&table, &rows), DONE);
	assert_int_equal(asked, 2 * MANY);
	table_filter(&table, "9");
	assert_int_equal(table_arrange(&table, &rows), DONE);
	assert_int_equal(asked, 4 * MANY);
	for (int i = 0; i < 100; i++)
		table_move(&table, &rows, REQUEST_PAGE_DOWN);
	assert_int_equal(asked, 4 * MANY);
	table_clear(&table);
}

static void
only_the_rows_that_are_seen_are_drawn(void **state)
{
	struct table_rows rows = make_rows(MANY);
	struct table table = { 0 };
	SCREEN *screen;
	FILE *sink = fopen("/dev/null", "r+");

	(void)state;
	assert_non_null(sink);
	screen = newterm("vt100", sink, sink);
	assert_non_null(screen);
	assert_int_equal(table_arrange(&table, &rows), DONE);
	table_move(&table, &rows, REQUEST_END);
	asked = 0;
	table_draw(&table, &rows, (struct area){ 1, 0, 20, 76 }, true);
	assert_int_equal(asked, 2 * 19);
	assert_int_equal(table.first, MANY - 19);
	endwin();
	delscreen(screen);
	fclose(sink);
	table_clear(&table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_sorts_numbers_as_numbers_and_both_ways),
		cmocka_unit_test(it_filters_by_words_in_any_column),
		cmocka_unit_test(the_selection_stays_on_its_row),
		cmocka_unit_test(every_cell_is_asked_for_once),
		cmocka_unit_test(only_the_rows_that_are_seen_are_drawn),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
