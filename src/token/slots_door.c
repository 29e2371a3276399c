#include "slots_state.h"

#include <quorate/text.h>

#include <string.h>

static size_t
list(void *context, struct reader_info *ret, size_t most)
{
	const struct slots *slots = context;
	size_t count = slots->reader_count < most ? slots->reader_count : most;

	memcpy(ret, slots->readers, count * sizeof *ret);
	return count;
}

/* The slot's number first, for two tokens of SoftHSM may look the same; then whoever has the serial number. */
size_t
slots_find(const struct slots *slots, const struct token_target *target)
{
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < slots->slot_count; i++) {
		const struct slot_info *slot = &slots->slots[i];
		bool is_same = strcmp(slot->serial, target->serial) == 0 &&
			       (target->label[0] == '\0' || strcmp(slot->label, target->label) == 0);

		if (strcmp(slots->infos[slot->module].name, target->module) != 0)
			continue;
		if (slot->id == target->slot && (is_same || target->serial[0] == '\0'))
			return i;
		if (is_same && target->serial[0] != '\0')
			found = i;
	}
	return found;
}

static bool
find_slot(void *context, const struct token_target *target, struct slot_info *ret)
{
	const struct slots *slots = context;
	size_t found = slots_find(slots, target);

	if (found != SIZE_MAX)
		*ret = slots->slots[found];
	return found != SIZE_MAX;
}

/* The worker that has the target; NULL if there is no such module. */
static struct line *
line_of(struct slots *slots, const struct token_target *target)
{
	if (target->reader[0] != '\0')
		return &slots->pcsc;
	for (size_t i = 0; i < slots->module_count; i++)
		if (strcmp(slots->infos[i].name, target->module) == 0)
			return &slots->modules[i].line;
	return NULL;
}

static enum outcome
send_act(struct slots *slots, struct line *line, const struct token_request *request)
{
	enum outcome outcome = line_act(line, request);

	if (outcome == DONE)
		slots->acting = line;
	return outcome;
}

static enum outcome
start(void *context, struct token_request *request)
{
	struct slots *slots = context;
	struct line *line = line_of(slots, &request->target);
	enum outcome outcome = line == NULL ? FAIL_NO_TOKEN : FAIL_INTERNAL;

	if (line != NULL && slots->acting == NULL && !slots->is_holding && !slots->has_answer) {
		slots->act = request->act;
		slots->target = request->target;
		slots->is_logged_in = request->user_pin != NULL || request->is_pin_pad;
		memset(&slots->answer, 0, sizeof slots->answer);
		slots->is_holding = line != &slots->pcsc && (slots->pcsc.is_looking || slots->pcsc.is_inspecting);
		if (slots->is_holding) {
			/* Moved, with its secrets. */
			slots->held = *request;
			memset(request, 0, sizeof *request);
			return DONE;
		}
		outcome = send_act(slots, line, request);
	}
	token_request_clear(request);
	return outcome;
}

void
slots_door_next(struct slots *slots)
{
	struct line *line;
	enum outcome outcome = FAIL_NO_TOKEN;

	if (!slots->is_holding || slots->pcsc.is_looking || slots->pcsc.is_inspecting)
		return;
	line = line_of(slots, &slots->held.target);
	if (line != NULL)
		outcome = send_act(slots, line, &slots->held);
	token_request_clear(&slots->held);
	slots->is_holding = false;
	if (outcome != DONE) {
		slots->answer.act = slots->act;
		slots->answer.is_slot = true;
		slots->answer.outcome = outcome;
		slots->has_answer = true;
	}
}

void
slots_look_at_readers(struct slots *slots)
{
	if (slots->acting != NULL && slots->acting != &slots->pcsc)
		slots->wants_pcsc = true;
	else
		line_look(&slots->pcsc, false);
}

static bool
poll_answer(void *context, struct token_answer *ret)
{
	struct slots *slots = context;

	if (!slots->has_answer)
		return false;
	*ret = slots->answer;
	memset(&slots->answer, 0, sizeof slots->answer);
	slots->has_answer = false;
	return true;
}

void
slots_door_begin(struct slots *slots)
{
	slots->door = (struct token_door){ list, start, poll_answer, find_slot, slots, slots_software };
}

void
slots_door_object(struct slots *slots, const struct token_object *object)
{
	/* What is beyond the limit is left out. */
	(void)token_objects_add(&slots->answer.objects, object);
}

/* Whether modules that reach the same card hold a stale view of it now. */
static bool
is_changing(enum token_act act)
{
	switch (act) {
	case TOKEN_DESCRIBE:
	case TOKEN_VERIFY_USER_PIN:
	case TOKEN_PROVE_SO_PIN:
	case TOKEN_RANDOM:
	case TOKEN_LIST_OBJECTS:
	case TOKEN_SIGN:
	case TOKEN_READ_VALUE:
	case TOKEN_WRAP_KEY:
	case TOKEN_READ_ATTESTATION:
		return false;
	default:
		return true;
	}
}

void
slots_door_answer(struct slots *slots, struct token_answer *answer)
{
	struct token_objects objects = slots->answer.objects;

	slots->answer = *answer;
	slots->answer.objects = objects;
	/* Moved: what clears the message leaves it alone. */
	memset(answer, 0, sizeof *answer);
	answer = &slots->answer;
	slots_inspect_keep(slots, answer);
	if (is_changing(answer->act))
		slots_inspect_stale(slots, &slots->target);
	if (slots->acting != &slots->pcsc)
		line_look(slots->acting, answer->act == TOKEN_INITIALISE);
	else if (is_changing(answer->act))
		slots_refresh_modules(slots);
	/* Behind the slot there may be a card that the PC/SC worker described. */
	if (answer->act != TOKEN_RANDOM || slots->wants_pcsc)
		line_look(&slots->pcsc, slots->acting != &slots->pcsc && is_changing(answer->act));
	slots->acting = NULL;
	slots->has_answer = true;
	slots->wants_pcsc = false;
	for (size_t i = 0; i < slots->module_count; i++)
		slots_inspect_next(slots, i);
	slots_keys_next(slots);
}

/* The act may or may not have happened: only the token can tell. */
void
slots_door_fail(struct slots *slots, enum outcome outcome)
{
	if (slots->acting == NULL)
		return;
	token_answer_clear(&slots->answer);
	memset(&slots->answer, 0, sizeof slots->answer);
	slots->answer.act = slots->act;
	slots->answer.is_slot = slots->acting != &slots->pcsc;
	slots->answer.outcome = outcome;
	slots->acting = NULL;
	slots->has_answer = true;
	if (slots->wants_pcsc)
		line_look(&slots->pcsc, false);
	slots->wants_pcsc = false;
}

const struct token_door *
slots_door(struct slots *slots)
{
	return &slots->door;
}
