/* Two virtual cards and what is done with them, one act after the other, by the SmartCard-HSM's commands alone. */
#ifndef TESTS_UNIT_DESK_H
#define TESTS_UNIT_DESK_H

#include <quorate/card.h>
#include <quorate/token.h>

#define SO_PIN "1234567890123456"
#define USER_PIN "12345678"

struct virtual_card;

/* A card, and a way to lose the answer to one of its commands: it is carried out, or not. */
struct desk {
	char folder[64];
	struct virtual_card *card;
	uint8_t lost_instruction; /* 0: none */
	bool is_carried_out, lacks_long;
	unsigned sent[256]; /* commands by instruction */
	struct card door;
	struct token_answer answer;
};

/* fixture: an array of two desks, with blank cards. */
int desk_set_up(void **state);
int desk_tear_down(void **state);
#define DESK_TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

struct secret *desk_secret(const char *text);

/* One act; its answer stands in the desk until the next one. */
struct token_answer *desk_act(struct desk *desk, struct token_request request, enum outcome expected);
#define ACT(desk, expected, ...) desk_act(desk, (struct token_request){ __VA_ARGS__ }, expected)

/* The card's own record of tries since it was looked at last. */
void desk_expect_tries(const struct desk *desk, const char *expected);

/* Initialised, with a DKEK of one share, all bytes of it alike. */
void desk_prepare(struct desk *desk, uint8_t share);

#endif
