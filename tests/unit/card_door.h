/* The rehearsal's card in this process behind the token door: the tokens' room acts, no worker stands between. */
#ifndef TESTS_UNIT_CARD_DOOR_H
#define TESTS_UNIT_CARD_DOOR_H

#include <quorate/token.h>
#include <quorate/virtual_card.h>

struct card_door {
	struct virtual_card *card;
	struct token_answer answer;
	bool has_answer;
	struct token_door door;
};

/* A blank card kept in a folder; virtual_card_free(&ret->card) ends it. */
void card_door_open(struct card_door *ret, const char *folder);

#endif
