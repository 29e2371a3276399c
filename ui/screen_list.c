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

/* Lines under the list for what the selected one is about, with a blank line above. */
#define SUMMARY_ROWS 4

static void
draw(struct console *console, struct area area)
{
	const struct ceremony_kind *kinds;
	size_t count = ceremony_kinds(&kinds), first = 0;
	struct area inside = paint_panel(area, _("Which ceremony?"), MEANING_BORDER);
	size_t shown = (size_t)(inside.rows - SUMMARY_ROWS - 1);
	struct area summary = { inside.row + inside.rows - SUMMARY_ROWS, inside.column + 2, SUMMARY_ROWS,
		inside.columns - 2 };

	if (count == 0)
		return;
	/* Scrolled so that the selected one is seen. */
	if (console->chosen >= shown)
		first = console->chosen - shown + 1;
	for (size_t i = first; i < count && i < first + shown; i++) {
		int row = inside.row + 1 + (int)(i - first);
		bool is_selected = i == console->chosen;

		if (is_selected)
			paint_glyph(row, inside.column, MEANING_ACCENT, GLYPH_SELECTED);
		paint_bar(row, inside.column + 2, inside.columns - 2, is_selected ? MEANING_SELECTED : MEANING_NORMAL,
			_(kinds[i].title));
	}
	if (first > 0)
		paint_glyph(inside.row + 1, inside.column + inside.columns - 1, MEANING_ACCENT, GLYPH_MORE);
	if (first + shown < count)
		paint_glyph(inside.row + (int)shown, inside.column + inside.columns - 1, MEANING_ACCENT, GLYPH_MORE);
	paint_wrapped(summary, 0, MEANING_NORMAL, _(kinds[console->chosen].summary));
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
