/* Status: everything that is plugged in, in a list on the left, and what is known of the selected row on the right,
 * what lies on the token and what it can do below; one thing in full, where that is wanted. */
#include "device.h"
#include "line.h"
#include "screen.h"
#include "status_list.h"
#include "status_objects.h"
#include "status_save.h"
#include "status_token.h"

#include <quorate/clock.h>
#include <quorate/text.h>
#include <quorate/tongue.h>
#include <string.h>

/* The keys go to one pane; the two last ones share the lower part of the screen. */
enum pane { PANE_LIST, PANE_FACTS, PANE_OBJECTS, PANE_MECHANISMS, PANE_COUNT };

/* A token is looked at once the selection rests on it, and no more often than this where that fails. */
#define REST_MS 150
#define AGAIN_MS 2000
#define LOWER_ROWS_LEAST 7

static enum pane pane, lower = PANE_OBJECTS;
static bool is_in_full;                 /* what is selected in the pane has the whole screen */
static struct table tables[PANE_COUNT]; /* none for the facts */
static const struct table_rows *rows_of[PANE_COUNT];
static struct facts facts;
static struct facts_view view;
static struct line_field line;    /* the filter, or a file's name */
static uint64_t shown, looked_at; /* identities of the row whose facts and whose objects are shown */
static size_t slot = SIZE_MAX;    /* the selected one, where a token is in it */
static bool wants_look;
static int64_t look_at; /* clock_steady_ms() */

static enum place
usual_place(void)
{
	return is_in_full ? PLACE_DETAIL : PLACE_STATUS;
}

static void
go_to(enum pane to)
{
	pane = to;
	if (to == PANE_OBJECTS || to == PANE_MECHANISMS)
		lower = to;
}

static unsigned
enter(struct console *console)
{
	console->place = PLACE_STATUS;
	/* Back from a login what it told is to be seen, and to stay. */
	go_to(console->is_from_status ? PANE_OBJECTS : PANE_LIST);
	is_in_full = false;
	wants_look = !console->is_from_status;
	console->is_from_status = false;
	return REACT_DRAW;
}

static void
leave(struct console *console)
{
	(void)console;
	for (size_t i = 0; i < PANE_COUNT; i++)
		table_filter(&tables[i], "");
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

/* What lies on the token of the selected slot, if there is one. */
static enum outcome
update_lower(const struct slots *slots, const struct status_row *row)
{
	const struct slot_info *infos;
	enum outcome outcome;
	size_t count = slots_slots(slots, &infos);

	slot = SIZE_MAX;
	if (row != NULL && row->kind == STATUS_SLOT && row->index < count && infos[row->index].has_token)
		slot = row->index;
	if (looked_at != tables[PANE_LIST].identity) {
		looked_at = tables[PANE_LIST].identity;
		table_clear(&tables[PANE_OBJECTS]);
		table_clear(&tables[PANE_MECHANISMS]);
		look_at = clock_steady_ms() + REST_MS;
	}
	/* A slot that is none has no rows. */
	rows_of[PANE_OBJECTS] = status_object_rows(slots, slot);
	rows_of[PANE_MECHANISMS] = status_mechanism_rows(slots, slot);
	outcome = table_arrange(&tables[PANE_OBJECTS], rows_of[PANE_OBJECTS]);
	return outcome != DONE ? outcome : table_arrange(&tables[PANE_MECHANISMS], rows_of[PANE_MECHANISMS]);
}

/* What is selected, in words; where a row of the lower part has the whole screen, that one. */
static void
update_facts(const struct slots *slots, const struct status_row *row)
{
	bool is_lower = is_in_full && (pane == PANE_OBJECTS || pane == PANE_MECHANISMS);
	const struct table *table = &tables[is_lower ? pane : PANE_LIST];

	facts_clear(&facts);
	if (is_lower && table_selected(table) != SIZE_MAX) {
		if (pane == PANE_OBJECTS)
			status_object_facts(slots, table_selected(table), &facts);
		else
			status_mechanism_facts(table_selected(table), &facts);
	} else if (row != NULL) {
		gather(slots, row);
	}
	if (shown != table->identity)
		view.scroll = 0;
	shown = table->identity;
}

/* Brings everything up to date with what is known now. */
static enum outcome
update(struct console *console)
{
	const struct slots *slots = console->settings->slots;
	const struct status_row *row;
	enum outcome outcome, lower_outcome;

	rows_of[PANE_LIST] = status_list_rows(slots);
	outcome = table_arrange(&tables[PANE_LIST], rows_of[PANE_LIST]);
	row = status_list_row(table_selected(&tables[PANE_LIST]));
	console->token = (struct chosen_token){ 0 };
	if (row != NULL)
		status_choose(slots, row, &console->token);
	lower_outcome = update_lower(slots, row);
	/* The object that had the whole screen is gone. */
	if (is_in_full && rows_of[pane] != NULL && tables[pane].shown == 0) {
		is_in_full = false;
		if (console->place == PLACE_DETAIL)
			console->place = PLACE_STATUS;
	}
	update_facts(slots, row);
	return outcome != DONE ? outcome : lower_outcome;
}

static int64_t
until_look(const struct console *console)
{
	struct slot_look look;
	int64_t left = look_at - clock_steady_ms();

	if (slot == SIZE_MAX)
		return -1;
	slots_look(console->settings->slots, slot, &look);
	if (look.state != LOOK_NONE && !wants_look)
		return -1;
	return left > 0 ? left : 0;
}

static int
wait_ms(const struct console *console)
{
	return (int)until_look(console);
}

static unsigned
tick(struct console *console, bool slots_changed)
{
	/* What is known has changed under the rows that are held here. */
	if (slots_changed)
		(void)update(console);
	if (until_look(console) != 0)
		return slots_changed ? REACT_DRAW : REACT_NOTHING;
	slots_inspect(console->settings->slots, slot);
	wants_look = false;
	look_at = clock_steady_ms() + AGAIN_MS;
	return REACT_DRAW;
}

static void
draw_border(struct area area, const char *text)
{
	paint_text(area.row + area.rows - 1, area.column + 2, area.columns - 4, MEANING_ACCENT, text);
}

/* A table in its panel; empty: the sentence for a table without rows. */
static void
draw_table(enum pane which, struct area area, const char *title, enum meaning meaning, const char *empty)
{
	struct table *table = &tables[which];
	bool is_focused = pane == which;
	struct area inside = paint_panel(area, title, is_focused ? MEANING_ACCENT : MEANING_BORDER);
	char text[LIMIT_TEXT_INPUT + 128];

	table_draw(table, rows_of[which], inside, is_focused);
	if (table->shown == 0)
		paint_wrapped((struct area){ inside.row + 1, inside.column + 2, inside.rows - 1, inside.columns - 2 },
			0, table->filter[0] != '\0' ? MEANING_WARNING : meaning,
			table->filter[0] != '\0' ? _("No row holds these words. Esc shows all rows again.") : empty);
	table_position(table, rows_of[which], text, sizeof text);
	draw_border(area, text);
}

static void
draw_lower(const struct console *console, struct area area)
{
	const struct status_row *row = status_list_row(table_selected(&tables[PANE_LIST]));
	struct slot_look look = { 0 };
	char title[96], other[64], empty[512];
	enum meaning meaning = MEANING_MUTED;

	if (slot != SIZE_MAX)
		slots_look(console->settings->slots, slot, &look);
	text_format(title, sizeof title,
		look.is_logged_in ? _("Objects (%zu)") : _("Objects seen without a login (%zu)"),
		rows_of[PANE_OBJECTS]->count);
	text_format(other, sizeof other, _("Mechanisms (%zu)"), rows_of[PANE_MECHANISMS]->count);
	if (slot == SIZE_MAX) {
		text_format(empty, sizeof empty, "%s",
			row != NULL && row->kind == STATUS_READER
				? _("No PKCS#11 module has a slot for this reader; objects are listed through one.")
				: _("Select a slot with a token to see what lies on it."));
	} else if (look.state == LOOK_FAILED) {
		meaning = MEANING_DANGER;
		text_format(empty, sizeof empty, "%s", outcome_text(look.outcome));
	} else if (look.state == LOOK_WHOLE) {
		text_format(empty, sizeof empty, "%s",
			lower == PANE_OBJECTS ? _("No object is to be seen without a login.") : _("It offers none."));
	} else {
		text_format(empty, sizeof empty, _("The token is being looked at: %zu objects so far."), look.arriving);
	}
	draw_table(lower, area, lower == PANE_OBJECTS ? title : other, meaning, empty);
	/* The other one of the two is named beside it. */
	area.column += 5 + (int)text_columns(lower == PANE_OBJECTS ? title : other);
	area.columns /= 2;
	paint_text(area.row, area.column, 1, MEANING_NORMAL, " ");
	area.column += 1 + paint_text(area.row, area.column + 1, area.columns, MEANING_MUTED,
				   lower == PANE_OBJECTS ? other : title);
	paint_text(area.row, area.column, 1, MEANING_NORMAL, " ");
}

static void
draw_facts(struct area area, bool is_focused)
{
	const char *title = !is_in_full || pane < PANE_OBJECTS ? _("What is known")
			    : pane == PANE_OBJECTS             ? _("Object")
							       : _("Mechanism");
	struct area inside = paint_panel(area, title, is_focused ? MEANING_ACCENT : MEANING_BORDER);
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

static void
draw_panes(const struct console *console, struct area area)
{
	struct area left = area, right, below = area;

	/* The lower part grows when the keys go to it; what is above stays in sight. */
	left.rows = pane == PANE_OBJECTS || pane == PANE_MECHANISMS ? area.rows / 3 : area.rows * 2 / 3;
	if (left.rows < LOWER_ROWS_LEAST)
		left.rows = LOWER_ROWS_LEAST;
	below.row += left.rows;
	below.rows -= left.rows;
	left.columns = area.columns * 9 / 20;
	right = left;
	right.column += left.columns;
	right.columns = area.columns - left.columns;
	draw_table(PANE_LIST, left, _("Modules, slots, readers"), MEANING_MUTED, "");
	draw_facts(right, pane == PANE_FACTS);
	draw_lower(console, below);
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
	bool is_typing = console->place == PLACE_FILTER || console->place == PLACE_SAVE;
	enum outcome outcome = update(console);
	struct area above = area;

	if (is_typing)
		above.rows--;
	if (is_in_full)
		draw_facts(above, true);
	else
		draw_panes(console, above);
	if (is_typing)
		draw_line(console, area);
	if (outcome != DONE)
		screen_message(console, MEANING_DANGER, "%s", outcome_text(outcome));
	else
		say_how_far(console);
}

static bool
is_facts(void)
{
	return is_in_full || pane == PANE_FACTS;
}

/* Moves in the pane that the keys go to; true if the key was for that. */
static bool
move(struct console *console, enum request request)
{
	size_t before = is_facts() ? (size_t)view.scroll : tables[pane].selected;

	if (is_facts() ? !facts_move(&view, request) : !table_move(&tables[pane], rows_of[pane], request))
		return false;
	if (before == (is_facts() ? (size_t)view.scroll : tables[pane].selected))
		screen_message(console, MEANING_NORMAL, "%s",
			is_facts() ? _("There is no more in this direction.") : _("The list ends here."));
	/* What the keys that follow act on goes with the selection. */
	if (!is_facts() && pane == PANE_LIST)
		(void)update(console);
	return true;
}

static unsigned
save(struct console *console)
{
	const char *titles[] = { [PANE_LIST] = _("Modules, slots, readers"),
		[PANE_FACTS] = _("What is known"),
		[PANE_OBJECTS] = _("Objects"),
		[PANE_MECHANISMS] = _("Mechanisms") };
	enum outcome outcome =
		status_save(line.text, titles[pane], is_facts() ? &facts : NULL, &tables[pane], rows_of[pane]);

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
			table_filter(&tables[pane], "");
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
			table_filter(&tables[pane], line.text);
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
	if (tables[pane].filter[0] != '\0') {
		table_filter(&tables[pane], "");
		return REACT_DRAW;
	}
	return screen_go(console, &screen_start);
}

static unsigned
sort(struct console *console, bool turns)
{
	/* Keys can come faster than the first picture that gives a pane its rows. */
	if (rows_of[pane] == NULL)
		screen_message(console, MEANING_WARNING, "%s", _("There is nothing to sort here."));
	else if (turns)
		table_turn(&tables[pane]);
	else
		table_sort_next(&tables[pane], rows_of[pane]->column_count);
	return REACT_DRAW;
}

static unsigned
open_in_full(struct console *console)
{
	if (rows_of[pane] != NULL && tables[pane].shown == 0) {
		screen_message(console, MEANING_WARNING, _("There is nothing to open here."));
		return REACT_DRAW;
	}
	is_in_full = true;
	console->place = PLACE_DETAIL;
	view.scroll = 0;
	if (pane == PANE_OBJECTS)
		slots_inspect_object(console->settings->slots, slot, table_selected(&tables[pane]));
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
		return open_in_full(console);
	case REQUEST_NEXT_PANE:
		go_to((pane + 1) % PANE_COUNT);
		return REACT_DRAW;
	case REQUEST_PREVIOUS_PANE:
		go_to((pane + PANE_COUNT - 1) % PANE_COUNT);
		return REACT_DRAW;
	case REQUEST_FILTER:
		if (pane == PANE_FACTS)
			go_to(PANE_LIST);
		console->place = PLACE_FILTER;
		line_open(&line, tables[pane].filter, sizeof tables[pane].filter - 1);
		return REACT_DRAW;
	case REQUEST_SORT:
	case REQUEST_TURN:
		if (pane == PANE_FACTS)
			go_to(PANE_LIST);
		return sort(console, press->request == REQUEST_TURN);
	case REQUEST_SAVE:
		console->place = PLACE_SAVE;
		text_format(name, sizeof name, "%s/status.txt", console->settings->folder);
		line_open(&line, name, sizeof name - 1);
		return REACT_DRAW;
	case REQUEST_LOOK_AGAIN:
		slots_refresh(console->settings->slots);
		wants_look = true;
		screen_message(console, MEANING_NORMAL, _("Every module and reader is being looked at anew."));
		return REACT_DRAW;
	case REQUEST_LOG_IN:
		return status_log_in(console, slot);
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
	.help = N_(
		"On the left stands everything through which this machine reaches tokens: each PKCS#11 module with "
		"its slots, then the card readers that no module has a slot for. On the right is what is known of "
		"the row that is selected; Enter shows it on the whole screen. Nothing here changes a device, and "
		"everything follows by itself when something is plugged in or pulled out.\n"
		"\n"
		"Below is what lies on the token, as its module tells it without a login: private objects are mostly "
		"seen after one only, for which l asks. A SmartCard-HSM itself tells of its keys without one. ID is "
		"PKCS#11's (CKA_ID), in hex; Ref. is a SmartCard-HSM's own key reference, "
		"in decimal: different numbers. Tab goes on to the mechanisms.\n"
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
	.tick = tick,
	.wait_ms = wait_ms,
	.is_watching = true,
};
