/*
 * Journal: the records in the ceremonies' folder, and one of them in words, its chain verified. Over a ceremony that is
 * being held it shows that one's record, and the ceremony goes on under it.
 */
#include "journal_text.h"
#include "prompt.h"
#include "rows.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdlib.h>
#include <string.h>

#define RECORDS_MOST 64

static struct journal_entry entries[RECORDS_MOST];
static size_t entry_count, selected;
static char path[CEREMONY_PATH_SIZE]; /* of the record that is read; "": the list */
static char *text;
static enum meaning meaning; /* of its first line: what became of the chain */
static int scroll, rows_seen, rows_all;
static bool is_printing;
static struct sitting sitting; /* for the view that prints */
static struct sheet *sheet;

static void
close_print(struct console *console)
{
	if (is_printing)
		prompt_print.leave(&sitting);
	is_printing = false;
	sheet_free(&sheet);
	console->place = console->under != NULL ? PLACE_RECORD : PLACE_JOURNAL;
}

static void
close_record(void)
{
	free(text);
	text = NULL;
	path[0] = '\0';
}

static void
open_record(const char *of)
{
	close_record();
	text_format(path, sizeof path, "%s", of);
	text = journal_text(path, &meaning);
	scroll = 0;
}

static unsigned
enter(struct console *console)
{
	close_record();
	is_printing = false;
	console->place = console->under != NULL ? PLACE_RECORD : PLACE_JOURNAL;
	if (console->under != NULL) {
		open_record(console->record);
		return REACT_DRAW;
	}
	entry_count = journal_list(console->settings->folder, entries, RECORDS_MOST);
	selected = 0;
	return REACT_DRAW;
}

static void
leave(struct console *console)
{
	close_print(console);
	close_record();
}

static void
draw_list(struct area area)
{
	struct area inside = paint_panel(area, _("Records of ceremonies"), MEANING_BORDER);
	size_t shown = (size_t)inside.rows - 2, first = selected >= shown ? selected - shown + 1 : 0;

	if (entry_count == 0)
		paint_wrapped(inside, 0, MEANING_NORMAL, _("There is no record in the ceremonies' folder yet."));
	for (size_t i = first; i < entry_count && i < first + shown; i++) {
		int row = inside.row + 1 + (int)(i - first);

		if (i == selected)
			paint_glyph(row, inside.column, MEANING_ACCENT, GLYPH_SELECTED);
		paint_bar(row, inside.column + 2, inside.columns - 2,
			i == selected         ? MEANING_SELECTED
			: entries[i].is_right ? MEANING_NORMAL
					      : MEANING_DANGER,
			entries[i].title);
	}
}

static void
draw_record(struct area area)
{
	struct area inside = paint_panel(area, _("The record, from its first line to its last"), MEANING_BORDER);
	const char *lines = strchr(text, '\n');
	char verdict[LIMIT_TEXT_INPUT];
	int used;

	text_format(verdict, sizeof verdict, "%.*s", (int)strcspn(text, "\n"), text);
	used = paint_wrapped(inside, 0, meaning, verdict) + 1;
	inside.row += used;
	inside.rows -= used;
	rows_seen = inside.rows;
	rows_all = lines == NULL ? 0 : rows_count(lines + 1, inside.columns);
	if (scroll > rows_all - rows_seen)
		scroll = rows_all > rows_seen ? rows_all - rows_seen : 0;
	if (lines != NULL)
		paint_wrapped(inside, scroll, MEANING_NORMAL, lines + 1);
	if (scroll + rows_seen < rows_all)
		paint_text(area.row + area.rows - 1, area.column + 2, area.columns - 4, MEANING_ACCENT,
			_(" PgDn: there is more to read "));
}

static void
draw(struct console *console, struct area area)
{
	struct area inside;

	(void)console;
	if (is_printing && sitting.is_text_hidden) {
		prompt_print.draw(&sitting, area);
	} else if (is_printing) {
		inside = paint_panel(area, _("The record as a sheet"), MEANING_BORDER);
		if (sitting.remark[0] != '\0')
			paint_wrapped((struct area){ inside.row + inside.rows - 2, inside.column, 2, inside.columns },
				0, sitting.remark_meaning, sitting.remark);
		inside.rows -= 3;
		prompt_print.draw(&sitting, inside);
	} else if (text != NULL) {
		draw_record(area);
	} else {
		draw_list(area);
	}
}

/* The sheet is made and saved, and can be printed. */
static unsigned
print_record(struct console *console)
{
	struct prompt *prompt = &sitting.prompt;
	enum outcome outcome;

	if (!journal_text_is_over(path)) {
		screen_message(console, MEANING_WARNING, "%s",
			_("This ceremony is not over: a sheet made now would lack its end. Print it when it is."));
		return REACT_DRAW;
	}
	outcome = ceremony_record_sheet(path, &sheet);
	memset(&sitting, 0, sizeof sitting);
	sitting.console = console;
	prompt->kind = PROMPT_PRINT;
	prompt->of.print.sheets = (const struct sheet *const *)&sheet;
	prompt->of.print.count = 1;
	if (outcome == DONE)
		outcome = ceremony_record_save(path, sheet, console->settings->wants_letter_paper, prompt->of.print.pdf,
			prompt->of.print.plain);
	text_format(prompt->of.print.folder, sizeof prompt->of.print.folder, "%.*s", (int)(strrchr(path, '/') - path),
		path);
	if (outcome == DONE)
		outcome = prompt_print.enter(&sitting);
	if (outcome != DONE) {
		sheet_free(&sheet);
		screen_message(console, MEANING_DANGER, "%s", outcome_text(outcome));
		return REACT_DRAW;
	}
	is_printing = true;
	console->place = PLACE_PRINT;
	return REACT_DRAW;
}

static unsigned
print_key(struct console *console, const struct press *press)
{
	bool is_inside = console->place == PLACE_PREVIEW || console->place == PLACE_PATH;
	unsigned reaction = REACT_ANSWER;

	if (press->request == REQUEST_NOTE || press->request == REQUEST_PAUSE || press->request == REQUEST_HELP ||
		press->request == REQUEST_JOURNAL)
		return REACT_UNKNOWN;
	if (press->request != REQUEST_BACK || is_inside)
		reaction = prompt_print.key(&sitting, press);
	if (!(reaction & REACT_ANSWER))
		return reaction;
	close_print(console);
	return REACT_DRAW;
}

static unsigned
record_key(struct console *console, const struct press *press)
{
	if (keys_scroll(press, rows_seen, rows_all, &scroll))
		return REACT_DRAW;
	switch (press->request) {
	case REQUEST_SHEET:
		return print_record(console);
	case REQUEST_JOURNAL:
	case REQUEST_BACK:
		close_record();
		if (console->under != NULL)
			return screen_uncover(console);
		return REACT_DRAW;
	default:
		return console->under != NULL ? REACT_UNKNOWN : screen_common_key(console, press);
	}
}

static unsigned
key(struct console *console, const struct press *press)
{
	if (is_printing)
		return print_key(console, press);
	if (text != NULL)
		return record_key(console, press);
	if (entry_count > 0 && keys_select(press, entry_count, &selected))
		return REACT_DRAW;
	if (press->request == REQUEST_ACCEPT && entry_count > 0) {
		open_record(entries[selected].path);
		return REACT_DRAW;
	}
	return screen_common_key(console, press);
}

static unsigned
tick(struct console *console, bool slots_changed)
{
	(void)console;
	return is_printing && prompt_print.tick != NULL
		       ? prompt_print.tick(&sitting, slots_changed) & ~(unsigned)REACT_ANSWER
		       : REACT_NOTHING;
}

static size_t
descriptors(const struct console *console, struct pollfd *ret, size_t most)
{
	(void)console;
	return is_printing && prompt_print.descriptors != NULL ? prompt_print.descriptors(&sitting, ret, most) : 0;
}

static int
wait_ms(const struct console *console)
{
	(void)console;
	return is_printing && prompt_print.wait_ms != NULL ? prompt_print.wait_ms(&sitting) : -1;
}

const struct screen screen_journal = {
	.name = "journal",
	.title = N_("Journal"),
	.help = N_("Every ceremony keeps a record: who did what, when, to which token. Here the records in the "
		   "ceremonies' "
		   "folder are listed, and each is shown in words. Each line holds the digest of the one before it; "
		   "whether that is still so stands above the lines.\n"
		   "\n"
		   "The record of a ceremony that is over can be printed as a sheet (p), with its digest in hex and in "
		   "words "
		   "for reading aloud, to be signed."),
	.enter = enter,
	.leave = leave,
	.draw = draw,
	.key = key,
	.tick = tick,
	.wait_ms = wait_ms,
	.descriptors = descriptors,
};
