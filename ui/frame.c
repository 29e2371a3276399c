#include "frame.h"

#include <curses.h>
#include <quorate/clock.h>
#include <quorate/limits.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

bool
frame_is_too_small(void)
{
	return LINES < LIMIT_SCREEN_ROWS || COLS < LIMIT_SCREEN_COLUMNS;
}

static void
draw_stop(void)
{
	struct area area = { LINES > 6 ? LINES / 2 - 2 : 0, 1, LINES, COLS > 3 ? COLS - 2 : 1 };
	char text[256];

	text_format(text, sizeof text,
		_("This window is too small: %d columns by %d rows. Make it at least %d by %d.\nNothing is lost; keys "
		  "are not "
		  "taken until then."),
		COLS, LINES, LIMIT_SCREEN_COLUMNS, LIMIT_SCREEN_ROWS);
	area.rows -= area.row;
	if (area.columns >= 2)
		paint_wrapped(area, 0, MEANING_WARNING, text);
}

static void
draw_top(const struct console *console)
{
	const char *kind = console->settings->is_rehearsal ? _(" REHEARSAL ") : _(" REAL DEVICES ");
	char minute[CLOCK_MINUTE_SIZE];
	int column, right;

	clock_minute(minute);
	paint_bar(0, 0, COLS, MEANING_HEAD, _(" quorate"));
	column = 1 + (int)text_columns(_(" quorate")) + 1;
	column += paint_text(0, column, COLS - column,
			  console->settings->is_rehearsal ? MEANING_REHEARSAL : MEANING_REAL, kind) +
		  2;
	right = COLS - 1 - (int)text_columns(minute);
	paint_text(0, right, COLS - right, MEANING_HEAD, minute);
	if (console->position[0] != '\0') {
		right -= (int)text_columns(console->position) + 2;
		paint_text(0, right, COLS - right, MEANING_HEAD, console->position);
	}
	paint_text(0, column, right - column - 2, MEANING_HEAD, console->title);
}

/* Columns of a key's name and label, with the gap behind; 0 for one without a label. */
static int
key_columns(const struct key_row *row)
{
	return row->label[0] == '\0' ? 0 : (int)(text_columns(row->name) + 1 + text_columns(_(row->label))) + 2;
}

/* The way out and the explanation are seen, however many keys there are. */
static bool
is_vital(const struct key_row *row)
{
	return row->request == REQUEST_QUIT || row->request == REQUEST_HELP;
}

static void
draw_keys(enum place place)
{
	const struct key_row *row;
	size_t at = 0;
	int column = 1, vital = 0;

	while ((row = keys_next(place, &at)) != NULL)
		vital += is_vital(row) ? key_columns(row) : 0;
	for (at = 0; (row = keys_next(place, &at)) != NULL;) {
		const char *label = row->label[0] == '\0' ? "" : _(row->label);
		int wanted = key_columns(row);

		if (is_vital(row))
			vital -= wanted;
		/* The last one needs no gap. */
		if (wanted == 0 || column + wanted + vital > COLS + 1)
			continue;
		column += paint_text(LINES - 1, column, COLS - column, MEANING_KEY, row->name) + 1;
		column += paint_text(LINES - 1, column, COLS - column, MEANING_NORMAL, label) + 2;
	}
}

void
frame_draw(struct console *console)
{
	paint_begin();
	curs_set(0);
	if (frame_is_too_small()) {
		draw_stop();
		return;
	}
	draw_top(console);
	console->screen->draw(console, (struct area){ 1, 0, LINES - 3, COLS });
	paint_text(LINES - 2, 1, COLS - 2, console->message_meaning, console->message);
	draw_keys(console->place);
}
