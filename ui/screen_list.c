/* The ceremonies there are. */
#include "rows.h"
#include "screen.h"

#include <quorate/ceremony.h>
#include <quorate/tongue.h>

static unsigned
enter(struct console *console)
{
	console->place = PLACE_LIST;
	return REACT_DRAW;
}

static void
draw(struct console *console, struct area area)
{
	const struct ceremony_kind *kinds;
	size_t count = ceremony_kinds(&kinds);
	struct area inside = paint_panel(area, _("Which ceremony?"), MEANING_BORDER);
	int row = inside.row + 1, last = inside.row + inside.rows;

	for (size_t i = 0; i < count; i++) {
		struct area summary = { row + 1, inside.column + 2, last - row - 1, inside.columns - 2 };
		bool is_selected = i == console->chosen;

		if (row >= last)
			break;
		if (is_selected) {
			paint_glyph(row, inside.column, MEANING_ACCENT, GLYPH_SELECTED);
			paint_bar(row, inside.column + 2, inside.columns - 2, MEANING_SELECTED, "");
		}
		paint_text(row, inside.column + 2, inside.columns - 2, is_selected ? MEANING_SELECTED : MEANING_ACCENT,
			_(kinds[i].title));
		row += 2 + paint_wrapped(summary, 0, MEANING_NORMAL, _(kinds[i].summary));
	}
}

static unsigned
key(struct console *console, const struct press *press)
{
	const struct ceremony_kind *kinds;
	size_t count = ceremony_kinds(&kinds);

	if (count == 0)
		return screen_common_key(console, press);
	if (keys_select(press, count, &console->chosen))
		return REACT_DRAW;
	switch (press->request) {
	case REQUEST_ACCEPT:
		return screen_go(console, &screen_ceremony);
	default:
		return screen_common_key(console, press);
	}
}

const struct screen screen_list = {
	.name = "list",
	.title = N_("Ceremony"),
	.help = N_("A ceremony is a procedure with several people in the room. It is asked and explained step by step; "
		   "nothing "
		   "happens to a device before a step says so and you agree.\n"
		   "\n"
		   "Choose one with the arrow keys and begin with Enter. Every ceremony can be stopped; it then says "
		   "what is "
		   "lost and what is kept."),
	.enter = enter,
	.draw = draw,
	.key = key,
};
