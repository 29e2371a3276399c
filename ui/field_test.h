/*
 * What quorate relies on of a SmartCard-HSM, tried step by step on a spare device, which is wiped: each step says what
 * is assumed, does it through the token door, and compares. Nobody here has such a device in hand, so that it is the
 * owners' reports that tell where it is otherwise than its published sources say.
 */
#ifndef UI_FIELD_TEST_H
#define UI_FIELD_TEST_H

#include "command.h"

#include <quorate/public_key.h>

#define FIELD_TEST_USER_PIN "12345678"

enum field_verdict { FIELD_AS_ASSUMED, FIELD_DIFFERENT, FIELD_NOT_TRIED };

struct field_test {
	const struct devices *devices;
	struct token_target target;
	struct secret *so_pin; /* the present one; of a new device the one that it gets */
	/* What the steps leave for one another. */
	struct secret *dkek;
	struct token_object key;
	struct public_key *public_key;
	struct token_bytes wrapped, description, certificate;
	struct token_answer answer; /* the last act's */
	bool has_key;
};

/* What one step found. told: what was different, or a figure that is worth telling; never a secret. */
struct field_result {
	enum field_verdict verdict;
	const char *name, *assumed;
	char told[256];
};

/* Carries out the step of this number and tells what came of it; false after the last one. Steps whose ground is
   missing are not tried. */
bool field_test_step(struct field_test *test, size_t number, struct field_result *ret);

void field_test_clear(struct field_test *test);

#endif
