/* Sheets that were saved: print them where there is a printer, look at them on the screen, go on. */
#include "printer.h"
#include "prompt.h"
#include "rows.h"

#include <quorate/text.h>
#include <quorate/tongue.h>
#include <stdlib.h>
#include <string.h>

/* The lines of the menu: go on, look, then the printers. */
enum { LINE_GO_ON, LINE_LOOK, LINE_PRINTERS };

static struct printer printer;
static size_t selected;
static char *preview; /* the sheets as plain text while they are looked at */
static int scroll, rows_seen;

static enum outcome
enter(struct sitting *sitting)
{
	selected = LINE_GO_ON;
	printer_list(&printer, sitting->console->settings->launcher);
	return DONE;
}

static void
close_preview(struct sitting *sitting)
{
	free(preview);
	preview = NULL;
	sitting->is_text_hidden = false;
	sitting->console->place = PLACE_PRINT;
}

static void
leave(struct sitting *sitting)
{
	close_preview(sitting);
	printer_close(&printer);
}

static int
rows(const struct sitting *sitting, int columns)
{
	int files = rows_count(sitting->prompt.of.print.pdf, columns - 4) +
		    rows_count(sitting->prompt.of.print.plain, columns - 4);

	return files + 3 + LINE_PRINTERS + (int)(printer.count > 0 ? printer.count : 1);
}

static void
draw_preview(struct area area)
{
	const char *line = preview;

	rows_seen = area.rows;
	for (int i = 0; *line != '\0'; i++) {
		size_t length = strcspn(line, "\n");
		char text[256];

		if (i >= scroll && i < scroll + area.rows) {
			/* A form feed stands between two sheets. */
			text_format(text, sizeof text, "%.*s", (int)length, *line == '\f' ? line + 1 : line);
			paint_text(area.row + i - scroll, area.column, area.columns, MEANING_NORMAL, text);
		}
		line += length + (line[length] == '\n');
	}
}

static void
draw_item(size_t number, const char *text, struct area area)
{
	bool is_selected = number == selected;

	if (is_selected) {
		paint_glyph(area.row, area.column, MEANING_ACCENT, GLYPH_SELECTED);
		paint_bar(area.row, area.column + 2, area.columns - 2, MEANING_SELECTED, "");
	}
	paint_text(area.row, area.column + 2, area.columns - 2, is_selected ? MEANING_SELECTED : MEANING_NORMAL, text);
}

static struct area
below(struct area area, int rows_used)
{
	return (struct area){ area.row + rows_used, area.column, area.rows - rows_used, area.columns };
}

static void
draw(struct sitting *sitting, struct area area)
{
	struct area file;
	char text[256];

	if (preview != NULL) {
		draw_preview(area);
		return;
	}
	text_format(text, sizeof text,
		P_("%zu sheet is saved in these files:", "%zu sheets are saved in these files:",
			sitting->prompt.of.print.count),
		sitting->prompt.of.print.count);
	paint_text(area.row, area.column, area.columns, MEANING_NORMAL, text);
	area = below(area, 1);
	file = (struct area){ area.row, area.column + 2, area.rows, area.columns - 4 };
	area = below(area, paint_wrapped(file, 0, MEANING_ACCENT, sitting->prompt.of.print.pdf));
	file = (struct area){ area.row, area.column + 2, area.rows, area.columns - 4 };
	area = below(area, paint_wrapped(file, 0, MEANING_ACCENT, sitting->prompt.of.print.plain) + 1);
	draw_item(LINE_GO_ON, _("Go on"), area);
	draw_item(LINE_LOOK, _("Look at the sheets on the screen"), below(area, 1));
	area = below(area, LINE_PRINTERS);
	for (size_t i = 0; i < printer.count && area.rows > 0; i++) {
		text_format(text, sizeof text, _("Print on %s"), printer.names[i]);
		draw_item(LINE_PRINTERS + i, text, area);
		area = below(area, 1);
	}
	if (printer.count == 0)
		paint_text(area.row, area.column + 2, area.columns - 2, MEANING_MUTED,
			printer.state == PRINTER_LISTING
				? _("Looking for printers...")
				: _("No printer is set up here: take the files to one, or go on."));
}

static unsigned
open_preview(struct sitting *sitting)
{
	size_t size;
	enum outcome outcome =
		sheet_plain(sitting->prompt.of.print.sheets, sitting->prompt.of.print.count, &preview, &size);

	if (outcome != DONE) {
		preview = NULL;
		prompt_remark(sitting, MEANING_DANGER, "%s", outcome_text(outcome));
		return REACT_DRAW;
	}
	scroll = 0;
	sitting->is_text_hidden = true;
	sitting->console->place = PLACE_PREVIEW;
	return REACT_DRAW;
}

static unsigned
scroll_by(struct sitting *sitting, int by)
{
	int all = 0, last, before = scroll;

	for (const char *at = preview; *at != '\0'; at++)
		all += *at == '\n';
	last = all > rows_seen ? all - rows_seen : 0;
	scroll = scroll + by > last ? last : scroll + by < 0 ? 0 : scroll + by;
	if (scroll == before)
		screen_message(sitting->console, MEANING_NORMAL, "%s", _("The sheets end here."));
	return REACT_DRAW;
}

static unsigned
preview_key(struct sitting *sitting, const struct press *press)
{
	switch (press->request) {
	case REQUEST_UP:
		return scroll_by(sitting, -1);
	case REQUEST_DOWN:
		return scroll_by(sitting, 1);
	case REQUEST_PAGE_UP:
		return scroll_by(sitting, -rows_seen);
	case REQUEST_PAGE_DOWN:
		return scroll_by(sitting, rows_seen);
	case REQUEST_HOME:
		return scroll_by(sitting, -scroll);
	case REQUEST_END:
		return scroll_by(sitting, INT16_MAX);
	case REQUEST_BACK:
		close_preview(sitting);
		return REACT_DRAW;
	default:
		return REACT_UNKNOWN;
	}
}

static unsigned
accept(struct sitting *sitting)
{
	if (selected == LINE_LOOK)
		return open_preview(sitting);
	if (printer.state == PRINTER_PRINTING) {
		prompt_remark(sitting, MEANING_WARNING, "%s",
			_("The sheets are still on their way to the printer. Wait a moment."));
		return REACT_DRAW;
	}
	if (selected == LINE_GO_ON)
		return prompt_answer(sitting, ANSWER_NEXT);
	printer_print(&printer, selected - LINE_PRINTERS, sitting->prompt.of.print.pdf);
	if (printer.state == PRINTER_PRINTING)
		prompt_remark(sitting, MEANING_NORMAL, "%s", _("The sheets are on their way to the printer."));
	else
		prompt_remark(sitting, MEANING_DANGER, "%s", outcome_text(printer.outcome));
	return REACT_DRAW;
}

static unsigned
key(struct sitting *sitting, const struct press *press)
{
	size_t count = LINE_PRINTERS + printer.count;

	if (preview != NULL)
		return preview_key(sitting, press);
	if (keys_select(press, count, &selected))
		return REACT_DRAW;
	switch (press->request) {
	case REQUEST_ACCEPT:
		return accept(sitting);
	default:
		return REACT_UNKNOWN;
	}
}

static unsigned
tick(struct sitting *sitting, bool slots_changed)
{
	bool was_printing = printer.state == PRINTER_PRINTING;

	(void)slots_changed;
	if (!printer_advance(&printer))
		return REACT_NOTHING;
	if (was_printing && printer.outcome == DONE)
		prompt_remark(sitting, MEANING_GOOD, "%s",
			_("The printer took the sheets. Look whether all of them come out."));
	else if (was_printing)
		prompt_remark(sitting, MEANING_DANGER, "%s", outcome_text(printer.outcome));
	return REACT_DRAW;
}

static int
wait_ms(const struct sitting *sitting)
{
	(void)sitting;
	return printer_timeout(&printer);
}

static size_t
descriptors(const struct sitting *sitting, struct pollfd *ret, size_t most)
{
	(void)sitting;
	return printer_descriptors(&printer, ret, most);
}

const struct prompt_view prompt_print = {
	.place = PLACE_PRINT,
	.help = N_("The sheets are saved as files already, once to print and once as plain text. They hold no secret: "
		   "custodians fill "
		   "the boxes by hand.\n"
		   "\n"
		   "If a printer is set up on this machine, choose it with the arrow keys and press Enter; this can be "
		   "repeated. "
		   "Otherwise print the file elsewhere. Go on when the paper is there."),
	.enter = enter,
	.leave = leave,
	.rows = rows,
	.draw = draw,
	.key = key,
	.tick = tick,
	.wait_ms = wait_ms,
	.descriptors = descriptors,
};
