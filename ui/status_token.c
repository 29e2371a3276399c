#include "status_token.h"

#include <quorate/ceremony.h>
#include <quorate/inspect.h>
#include <quorate/text.h>
#include <quorate/tongue.h>
#include <string.h>

void
status_choose(const struct slots *slots, const struct status_row *row, struct chosen_token *ret)
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

/* The login is a procedure, with everything that belongs to a PIN: tries told, nothing spent unasked, PIN pads. */
unsigned
status_log_in(struct console *console, size_t slot)
{
	const struct slots *slots = console->settings->slots;
	const struct ceremony_kind *kinds;
	const struct slot_info *infos;
	const struct reader_info *reader;
	size_t count = ceremony_kinds(&kinds), at = 0;
	enum outcome outcome;

	if (slot == SIZE_MAX || !slots_target(slots, slot, true, &console->target)) {
		screen_message(console, MEANING_WARNING, "%s", _("Select a slot with a token first."));
		return REACT_DRAW;
	}
	while (at + 1 < count && strcmp(kinds[at].name, "list-private") != 0)
		at++;
	slots_slots(slots, &infos);
	reader = status_list_reader(slots, &infos[slot]);
	outcome = ceremony_fits(&kinds[at], reader == NULL ? NULL : &reader->hsm, &infos[slot]);
	if (outcome != DONE) {
		screen_message(console, MEANING_WARNING, "%s", outcome_text(outcome));
		return REACT_DRAW;
	}
	console->chosen = at;
	console->is_from_status = true;
	return screen_begin_procedure(console);
}
