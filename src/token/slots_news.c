#include "slots_state.h"

#include <quorate/text.h>

#include <stdlib.h>
#include <string.h>

/* CK_SLOT_INFO.slotDescription: a longer reader name is cut there. */
#define DESCRIPTION_MOST 64

static size_t
find_reader(const struct slots *slots, const char *description)
{
	size_t length = strlen(description);

	for (size_t i = 0; i < slots->reader_count; i++) {
		const char *name = slots->readers[i].name;

		if (strcmp(name, description) == 0 ||
			(length == DESCRIPTION_MOST && strncmp(name, description, length) == 0))
			return i;
	}
	return SIZE_MAX;
}

/* Puts the slots of all modules into one row, each with its module and reader. */
static void
join(struct slots *slots)
{
	struct slot_info *all;
	size_t count = 0;

	for (size_t i = 0; i < slots->module_count; i++)
		count += slots->modules[i].count;
	if (count > LIMIT_SLOTS)
		count = LIMIT_SLOTS;
	slots->slot_count = 0;
	if (count == 0)
		return;
	all = reallocarray(slots->slots, count, sizeof *all);
	if (all == NULL)
		return;
	slots->slots = all;
	for (size_t i = 0; i < slots->module_count; i++)
		for (size_t j = 0; j < slots->modules[i].count && slots->slot_count < count; j++) {
			struct slot_info *slot = &all[slots->slot_count++];

			*slot = slots->modules[i].slots[j];
			slot->module = i;
			slot->reader = find_reader(slots, slot->description);
		}
}

bool
slots_is_polled(const struct slots *slots, size_t module)
{
	const struct module *one = &slots->modules[module];

	if (!line_is_running(&one->line) || slots->infos[module].state != MODULE_READY)
		return false;
	for (size_t i = 0; i < one->count; i++)
		if (find_reader(slots, one->slots[i].description) == SIZE_MAX)
			return true;
	return one->count == 0;
}

void
slots_refresh_modules(struct slots *slots)
{
	for (size_t i = 0; i < slots->module_count; i++)
		if (!slots_is_polled(slots, i) || slots->modules[i].count == 0)
			line_look(&slots->modules[i].line, true);
}

static void
forget_coming(struct module *module)
{
	free(module->coming);
	module->coming = NULL;
	module->coming_count = 0;
}

static bool
add_slot(struct module *module, const struct slot_info *slot)
{
	struct slot_info *more;

	if (module->coming_count >= LIMIT_SLOTS)
		return false;
	more = reallocarray(module->coming, module->coming_count + 1, sizeof *more);
	if (more == NULL)
		return false;
	module->coming = more;
	more[module->coming_count++] = *slot;
	return true;
}

/* The end of a look at a module: what came in is what there is. */
static bool
settle_module(struct slots *slots, size_t index, enum outcome outcome, struct code code)
{
	struct module *module = &slots->modules[index];
	struct module_info *info = &slots->infos[index];
	enum module_state state = outcome == DONE ? MODULE_READY : MODULE_FAILED;
	bool is_changed = !module->is_settled || info->state != state || info->outcome != outcome ||
			  info->code.value != code.value || module->count != module->coming_count ||
			  (module->count > 0 &&
				  memcmp(module->slots, module->coming, module->count * sizeof *module->slots) != 0);

	info->state = state;
	info->outcome = outcome;
	info->code = code;
	module->is_settled = true;
	if (is_changed) {
		free(module->slots);
		module->slots = module->coming;
		module->count = module->coming_count;
		module->coming = NULL;
		module->coming_count = 0;
		join(slots);
		slots_inspect_settle(slots, index);
	}
	forget_coming(module);
	return is_changed;
}

/* An answer that comes when none is awaited, or to another act, is nonsense. */
static bool
take_answer(struct slots *slots, struct line *line, struct message *message)
{
	if (slots->acting != line || message->as.answer.act != slots->act)
		return slots_take_failure(slots, line, FAIL_MESSAGE);
	slots_door_answer(slots, &message->as.answer);
	return true;
}

static bool
take_from_module(struct slots *slots, size_t index, struct message *message)
{
	struct module_info *info = &slots->infos[index];
	struct module *module = &slots->modules[index];

	switch (message->kind) {
	case MESSAGE_MODULE:
		forget_coming(&slots->modules[index]);
		memcpy(info->description, message->as.module.description, sizeof info->description);
		memcpy(info->manufacturer, message->as.module.manufacturer, sizeof info->manufacturer);
		memcpy(info->version, message->as.module.version, sizeof info->version);
		return false;
	case MESSAGE_SLOT:
		/* What is beyond the limit is left out. */
		(void)add_slot(&slots->modules[index], &message->as.slot);
		return false;
	case MESSAGE_LOOKED:
		return settle_module(slots, index, message->as.looked.outcome, message->as.looked.code);
	case MESSAGE_ANSWER:
		return take_answer(slots, &module->line, message);
	case MESSAGE_OBJECT:
		/* The worker does one thing after the other, an inspection that was asked for before first. */
		if (!module->line.is_inspecting && slots->acting == &module->line) {
			slots_door_object(slots, &message->as.object);
			return false;
		}
		return slots_inspect_take(slots, index, message);
	default:
		return slots_inspect_take(slots, index, message) ||
		       slots_take_failure(slots, &module->line, FAIL_MESSAGE);
	}
}

/* Whether readers or cards came or went, as opposed to a card's state. */
static bool
is_other_hardware(const struct slots *slots)
{
	if (slots->reader_count != slots->coming_count)
		return true;
	for (size_t i = 0; i < slots->reader_count; i++)
		if (strcmp(slots->readers[i].name, slots->coming[i].name) != 0 ||
			slots->readers[i].has_card != slots->coming[i].has_card ||
			strcmp(slots->readers[i].hsm.serial, slots->coming[i].hsm.serial) != 0)
			return true;
	return false;
}

static bool
settle_readers(struct slots *slots, enum outcome outcome, struct code code)
{
	bool is_other = is_other_hardware(slots);
	bool is_changed = !slots->is_pcsc_settled || slots->pcsc_outcome != outcome || is_other ||
			  memcmp(slots->readers, slots->coming, slots->reader_count * sizeof *slots->readers) != 0;
	bool is_first = !slots->is_pcsc_settled;

	slots->pcsc_outcome = outcome;
	slots->pcsc_code = code;
	slots->is_pcsc_settled = true;
	memcpy(slots->readers, slots->coming, sizeof slots->readers);
	slots->reader_count = slots->coming_count;
	slots->coming_count = 0;
	join(slots);
	slots_keys_settle(slots);
	slots_inspect_readers(slots);
	if (is_other && !is_first)
		slots_refresh_modules(slots);
	return is_changed;
}

static bool
take_from_pcsc(struct slots *slots, struct message *message)
{
	switch (message->kind) {
	case MESSAGE_READER:
		if (slots->coming_count < LIMIT_READERS)
			slots->coming[slots->coming_count++] = message->as.reader;
		return false;
	case MESSAGE_LOOKED:
		return settle_readers(slots, message->as.looked.outcome, message->as.looked.code);
	case MESSAGE_OBJECT:
		if (!slots->pcsc.is_inspecting && slots->acting == &slots->pcsc)
			slots_door_object(slots, &message->as.object);
		else
			slots_keys_take(slots, message);
		return false;
	case MESSAGE_INSPECTED:
		slots_keys_take(slots, message);
		return true;
	case MESSAGE_ANSWER:
		return take_answer(slots, &slots->pcsc, message);
	default:
		return slots_take_failure(slots, &slots->pcsc, FAIL_MESSAGE);
	}
}

bool
slots_take(struct slots *slots, struct line *line, struct message *message)
{
	if (line == &slots->pcsc)
		return take_from_pcsc(slots, message);
	if (line == &slots->watch) {
		if (message->kind == MESSAGE_CHANGED)
			slots_look_at_readers(slots);
		return false;
	}
	if (line == &slots->list) {
		if (message->kind == MESSAGE_MODULE) {
			slots_add_module(slots, message->as.module.name, message->as.module.path);
			return true;
		}
		line_stop(line);
		slots->is_list_settled = true;
		return true;
	}
	for (size_t i = 0; i < slots->module_count; i++) {
		if (line == &slots->modules[i].line)
			return take_from_module(slots, i, message);
		if (line == &slots->modules[i].wait && message->kind == MESSAGE_CHANGED)
			line_look(&slots->modules[i].line, false);
	}
	return false;
}

bool
slots_take_failure(struct slots *slots, struct line *line, enum outcome outcome)
{
	const struct code none = { CODE_NONE, 0 };

	/* It cannot wait, or not any more: it is asked. */
	for (size_t i = 0; i < slots->module_count; i++)
		if (line == &slots->modules[i].wait) {
			line_stop(line);
			slots->modules[i].next_poll = 0;
			return false;
		}
	line_fail(line);
	if (slots->acting == line)
		slots_door_fail(slots, outcome);
	if (line == &slots->list) {
		slots->is_list_settled = true;
	} else if (line == &slots->pcsc) {
		slots->coming_count = 0;
		slots_keys_fail(slots);
		return settle_readers(slots, outcome, none);
	}
	for (size_t i = 0; i < slots->module_count; i++)
		if (line == &slots->modules[i].line) {
			bool is_changed;

			forget_coming(&slots->modules[i]);
			slots_inspect_fail(slots, i, outcome);
			is_changed = settle_module(slots, i, outcome, none);
			if (outcome == FAIL_WORKER_HUNG)
				slots->infos[i].state = MODULE_HUNG;
			return is_changed;
		}
	return line == &slots->list;
}
