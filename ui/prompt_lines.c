/* Lines of a sheet, typed or scanned: an answer each, judged by the ceremony. Or a picture of the sheet, which zbarimg
 * reads, and whose symbols are the answer. */
#include "line.h"
#include "pictures.h"
#include "prompt.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

static struct {
	struct line_field field;
	struct picture picture;
	bool is_reading; /* a picture */
	bool is_refused; /* what stands there was not right, and no key was pressed since */
} self;

static enum outcome
enter(struct sitting *sitting)
{
	/* A picture's name is typed anew; the line that was wrong is mended. */
	line_open(&self.field, sitting->prompt.of.lines.is_picture ? "" : sitting->prompt.of.lines.refused,
		LINE_FIELD_SIZE - 1);
	self.is_reading = false;
	self.is_refused = self.field.size > 0;
	return DONE;
}

static void
leave(struct sitting *sitting)
{
	(void)sitting;
	picture_close(&self.picture);
	memset(&self, 0, sizeof self);
}

static int
rows(const struct sitting *sitting, int columns)
{
	(void)sitting;
	(void)columns;
	return 4;
}

static void
tell_state(const struct read_back *back, char *ret, size_t size)
{
	char missing[96];

	if (back->total == 0) {
		text_format(ret, size, _("Lines that are right: %u. How many there are, line 1 tells."), back->got);
		return;
	}
	read_back_tell_missing(back, missing, sizeof missing);
	text_format(ret, size, _("Lines that are right: %u of %u. Missing: %s"), back->got, back->total, missing);
}

static void
draw(struct sitting *sitting, struct area area)
{
	char text[256];

	tell_state(sitting->prompt.of.lines.back, text, sizeof text);
	paint_text(area.row, area.column, area.columns, MEANING_MUTED, text);
	if (sitting->prompt.of.lines.is_picture)
		text_format(text, sizeof text, "%s", _("Picture:"));
	else
		text_format(text, sizeof text, _("Line %u:"), sitting->prompt.of.lines.expected);
	paint_text(area.row + 2, area.column, area.columns, MEANING_NORMAL, text);
	line_draw(&self.field, area.row + 3, area.column, area.columns);
}

static unsigned
begin_picture(struct sitting *sitting)
{
	enum outcome outcome = picture_begin(&self.picture, sitting->console->settings->launcher, self.field.text);

	self.is_reading = outcome == DONE;
	if (outcome == DONE)
		prompt_remark(sitting, MEANING_NORMAL, "%s", _("The picture is being read."));
	else
		prompt_remark(sitting, MEANING_DANGER, "%s", outcome_text(outcome));
	return REACT_DRAW;
}

static unsigned
answer(struct sitting *sitting, const char *lines)
{
	sitting->answer.lines = lines;
	return prompt_answer(sitting, ANSWER_LINES);
}

static unsigned
key(struct sitting *sitting, const struct press *press)
{
	if (self.is_reading) {
		prompt_remark(sitting, MEANING_WARNING, "%s", _("The picture is still being read. Wait a moment."));
		return REACT_DRAW;
	}
	switch (press->request) {
	case REQUEST_SHOW_AGAIN:
		return prompt_answer(sitting, ANSWER_AGAIN);
	case REQUEST_ACCEPT:
		if (self.field.size == 0) {
			prompt_remark(sitting, MEANING_WARNING, "%s", outcome_text(FAIL_EMPTY));
			return REACT_DRAW;
		}
		return sitting->prompt.of.lines.is_picture ? begin_picture(sitting) : answer(sitting, self.field.text);
	default:
		break;
	}
	/* Whoever types begins the line anew, a scanner above all; the other keys mend it. */
	if (self.is_refused && press->request == REQUEST_NONE && press->character != 0)
		line_open(&self.field, "", LINE_FIELD_SIZE - 1);
	self.is_refused = false;
	switch (line_key(&self.field, press)) {
	case LINE_TAKEN:
		prompt_remark(sitting, MEANING_NORMAL, "%s", "");
		return REACT_DRAW;
	case LINE_FULL:
		prompt_remark(sitting, MEANING_WARNING, "%s", outcome_text(FAIL_TOO_LONG));
		return REACT_DRAW;
	case LINE_REFUSED:
		prompt_remark(sitting, MEANING_WARNING, "%s", outcome_text(FAIL_TEXT_CHARACTER));
		return REACT_DRAW;
	default:
		return REACT_UNKNOWN;
	}
}

static unsigned
tick(struct sitting *sitting, bool slots_changed)
{
	(void)slots_changed;
	if (!self.is_reading || !picture_advance(&self.picture))
		return REACT_NOTHING;
	self.is_reading = false;
	if (self.picture.outcome != DONE) {
		prompt_remark(sitting, MEANING_DANGER, "%s", outcome_text(self.picture.outcome));
		return REACT_DRAW;
	}
	self.picture.errand.heard[self.picture.errand.heard_size] = '\0';
	return answer(sitting, self.picture.errand.heard);
}

static int
wait_ms(const struct sitting *sitting)
{
	(void)sitting;
	return errand_timeout(&self.picture.errand);
}

static size_t
descriptors(const struct sitting *sitting, struct pollfd *ret, size_t most)
{
	(void)sitting;
	return errand_descriptors(&self.picture.errand, ret, most);
}

const struct prompt_view prompt_lines = {
	.place = PLACE_LINES,
	.help = N_(
		"A sheet of paper becomes a file again. Each line of the sheet has a check of six digits at its end: "
		"a slip is noticed at once, and its place is told where that is certain. The order does not matter, "
		"and the number in front may be left out. A line that was not right stays: mend it with the arrow "
		"keys, or "
		"type it anew.\n"
		"\n"
		"A keyboard scanner types a whole QR symbol and Enter: where a sheet has several symbols, scan them in "
		"their order. F3 leads to the other ways, with everything kept that was right: a picture of the sheet "
		"can be read as well, by the program zbarimg, in a process without privileges.\n"
		"\n"
		"Nothing here is secret: the sheet is of no use without the password or the shares."),
	.enter = enter,
	.leave = leave,
	.rows = rows,
	.draw = draw,
	.key = key,
	.tick = tick,
	.wait_ms = wait_ms,
	.descriptors = descriptors,
};
