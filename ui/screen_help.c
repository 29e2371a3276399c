/* Help for the screen under it: its explanation, then the keys that work there, from the table of keys. */
#include "rows.h"
#include "screen.h"

#include <quorate/text.h>
#include <quorate/tongue.h>
#include <string.h>

static int scroll, rows_seen, rows_all;

static unsigned
enter(struct console *console)
{
	console->place = PLACE_HELP;
	scroll = 0;
	return REACT_DRAW;
}

static void
compose(const struct console *console, char *ret, size_t size)
{
	const struct screen *under = console->under;
	const struct key_row *row;
	const char *text = under->explain == NULL ? NULL : under->explain(console);
	size_t at = 0;

	text_format(ret, size, "%s\n\n%s\n", _(text == NULL ? under->help : text), _("Keys that work there:"));
	while ((row = keys_next(console->under_place, &at)) != NULL)
		text_append(ret, size, "%-12s %s\n", row->name, _(row->help));
}

static void
draw(struct console *console, struct area area)
{
	struct area inside = paint_panel(area, _("Help"), MEANING_BORDER);
	char text[8192];

	compose(console, text, sizeof text);
	rows_all = rows_count(text, inside.columns);
	rows_seen = inside.rows;
	if (scroll > rows_all - rows_seen)
		scroll = rows_all > rows_seen ? rows_all - rows_seen : 0;
	paint_wrapped(inside, scroll, MEANING_NORMAL, text);
	if (scroll + rows_seen < rows_all)
		paint_text(area.row + area.rows - 1, area.column + 2, area.columns - 4, MEANING_ACCENT,
			_(" PgDn: there is more "));
}

static unsigned
key(struct console *console, const struct press *press)
{
	switch (press->request) {
	case REQUEST_BACK:
	case REQUEST_QUIT:
		return screen_uncover(console);
	default:
		return keys_scroll(press, rows_seen, rows_all, &scroll) ? REACT_DRAW : REACT_UNKNOWN;
	}
}

const struct screen screen_help = { .name = "help", .enter = enter, .draw = draw, .key = key };
