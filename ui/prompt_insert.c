/* Waits until a token is plugged in: the ceremony looks again whenever something changed. */
#include "prompt.h"

#include <quorate/tongue.h>

static void
draw(struct sitting *sitting, struct area area)
{
	struct code code;
	enum outcome outcome = slots_pcsc(sitting->console->settings->slots, &code);

	paint_text(area.row, area.column, area.columns, MEANING_ACCENT,
		_("Waiting. This goes on by itself once the token is there."));
	/* Without readers the wait would have no end, and nobody would know why. */
	if (outcome == DONE || area.rows < 3)
		return;
	paint_glyph(area.row + 2, area.column, MEANING_DANGER, GLYPH_WRONG);
	paint_wrapped((struct area){ area.row + 2, area.column + 2, area.rows - 2, area.columns - 2 }, 0,
		MEANING_DANGER, outcome_text(outcome));
}

static unsigned
key(struct sitting *sitting, const struct press *press)
{
	(void)sitting;
	(void)press;
	return REACT_UNKNOWN;
}

static unsigned
tick(struct sitting *sitting, bool slots_changed)
{
	return slots_changed ? prompt_answer(sitting, ANSWER_NEXT) : REACT_NOTHING;
}

const struct prompt_view prompt_insert = {
	.place = PLACE_INSERT,
	.help = N_("A token is wanted. Plug it in, or put the card into the reader, and wait a moment; no key is "
		   "needed. If nothing "
		   "happens, try another socket."),
	.rows_fixed = 5,
	.draw = draw,
	.key = key,
	.tick = tick,
};
