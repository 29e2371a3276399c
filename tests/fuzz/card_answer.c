#include "script.h"

#include <quorate/hsm.h>
#include <quorate/text.h>

#include <string.h>

/* A card that answers anything: described or refused, its texts fit for a screen. */
FUZZ_TARGET(card_answer)
{
	struct script script = { bytes, bytes + size };
	const struct card card = { script_answer, &script };
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
