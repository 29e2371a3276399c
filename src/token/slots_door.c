#include "slots_state.h"

#include <string.h>

static size_t
list(void *context, struct reader_info *ret, size_t most)
{
	const struct slots *slots = context;
	size_t count = slots->reader_count < most ? slots->reader_count : most;

	memcpy(ret, slots->readers, count * sizeof *ret);
	return count;
}

static enum outcome
start(void *context, struct token_request *request)
{
	struct slots *slots = context;
	enum outcome outcome = FAIL_INTERNAL;

	if (!slots->is_acting && !slots->has_answer)
		outcome = line_act(&slots->pcsc, request);
	if (outcome == DONE) {
		slots->is_acting = true;
		slots->act = request->act;
	}
	token_request_clear(request);
	return outcome;
}

static bool
poll_answer(void *context, struct token_answer *ret)
{
	struct slots *slots = context;

	if (!slots->has_answer)
		return false;
	*ret = slots->answer;
	slots->has_answer = false;
	return true;
}

void
slots_door_begin(struct slots *slots)
{
	slots->door = (struct token_door){ list, start, poll_answer, slots };
}

void
slots_door_answer(struct slots *slots, const struct token_answer *answer)
{
	bool is_changing = answer->act == TOKEN_INITIALISE || answer->act == TOKEN_IMPORT_DKEK;

	slots->answer = *answer;
	slots->is_acting = false;
	slots->has_answer = true;
	if (answer->act != TOKEN_RANDOM)
		line_look(&slots->pcsc, false);
	if (is_changing)
		slots_refresh_modules(slots);
}

/* The act may or may not have happened: only the card can tell. */
void
slots_door_fail(struct slots *slots, enum outcome outcome)
{
	if (!slots->is_acting)
		return;
	memset(&slots->answer, 0, sizeof slots->answer);
	slots->answer.act = slots->act;
	slots->answer.outcome = outcome;
	slots->is_acting = false;
	slots->has_answer = true;
}

const struct token_door *
slots_door(struct slots *slots)
{
	return &slots->door;
}
