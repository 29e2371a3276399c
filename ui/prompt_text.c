/* A line of text that is not secret. */
#include "line.h"
#include "prompt.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

static struct line_field line;

static enum outcome
enter(struct sitting *sitting)
{
	line_open(&line, sitting->prompt.of.text_line.initial, sitting->prompt.of.text_line.most);
	return DONE;
}

static void
draw(struct sitting *sitting, struct area area)
{
	(void)sitting;
	line_draw(&line, area.row, area.column, area.columns <= (int)line.most ? area.columns : (int)line.most + 1);
}

static unsigned
key(struct sitting *sitting, const struct press *press)
{
	if (press->request == REQUEST_ACCEPT) {
		text_format(sitting->answer.text, sizeof sitting->answer.text, "%s", line.text);
		return prompt_answer(sitting, ANSWER_TEXT);
	}
	switch (line_key(&line, press)) {
	case LINE_TAKEN:
		prompt_remark(sitting, MEANING_NORMAL, "%s", "");
		return REACT_DRAW;
	case LINE_FULL:
		prompt_remark(sitting, MEANING_WARNING,
			P_("No more fits: at most %zu character.", "No more fits: at most %zu characters.", line.most),
			line.most);
		return REACT_DRAW;
	default:
		return REACT_UNKNOWN;
	}
}

const struct prompt_view prompt_text = {
	.place = PLACE_TEXT,
	.help = N_("Type a line and press Enter. What stands there already is a proposal: Ctrl-U empties the line, "
		   "Backspace takes "
		   "characters away. This is not secret; everybody may read it."),
	.enter = enter,
	.rows_fixed = 1,
	.draw = draw,
	.key = key,
};
