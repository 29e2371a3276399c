/* Something is under way. */
#include "prompt.h"

#include <quorate/clock.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

/* How often progress is looked at, and from when on a bar is shown. */
#define LOOK_MS 250
#define BAR_MS 2000

static int64_t began;

static enum outcome
enter(struct sitting *sitting)
{
	(void)sitting;
	began = clock_steady_ms();
	return DONE;
}

static void
draw(struct sitting *sitting, struct area area)
{
	double fraction = sitting->prompt.of.work.fraction;
	int64_t left = sitting->prompt.of.work.left_ms, elapsed = clock_steady_ms() - began;
	int columns = area.columns < 60 ? area.columns : 60, full;
	char text[128];

	text_format(text, sizeof text,
		P_("Working for %d second.", "Working for %d seconds.", (unsigned long)(elapsed / 1000)),
		(int)(elapsed / 1000));
	if (elapsed >= BAR_MS && fraction >= 0) {
		full = fraction >= 1 ? columns : (int)(fraction * columns);
		for (int i = 0; i < columns; i++)
			paint_glyph(area.row, area.column + i, MEANING_ACCENT, i < full ? GLYPH_BAR : GLYPH_BAR_REST);
		text_format(text, sizeof text, _("%d %% done"), (int)(fraction * 100));
		if (left >= 0)
			text_append(text, sizeof text,
				P_(", about %d second left", ", about %d seconds left",
					(unsigned long)(left / 1000 + 1)),
				(int)(left / 1000 + 1));
	}
	paint_text(area.row + 1, area.column, area.columns, MEANING_NORMAL, text);
	if (!sitting->prompt.of.work.may_stop)
		paint_text(area.row + 2, area.column, area.columns, MEANING_WARNING,
			_("This cannot be interrupted: leave the token where it is."));
}

static unsigned
key(struct sitting *sitting, const struct press *press)
{
	(void)press;
	prompt_remark(sitting, MEANING_NORMAL, "%s", _("Please wait: this goes on by itself."));
	return REACT_DRAW;
}

static unsigned
tick(struct sitting *sitting, bool slots_changed)
{
	(void)sitting;
	(void)slots_changed;
	return REACT_DRAW;
}

static int
wait_ms(const struct sitting *sitting)
{
	(void)sitting;
	return LOOK_MS;
}

const struct prompt_view prompt_work = {
	.place = PLACE_WORK,
	.help = N_("The machine or the token is working. It goes on by itself; where stopping does no harm, Esc offers "
		   "it."),
	.enter = enter,
	.rows_fixed = 3,
	.draw = draw,
	.key = key,
	.tick = tick,
	.wait_ms = wait_ms,
};
