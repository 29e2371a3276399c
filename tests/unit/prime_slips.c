#include "share_help.h"

#include <quorate/prime_slips.h>

#include <openssl/crypto.h>

#define PRIME "e28c4e2a93cca877"

static const struct {
	const char *typed;
	enum slip_kind kind;
	unsigned digit;
} cases[] = {
	{ "e2bc4e2a93cca877", SLIP_LOOKALIKE, 3 },
	{ "e28c4ea293cca877", SLIP_SWAP, 7 },
	{ "028c4e2a93cca877", SLIP_DIGIT, 1 },
	{ "e28c4e2a93cca870", SLIP_DIGIT, 16 },
	{ "0e28c4e2a93cca87", SLIP_LOST, 15 },
	{ "0e28c4e2a93cc877", SLIP_LOST, 13 },
};

/* The prime that was meant is found, with the slip; every reading is a safe prime, none comes twice. */
static void
test_meant_prime(void **state)
{
	struct secret *meant = secret_of_hex(PRIME);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct secret *typed = secret_of_hex(cases[i].typed);
		struct prime_reading readings[PRIME_SLIPS_MOST];
		bool is_found = false;
		unsigned count;

		assert_int_equal(prime_slips_find(typed, readings, &count), DONE);
		assert_in_range(count, 1, 5);
		for (unsigned j = 0; j < count; j++) {
			assert_int_equal(shamir_check_prime(readings[j].prime), DONE);
			for (unsigned k = 0; k < j; k++)
				assert_false(secret_is_equal(readings[j].prime, readings[k].prime));
			if (secret_is_equal(readings[j].prime, meant)) {
				is_found = true;
				assert_int_equal(readings[j].slip.kind, cases[i].kind);
				assert_int_equal(readings[j].slip.digit, cases[i].digit);
			}
		}
		assert_true(is_found);
		prime_slips_clear(readings);
		secret_free(&typed);
	}
	secret_free(&meant);
}

static void
test_none(void **state)
{
	struct secret *typed = secret_of_hex("cccccccccccccccc");
	struct prime_reading readings[PRIME_SLIPS_MOST];
	size_t before;
	unsigned count = 9;

	(void)state;
	/* libcrypto's own generator moves into the secure heap when it is first used. */
	assert_int_equal(prime_slips_find(typed, readings, &count), DONE);
	before = CRYPTO_secure_used();
	assert_int_equal(prime_slips_find(typed, readings, &count), DONE);
	assert_int_equal(count, 0);
	typed->size = 7;
	assert_int_equal(prime_slips_find(typed, readings, &count), FAIL_ARGUMENT);
	assert_int_equal(CRYPTO_secure_used(), before);
	secret_free(&typed);
}

static void
test_text(void **state)
{
	char text[128];

	(void)state;
	slips_prime_text(&(struct slip){ SLIP_LOST, 6 }, text, sizeof text);
	assert_string_equal(text, "digit 6 of the prime was left out");
}

TEST_GROUP(prime_slips, cmocka_unit_test(test_meant_prime), cmocka_unit_test(test_none), cmocka_unit_test(test_text));
