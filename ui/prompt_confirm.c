/* A word to be typed before something that cannot be undone. */
#include "line.h"
#include "prompt.h"

#include <quorate/text.h>
#include <quorate/tongue.h>
#include <string.h>

static struct line_field line;

static enum outcome
enter(struct sitting *sitting)
{
	(void)sitting;
	line_open(&line, "", LIMIT_TEXT_INPUT - 1);
	return DONE;
}

static void
draw(struct sitting *sitting, struct area area)
{
	int column = area.column;

	column +=
		paint_text(area.row, column, area.columns, MEANING_NORMAL, _("To go on, type this and press Enter:")) +
		2;
	paint_text(area.row, column, area.column + area.columns - column, MEANING_WARNING,
		sitting->prompt.of.confirm.word);
	line_draw(&line, area.row + 2, area.column, area.columns < 64 ? area.columns : 64);
}

static unsigned
key(struct sitting *sitting, const struct press *press)
{
	if (press->request == REQUEST_ACCEPT) {
		if (line.size == 0) {
			prompt_remark(sitting, MEANING_WARNING, "%s", outcome_text(FAIL_EMPTY));
			return REACT_DRAW;
		}
		text_format(sitting->answer.text, sizeof sitting->answer.text, "%s", line.text);
		return prompt_answer(sitting, ANSWER_WORD);
	}
	return line_key(&line, press) == LINE_TAKEN ? REACT_DRAW : REACT_UNKNOWN;
}

const struct prompt_view prompt_confirm = {
	.place = PLACE_WORD,
	.help = N_("What comes now cannot be undone. Read the text aloud, make sure that everybody agrees, and type "
		   "the word that is "
		   "shown, exactly as it stands there. A wrong word does nothing; Esc stops."),
	.enter = enter,
	.rows_fixed = 3,
	.draw = draw,
	.key = key,
};
