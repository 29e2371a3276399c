/* The ceremony is over, well or not. */
#include "prompt.h"

#include <quorate/tongue.h>

static void
draw(struct sitting *sitting, struct area area)
{
	bool is_done = sitting->prompt.kind == PROMPT_DONE;

	paint_glyph(
		area.row, area.column, is_done ? MEANING_GOOD : MEANING_DANGER, is_done ? GLYPH_RIGHT : GLYPH_WRONG);
	paint_text(area.row, area.column + 2, area.columns - 2, is_done ? MEANING_GOOD : MEANING_DANGER,
		prompt_origin(sitting) != &screen_list
			? (is_done ? _("It is done.") : _("It ended before it was done."))
		: is_done ? _("The ceremony is complete.")
			  : _("The ceremony ended before it was complete."));
}

static unsigned
key(struct sitting *sitting, const struct press *press)
{
	if (press->request == REQUEST_ACCEPT || press->request == REQUEST_BACK)
		return screen_go(sitting->console, prompt_origin(sitting));
	return REACT_UNKNOWN;
}

const struct prompt_view prompt_end = {
	.place = PLACE_END,
	.help = N_("The ceremony is over. The text says what was reached and where the record and the sheets are. "
		   "Enter leads back to "
		   "the list of ceremonies."),
	.rows_fixed = 1,
	.draw = draw,
	.key = key,
};
