/*
 * Sheets that were saved: print them on a printer, all at once or one by one with the printer guarded in between, or on
 * a device that CUPS does not know; look at them on the screen; go on.
 */
#include "drive_menu.h"
#include "line.h"
#include "preview.h"
#include "printer.h"
#include "prompt.h"
#include "rows.h"
#include "sheet_files.h"

#include <quorate/file.h>
#include <quorate/pdf.h>
#include <quorate/text.h>
#include <quorate/tongue.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The lines of the menu. Not all of them are there at any time: what comes and goes stands at the end. */
enum line {
	LINE_GO_ON,
	LINE_LOOK,
	LINE_COPIES,
	LINE_GUARD,
	LINE_PATH,
	LINE_SAVE,
	LINE_DRIVE,
	LINE_PRINTERS,
	LINE_PURGE = LINE_PRINTERS + PRINTERS_MOST,
	LINES_MOST
};

static struct printer printer;
static struct {
	size_t selected;
	unsigned copies;
	bool is_guarded; /* one sheet after the other */
	size_t next;     /* the sheet that is printed next when guarded; 0: none is begun */
	size_t number;   /* of the printer in use */
	bool has_gone_through, is_purge_meant;
	bool is_typing;
	struct line_field path;
} self;

static enum outcome
enter(struct sitting *sitting)
{
	memset(&self, 0, sizeof self);
	self.copies = 1;
	self.is_guarded = sitting->prompt.of.print.count > 1;
	printer_open(&printer, sitting->console->settings->launcher, sitting->console->settings->root);
	printer_list(&printer);
	return DONE;
}

static void
close_page(struct sitting *sitting)
{
	preview_close();
	drive_menu_close();
	self.is_typing = false;
	sitting->is_text_hidden = false;
	sitting->console->place = PLACE_PRINT;
}

static void
leave(struct sitting *sitting)
{
	close_page(sitting);
	printer_close(&printer);
}

static bool
has_line(const struct sitting *sitting, enum line line)
{
	if (line == LINE_GUARD)
		return sitting->prompt.of.print.count > 1;
	if (line == LINE_SAVE)
		return sitting->prompt.of.print.pdf[0] == '\0' && sitting->prompt.of.print.folder[0] != '\0';
	if (line == LINE_DRIVE)
		return sitting->prompt.of.print.pdf[0] != '\0';
	if (line == LINE_PURGE)
		return self.has_gone_through && printer.job[0] != '\0';
	return line < LINE_PRINTERS || (size_t)(line - LINE_PRINTERS) < printer.count;
}

static size_t
lines_now(const struct sitting *sitting, enum line ret[LINES_MOST])
{
	size_t count = 0;

	for (size_t line = 0; line < LINES_MOST; line++)
		if (has_line(sitting, (enum line)line))
			ret[count++] = (enum line)line;
	return count;
}

static bool
is_saved(const struct sitting *sitting)
{
	return sitting->prompt.of.print.pdf[0] != '\0';
}

static const char *
last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* Where the sheets are. */
static void
tell_files(const struct sitting *sitting, char *ret, size_t size)
{
	const struct prompt *prompt = &sitting->prompt;
	size_t count = prompt->of.print.count;

	if (is_saved(sitting))
		text_format(ret, size,
			P_("%zu sheet is saved as %s and %s in the folder %s",
				"%zu sheets are saved as %s and %s in the folder %s", count),
			count, last_name(prompt->of.print.pdf), last_name(prompt->of.print.plain),
			prompt->of.print.folder);
	else if (prompt->of.print.folder[0] == '\0')
		text_format(ret, size, "%s", _("This is in no file. What is printed here is all there is."));
	else
		text_format(ret, size, P_("%zu sheet, not saved yet.", "%zu sheets, not saved yet.", count), count);
}

static int
rows(const struct sitting *sitting, int columns)
{
	enum line lines[LINES_MOST];
	char files[1024];

	if (self.is_typing)
		return 5;
	if (drive_menu_is_open())
		return drive_menu_rows(columns);
	tell_files(sitting, files, sizeof files);
	return rows_count(files, columns) + 1 + (int)lines_now(sitting, lines) + (printer.count == 0);
}

static void
tell_line(const struct sitting *sitting, enum line line, char *ret, size_t size)
{
	size_t count = sitting->prompt.of.print.count;
	char state[SPOOL_REASON_SIZE + 64];

	switch (line) {
	case LINE_GO_ON:
		text_format(ret, size, "%s", _("Go on"));
		break;
	case LINE_LOOK:
		text_format(ret, size, "%s", _("Look at the sheets on the screen"));
		break;
	case LINE_COPIES:
		text_format(ret, size, _("Copies of each sheet: %u (Left and Right change it)"), self.copies);
		break;
	case LINE_GUARD:
		text_format(ret, size, "%s",
			self.is_guarded ? _("One sheet at a time, and a pause after each (Enter changes it)")
					: _("All sheets at once, without a pause (Enter changes it)"));
		break;
	case LINE_PATH:
		text_format(ret, size, "%s", _("Print to a device, or to another file"));
		break;
	case LINE_SAVE:
		text_format(ret, size, _("Save in the folder %s"), sitting->prompt.of.print.folder);
		break;
	case LINE_DRIVE:
		text_format(ret, size, "%s", _("Save this folder on a removable drive"));
		break;
	case LINE_PURGE:
		text_format(ret, size, _("Purge what the print queue keeps of %s"), printer.job);
		break;
	default:
		spool_tell(&printer.queues[line - LINE_PRINTERS], state, sizeof state);
		if (self.next > 0 && self.number == (size_t)(line - LINE_PRINTERS))
			text_format(ret, size, _("Print sheet %zu of %zu on %s"), self.next + 1, count,
				printer.queues[self.number].name);
		else
			text_format(ret, size, _("Print on %s: %s"), printer.queues[line - LINE_PRINTERS].name, state);
	}
}

static struct area
below(struct area area, int rows_used)
{
	return (struct area){ area.row + rows_used, area.column, area.rows - rows_used, area.columns };
}

static void
draw_path(struct area area)
{
	area = below(area, paint_wrapped(area, 0, MEANING_NORMAL,
				   _("A device such as /dev/usb/lp0 or /dev/ttyUSB0 gets the sheets as plain text, 80 "
				     "columns wide. A new file gets them as its name ends, in .pdf or in .txt.")));
	line_draw(&self.path, area.row + 1, area.column, area.columns);
}

static void
draw(struct sitting *sitting, struct area area)
{
	enum line lines[LINES_MOST];
	size_t count = lines_now(sitting, lines);
	char text[1024];

	if (preview_is_open()) {
		preview_draw(area);
		return;
	}
	if (self.is_typing) {
		draw_path(area);
		return;
	}
	if (drive_menu_is_open()) {
		drive_menu_draw(area);
		return;
	}
	tell_files(sitting, text, sizeof text);
	area = below(area, paint_wrapped(area, 0, MEANING_ACCENT, text) + 1);
	/* Where not all fit, the selected one is seen. */
	for (size_t i = area.rows > 0 && self.selected >= (size_t)area.rows ? self.selected + 1 - (size_t)area.rows : 0;
		i < count && area.rows > 0; i++) {
		bool is_selected = i == self.selected;

		if (is_selected) {
			paint_glyph(area.row, area.column, MEANING_ACCENT, GLYPH_SELECTED);
			paint_bar(area.row, area.column + 2, area.columns - 2, MEANING_SELECTED, "");
		}
		tell_line(sitting, lines[i], text, sizeof text);
		paint_text(area.row, area.column + 2, area.columns - 2, is_selected ? MEANING_SELECTED : MEANING_NORMAL,
			text);
		area = below(area, 1);
	}
	if (printer.count == 0 && area.rows > 0)
		paint_text(area.row, area.column + 2, area.columns - 2, MEANING_MUTED,
			printer.state == PRINTER_LISTING ? _("Looking for printers...")
			: sitting->prompt.of.print.folder[0] != '\0'
				? _("No printer is set up here: take the files to one, or go on.")
				: _("No printer is set up here: look at the sheet and copy it by hand."));
}

/* The sheets as they are printed now: all, the same bytes as in the file, or one of them alone. */
static enum outcome
make_pdf(const struct sitting *sitting, uint8_t **ret, size_t *ret_size)
{
	const struct prompt *prompt = &sitting->prompt;
	bool is_one = self.is_guarded && prompt->of.print.count > 1;

	return pdf_make(prompt->of.print.sheets + (is_one ? self.next : 0), is_one ? 1 : prompt->of.print.count,
		sitting->console->settings->wants_letter_paper ? PAPER_LETTER : PAPER_A4, ret, ret_size);
}

static unsigned
tell_outcome(struct sitting *sitting, enum outcome outcome)
{
	prompt_remark(sitting, MEANING_DANGER, "%s", outcome_text(outcome));
	return REACT_DRAW;
}

static unsigned
begin_printing(struct sitting *sitting, size_t number)
{
	uint8_t *bytes = NULL;
	size_t size = 0;
	enum outcome outcome;

	if (number != self.number)
		self.next = 0;
	self.number = number;
	outcome = make_pdf(sitting, &bytes, &size);
	if (outcome != DONE)
		return tell_outcome(sitting, outcome);
	self.has_gone_through = self.is_purge_meant = false;
	printer_print(&printer, number, bytes, size, self.copies);
	if (printer.state != PRINTER_SENDING)
		return tell_outcome(sitting, printer.outcome);
	prompt_remark(sitting, MEANING_NORMAL, "%s", _("The sheets are on their way to the printer."));
	return REACT_DRAW;
}

/* To a device, as plain text; to a new file in the form that its name says. */
static enum outcome
print_to(struct sitting *sitting, const char *path)
{
	const struct prompt *prompt = &sitting->prompt;
	size_t length = strlen(path), size = 0;
	bool is_pdf = length > 4 && strcmp(path + length - 4, ".pdf") == 0;
	bool is_plain = length > 4 && strcmp(path + length - 4, ".txt") == 0;
	struct stat status;
	enum outcome outcome;
	char *plain = NULL;

	if (stat(path, &status) == 0 && S_ISCHR(status.st_mode)) {
		outcome = sheet_plain(prompt->of.print.sheets, prompt->of.print.count, &plain, &size);
		if (outcome != DONE)
			return outcome;
		printer_write(&printer, path, (uint8_t *)plain, size);
		return printer.outcome;
	}
	if (!is_pdf && !is_plain)
		return FAIL_OUTPUT_ENDING;
	return sheet_files_save(sitting, path, is_pdf);
}

static unsigned
path_key(struct sitting *sitting, const struct press *press)
{
	enum outcome outcome;

	if (press->request == REQUEST_BACK) {
		close_page(sitting);
		return REACT_DRAW;
	}
	if (press->request != REQUEST_ACCEPT) {
		if (line_key(&self.path, press) == LINE_UNKNOWN)
			return REACT_UNKNOWN;
		prompt_remark(sitting, MEANING_NORMAL, "%s", "");
		return REACT_DRAW;
	}
	outcome = self.path.size == 0 ? FAIL_EMPTY : print_to(sitting, self.path.text);
	if (outcome != DONE)
		return tell_outcome(sitting, outcome);
	if (printer.state == PRINTER_WRITING)
		prompt_remark(sitting, MEANING_NORMAL, "%s", _("The sheets are on their way to the printer."));
	else
		prompt_remark(sitting, MEANING_GOOD, _("The sheets are saved in %s."), self.path.text);
	close_page(sitting);
	return REACT_DRAW;
}

static unsigned
purge(struct sitting *sitting)
{
	if (printer.others > 0 && !self.is_purge_meant) {
		prompt_remark(sitting, MEANING_WARNING,
			P_("%u other job waits in this queue and would be deleted with it. Choose this again to do it "
			   "all the same.",
				"%u other jobs wait in this queue and would be deleted with it. Choose this again to "
				"do it all the same.",
				printer.others),
			printer.others);
		self.is_purge_meant = true;
		return REACT_DRAW;
	}
	printer_purge(&printer);
	prompt_remark(sitting, MEANING_NORMAL, "%s", _("The print queue is being purged."));
	return printer.state == PRINTER_PURGING ? REACT_DRAW : tell_outcome(sitting, printer.outcome);
}

static unsigned
accept(struct sitting *sitting, enum line line)
{
	enum outcome outcome;

	if (line != LINE_LOOK && line != LINE_COPIES && printer_is_busy(&printer)) {
		prompt_remark(sitting, MEANING_WARNING, "%s",
			_("The sheets are still on their way to the printer. Wait a moment."));
		return REACT_DRAW;
	}
	switch (line) {
	case LINE_GO_ON:
		return prompt_answer(sitting, ANSWER_NEXT);
	case LINE_LOOK:
		outcome = preview_open(sitting->prompt.of.print.sheets, sitting->prompt.of.print.count);
		if (outcome != DONE)
			return tell_outcome(sitting, outcome);
		sitting->is_text_hidden = true;
		sitting->console->place = PLACE_PREVIEW;
		return REACT_DRAW;
	case LINE_COPIES:
		self.copies = self.copies % LIMIT_COPIES + 1;
		return REACT_DRAW;
	case LINE_GUARD:
		self.is_guarded = !self.is_guarded;
		self.next = 0;
		return REACT_DRAW;
	case LINE_PATH:
		line_open(&self.path, "", LIMIT_TEXT_INPUT - 1);
		self.is_typing = true;
		sitting->console->place = PLACE_PATH;
		return REACT_DRAW;
	case LINE_SAVE:
		outcome = sheet_files_save_here(sitting);
		if (outcome != DONE)
			return tell_outcome(sitting, outcome);
		prompt_remark(sitting, MEANING_GOOD, _("The sheets are saved in %s."), sitting->prompt.of.print.folder);
		return REACT_DRAW;
	case LINE_DRIVE:
		drive_menu_open(sitting, sitting->prompt.of.print.folder);
		prompt_remark(sitting, MEANING_NORMAL, "%s", "");
		sitting->console->place = PLACE_DRIVES;
		return REACT_DRAW;
	case LINE_PURGE:
		return purge(sitting);
	default:
		return begin_printing(sitting, (size_t)(line - LINE_PRINTERS));
	}
}

static unsigned
key(struct sitting *sitting, const struct press *press)
{
	enum line lines[LINES_MOST];
	size_t count = lines_now(sitting, lines);

	if (preview_is_open()) {
		if (press->request != REQUEST_BACK)
			return preview_key(sitting->console, press);
		close_page(sitting);
		return REACT_DRAW;
	}
	if (self.is_typing)
		return path_key(sitting, press);
	if (drive_menu_is_open() && press->request == REQUEST_BACK) {
		prompt_remark(sitting, MEANING_NORMAL, "%s", "");
		close_page(sitting);
		return REACT_DRAW;
	}
	if (drive_menu_is_open())
		return drive_menu_key(press);
	if (self.selected >= count)
		self.selected = 0;
	/* The page keys turn the text above. */
	if (press->request == REQUEST_PAGE_UP || press->request == REQUEST_PAGE_DOWN)
		return REACT_UNKNOWN;
	if (keys_select(press, count, &self.selected))
		return REACT_DRAW;
	switch (press->request) {
	case REQUEST_LEFT:
	case REQUEST_RIGHT:
		if (lines[self.selected] != LINE_COPIES)
			return REACT_UNKNOWN;
		if (press->request == REQUEST_RIGHT ? self.copies < LIMIT_COPIES : self.copies > 1)
			self.copies += press->request == REQUEST_RIGHT ? 1 : -1u;
		return REACT_DRAW;
	case REQUEST_ACCEPT:
		return accept(sitting, lines[self.selected]);
	default:
		return REACT_UNKNOWN;
	}
}

/* The printer is rid of the sheets: the next one waits until somebody has taken this one out. */
static void
tell_through(struct sitting *sitting)
{
	size_t count = sitting->prompt.of.print.count;

	self.has_gone_through = true;
	if (!self.is_guarded || count == 1 || printer.job[0] == '\0') {
		prompt_remark(sitting, MEANING_GOOD, "%s",
			_("The printer has all sheets. Look whether all of them came out, and are clean."));
		return;
	}
	if (++self.next < count) {
		prompt_remark(sitting, MEANING_GOOD,
			_("Sheet %zu of %zu is printed. Take it out, look at it and give it to whom it is for; nobody "
			  "else goes near the printer. Enter then prints the next one."),
			self.next, count);
		return;
	}
	self.next = 0;
	prompt_remark(sitting, MEANING_GOOD, "%s", _("All sheets are printed. Take the last one out and count them."));
}

static void
tell_purged(struct sitting *sitting)
{
	static const struct {
		enum meaning meaning;
		const char *text;
	} words[] = {
		[SPOOL_CLEAN] = { MEANING_GOOD,
			N_("The print queue is purged, and nothing of the job is left in its folder. The printer's own "
			   "memory cannot be purged from here, nor can the log of who printed when: switch the printer "
			   "off, and keep it if it has a disk.") },
		[SPOOL_LEFT] = { MEANING_DANGER,
			N_("The print queue was purged, and something of the job is still there. Whoever runs the "
			   "printer has to delete it.") },
		[SPOOL_UNSEEN] = { MEANING_WARNING,
			N_("The print queue is purged and knows nothing of the job any more; whether its folder is "
			   "clean cannot be seen by this user. The printer's own memory cannot be purged from here, "
			   "nor "
			   "can the log of who printed when.") },
	};

	prompt_remark(sitting, words[printer.look].meaning, "%s", _(words[printer.look].text));
	self.has_gone_through = printer.look == SPOOL_LEFT;
}

static unsigned
tick(struct sitting *sitting, bool slots_changed)
{
	char state[SPOOL_REASON_SIZE + 64];

	(void)slots_changed;
	if (drive_menu_is_open())
		return drive_menu_tick();
	switch (printer_advance(&printer)) {
	case PRINTER_NOTHING:
		return REACT_NOTHING;
	case PRINTER_TAKEN:
		prompt_remark(sitting, MEANING_GOOD,
			_("The printer took the sheets (%s). Look whether all of them come out."), printer.job);
		break;
	case PRINTER_WAITS:
		spool_tell(&printer.queues[self.number], state, sizeof state);
		prompt_remark(sitting, MEANING_WARNING, _("%s is %s. The job %s waits there."), printer.queue, state,
			printer.job);
		/* It can be taken out again with what the queue keeps. */
		self.has_gone_through = true;
		break;
	case PRINTER_THROUGH:
		tell_through(sitting);
		break;
	case PRINTER_PURGED:
		tell_purged(sitting);
		break;
	case PRINTER_FAILED:
		tell_outcome(sitting, printer.outcome);
		break;
	default:
		break;
	}
	return REACT_DRAW;
}

static int
wait_ms(const struct sitting *sitting)
{
	(void)sitting;
	return drive_menu_is_open() ? drive_menu_wait_ms() : printer_timeout(&printer);
}

static size_t
descriptors(const struct sitting *sitting, struct pollfd *ret, size_t most)
{
	(void)sitting;
	return drive_menu_is_open() ? drive_menu_descriptors(ret, most) : printer_descriptors(&printer, ret, most);
}

const struct prompt_view prompt_print = {
	.place = PLACE_PRINT,
	.help = N_(
		"The sheets are files already, once to print and once as plain text. They hold no secret: custodians "
		"fill the boxes by hand. PgUp and PgDn turn the text above.\n"
		"\n"
		"If a printer is set up on this machine, choose it with the arrow keys and press Enter; this can be "
		"repeated. One sheet at a time means that somebody stands at the printer, takes each sheet out, and "
		"only then the next one is printed. Otherwise print the file elsewhere. Go on when the paper is "
		"there.\n"
		"\n"
		"A print queue keeps a copy of what it printed. Purging deletes it, with all jobs of that queue; what "
		"the printer itself keeps stays.\n"
		"\n"
		"Files go onto a removable drive whole or not at all: room is looked at, what was written is read back "
		"and compared, and the drive is unmounted by udisksctl. Whether it is encrypted (LUKS) is said."),
	.enter = enter,
	.leave = leave,
	.rows = rows,
	.rows_least = 9,
	.draw = draw,
	.key = key,
	.tick = tick,
	.wait_ms = wait_ms,
	.descriptors = descriptors,
};
