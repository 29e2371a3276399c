/* Status: everything that is plugged in, in a list on the left, and what is known of the selected row on the right; one
 * thing in full, where that is wanted. */
#include "device.h"
#include "line.h"
#include "screen.h"
#include "status_list.h"
#include "status_save.h"

#include <quorate/text.h>
#include <quorate/tongue.h>
#include <string.h>

enum pane { PANE_LIST, PANE_FACTS };

static enum pane pane;
static bool is_in_full; /* the facts have the whole screen */
static struct table list;
static const struct table_rows *list_rows;
static struct facts facts;
static struct facts_view view;
static struct line_field line; /* the filter, or a file's name */
static size_t facts_row = SIZE_MAX;

static enum place
usual_place(void)
{
	return is_in_full ? PLACE_DETAIL : PLACE_STATUS;
}

static unsigned
enter(struct console *console)
{
	console->place = PLACE_STATUS;
	pane = PANE_LIST;
	is_in_full = false;
	return REACT_DRAW;
}

static void
leave(struct console *console)
{
	(void)console;
	table_filter(&list, "");
}

/* Tells the other screens what is selected. */
static void
choose(const struct slots *slots, const struct status_row *row, struct chosen_token *ret)
{
	const struct module_info *modules;
	const struct slot_info *infos;
	const struct reader_info *readers;
	size_t reader_count = slots_readers(slots, &readers), reader = SIZE_MAX;

	*ret = (struct chosen_token){ .is_chosen = row->kind == STATUS_SLOT || row->kind == STATUS_READER };
	if (row->kind == STATUS_READER)
		reader = row->index;
	if (row->kind == STATUS_SLOT) {
		slots_modules(slots, &modules);
		slots_slots(slots, &infos);
		text_format(ret->module, sizeof ret->module, "%s", modules[infos[row->index].module].name);
		ret->slot = infos[row->index].id;
		text_format(ret->serial, sizeof ret->serial, "%s", infos[row->index].serial);
		reader = infos[row->index].reader;
	}
	if (reader >= reader_count)
		return;
	text_format(ret->reader, sizeof ret->reader, "%s", readers[reader].name);
	if (readers[reader].is_hsm)
		text_format(ret->serial, sizeof ret->serial, "%s", readers[reader].hsm.serial);
}

static void
gather_pcsc(const struct slots *slots)
{
	const struct reader_info *readers;
	struct code code;
	enum outcome outcome = slots_pcsc(slots, &code);
	char small[128];

	facts_add(&facts, _("PC/SC"), outcome != DONE ? MEANING_DANGER : MEANING_NORMAL, "%s",
		outcome != DONE                       ? outcome_text(outcome)
		: slots_readers(slots, &readers) == 0 ? outcome_text(FAIL_NO_READER)
						      : _("The service for card readers works."));
	outcome_code_text(code, small, sizeof small);
	facts_add(&facts, _("Code"), MEANING_MUTED, "%s", small);
}

static void
gather(const struct slots *slots, const struct status_row *row)
{
	const struct module_info *modules;
	const struct slot_info *infos;
	const struct reader_info *readers, *reader;

	switch (row->kind) {
	case STATUS_MODULE:
		slots_modules(slots, &modules);
		device_facts_module(&facts, modules + row->index);
		break;
	case STATUS_SLOT:
		slots_slots(slots, &infos);
		infos += row->index;
		reader = status_list_reader(slots, infos);
		if (reader == NULL || infos->outcome != DONE) {
			device_facts_slot(&facts, infos);
			break;
		}
		/* The device itself tells more, and more exactly; then what only its module knows. */
		device_facts_reader(&facts, reader);
		if (infos->has_token)
			device_facts_token(&facts, infos);
		break;
	case STATUS_PCSC:
		gather_pcsc(slots);
		break;
	case STATUS_READER:
		slots_readers(slots, &readers);
		device_facts_reader(&facts, readers + row->index);
		break;
	}
}

/* Brings everything up to date with what is known now. */
static enum outcome
update(struct console *console)
{
	const struct slots *slots = console->settings->slots;
	const struct status_row *row;
	enum outcome outcome;
	size_t selected;

	list_rows = status_list_rows(slots);
	outcome = table_arrange(&list, list_rows);
	selected = table_selected(&list);
	row = status_list_row(selected);
	facts_clear(&facts);
	console->token = (struct chosen_token){ 0 };
	if (row == NULL)
		return outcome;
	choose(slots, row, &console->token);
	gather(slots, row);
	if (selected != facts_row)
		view.scroll = 0;
	facts_row = selected;
	return outcome;
}

static void
draw_border(struct area area, const char *text)
{
	paint_text(area.row + area.rows - 1, area.column + 2, area.columns - 4, MEANING_ACCENT, text);
}

static void
draw_list(struct area area)
{
	bool is_focused = pane == PANE_LIST;
	struct area inside =
		paint_panel(area, _("Modules, slots, readers"), is_focused ? MEANING_ACCENT : MEANING_BORDER);
	char text[LIMIT_TEXT_INPUT + 128];

	table_draw(&list, list_rows, inside, is_focused);
	if (list.shown == 0)
		paint_wrapped((struct area){ inside.row + 1, inside.column, inside.rows - 1, inside.columns }, 0,
			MEANING_WARNING, _("No row holds these words. Esc shows all rows again."));
	table_position(&list, list_rows, text, sizeof text);
	draw_border(area, text);
}

static void
draw_facts(struct area area, bool is_focused)
{
	struct area inside = paint_panel(area, _("What is known"), is_focused ? MEANING_ACCENT : MEANING_BORDER);
	char text[64];

	facts_draw(&facts, &view, inside);
	facts_position(&view, text, sizeof text);
	draw_border(area, text);
}

/* The line that is typed, on the last row of the area. */
static void
draw_line(const struct console *console, struct area area)
{
	int row = area.row + area.rows - 1;
	const char *label =
		console->place == PLACE_SAVE ? _("Copy to the file (.json: as JSON)") : _("Only rows with these words");

	paint_bar(row, area.column, area.columns, MEANING_NORMAL, "");
	area.column += paint_text(row, area.column + 1, area.columns - 20, MEANING_ACCENT, label) + 3;
	line_draw(&line, row, area.column, area.columns - area.column - 1);
}

/* The first look takes a moment; the word about it goes when it is over. */
static void
say_how_far(struct console *console)
{
	const char *sentence = _("Modules and readers are being looked at for the first time.");
	bool is_settled = slots_is_settled(console->settings->slots);

	if (!is_settled && console->message[0] == '\0')
		screen_message(console, MEANING_NORMAL, "%s", sentence);
	else if (is_settled && strcmp(console->message, sentence) == 0)
		console->message[0] = '\0';
}

static void
draw(struct console *console, struct area area)
{
	struct area left = area, right = area, above = area;
	bool is_typing = console->place == PLACE_FILTER || console->place == PLACE_SAVE;
	enum outcome outcome = update(console);

	if (is_typing)
		above.rows--;
	left.rows = right.rows = above.rows;
	left.columns = area.columns * 9 / 20;
	right.column += left.columns;
	right.columns -= left.columns;
	if (is_in_full) {
		draw_facts(above, true);
	} else {
		draw_list(left);
		draw_facts(right, pane == PANE_FACTS);
	}
	if (is_typing)
		draw_line(console, area);
	if (outcome != DONE)
		screen_message(console, MEANING_DANGER, "%s", outcome_text(outcome));
	else
		say_how_far(console);
}

/* Moves in the pane that the keys go to; true if the key was for that. */
static bool
move(struct console *console, enum request request)
{
	bool is_facts = is_in_full || pane == PANE_FACTS;
	size_t before = is_facts ? (size_t)view.scroll : list.selected;

	if (is_facts ? !facts_move(&view, request) : !table_move(&list, list_rows, request))
		return false;
	if (before == (is_facts ? (size_t)view.scroll : list.selected))
		screen_message(console, MEANING_NORMAL, "%s",
			is_facts ? _("There is no more in this direction.") : _("The list ends here."));
	return true;
}

static unsigned
save(struct console *console)
{
	bool is_facts = is_in_full || pane == PANE_FACTS;
	enum outcome outcome = status_save(line.text, is_facts ? _("What is known") : _("Modules, slots, readers"),
		is_facts ? &facts : NULL, &list, list_rows);

	if (outcome != DONE) {
		screen_message(console, MEANING_DANGER, "%s", outcome_text(outcome));
		return REACT_DRAW;
	}
	console->place = usual_place();
	screen_message(console, MEANING_GOOD, _("Saved as %s."), line.text);
	return REACT_DRAW;
}

static unsigned
typing_key(struct console *console, const struct press *press)
{
	bool is_filter = console->place == PLACE_FILTER;

	switch (press->request) {
	case REQUEST_ACCEPT:
		if (!is_filter)
			return save(console);
		console->place = PLACE_STATUS;
		return REACT_DRAW;
	case REQUEST_BACK:
		if (is_filter)
			table_filter(&list, "");
		console->place = usual_place();
		return REACT_DRAW;
	case REQUEST_HELP:
		return screen_cover_with_help(console);
	case REQUEST_UP:
	case REQUEST_DOWN:
	case REQUEST_PAGE_UP:
	case REQUEST_PAGE_DOWN:
		if (is_filter && move(console, press->request))
			return REACT_DRAW;
		return REACT_UNKNOWN;
	default:
		break;
	}
	switch (line_key(&line, press)) {
	case LINE_TAKEN:
		if (is_filter)
			table_filter(&list, line.text);
		return REACT_DRAW;
	case LINE_FULL:
		screen_message(console, MEANING_WARNING, "%s", outcome_text(FAIL_TOO_LONG));
		return REACT_DRAW;
	default:
		return REACT_UNKNOWN;
	}
}

static unsigned
back(struct console *console)
{
	if (is_in_full) {
		is_in_full = false;
		console->place = PLACE_STATUS;
		return REACT_DRAW;
	}
	if (list.filter[0] != '\0') {
		table_filter(&list, "");
		return REACT_DRAW;
	}
	return screen_go(console, &screen_start);
}

static unsigned
sort(bool turns)
{
	if (turns)
		table_turn(&list);
	else
		table_sort_next(&list, list_rows->column_count);
	return REACT_DRAW;
}

static unsigned
key(struct console *console, const struct press *press)
{
	char name[LIMIT_TEXT_INPUT];

	if (console->place == PLACE_FILTER || console->place == PLACE_SAVE)
		return typing_key(console, press);
	if (move(console, press->request))
		return REACT_DRAW;
	switch (press->request) {
	case REQUEST_ACCEPT:
		is_in_full = true;
		console->place = PLACE_DETAIL;
		return REACT_DRAW;
	case REQUEST_NEXT_PANE:
		pane = pane == PANE_LIST ? PANE_FACTS : PANE_LIST;
		return REACT_DRAW;
	case REQUEST_FILTER:
		pane = PANE_LIST;
		console->place = PLACE_FILTER;
		line_open(&line, list.filter, sizeof list.filter - 1);
		return REACT_DRAW;
	case REQUEST_SORT:
	case REQUEST_TURN:
		pane = PANE_LIST;
		return sort(press->request == REQUEST_TURN);
	case REQUEST_SAVE:
		console->place = PLACE_SAVE;
		text_format(name, sizeof name, "%s/status.txt", console->settings->folder);
		line_open(&line, name, sizeof name - 1);
		return REACT_DRAW;
	case REQUEST_LOOK_AGAIN:
		slots_refresh(console->settings->slots);
		screen_message(console, MEANING_NORMAL, _("Every module and reader is being looked at anew."));
		return REACT_DRAW;
	case REQUEST_BACK:
	case REQUEST_QUIT:
		if (press->request == REQUEST_BACK || is_in_full)
			return back(console);
		return screen_common_key(console, press);
	default:
		return screen_common_key(console, press);
	}
}

const struct screen screen_status = {
	.name = "status",
	.title = N_("Status"),
	.help = N_("On the left stands everything through which this machine reaches tokens: each PKCS#11 module with "
		   "its slots, then the card readers that no module has a slot for. On the right is what is known of "
		   "the row that is selected; Enter shows it on the whole screen. Nothing here changes a device, and "
		   "everything follows by itself when something is plugged in or pulled out.\n"
		   "\n"
		   "A white bar on red, or reversed, is about a PIN that is locked or at its last try. Read it before "
		   "you do anything else.\n"
		   "\n"
		   "DKEK shares outstanding: the device waits for them before keys can be backed up. The key check "
		   "value must be the same on every device of a key domain.\n"
		   "\n"
		   "Words that are typed after / have to stand in a row, in any column and order. Copying writes a new "
		   "file and never overwrites one."),
	.enter = enter,
	.leave = leave,
	.draw = draw,
	.key = key,
	.is_watching = true,
};
