#include "groups.h"

#include "card_door.h"

#include <quorate/hsm.h>

static size_t
list(void *context, struct reader_info *ret, size_t most)
{
	struct card_door *door = context;

	if (most == 0)
		return 0;
	ret[0] = (struct reader_info){ .name = "Rehearsal card 1", .has_card = true };
	ret[0].outcome = hsm_describe(virtual_card_door(door->card), &ret[0].hsm, &ret[0].code);
	ret[0].is_hsm = ret[0].outcome == DONE;
	return 1;
}

static enum outcome
start(void *context, struct token_request *request)
{
	struct card_door *door = context;

	hsm_act(virtual_card_door(door->card), request, &door->answer);
	token_request_clear(request);
	door->has_answer = true;
	return DONE;
}

static bool
take(void *context, struct token_answer *ret)
{
	struct card_door *door = context;
	bool has_answer = door->has_answer;

	door->has_answer = false;
	if (has_answer)
		*ret = door->answer;
	return has_answer;
}

void
card_door_open(struct card_door *ret, const char *folder)
{
	*ret = (struct card_door){ .door = { list, start, take, NULL, ret } };
	assert_int_equal(virtual_card_open(&ret->card, folder, "REHE0000001"), DONE);
}
