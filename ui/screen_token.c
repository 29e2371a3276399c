/* Token: one token, and what can be done with it. What does not fit it now stands there, too, and says why. */
#include "device.h"
#include "rows.h"
#include "screen.h"

#include <quorate/ceremony.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

/* A SmartCard-HSM is reached through its reader, every other token (and one of another machine) through its slot. */
struct entry {
	const struct reader_info *reader;
	const struct slot_info *slot;
};

/* Facts of the token that are shown, and rows under the list that say more of the selected line. */
#define FACTS_ROWS 4
#define SUMMARY_ROWS 3
#define KINDS_MOST 64

static struct entry entries[LIMIT_READERS + LIMIT_SLOTS];
static size_t entry_count, at, selected, first;
static size_t kinds_of_token[KINDS_MOST], kind_count;

/* Slots are renumbered (SoftHSM) and taken by other tokens: a serial number says more, where there is one. */
static bool
is_chosen(const struct slots *slots, const struct chosen_token *token, const struct entry *entry, bool is_same_slot)
{
	const struct module_info *modules;

	if (entry->reader != NULL)
		return strcmp(token->reader, entry->reader->name) == 0;
	slots_modules(slots, &modules);
	return strcmp(token->module, modules[entry->slot->module].name) == 0 &&
	       strcmp(token->serial, entry->slot->serial) == 0 &&
	       (token->slot == entry->slot->id || (!is_same_slot && token->serial[0] != '\0'));
}

/* What is known changes between two calls: the list is made anew, and the choice stays on the same token while that is
   there. */
static void
collect(struct console *console)
{
	const struct slots *slots = console->settings->slots;
	const struct reader_info *readers;
	const struct slot_info *infos;
	size_t reader_count = slots_readers(slots, &readers), slot_count = slots_slots(slots, &infos);

	entry_count = 0;
	for (size_t i = 0; i < reader_count && i < LIMIT_READERS; i++)
		if (readers[i].has_card && readers[i].is_hsm)
			entries[entry_count++] = (struct entry){ .reader = &readers[i] };
	for (size_t i = 0; i < slot_count && i < LIMIT_SLOTS; i++)
		if (infos[i].has_token && (infos[i].reader >= reader_count || !readers[infos[i].reader].is_hsm))
			entries[entry_count++] = (struct entry){ .slot = &infos[i] };
	if (at >= entry_count)
		at = 0;
	for (size_t i = 0; i < 2 * entry_count; i++)
		if (is_chosen(slots, &console->token, &entries[i % entry_count], i < entry_count)) {
			at = i % entry_count;
			console->token.is_awaited = false;
			return;
		}
}

/* Other screens, and this one after the lists have changed, know the token by this. */
static void
choose(struct console *console)
{
	struct chosen_token *token = &console->token;
	const struct module_info *modules;

	if (entry_count == 0 || token->is_awaited)
		return;
	*token = (struct chosen_token){ .is_chosen = true };
	if (entries[at].reader != NULL) {
		text_format(token->reader, sizeof token->reader, "%s", entries[at].reader->name);
		text_format(token->serial, sizeof token->serial, "%s", entries[at].reader->hsm.serial);
		return;
	}
	slots_modules(console->settings->slots, &modules);
	text_format(token->module, sizeof token->module, "%s", modules[entries[at].slot->module].name);
	token->slot = entries[at].slot->id;
	text_format(token->serial, sizeof token->serial, "%s", entries[at].slot->serial);
}

static void
collect_kinds(void)
{
	const struct ceremony_kind *kinds;
	size_t count = ceremony_kinds(&kinds);

	kind_count = 0;
	for (size_t i = 0; i < count && kind_count < KINDS_MOST; i++)
		if (kinds[i].is_procedure)
			kinds_of_token[kind_count++] = i;
	if (selected >= kind_count)
		selected = 0;
}

static enum outcome
judge(size_t which)
{
	const struct ceremony_kind *kinds;
	const struct entry *entry = &entries[at];

	ceremony_kinds(&kinds);
	if (entry->reader != NULL && entry->reader->outcome != DONE)
		return entry->reader->outcome;
	if (entry->reader == NULL && entry->slot->outcome != DONE)
		return entry->slot->outcome;
	return ceremony_fits(
		&kinds[kinds_of_token[which]], entry->reader == NULL ? NULL : &entry->reader->hsm, entry->slot);
}

/* Whoever comes with a new token wants what can be done with it, and not the first line. */
static void
select_possible(void)
{
	for (size_t i = 0; entry_count > 0 && i < kind_count && judge(selected) != DONE; i++)
		if (judge(i) == DONE)
			selected = i;
}

static unsigned
enter(struct console *console)
{
	console->place = PLACE_TOKEN;
	collect(console);
	collect_kinds();
	choose(console);
	select_possible();
	return REACT_DRAW;
}

static void
draw_pin(const char *label, const struct pin_status *pin, int row, int column, int columns)
{
	static const struct {
		enum meaning meaning;
		const char *text;
	} states[] = {
		[PIN_UNKNOWN] = { MEANING_MUTED, N_("not told") },
		[PIN_NOT_SET] = { MEANING_NORMAL, N_("not set yet") },
		[PIN_TRANSPORT] = { MEANING_WARNING, N_("transport PIN") },
		[PIN_SET] = { MEANING_GOOD, N_("set") },
		[PIN_VERIFIED] = { MEANING_GOOD, N_("logged in") },
		[PIN_LOCKED] = { MEANING_ALARM, N_("LOCKED") },
	};
	enum meaning meaning = states[pin->state].meaning;
	char text[96];

	text_format(text, sizeof text, "%s", _(states[pin->state].text));
	if (pin->state == PIN_SET && pin->tries_left == 1) {
		meaning = MEANING_ALARM;
		text_format(text, sizeof text, "%s", _("LAST TRY"));
	} else if (pin->state == PIN_SET && pin->tries_left > 0) {
		text_append(text, sizeof text, P_(", %d try left", ", %d tries left", (unsigned long)pin->tries_left),
			pin->tries_left);
	}
	column += paint_text(row, column, columns, MEANING_MUTED, label) + 1;
	paint_text(row, column, columns, meaning, text);
}

static void
draw_token(const struct console *console, struct area area)
{
	const struct entry *entry = &entries[at];
	const struct module_info *modules;
	struct pin_status user, so;
	char title[96], text[512];
	struct area inside;

	text_format(title, sizeof title,
		entry_count > 1 ? _("Token %zu of %zu: Left and Right go to the others") : _("Token %zu of %zu"),
		at + 1, entry_count);
	inside = paint_panel(area, title, MEANING_BORDER);
	if (entry->reader != NULL) {
		const struct hsm_status *hsm = &entry->reader->hsm;

		user = hsm->user_pin;
		so = hsm->so_pin;
		paint_text(inside.row, inside.column, inside.columns, MEANING_ACCENT,
			hsm->label[0] == '\0' ? _("(no label)") : hsm->label);
		text_format(text, sizeof text, _("SmartCard-HSM %u.%u, serial number %s, in %s"), hsm->version_major,
			hsm->version_minor, hsm->serial[0] == '\0' ? _("unknown") : hsm->serial, entry->reader->name);
	} else {
		const struct slot_info *slot = entry->slot;

		slots_modules(console->settings->slots, &modules);
		user = slots_user_pin(slot->flags, NULL);
		so = slots_so_pin(slot->flags, NULL);
		paint_text(inside.row, inside.column, inside.columns, MEANING_ACCENT,
			slot->label[0] == '\0' ? _("(no label)") : slot->label);
		text_format(text, sizeof text, _("%s, serial number %s, slot %lu of %s"), slot->model,
			slot->serial[0] == '\0' ? _("unknown") : slot->serial, slot->id, modules[slot->module].name);
	}
	paint_text(inside.row + 1, inside.column, inside.columns, MEANING_NORMAL, text);
	draw_pin(_("User PIN:"), &user, inside.row + 2, inside.column, inside.columns / 2);
	draw_pin(_("SO-PIN:"), &so, inside.row + 2, inside.column + inside.columns / 2, inside.columns / 2);
	if (entry->reader != NULL && entry->reader->hsm.has_dkek)
		text_format(text, sizeof text,
			P_("DKEK: %u share, %u outstanding", "DKEK: %u shares, %u outstanding",
				entry->reader->hsm.dkek_total),
			entry->reader->hsm.dkek_total, entry->reader->hsm.dkek_outstanding);
	else
		text_format(text, sizeof text, "%s",
			entry->reader != NULL ? _("No DKEK: its keys cannot be backed up.")
					      : entry->slot->manufacturer);
	paint_text(inside.row + 3, inside.column, inside.columns, MEANING_NORMAL, text);
}

static void
draw_kinds(struct area area)
{
	const struct ceremony_kind *kinds;
	struct area inside = paint_panel(area, _("What to do"), MEANING_BORDER), summary = inside;
	int rows = inside.rows - SUMMARY_ROWS - 1;
	enum outcome outcome = judge(selected);

	ceremony_kinds(&kinds);
	if (selected < first)
		first = selected;
	if (selected >= first + (size_t)rows)
		first = selected - (size_t)rows + 1;
	for (int i = 0; i < rows && first + (size_t)i < kind_count; i++) {
		size_t which = first + (size_t)i;
		bool is_selected = which == selected, is_open = judge(which) == DONE;

		if (is_selected) {
			paint_bar(inside.row + i, inside.column + 2, inside.columns - 2, MEANING_SELECTED, "");
			paint_glyph(inside.row + i, inside.column, MEANING_ACCENT, GLYPH_SELECTED);
		}
		paint_text(inside.row + i, inside.column + 2, 44,
			is_selected ? MEANING_SELECTED
			: is_open   ? MEANING_NORMAL
				    : MEANING_MUTED,
			_(kinds[kinds_of_token[which]].title));
		if (!is_open)
			paint_text(inside.row + i, inside.column + 48, inside.columns - 48,
				is_selected ? MEANING_SELECTED : MEANING_MUTED, _("not now"));
	}
	if (first > 0)
		paint_glyph(inside.row, inside.column + inside.columns - 1, MEANING_ACCENT, GLYPH_MORE);
	if (first + (size_t)rows < kind_count)
		paint_glyph(inside.row + rows - 1, inside.column + inside.columns - 1, MEANING_ACCENT, GLYPH_MORE);
	summary.row += rows + 1;
	summary.rows = SUMMARY_ROWS;
	if (outcome == DONE)
		paint_wrapped(summary, 0, MEANING_NORMAL, _(kinds[kinds_of_token[selected]].summary));
	else
		paint_wrapped(summary, 0, MEANING_WARNING, outcome_text(outcome));
}

static void
draw(struct console *console, struct area area)
{
	struct area top = area, bottom = area;

	collect(console);
	if (entry_count == 0) {
		struct area inside = paint_panel(area, _("Token"), MEANING_BORDER);

		paint_wrapped((struct area){ inside.row + 1, inside.column, inside.rows - 1, inside.columns }, 0,
			MEANING_NORMAL,
			slots_is_settled(console->settings->slots)
				? _("No token is here. Plug one in, and it appears by itself; Status (F2) says what is "
				    "connected and what does not work.")
				: _("Modules and readers are being looked at for the first time."));
		return;
	}
	choose(console);
	top.rows = FACTS_ROWS + 2;
	bottom.row += top.rows;
	bottom.rows -= top.rows;
	draw_token(console, top);
	draw_kinds(bottom);
}

static unsigned
turn(struct console *console, size_t by)
{
	if (entry_count < 2) {
		screen_message(console, MEANING_NORMAL, "%s", _("There is no other token."));
		return REACT_DRAW;
	}
	at = (at + by) % entry_count;
	console->token.is_awaited = false;
	choose(console);
	selected = 0;
	select_possible();
	return REACT_DRAW;
}

static void
fill_target(const struct console *console, struct token_target *ret)
{
	const struct entry *entry = &entries[at];
	const struct module_info *modules;

	*ret = (struct token_target){ 0 };
	if (entry->reader != NULL) {
		text_format(ret->reader, sizeof ret->reader, "%s", entry->reader->name);
		text_format(ret->serial, sizeof ret->serial, "%s", entry->reader->hsm.serial);
		return;
	}
	slots_modules(console->settings->slots, &modules);
	text_format(ret->module, sizeof ret->module, "%s", modules[entry->slot->module].name);
	ret->slot = entry->slot->id;
	text_format(ret->serial, sizeof ret->serial, "%s", entry->slot->serial);
	text_format(ret->label, sizeof ret->label, "%s", entry->slot->label);
}

static unsigned
begin(struct console *console)
{
	enum outcome outcome = judge(selected);

	if (outcome != DONE) {
		screen_message(console, MEANING_WARNING, "%s", outcome_text(outcome));
		return REACT_DRAW;
	}
	console->chosen = kinds_of_token[selected];
	console->is_from_status = false;
	fill_target(console, &console->target);
	return screen_begin_procedure(console);
}

static unsigned
key(struct console *console, const struct press *press)
{
	collect(console);
	if (entry_count == 0)
		return screen_common_key(console, press);
	switch (press->request) {
	case REQUEST_LEFT:
		return turn(console, entry_count - 1);
	case REQUEST_RIGHT:
		return turn(console, 1);
	case REQUEST_ACCEPT:
		return begin(console);
	default:
		if (keys_select(press, kind_count, &selected))
			return REACT_DRAW;
		return screen_common_key(console, press);
	}
}

const struct screen screen_token = {
	.name = "token",
	.title = N_("Token"),
	.help = N_("Above stands one token; the Left and Right keys go to the others that are plugged in. Below "
		   "stands what can be done with it: choose with the arrow keys and begin with Enter.\n"
		   "\n"
		   "A line in pale letters does not fit the token as it is now; under the list stands why. Nothing on "
		   "the token is changed, and no try of a PIN is spent, before you are asked for it.\n"
		   "\n"
		   "New key domain, Join and Change custodians are ceremonies with more people: F3."),
	.enter = enter,
	.draw = draw,
	.key = key,
	.is_watching = true,
};
