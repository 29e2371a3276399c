/* A share, for one custodian to write down: for a while only, and hidden behind a gate of its own after that. */
#include "idle.h"
#include "prompt.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#define LABEL_COLUMNS 15

static bool is_shown;

static void
show(struct sitting *sitting)
{
	(void)sitting;
	is_shown = true;
}

static enum outcome
enter(struct sitting *sitting)
{
	show(sitting);
	return DONE;
}

static void
leave(struct sitting *sitting)
{
	(void)sitting;
	is_shown = false;
}

/* Character by character with air between, as in the boxes of the sheet; a blank in the text parts groups. */
static void
draw_text(const char *label, const struct secret *text, struct area area)
{
	int column = area.column + LABEL_COLUMNS;

	paint_text(area.row, area.column, LABEL_COLUMNS - 1, MEANING_ACCENT, label);
	for (size_t i = 0; i < text->size && column < area.column + area.columns; i++) {
		if (text->bytes[i] != ' ')
			paint_secret(area.row, column, MEANING_FIELD, text, i);
		column += 2;
	}
}

static void
draw_countdown(const struct sitting *sitting, int left, int row, struct area area)
{
	char text[128];

	text_format(text, sizeof text,
		sitting->prompt.kind == PROMPT_SHOW_PIN
			? _("The PIN is hidden in %d:%02d. Any other key gives more time.")
			: _("The share is hidden in %d:%02d. Any other key gives more time."),
		left / 60, left % 60);
	paint_text(row, area.column, area.columns, left <= 30 ? MEANING_WARNING : MEANING_MUTED, text);
}

static void
draw(struct sitting *sitting, struct area area)
{
	int left = (int)((idle_left_ms() + 999) / 1000);
	char id[16];

	if (!is_shown) {
		paint_wrapped(area, 0, MEANING_ACCENT,
			sitting->prompt.kind == PROMPT_SHOW_PIN ? _("The PIN is hidden. Make sure that nobody else "
								    "looks, then press Enter to see it again.")
								: _("The share is hidden. Make sure that nobody else "
								    "looks, then press Enter to see it again."));
		return;
	}
	if (sitting->prompt.kind == PROMPT_SHOW_PIN) {
		draw_text(sitting->prompt.of.show_pin.is_so ? _("SO-PIN") : _("User PIN"),
			sitting->prompt.of.show_pin.pin, area);
		draw_countdown(sitting, left, area.row + 2, area);
		return;
	}
	if (sitting->prompt.of.show.prime == NULL) {
		draw_text(_("Password"), sitting->prompt.of.show.value, area);
		draw_countdown(sitting, left, area.row + 2, area);
		return;
	}
	draw_text(_("Prime"), sitting->prompt.of.show.prime, area);
	text_format(id, sizeof id, "%u", sitting->prompt.of.show.id);
	paint_text(area.row + 2, area.column, LABEL_COLUMNS - 1, MEANING_ACCENT, _("Share ID"));
	paint_text(area.row + 2, area.column + LABEL_COLUMNS, 8, MEANING_FIELD, id);
	area.row += 4;
	draw_text(_("Share value"), sitting->prompt.of.show.value, area);
	area.row += 2;
	if (sitting->prompt.of.show.check_word != NULL)
		draw_text(_("Check word"), sitting->prompt.of.show.check_word, area);
	draw_countdown(sitting, left, area.row + 2, area);
}

static unsigned
key(struct sitting *sitting, const struct press *press)
{
	if (!is_shown && press->request != REQUEST_ACCEPT)
		return REACT_UNKNOWN;
	if (is_shown && press->request == REQUEST_ACCEPT)
		return prompt_answer(sitting, ANSWER_NEXT) | REACT_FLUSH;
	if (!is_shown) {
		show(sitting);
		return REACT_DRAW | REACT_FLUSH;
	}
	/* Whatever key it was: it gives more time. */
	return REACT_DRAW;
}

static void
cover(struct sitting *sitting)
{
	(void)sitting;
	is_shown = false;
}

static unsigned
tick(struct sitting *sitting, bool slots_changed)
{
	(void)sitting;
	(void)slots_changed;
	return is_shown ? REACT_DRAW : REACT_NOTHING;
}

static int
wait_ms(const struct sitting *sitting)
{
	int64_t left = idle_left_ms();

	(void)sitting;
	/* The countdown's next second. */
	return !is_shown || left < 0 ? -1 : left == 0 ? 0 : (int)((left - 1) % 1000) + 1;
}

const struct prompt_view prompt_show = {
	.place = PLACE_SHOW,
	.help = N_(
		"Copy prime, ID, value and check word to your sheet, one character into each box. Letters are a to f "
		"only; 0 is "
		"a zero. Afterwards you type it all back from your sheet, so that a slip of the pen is noticed now.\n"
		"\n"
		"After three minutes without a key the screen goes back to a gate; any key but Enter gives more time. "
		"Help hides the share too: Enter brings it back."),
	.enter = enter,
	.leave = leave,
	.rows_fixed = 9,
	.draw = draw,
	.key = key,
	.tick = tick,
	.wait_ms = wait_ms,
	.cover = cover,
	.idle_text = N_("What was shown was taken off the screen. It is shown again."),
	.back = show,
};
