/* A card that answers what a script says: the next answer is two bytes of length, then as much of it as there is. */
#ifndef TESTS_FUZZ_SCRIPT_H
#define TESTS_FUZZ_SCRIPT_H

#include "fuzz.h"

#include <quorate/card.h>

#include <string.h>

struct script {
	const uint8_t *at, *end;
};

/* Nothing left: the card is gone. */
static inline enum outcome
script_answer(void *context, const uint8_t *command, size_t size, uint8_t *ret, size_t *ret_size, struct code *ret_code)
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

#endif
