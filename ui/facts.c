#include "facts.h"

#include "rows.h"

#include <quorate/text.h>
#include <quorate/tongue.h>
#include <stdarg.h>
#include <stdio.h>

#define LABEL_COLUMNS 17
/* So many rows of facts have to stay in sight for the banner to keep its place above them. */
#define ROWS_BELOW_ALARM 3

void
facts_clear(struct facts *facts)
{
	facts->count = 0;
	facts->alarm[0] = '\0';
}

void
facts_add(struct facts *facts, const char *label, enum meaning meaning, const char *format, ...)
{
	struct fact *fact = &facts->items[facts->count];
	va_list arguments;

	if (facts->count == FACTS_MOST)
		return;
	text_format(fact->label, sizeof fact->label, "%s", label);
	va_start(arguments, format);
	vsnprintf(fact->text, sizeof fact->text, format, arguments);
	va_end(arguments);
	fact->meaning = meaning;
	if (fact->text[0] != '\0')
		facts->count++;
}

void
facts_alarm(struct facts *facts, const char *sentence)
{
	text_append(facts->alarm, sizeof facts->alarm, "%s%s", facts->alarm[0] == '\0' ? "" : " ", sentence);
}

/* The banner; returns its rows, with one of air. */
static int
draw_alarm(const struct facts *facts, struct area area)
{
	int rows = rows_count(facts->alarm, area.columns - 2);

	if (rows > area.rows)
		rows = area.rows;
	for (int i = 0; i < rows; i++)
		paint_bar(area.row + i, area.column, area.columns, MEANING_ALARM, "");
	paint_wrapped(
		(struct area){ area.row, area.column + 1, rows, area.columns - 2 }, 0, MEANING_ALARM, facts->alarm);
	return rows + 1;
}

static int
label_columns(const struct facts *facts, int columns)
{
	int widest = LABEL_COLUMNS;

	for (size_t i = 0; i < facts->count; i++) {
		int wanted = (int)text_columns(facts->items[i].label) + 1;

		widest = wanted > widest ? wanted : widest;
	}
	return widest > columns / 2 ? columns / 2 : widest;
}

void
facts_draw(const struct facts *facts, struct facts_view *view, struct area area)
{
	int labels = label_columns(facts, area.columns), at = 0, last;

	if (facts->alarm[0] != '\0') {
		int used = draw_alarm(facts, area);

		/* In a small window it may take all the room: that is what it is for. */
		area.row += used;
		area.rows = area.rows - used < ROWS_BELOW_ALARM ? 0 : area.rows - used;
	}
	view->seen = area.rows;
	view->all = 0;
	for (size_t i = 0; i < facts->count; i++)
		view->all += rows_count(facts->items[i].text, area.columns - labels);
	last = view->all > view->seen ? view->all - view->seen : 0;
	if (view->scroll > last)
		view->scroll = last;
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->items[i];
		int rows = rows_count(fact->text, area.columns - labels), skip = view->scroll - at;
		int row = area.row + at - view->scroll, left = area.rows - (at - view->scroll);

		at += rows;
		if (at <= view->scroll || left <= 0)
			continue;
		if (skip < 0)
			skip = 0;
		if (skip == 0)
			paint_text(row, area.column, labels - 1, MEANING_MUTED, fact->label);
		paint_wrapped((struct area){ row + skip, area.column + labels, left - skip, area.columns - labels },
			skip, fact->meaning, fact->text);
	}
}

bool
facts_move(struct facts_view *view, enum request request)
{
	int last = view->all > view->seen ? view->all - view->seen : 0;

	switch (request) {
	case REQUEST_UP:
		view->scroll--;
		break;
	case REQUEST_DOWN:
		view->scroll++;
		break;
	case REQUEST_PAGE_UP:
		view->scroll -= view->seen;
		break;
	case REQUEST_PAGE_DOWN:
		view->scroll += view->seen;
		break;
	case REQUEST_HOME:
		view->scroll = 0;
		break;
	case REQUEST_END:
		view->scroll = last;
		break;
	default:
		return false;
	}
	view->scroll = view->scroll < 0 ? 0 : view->scroll > last ? last : view->scroll;
	return true;
}

void
facts_position(const struct facts_view *view, char *ret, size_t size)
{
	*ret = '\0';
	if (view->all > view->seen)
		text_format(
			ret, size, _(" lines %d to %d of %d "), view->scroll + 1, view->scroll + view->seen, view->all);
}
