/* The keyboard changes hands: nothing secret is on the screen, and keys pressed before count for nothing. */
#include "prompt.h"

#include <quorate/tongue.h>

static unsigned
key(struct sitting *sitting, const struct press *press)
{
	switch (press->request) {
	case REQUEST_ACCEPT:
		return prompt_answer(sitting, ANSWER_NEXT) | REACT_FLUSH;
	case REQUEST_ANOTHER:
		return prompt_answer(sitting, ANSWER_ANOTHER) | REACT_FLUSH;
	default:
		return REACT_UNKNOWN;
	}
}

static void
draw(struct sitting *sitting, struct area area)
{
	paint_text(area.row, area.column, area.columns, MEANING_ACCENT,
		sitting->prompt.of.gate.is_leaving
			? _("Stand up when you are done. Whoever takes over presses Enter.")
			: _("Only the person called presses Enter, once everybody else looks away."));
}

const struct prompt_view prompt_gate = {
	.place = PLACE_GATE,
	.help = N_("The keyboard changes hands. The person called sits down alone; everybody else turns away, and "
		   "cameras are "
		   "covered. Keys pressed before are thrown away. Enter by the person called goes on.\n"
		   "\n"
		   "Custodians may come in any order. Where others are still to come, F4 calls one of them instead: "
		   "for somebody who is late, or had to leave the room."),
	.rows_fixed = 1,
	.draw = draw,
	.key = key,
};
