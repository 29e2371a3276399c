/* Status: everything that is plugged in, in a list on the left, and what is known of the selected line on the right. */
#include "device.h"
#include "rows.h"
#include "screen.h"

#include <quorate/text.h>
#include <quorate/tongue.h>
#include <string.h>

enum line_kind { LINE_MODULE, LINE_SLOT, LINE_PCSC, LINE_READER };

struct line {
	enum line_kind kind;
	size_t index;
};

/* Modules, slots, readers, and PC/SC itself. */
#define LINES_MOST (LIMIT_MODULES + LIMIT_SLOTS + LIMIT_READERS + 1)
#define LABEL_COLUMNS 17

static struct line lines[LINES_MOST];
static size_t count, selected, first;
static int rows_seen = 1;

static void
push(enum line_kind kind, size_t index)
{
	if (count < LINES_MOST)
		lines[count++] = (struct line){ kind, index };
}

/* What is known changes between two calls: the list is made anew, and the selection stays on the same thing where that
 * is there. */
static void
collect(const struct slots *slots)
{
	const struct line before = count > 0 ? lines[selected] : (struct line){ 0 };
	const struct module_info *modules;
	const struct slot_info *infos;
	const struct reader_info *readers;
	size_t module_count = slots_modules(slots, &modules), slot_count = slots_slots(slots, &infos);
	size_t reader_count = slots_readers(slots, &readers);

	count = 0;
	for (size_t i = 0; i < module_count; i++) {
		push(LINE_MODULE, i);
		for (size_t j = 0; j < slot_count; j++)
			if (infos[j].module == i)
				push(LINE_SLOT, j);
	}
	push(LINE_PCSC, 0);
	for (size_t i = 0; i < reader_count; i++)
		push(LINE_READER, i);
	for (size_t i = 0; i < count; i++)
		if (lines[i].kind == before.kind && lines[i].index == before.index) {
			selected = i;
			return;
		}
	if (selected >= count)
		selected = count - 1;
}

/* Tells the other screens what is selected. */
static void
choose(const struct slots *slots, const struct line *line, struct chosen_token *ret)
{
	const struct module_info *modules;
	const struct slot_info *infos;
	const struct reader_info *readers;
	size_t reader_count = slots_readers(slots, &readers), reader = SIZE_MAX;

	*ret = (struct chosen_token){ .is_chosen = line->kind == LINE_SLOT || line->kind == LINE_READER };
	if (line->kind == LINE_READER)
		reader = line->index;
	if (line->kind == LINE_SLOT) {
		slots_modules(slots, &modules);
		slots_slots(slots, &infos);
		text_format(ret->module, sizeof ret->module, "%s", modules[infos[line->index].module].name);
		ret->slot = infos[line->index].id;
		text_format(ret->serial, sizeof ret->serial, "%s", infos[line->index].serial);
		reader = infos[line->index].reader;
	}
	if (reader >= reader_count)
		return;
	text_format(ret->reader, sizeof ret->reader, "%s", readers[reader].name);
	if (readers[reader].is_hsm)
		text_format(ret->serial, sizeof ret->serial, "%s", readers[reader].hsm.serial);
}

static const struct reader_info *
reader_of(const struct slots *slots, const struct slot_info *slot)
{
	const struct reader_info *readers;
	size_t reader_count = slots_readers(slots, &readers);

	return slot->reader < reader_count && readers[slot->reader].is_hsm ? &readers[slot->reader] : NULL;
}

static unsigned
enter(struct console *console)
{
	console->place = PLACE_STATUS;
	return REACT_DRAW;
}

/* One line of the list: what it is called, what is in it, and how it is. */
struct entry {
	char name[TOKEN_NAME_SIZE + 32], inside[TOKEN_LABEL_SIZE + 32];
	enum meaning meaning;
	bool is_head;
};

static void
describe_slot(const struct slots *slots, const struct slot_info *slot, struct entry *ret)
{
	const struct reader_info *reader = reader_of(slots, slot);

	text_format(ret->name, sizeof ret->name, "%s", slot->description);
	text_format(ret->inside, sizeof ret->inside, "%s",
		slot->outcome != DONE    ? _("(problem)")
		: !slot->has_token       ? _("(empty)")
		: slot->label[0] != '\0' ? slot->label
					 : _("(no label)"));
	ret->meaning = slot->outcome != DONE ? MEANING_DANGER
		       : !slot->has_token    ? MEANING_MUTED
		       : reader != NULL      ? device_condition(&reader->hsm)
					     : MEANING_NORMAL;
}

static void
describe(const struct slots *slots, const struct line *line, struct entry *ret)
{
	static const char *const states[] = { [MODULE_STARTING] = N_("(being started)"),
		[MODULE_READY] = "",
		[MODULE_FAILED] = N_("(does not work)"),
		[MODULE_HUNG] = N_("(does not answer)") };
	const struct module_info *modules;
	const struct slot_info *infos;
	const struct reader_info *readers;
	struct code code;

	*ret = (struct entry){ .meaning = MEANING_NORMAL };
	switch (line->kind) {
	case LINE_MODULE:
		slots_modules(slots, &modules);
		modules += line->index;
		ret->is_head = true;
		ret->meaning = modules->state >= MODULE_FAILED ? MEANING_DANGER : MEANING_ACCENT;
		text_format(ret->name, sizeof ret->name, "%s", modules->name);
		text_format(ret->inside, sizeof ret->inside, "%s",
			states[modules->state][0] == '\0' ? "" : _(states[modules->state]));
		break;
	case LINE_SLOT:
		slots_slots(slots, &infos);
		describe_slot(slots, infos + line->index, ret);
		break;
	case LINE_PCSC:
		ret->is_head = true;
		ret->meaning = slots_pcsc(slots, &code) == DONE ? MEANING_ACCENT : MEANING_DANGER;
		text_format(ret->name, sizeof ret->name, "%s", _("Card readers"));
		if (ret->meaning == MEANING_DANGER)
			text_format(ret->inside, sizeof ret->inside, "%s", _("(problem)"));
		else if (slots_readers(slots, &readers) == 0)
			text_format(ret->inside, sizeof ret->inside, "%s", _("(none)"));
		break;
	case LINE_READER:
		slots_readers(slots, &readers);
		readers += line->index;
		text_format(ret->name, sizeof ret->name, "%s", readers->name);
		text_format(ret->inside, sizeof ret->inside, "%s",
			readers->outcome != DONE        ? _("(problem)")
			: !readers->has_card            ? _("(no card)")
			: !readers->is_hsm              ? _("(other card)")
			: readers->hsm.label[0] != '\0' ? readers->hsm.label
							: _("(new)"));
		ret->meaning = readers->outcome != DONE ? MEANING_DANGER
			       : !readers->is_hsm       ? MEANING_MUTED
							: device_condition(&readers->hsm);
		break;
	}
}

static void
draw_line(const struct entry *entry, int row, struct area area, bool is_selected)
{
	int indent = entry->is_head ? 1 : 3, inside_columns = (int)text_columns(entry->inside);
	int room = area.columns - indent;
	enum meaning meaning = is_selected ? MEANING_SELECTED : entry->meaning;

	if (is_selected) {
		paint_bar(row, area.column, area.columns, MEANING_SELECTED, "");
		paint_glyph(row, area.column, MEANING_SELECTED, GLYPH_SELECTED);
	}
	if (!entry->is_head && entry->meaning >= MEANING_WARNING && entry->meaning <= MEANING_DANGER)
		paint_glyph(row, area.column + 1, meaning, GLYPH_WARNING);
	if (inside_columns > room / 2)
		inside_columns = room / 2;
	paint_text(row, area.column + indent, room - inside_columns - 1, meaning, entry->name);
	paint_text(row, area.column + area.columns - inside_columns, inside_columns, meaning, entry->inside);
}

static void
draw_list(const struct slots *slots, struct area area)
{
	struct area inside = paint_panel(area, _("Modules, slots, readers"), MEANING_BORDER);
	char more[64];

	rows_seen = inside.rows;
	if (selected < first)
		first = selected;
	if (selected >= first + (size_t)rows_seen)
		first = selected - (size_t)rows_seen + 1;
	for (int i = 0; i < rows_seen && first + (size_t)i < count; i++) {
		struct entry entry;

		describe(slots, &lines[first + (size_t)i], &entry);
		draw_line(&entry, inside.row + i, inside, first + (size_t)i == selected);
	}
	if (count > (size_t)rows_seen) {
		text_format(more, sizeof more, _(" line %zu of %zu "), selected + 1, count);
		paint_text(area.row + area.rows - 1, area.column + 2, area.columns - 4, MEANING_ACCENT, more);
	}
}

static void
draw_facts(const struct facts *facts, struct area area)
{
	int last = area.row + area.rows;

	if (facts->alarm[0] != '\0') {
		int rows = rows_count(facts->alarm, area.columns - 2);

		for (int i = 0; i < rows; i++)
			paint_bar(area.row + i, area.column, area.columns, MEANING_ALARM, "");
		paint_wrapped((struct area){ area.row, area.column + 1, rows, area.columns - 2 }, 0, MEANING_ALARM,
			facts->alarm);
		area.row += rows + 1;
	}
	for (size_t i = 0; i < facts->count && area.row < last; i++) {
		const struct fact *fact = &facts->items[i];
		struct area text = { area.row, area.column + LABEL_COLUMNS, last - area.row,
			area.columns - LABEL_COLUMNS };

		paint_text(area.row, area.column, LABEL_COLUMNS - 1, MEANING_MUTED, fact->label);
		area.row += paint_wrapped(text, 0, fact->meaning, fact->text);
	}
}

static void
gather(const struct slots *slots, const struct line *line, struct facts *facts)
{
	const struct module_info *modules;
	const struct slot_info *infos;
	const struct reader_info *readers, *reader;
	struct code code;
	enum outcome outcome;

	switch (line->kind) {
	case LINE_MODULE:
		slots_modules(slots, &modules);
		device_facts_module(facts, modules + line->index);
		break;
	case LINE_SLOT:
		slots_slots(slots, &infos);
		reader = reader_of(slots, infos + line->index);
		/* The device itself tells more, and more exactly, than its module. */
		if (reader != NULL && infos[line->index].outcome == DONE)
			device_facts_reader(facts, reader);
		else
			device_facts_slot(facts, infos + line->index);
		break;
	case LINE_PCSC:
		outcome = slots_pcsc(slots, &code);
		text_format(facts->items[0].label, sizeof facts->items[0].label, "%s", _("PC/SC"));
		text_format(facts->items[0].text, sizeof facts->items[0].text, "%s",
			outcome != DONE                       ? outcome_text(outcome)
			: slots_readers(slots, &readers) == 0 ? outcome_text(FAIL_NO_READER)
							      : _("The service for card readers works."));
		facts->items[0].meaning = outcome != DONE ? MEANING_DANGER : MEANING_NORMAL;
		text_format(facts->items[1].label, sizeof facts->items[1].label, "%s", _("Code"));
		outcome_code_text(code, facts->items[1].text, sizeof facts->items[1].text);
		facts->items[1].meaning = MEANING_MUTED;
		facts->count = facts->items[1].text[0] == '\0' ? 1 : 2;
		break;
	case LINE_READER:
		slots_readers(slots, &readers);
		device_facts_reader(facts, readers + line->index);
		break;
	}
}

static void
draw(struct console *console, struct area area)
{
	const struct slots *slots = console->settings->slots;
	struct area left = area, right = area;
	struct facts facts = { 0 };

	collect(slots);
	choose(slots, &lines[selected], &console->token);
	left.columns = area.columns * 9 / 20;
	right.column += left.columns;
	right.columns -= left.columns;
	draw_list(slots, left);
	gather(slots, &lines[selected], &facts);
	draw_facts(&facts, paint_panel(right, _("What is known"), MEANING_BORDER));
	if (console->message[0] == '\0' && !slots_is_settled(slots))
		screen_message(
			console, MEANING_NORMAL, _("Modules and readers are being looked at for the first time."));
}

static unsigned
select_line(struct console *console, size_t to)
{
	if (to >= count)
		to = count - 1;
	if (to == selected)
		screen_message(console, MEANING_NORMAL, "%s", _("The list ends here."));
	selected = to;
	return REACT_DRAW;
}

static unsigned
key(struct console *console, const struct press *press)
{
	size_t page = (size_t)rows_seen;

	switch (press->request) {
	case REQUEST_UP:
		return select_line(console, selected > 0 ? selected - 1 : 0);
	case REQUEST_DOWN:
		return select_line(console, selected + 1);
	case REQUEST_PAGE_UP:
		return select_line(console, selected > page ? selected - page : 0);
	case REQUEST_PAGE_DOWN:
		return select_line(console, selected + page);
	case REQUEST_HOME:
		return select_line(console, 0);
	case REQUEST_END:
		return select_line(console, count - 1);
	case REQUEST_LOOK_AGAIN:
		slots_refresh(console->settings->slots);
		screen_message(console, MEANING_NORMAL, _("Every module and reader is being looked at anew."));
		return REACT_DRAW;
	default:
		return screen_common_key(console, press);
	}
}

const struct screen screen_status = {
	.name = "status",
	.title = N_("Status"),
	.help = N_("On the left stands everything through which this machine reaches tokens: each PKCS#11 module with "
		   "its slots, "
		   "then the card readers. On the right is what is known of the line that is selected. Nothing here "
		   "changes a "
		   "device, and the list follows by itself when something is plugged in or pulled out.\n"
		   "\n"
		   "A white bar on red, or reversed, is about a PIN that is locked or at its last try. Read it before "
		   "you do "
		   "anything else.\n"
		   "\n"
		   "DKEK shares outstanding: the device waits for them before keys can be backed up. The key check "
		   "value must be "
		   "the same on every device of a key domain."),
	.enter = enter,
	.draw = draw,
	.key = key,
	.is_watching = true,
};
