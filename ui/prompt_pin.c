/* A PIN or a password: masked, its rules checked as it is typed, the tries that are left in view. */
#include "mask.h"
#include "prompt.h"

#include <quorate/password.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

/* What stands behind a field: how long it is by now. */
#define POSITION_COLUMNS 20

static struct mask mask;

static bool
is_pin(const struct sitting *sitting)
{
	return sitting->prompt.kind == PROMPT_PIN;
}

static enum outcome
enter(struct sitting *sitting)
{
	size_t most = is_pin(sitting) ? sitting->prompt.of.pin.most : LIMIT_PASSWORD_MAX;

	return mask_open(&mask, most, is_pin(sitting) ? 4 : 0);
}

static void
leave(struct sitting *sitting)
{
	(void)sitting;
	mask_close(&mask);
}

static int
rows(const struct sitting *sitting, int columns)
{
	(void)columns;
	return is_pin(sitting) ? 3 : 2;
}

static void
draw_tries(int tries, struct area area)
{
	enum meaning meaning = tries == 1 ? MEANING_ALARM : tries <= 3 ? MEANING_WARNING : MEANING_NORMAL;
	char text[128];

	if (tries < 0)
		return;
	if (tries == 1)
		text_format(text, sizeof text, "%s", _(" This is the LAST TRY. A wrong one locks it. "));
	else
		text_format(text, sizeof text, P_("%d try is left.", "%d tries are left.", tries), tries);
	paint_text(area.row, area.column, area.columns, meaning, text);
}

static void
draw(struct sitting *sitting, struct area area)
{
	const char *label = !is_pin(sitting)               ? _("Password")
			    : sitting->prompt.of.pin.is_so ? _("SO-PIN")
							   : _("User PIN");
	int column = area.column + paint_text(area.row, area.column, 16, MEANING_ACCENT, label) + 2;
	char position[64];

	text_format(position, sizeof position, P_("%zu character", "%zu characters", mask.text->size), mask.text->size);
	if (is_pin(sitting) && sitting->prompt.of.pin.least == sitting->prompt.of.pin.most && mask.cursor < mask.most)
		text_format(position, sizeof position, _("digit %zu of %zu"), mask.cursor + 1, mask.most);
	if (is_pin(sitting))
		mask.width = area.column + area.columns - column - POSITION_COLUMNS;
	if (is_pin(sitting) && mask_columns(&mask) > mask.width) {
		paint_text(area.row, column + mask.width + 3, POSITION_COLUMNS, MEANING_MUTED, position);
	} else if (column + mask_columns(&mask) + POSITION_COLUMNS > area.column + area.columns) {
		/* A long password: only its length, at the left. */
		column = area.column;
		area.row += area.rows > 1;
	} else {
		paint_text(area.row, column + mask_columns(&mask) + 3, 24, MEANING_MUTED, position);
	}
	if (is_pin(sitting))
		draw_tries(
			sitting->prompt.of.pin.tries_left, (struct area){ area.row + 2, area.column, 1, area.columns });
	mask_draw(&mask, area.row, column, true);
}

/* What the rules say of what stands there now. */
static enum outcome
check(const struct sitting *sitting, const char **ret_advice)
{
	*ret_advice = NULL;
	if (mask.text->size == 0)
		return FAIL_EMPTY;
	if (!is_pin(sitting))
		return password_check(mask.text, sitting->prompt.of.password.is_new, ret_advice);
	if (sitting->prompt.of.pin.slot != NULL)
		return token_check_slot_pin(
			mask.text, sitting->prompt.of.pin.slot, sitting->prompt.of.pin.is_new, ret_advice);
	if (sitting->prompt.of.pin.is_so)
		return token_check_so_pin(mask.text, sitting->prompt.of.pin.is_new, ret_advice);
	return token_check_user_pin(mask.text, sitting->prompt.of.pin.is_new, ret_advice);
}

static void
comment(struct sitting *sitting)
{
	const char *advice;
	enum outcome outcome = check(sitting, &advice);

	/* Too short is no fault while it is being typed. */
	if (outcome == FAIL_EMPTY || outcome == FAIL_PIN_LENGTH || outcome == FAIL_SO_PIN_LENGTH ||
		outcome == FAIL_PIN_TOKEN_LENGTH || outcome == FAIL_PASSWORD_LENGTH)
		prompt_remark(sitting, MEANING_NORMAL, "%s", "");
	else if (outcome != DONE)
		prompt_remark(sitting, MEANING_DANGER, "%s", outcome_text(outcome));
	else
		prompt_remark(sitting, MEANING_WARNING, "%s", advice == NULL ? "" : advice);
}

static unsigned
key(struct sitting *sitting, const struct press *press)
{
	const char *advice;
	enum outcome outcome;

	if (press->request == REQUEST_ACCEPT) {
		mask_hide(&mask);
		if ((outcome = check(sitting, &advice)) != DONE) {
			prompt_remark(sitting, MEANING_DANGER, "%s", outcome_text(outcome));
			return REACT_DRAW;
		}
		sitting->answer.secret = secret_move(&mask.text);
		return prompt_answer(sitting, ANSWER_SECRET);
	}
	switch (mask_key(&mask, press)) {
	case MASK_TAKEN:
		comment(sitting);
		return REACT_DRAW;
	case MASK_FULL:
		prompt_remark(sitting, MEANING_WARNING,
			P_("No more fits: at most %zu character.", "No more fits: at most %zu characters.", mask.most),
			mask.most);
		return REACT_DRAW;
	case MASK_REFUSED:
		prompt_remark(sitting, MEANING_WARNING, "%s", outcome_text(FAIL_PIN_CHARACTER));
		return REACT_DRAW;
	default:
		return REACT_UNKNOWN;
	}
}

static unsigned
tick(struct sitting *sitting, bool slots_changed)
{
	(void)sitting;
	(void)slots_changed;
	return mask_tick(&mask) ? REACT_DRAW : REACT_NOTHING;
}

static int
wait_ms(const struct sitting *sitting)
{
	(void)sitting;
	return mask_timeout(&mask);
}

/* Enter by somebody else would send it. */
static void
idle(struct sitting *sitting)
{
	secret_clear(mask.text);
	mask.cursor = 0;
	prompt_remark(sitting, MEANING_NORMAL, "%s", "");
}

static void
cover(struct sitting *sitting)
{
	(void)sitting;
	mask_hide(&mask);
}

const struct prompt_view prompt_pin = {
	.place = PLACE_PIN,
	.help = N_("What you type is hidden; each character shows as a dot. F2 shows it for five seconds, for the case "
		   "that you "
		   "lost your place: look around first. Backspace takes the last character away, Ctrl-U all of them.\n"
		   "\n"
		   "A device counts wrong PINs and locks itself. How many tries are left stands under the field. "
		   "Nothing is sent "
		   "before Enter."),
	.enter = enter,
	.leave = leave,
	.rows = rows,
	.draw = draw,
	.key = key,
	.tick = tick,
	.wait_ms = wait_ms,
	.cover = cover,
	.idle_text = N_("What was typed was wiped: type it from the beginning."),
	.idle = idle,
};
