/* A sheet read back from paper: which way, the lines as they come, and what is said of each. */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdlib.h>
#include <string.h>

void
reading_begin(struct ceremony *ceremony)
{
	read_back_begin(&ceremony->reading.back);
	ceremony->reading.expected = 1;
	ceremony->reading.refused[0] = '\0';
}

void
reading_pause(struct ceremony *ceremony)
{
	ceremony->reading.refused[0] = '\0';
}

static void
add_way(struct prompt *ret, const char *label, const char *detail)
{
	struct prompt_choice *item = &ret->of.choose.items[ret->of.choose.count++];

	text_format(item->label, sizeof item->label, "%s", label);
	text_format(item->detail, sizeof item->detail, "%s", detail);
}

void
reading_ask_way(const struct ceremony *ceremony, struct prompt *ret, const char *text, const char *last,
	const char *last_detail)
{
	const struct read_back *back = &ceremony->reading.back;
	char missing[128];

	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text, "%s", text);
	read_back_tell_missing(back, missing, sizeof missing);
	if (back->got > 0 && missing[0] != '\0')
		text_append(ret->text, sizeof ret->text, _("\nRight so far: %u of %u lines. Missing: %s."), back->got,
			back->total, missing);
	else if (back->got > 0)
		text_append(ret->text, sizeof ret->text,
			P_("\nRight so far: %u line.", "\nRight so far: %u lines.", back->got), back->got);
	add_way(ret, _("Type the lines, or scan the QR symbols with a keyboard scanner"),
		_("Each line is checked at once, in any order. A scanner gives a symbol in one go."));
	add_way(ret, _("Read a picture of the sheet: a scan or a photograph"),
		_("A file on this machine or on a stick: PNG, JPEG, TIFF or PNM. The program zbarimg reads it."));
	add_way(ret, last, last_detail);
}

void
reading_ask_lines(const struct ceremony *ceremony, struct prompt *ret, bool is_picture)
{
	const struct reading *reading = &ceremony->reading;

	ret->kind = PROMPT_ENTER_LINES;
	ret->of.lines.back = &reading->back;
	ret->of.lines.expected = reading->expected;
	ret->of.lines.is_picture = is_picture;
	text_format(ret->of.lines.refused, sizeof ret->of.lines.refused, "%s", reading->refused);
	text_format(ret->text, sizeof ret->text, "%s",
		is_picture ? _("Which file is the picture? Write its whole name, with the folder; it begins with a "
			       "slash ( / ). Several pictures are read one after the other.")
			   : _("Type a line as it stands on the sheet, with the six digits at its end; its number and "
			       "blanks may be left out. Capital and small letters are different. Or scan a QR symbol. "
			       "The order does not matter."));
}

/* Says which line is wrong, and where. */
static void
tell(const struct read_back_news *news, enum outcome outcome, char *ret, size_t size)
{
	if (news->character > 0)
		text_append(ret, size, _("Line %u: character %u is probably wrong. "), news->line, news->character);
	else if (news->line > 0)
		text_append(ret, size, _("Line %u: %s "), news->line, outcome_text(outcome));
	else
		text_append(ret, size, "%s ", outcome_text(outcome));
}

bool
reading_take(struct ceremony *ceremony, const char *lines)
{
	struct reading *reading = &ceremony->reading;
	char *copy = strdup(lines), *rest = copy, *line, sentence[sizeof ceremony->verdict_text] = "";
	enum outcome first = copy == NULL ? FAIL_MEMORY : DONE;

	reading->refused[0] = '\0';
	while (rest != NULL && (line = strsep(&rest, "\n")) != NULL) {
		struct read_back_news news;
		enum outcome outcome;

		if (line[strspn(line, " \t\r")] == '\0')
			continue;
		outcome = read_back_take(&reading->back, line, reading->expected, &news);
		if (outcome == DONE) {
			reading->expected = read_back_missing(&reading->back, news.line);
			continue;
		}
		tell(&news, outcome, sentence, sizeof sentence);
		if (first == DONE)
			text_format(reading->refused, sizeof reading->refused, "%s", line);
		first = first == DONE ? outcome : first;
		/* Of several, the next one is the next. */
		if (rest != NULL && outcome == FAIL_LINE_CHECK && news.line < READ_BACK_LINES_MOST)
			reading->expected = news.line + 1;
	}
	free(copy);
	if (first != DONE) {
		step_refuse_with(ceremony, first, "%s", sentence[0] == '\0' ? outcome_text(first) : sentence);
		reading->expected = read_back_missing(&reading->back, reading->expected - 1);
	}
	return reading->back.total > 0 && reading->back.got == reading->back.total;
}

void
reading_refuse(struct ceremony *ceremony, enum outcome outcome)
{
	reading_begin(ceremony);
	step_refuse(ceremony, outcome);
}
