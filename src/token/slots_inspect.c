#include "slots_state.h"

#include <quorate/text.h>

#include <stdlib.h>
#include <string.h>

static struct inspection *
find(const struct module *module, unsigned long slot)
{
	for (size_t i = 0; i < module->inspection_count; i++)
		if (module->inspections[i].slot == slot)
			return &module->inspections[i];
	return NULL;
}

static const struct inspection *
known(const struct slots *slots, size_t slot)
{
	const struct slot_info *info;

	if (slot >= slots->slot_count)
		return NULL;
	info = &slots->slots[slot];
	return find(&slots->modules[info->module], info->id);
}

static void
forget_coming(struct inspection *inspection)
{
	free(inspection->coming_mechanisms);
	inspection->coming_mechanisms = NULL;
	inspection->coming_mechanism_count = 0;
	token_objects_free(&inspection->coming_objects);
	inspection->look.arriving = 0;
}

static void
forget(struct inspection *inspection)
{
	forget_coming(inspection);
	free(inspection->mechanisms);
	token_objects_free(&inspection->objects);
}

void
slots_inspect_free(struct module *module)
{
	for (size_t i = 0; i < module->inspection_count; i++)
		forget(&module->inspections[i]);
	free(module->inspections);
	module->inspections = NULL;
	module->inspection_count = 0;
}

static bool
is_of(const struct inspection *inspection, const struct slot_info *slot)
{
	return slot->has_token && slot->id == inspection->slot && strcmp(slot->serial, inspection->serial) == 0 &&
	       strcmp(slot->label, inspection->label) == 0;
}

/* After a look: what belongs to a token that went, or is another one now, is forgotten. */
void
slots_inspect_settle(struct slots *slots, size_t index)
{
	struct module *module = &slots->modules[index];
	size_t kept = 0;

	for (size_t i = 0; i < module->inspection_count; i++) {
		struct inspection *inspection = &module->inspections[i];
		bool is_there = false;

		for (size_t j = 0; j < module->count && !is_there; j++)
			is_there = is_of(inspection, &module->slots[j]);
		if (is_there)
			module->inspections[kept++] = *inspection;
		else
			forget(inspection);
		if (!is_there && slots->attributes.module == index && slots->attributes.slot == inspection->slot)
			slots->attributes.state = LOOK_NONE;
	}
	module->inspection_count = kept;
}

/* The inspection of a slot, made if there is none. */
static struct inspection *
begin(struct module *module, const struct slot_info *slot)
{
	struct inspection *one = find(module, slot->id), *more;

	if (one != NULL)
		return one;
	more = reallocarray(module->inspections, module->inspection_count + 1, sizeof *more);
	if (more == NULL)
		return NULL;
	module->inspections = more;
	one = &more[module->inspection_count++];
	memset(one, 0, sizeof *one);
	one->slot = slot->id;
	memcpy(one->serial, slot->serial, sizeof one->serial);
	memcpy(one->label, slot->label, sizeof one->label);
	return one;
}

static void
send(struct slots *slots, size_t index, const struct inspection *inspection, const struct token_object *object)
{
	struct module *module = &slots->modules[index];
	struct message message;

	message_begin(&message, MESSAGE_INSPECT);
	message.as.inspect.slot = inspection->slot;
	memcpy(message.as.inspect.serial, inspection->serial, sizeof message.as.inspect.serial);
	memcpy(message.as.inspect.label, inspection->label, sizeof message.as.inspect.label);
	message.as.inspect.is_object = object != NULL;
	if (object != NULL)
		message.as.inspect.object = *object;
	module->inspected = inspection->slot;
	module->is_object = object != NULL;
	(void)line_inspect(&module->line, &message);
}

void
slots_inspect_next(struct slots *slots, size_t index)
{
	struct module *module = &slots->modules[index];

	/* Never behind an act: its objects are told from an inspection's by their order. */
	if (module->line.is_inspecting || module->line.is_acting || !line_is_running(&module->line))
		return;
	if (slots->attributes.is_wanted && slots->attributes.module == index) {
		struct inspection *inspection = find(module, slots->attributes.slot);

		slots->attributes.is_wanted = false;
		if (inspection != NULL) {
			send(slots, index, inspection, &slots->attributes.object);
			return;
		}
		slots->attributes.state = LOOK_NONE;
	}
	for (size_t i = 0; i < module->inspection_count; i++)
		if (module->inspections[i].is_wanted) {
			module->inspections[i].is_wanted = false;
			forget_coming(&module->inspections[i]);
			send(slots, index, &module->inspections[i], NULL);
			return;
		}
}

void
slots_inspect(struct slots *slots, size_t slot)
{
	const struct slot_info *info;
	struct inspection *inspection;

	if (slot >= slots->slot_count || !slots->slots[slot].has_token)
		return;
	info = &slots->slots[slot];
	inspection = begin(&slots->modules[info->module], info);
	if (inspection == NULL || inspection->look.state == LOOK_ASKED)
		return;
	inspection->look.state = LOOK_ASKED;
	inspection->is_wanted = true;
	slots_inspect_next(slots, info->module);
	slots_keys_want(slots, info);
}

void
slots_inspect_object(struct slots *slots, size_t slot, size_t object)
{
	const struct inspection *inspection = known(slots, slot);

	slots->attributes.state = LOOK_NONE;
	slots->attributes.is_wanted = false;
	slots->attributes.count = 0;
	if (inspection == NULL || object >= inspection->objects.count)
		return;
	slots->attributes.module = slots->slots[slot].module;
	slots->attributes.slot = inspection->slot;
	slots->attributes.object = inspection->objects.list[object];
	slots->attributes.state = LOOK_ASKED;
	slots->attributes.is_wanted = true;
	slots_inspect_next(slots, slots->attributes.module);
}

/* Room is doubled when the count reaches a power of two. */
static void
add_mechanism(struct inspection *inspection, const struct token_mechanism *mechanism)
{
	size_t count = inspection->coming_mechanism_count;

	if (count >= LIMIT_MECHANISMS)
		return;
	if ((count & (count - 1)) == 0) {
		struct token_mechanism *more =
			reallocarray(inspection->coming_mechanisms, count == 0 ? 1 : 2 * count, sizeof *more);

		if (more == NULL)
			return;
		inspection->coming_mechanisms = more;
	}
	inspection->coming_mechanisms[inspection->coming_mechanism_count++] = *mechanism;
}

/* The end: what came in is what there is; after a failure what was there before stays. */
static void
settle(struct inspection *inspection, enum outcome outcome, struct code code, key_kinds kinds)
{
	inspection->look.state = outcome == DONE ? LOOK_WHOLE : LOOK_FAILED;
	inspection->look.outcome = outcome;
	inspection->look.code = code;
	inspection->look.number++;
	if (outcome == DONE) {
		free(inspection->mechanisms);
		token_objects_free(&inspection->objects);
		inspection->mechanisms = inspection->coming_mechanisms;
		inspection->mechanism_count = inspection->coming_mechanism_count;
		inspection->objects = inspection->coming_objects;
		inspection->coming_mechanisms = NULL;
		inspection->coming_objects = (struct token_objects){ 0, NULL };
		inspection->look.kinds = kinds;
		inspection->look.is_logged_in = false;
	}
	forget_coming(inspection);
}

/* Puts what the card tells of its keys into what its module lists. */
static void
join(struct slots *slots, size_t module, struct inspection *inspection)
{
	for (size_t i = 0; i < slots->slot_count; i++)
		if (slots->slots[i].module == module && slots->slots[i].id == inspection->slot)
			slots_keys_join(slots, &slots->slots[i], inspection);
}

/* Slots that were looked at before anybody knew what stands behind them. */
void
slots_inspect_readers(struct slots *slots)
{
	for (size_t i = 0; i < slots->slot_count; i++) {
		const struct inspection *inspection = known(slots, i);

		if (inspection != NULL && inspection->look.state != LOOK_NONE)
			slots_keys_want(slots, &slots->slots[i]);
	}
}

void
slots_inspect_join(struct slots *slots, size_t reader)
{
	for (size_t i = 0; i < slots->slot_count; i++) {
		const struct slot_info *slot = &slots->slots[i];
		struct inspection *inspection =
			slot->reader == reader ? find(&slots->modules[slot->module], slot->id) : NULL;

		if (inspection == NULL)
			continue;
		slots_keys_join(slots, slot, inspection);
		inspection->look.number++;
	}
}

/* An act changed what lies on the token: who looked at it before sees it as it is now. */
void
slots_inspect_stale(struct slots *slots, const struct token_target *target)
{
	size_t found = target->reader[0] == '\0' ? slots_find(slots, target) : SIZE_MAX;

	if (target->reader[0] != '\0')
		slots_keys_stale(slots, target->reader);
	else if (found != SIZE_MAX && slots->slots[found].reader < slots->reader_count)
		slots_keys_stale(slots, slots->readers[slots->slots[found].reader].name);
	for (size_t i = 0; i < slots->slot_count; i++) {
		const struct slot_info *slot = &slots->slots[i];
		bool is_it = i == found || (target->reader[0] != '\0' && slot->reader < slots->reader_count &&
						   strcmp(slots->readers[slot->reader].name, target->reader) == 0);
		struct inspection *inspection = is_it ? find(&slots->modules[slot->module], slot->id) : NULL;

		if (inspection == NULL || inspection->look.state == LOOK_NONE)
			continue;
		inspection->look.state = LOOK_ASKED;
		inspection->is_wanted = true;
	}
}

/* True unless the message is none of an inspection's. */
bool
slots_inspect_take(struct slots *slots, size_t index, const struct message *message)
{
	struct module *module = &slots->modules[index];
	struct inspection *inspection = find(module, module->inspected);
	bool is_attributes = module->is_object && slots->attributes.module == index &&
			     slots->attributes.state == LOOK_ASKED && !slots->attributes.is_wanted;

	switch (message->kind) {
	case MESSAGE_MECHANISM:
		if (inspection != NULL)
			add_mechanism(inspection, &message->as.mechanism);
		return true;
	case MESSAGE_OBJECT:
		if (inspection != NULL && token_objects_add(&inspection->coming_objects, &message->as.object) == DONE)
			inspection->look.arriving = inspection->coming_objects.count;
		return true;
	case MESSAGE_ATTRIBUTE:
		if (is_attributes && slots->attributes.count < LIMIT_ATTRIBUTES)
			slots->attributes.list[slots->attributes.count++] = message->as.attribute;
		return true;
	case MESSAGE_INSPECTED:
		if (is_attributes)
			slots->attributes.state = message->as.inspected.outcome == DONE ? LOOK_WHOLE : LOOK_FAILED;
		if (!module->is_object && inspection != NULL) {
			settle(inspection, message->as.inspected.outcome, message->as.inspected.code,
				message->as.inspected.kinds);
			join(slots, index, inspection);
		}
		slots_inspect_next(slots, index);
		return true;
	default:
		return false;
	}
}

void
slots_inspect_fail(struct slots *slots, size_t index, enum outcome outcome)
{
	struct module *module = &slots->modules[index];
	const struct code none = { CODE_NONE, 0 };

	for (size_t i = 0; i < module->inspection_count; i++)
		if (module->inspections[i].look.state == LOOK_ASKED) {
			module->inspections[i].is_wanted = false;
			settle(&module->inspections[i], outcome, none, 0);
		}
	if (slots->attributes.module == index && slots->attributes.state == LOOK_ASKED)
		slots->attributes.state = LOOK_FAILED;
	slots->attributes.is_wanted = false;
}

/* Objects that an act listed are what a look would have told, and more where it logged in. */
void
slots_inspect_keep(struct slots *slots, const struct token_answer *answer)
{
	size_t slot = slots_find(slots, &slots->target);
	struct inspection *inspection;

	if (answer->act == TOKEN_LIST_OBJECTS && answer->outcome == DONE && !answer->is_slot)
		slots_keys_keep(slots, slots->target.reader, &answer->objects, slots->is_logged_in);
	if (answer->act != TOKEN_LIST_OBJECTS || answer->outcome != DONE || !answer->is_slot || slot == SIZE_MAX)
		return;
	inspection = begin(&slots->modules[slots->slots[slot].module], &slots->slots[slot]);
	if (inspection == NULL)
		return;
	token_objects_free(&inspection->objects);
	for (size_t i = 0; i < answer->objects.count; i++)
		if (token_objects_add(&inspection->objects, &answer->objects.list[i]) != DONE)
			break;
	inspection->look.is_logged_in = slots->is_logged_in;
	inspection->look.kinds = answer->kinds;
	inspection->look.number++;
	slots_keys_join(slots, &slots->slots[slot], inspection);
	if (inspection->look.state != LOOK_ASKED)
		inspection->look.state = LOOK_WHOLE;
}

void
slots_look(const struct slots *slots, size_t slot, struct slot_look *ret)
{
	const struct inspection *inspection = known(slots, slot);

	memset(ret, 0, sizeof *ret);
	if (inspection != NULL)
		*ret = inspection->look;
	if (ret->state == LOOK_WHOLE && slots_keys_are_coming(slots, &slots->slots[slot]))
		ret->state = LOOK_ASKED;
}

size_t
slots_mechanisms(const struct slots *slots, size_t slot, const struct token_mechanism **ret)
{
	const struct inspection *inspection = known(slots, slot);

	*ret = inspection == NULL ? NULL : inspection->mechanisms;
	return inspection == NULL ? 0 : inspection->mechanism_count;
}

size_t
slots_objects(const struct slots *slots, size_t slot, const struct token_object **ret)
{
	const struct inspection *inspection = known(slots, slot);

	*ret = inspection == NULL ? NULL : inspection->objects.list;
	return inspection == NULL ? 0 : inspection->objects.count;
}

size_t
slots_attributes(const struct slots *slots, const struct token_attribute **ret, enum look_state *ret_state)
{
	*ret = slots->attributes.list;
	*ret_state = slots->attributes.state;
	return slots->attributes.state == LOOK_NONE ? 0 : slots->attributes.count;
}

bool
slots_target(const struct slots *slots, size_t slot, bool as_hsm, struct token_target *ret)
{
	const struct slot_info *info;

	memset(ret, 0, sizeof *ret);
	if (slot >= slots->slot_count)
		return false;
	info = &slots->slots[slot];
	if (as_hsm && info->reader != SIZE_MAX && slots->readers[info->reader].is_hsm) {
		text_format(ret->reader, sizeof ret->reader, "%s", slots->readers[info->reader].name);
		text_format(ret->serial, sizeof ret->serial, "%s", slots->readers[info->reader].hsm.serial);
		return true;
	}
	text_format(ret->module, sizeof ret->module, "%s", slots->infos[info->module].name);
	ret->slot = info->id;
	text_format(ret->serial, sizeof ret->serial, "%s", info->serial);
	text_format(ret->label, sizeof ret->label, "%s", info->label);
	return true;
}
