#include "fuzz.h"

#include <quorate/hsm.h>
#include <quorate/text.h>

#include <string.h>

struct script {
	const uint8_t *at, *end;
};

/* The next answer: two bytes of length, then as much of it as there is. Nothing left: the card is gone. */
static enum outcome
answer(void *context, const uint8_t *command, size_t size, uint8_t *ret, size_t *ret_size, struct code *ret_code)
{
	struct script *script = context;
	size_t length;

	MUST(size >= 4 && command[0] != 0xff);
	*ret_code = (struct code){ CODE_NONE, 0 };
	if (script->end - script->at < 2) {
		*ret_size = 0;
		return FAIL_TOKEN_GONE;
	}
	length = (size_t)(script->at[0] << 8 | script->at[1]);
	script->at += 2;
	if (length > (size_t)(script->end - script->at))
		length = (size_t)(script->end - script->at);
	if (length > *ret_size)
		length = *ret_size;
	memcpy(ret, script->at, length);
	script->at += length;
	*ret_size = length;
	return DONE;
}

/* A card that answers anything: described or refused, its texts fit for a screen. */
FUZZ_TARGET(card_answer)
{
	struct script script = { bytes, bytes + size };
	const struct card card = { answer, &script };
	struct hsm_status status;
	struct code code;
	char again[TOKEN_NAME_SIZE];

	MUST(secret_open() == DONE);
	if (hsm_describe(&card, &status, &code) != DONE)
		return 0;
	MUST(memchr(status.label, '\0', sizeof status.label) != NULL);
	text_clean(status.label, strlen(status.label), again, sizeof again);
	MUST(strcmp(status.label, again) == 0);
	MUST(memchr(status.serial, '\0', sizeof status.serial) != NULL);
	MUST(status.user_pin.tries_left >= -1 && status.user_pin.tries_left <= 15);
	MUST(status.so_pin.tries_left >= -1 && status.so_pin.tries_left <= 15);
	return 0;
}
