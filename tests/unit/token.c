/* Rules for PINs and labels, and the words for a token's flags. */
#include "groups.h"

#include <quorate/slots.h>

#include <stdio.h>
#include <string.h>

static struct secret *
secret_of(const char *text)
{
	struct secret *secret;
	char copy[64];

	assert_int_equal(secret_new(&secret, sizeof copy), DONE);
	for (const char *c = text; *c != '\0'; c++)
		assert_true(secret_push(secret, (uint8_t)*c));
	return secret;
}

static void
test_pins(void **state)
{
	static const struct {
		const char *pin;
		bool is_so, is_new;
		enum outcome outcome;
		bool has_advice;
	} cases[] = {
		{ "", false, true, FAIL_EMPTY, false },
		{ "12345", false, true, FAIL_PIN_LENGTH, false },
		{ "123456", false, true, DONE, true },
		{ "123456", false, false, DONE, false },
		{ "12345678", false, true, DONE, false },
		{ "abcdefgh", false, true, DONE, true },
		{ "123456789012345", false, true, DONE, false },
		{ "1234567890123456", false, true, FAIL_PIN_LENGTH, false },
		{ "12345\xc3\xa4", false, true, FAIL_PIN_CHARACTER, false },
		{ "12345\t7", false, false, FAIL_PIN_CHARACTER, false },
		{ "", true, true, FAIL_EMPTY, false },
		{ "123456789012345", true, true, FAIL_SO_PIN_LENGTH, false },
		{ "12345678901234567", true, false, FAIL_SO_PIN_LENGTH, false },
		{ "1234567890123456", true, true, DONE, false },
		{ "123456789012345a", true, true, FAIL_SO_PIN_DIGIT, false },
		{ "123456789012345a", true, false, DONE, true },
		{ "123456789012345g", true, false, FAIL_HEX, false },
		{ "3537363231383830", true, true, FAIL_SO_PIN_FACTORY, false },
		{ "3537363231383830", true, false, DONE, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct secret *pin = secret_of(cases[i].pin);
		const char *advice;
		enum outcome outcome =
			(cases[i].is_so ? token_check_so_pin : token_check_user_pin)(pin, cases[i].is_new, &advice);

		assert_string_equal(outcome_name(outcome), outcome_name(cases[i].outcome));
		assert_int_equal(advice != NULL, cases[i].has_advice);
		secret_free(&pin);
	}
}

static void
test_label(void **state)
{
	(void)state;
	assert_int_equal(token_check_label("fmd-alice"), DONE);
	assert_int_equal(token_check_label("J\xc3\xbcrgen"), DONE);
	assert_int_equal(token_check_label(""), FAIL_EMPTY);
	assert_int_equal(token_check_label("1234567890123456789012"), DONE);
	assert_int_equal(token_check_label("12345678901234567890123"), FAIL_TOO_LONG);
	assert_int_equal(token_check_label("a\033[2J"), FAIL_TEXT_CHARACTER);
	assert_int_equal(token_check_label("blank "), FAIL_TEXT_CHARACTER);
	assert_int_equal(token_check_label("\xff"), FAIL_TEXT_CHARACTER);
}

static void
test_flags(void **state)
{
	const char *texts[32];

	(void)state;
	assert_int_equal(slots_flag_texts(0, texts, 32), 1);
	assert_string_equal(texts[0], "not initialised");
	assert_int_equal(slots_flag_texts(0, texts, 0), 0);
	/* SoftHSM's empty token: CKF_RNG, CKF_LOGIN_REQUIRED, CKF_SO_PIN_LOCKED, CKF_SO_PIN_TO_BE_CHANGED. */
	assert_int_equal(slots_flag_texts(0xc00005, texts, 32), 2);
	assert_string_equal(texts[0], "not initialised");
	assert_string_equal(texts[1], "random generator");
	/* CKF_USER_PIN_LOCKED, CKF_TOKEN_INITIALIZED */
	assert_int_equal(slots_flag_texts(0x40400, texts, 32), 2);
	assert_string_equal(texts[0], "initialised");
	assert_string_equal(texts[1], "user PIN locked");
	assert_int_equal(slots_flag_texts(~0UL, texts, 3), 3);
}

TEST_GROUP(token, cmocka_unit_test(test_pins), cmocka_unit_test(test_label), cmocka_unit_test(test_flags));
