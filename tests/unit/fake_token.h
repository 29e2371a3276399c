/* A SmartCard-HSM in this process, behind the token door, with faults on demand: one act's answer is lost, before or
 * after the device did what it was asked. */
#ifndef TESTS_UNIT_FAKE_TOKEN_H
#define TESTS_UNIT_FAKE_TOKEN_H

#include <quorate/token.h>

struct fake_token {
	struct reader_info reader; /* reader.hsm is the device's state */
	char user_pin[LIMIT_USER_PIN_MAX + 1], so_pin[LIMIT_SO_PIN_DIGITS + 1];
	uint8_t dkek[DKEK_SIZE];
	unsigned acts[TOKEN_ACT_COUNT]; /* how often each reached the device */
	bool wants_login_for_kcv, never_tells_kcv;

	struct {
		enum token_act act; /* the next one of these */
		enum outcome outcome;
		bool is_set, is_after; /* the device did it, only the answer is missing */
		bool is_removed;       /* and it is not in the reader any more */
	} fault;

	bool has_answer;
	struct token_answer answer;
	struct token_door door;
};

/* A new device; used: initialised before, with keys, and the SO-PIN given. */
void fake_token_new(struct fake_token *ret);
void fake_token_used(struct fake_token *ret, const char *so_pin);

#endif
