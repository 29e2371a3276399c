#include "groups.h"

#include <quorate/hex.h>
#include <quorate/random.h>
#include <quorate/rescue.h>
#include <quorate/search.h>

#include <openssl/crypto.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>

#define ITERATIONS 50

static struct shamir_set *set;
static struct share_file file;
static struct secret *password;
static size_t heap_before;

static void
seal_with(const struct secret *with)
{
	struct secret *key, *share;

	assert_int_equal(share_file_new(&file), DONE);
	assert_int_equal(derivation_run(with, file.salt, ITERATIONS, &key), DONE);
	assert_int_equal(dkek_new(&share), DONE);
	assert_int_equal(share_file_seal(&file, key, share), DONE);
	secret_free(&key);
	secret_free(&share);
}

static int
make_set(void **state)
{
	(void)state;
	/* libcrypto's own generator moves into the secure heap when it is first used. */
	if (random_fill(file.salt, sizeof file.salt) != DONE)
		return 1;
	heap_before = CRYPTO_secure_used();
	if (shamir_new_password(&password) != DONE || shamir_split(password, 3, 5, &set) != DONE)
		return 1;
	seal_with(password);
	return 0;
}

static int
free_set(void **state)
{
	(void)state;
	shamir_set_free(&set);
	secret_free(&password);
	return CRYPTO_secure_used() != heap_before;
}

static struct rescue_settings
settings(void)
{
	return (struct rescue_settings){ .file = file,
		.prime = set->prime,
		.shares = set->shares,
		.count = 3,
		.iterations = ITERATIONS,
		.threads = 2 };
}

static enum outcome
search(const struct rescue_settings *with, struct rescue_found *ret)
{
	struct rescue *rescue;
	struct pollfd wait;

	assert_int_equal(rescue_start(&rescue, with), DONE);
	wait = (struct pollfd){ .fd = rescue_descriptor(rescue), .events = POLLIN };
	assert_int_equal(poll(&wait, 1, 60000), 1);
	assert_true(rescue_is_done(rescue));
	return rescue_finish(&rescue, ret);
}

static void
change_digit(struct secret *value, unsigned digit, unsigned to)
{
	uint8_t *byte = &value->bytes[(digit - 1) / 2];

	*byte = digit % 2 == 1 ? (uint8_t)((*byte & 0x0f) | to << 4) : (uint8_t)((*byte & 0xf0) | to);
}

static unsigned
digit_of(const struct secret *value, unsigned digit)
{
	uint8_t byte = value->bytes[(digit - 1) / 2];

	return digit % 2 == 1 ? byte >> 4 : byte & 0xf;
}

static void
test_as_typed(void **state)
{
	struct rescue_settings with = settings();
	struct rescue_found found;

	(void)state;
	assert_int_equal(search(&with, &found), DONE);
	assert_int_equal(found.slip_count, 0);
	assert_false(found.is_exchange);
	assert_true(secret_is_equal(found.password, password));
	secret_free(&found.password);
}

/* A slip in one share can often be made up for by one in another (with IDs 1, 2, 3 the first two count +3 and -3), so
   the password is certain, and the share only where the slip named is put back. */
static void
expect_undone(const struct rescue_found *found, unsigned share, enum slip_kind kind, unsigned digit)
{
	assert_true(secret_is_equal(found->password, password));
	assert_int_equal(found->slip_count, 1);
	if (found->share[0] == share) {
		assert_int_equal(found->slip[0].digit, digit);
		assert_true(found->slip[0].kind <= kind);
	}
}

/* Digits of the value, to another: found. */
static void
test_one_digit(void **state)
{
	struct rescue_found found;

	(void)state;
	for (unsigned digit = 1; digit <= 16; digit += 5) {
		struct rescue_settings with = settings();
		struct secret *value = set->shares[1].value;
		unsigned was = digit_of(value, digit);

		change_digit(value, digit, (was + 7) & 0xf);
		assert_int_equal(search(&with, &found), DONE);
		expect_undone(&found, 1, SLIP_DIGIT, digit);
		secret_free(&found.password);
		change_digit(value, digit, was);
	}
}

static void
test_exchanged_ids(void **state)
{
	struct rescue_settings with = settings();
	struct rescue_found found;

	(void)state;
	set->shares[0].id = 3;
	set->shares[2].id = 1;
	assert_int_equal(search(&with, &found), DONE);
	assert_true(found.is_exchange);
	assert_int_equal(found.share[0], 0);
	assert_int_equal(found.share[1], 2);
	secret_free(&found.password);
}

static void
test_wrong_id(void **state)
{
	struct rescue_settings with = settings();
	struct rescue_found found;

	(void)state;
	set->shares[2].id = 30;
	assert_int_equal(search(&with, &found), DONE);
	assert_int_equal(found.slip_count, 1);
	assert_int_equal(found.share[0], 2);
	assert_int_equal(found.slip[0].kind, SLIP_ID);
	secret_free(&found.password);
}

/* Two look-alikes in two shares stand early among the pairs. */
static void
test_two_slips(void **state)
{
	struct rescue_settings with = settings();
	struct rescue_found found;
	struct slip slip;
	struct secret *other[2];
	size_t number[2] = { 0, 0 };
	unsigned id;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(secret_new(&other[i], SHAMIR_SIZE), DONE);
		while (!slips_read(&set->shares[i], number[i], &id, other[i], &slip))
			number[i]++;
		memcpy(set->shares[i].value->bytes, other[i]->bytes, SHAMIR_SIZE);
		secret_free(&other[i]);
	}
	assert_int_equal(search(&with, &found), DONE);
	assert_in_range(found.slip_count, 0, 2);
	assert_true(secret_is_equal(found.password, password));
	secret_free(&found.password);
}

/* A search that is broken off and taken up again tries what is left and finds it. */
static void
test_resume(void **state)
{
	struct rescue_settings with = settings();
	struct rescue_found found;
	struct rescue *rescue;
	uint64_t position;

	(void)state;
	/* A reading that comes late, so that the first lanes do not hold it already; no slip in another share makes up
	 * for it. */
	change_digit(set->shares[2].value, 16, (digit_of(set->shares[2].value, 16) + 2) & 0xf);
	with.iterations = 5000;
	assert_int_equal(rescue_start(&rescue, &with), DONE);
	while (rescue_derivations(rescue) == 0)
		poll(NULL, 0, 1);
	position = rescue_position(rescue);
	rescue_free(&rescue);
	assert_null(rescue);
	assert_true(position < rescue_candidates(3, 1));
	with.iterations = ITERATIONS;
	with.first = position;
	assert_int_equal(search(&with, &found), DONE);
	expect_undone(&found, 2, SLIP_DIGIT, 16);
	secret_free(&found.password);
}

static void
test_not_found(void **state)
{
	struct rescue_settings with = settings();
	struct rescue_found found;

	(void)state;
	/* Nothing can help when all shares are another set's: the last thousand candidates are tried and refused. */
	seal_with(set->prime);
	with.first = rescue_candidates(3, 2) - 1000;
	assert_int_equal(search(&with, &found), FAIL_SHARES_FILE_KEY);
	assert_null(found.password);
	with.count = 1;
	struct rescue *rescue;
	assert_int_equal(rescue_start(&rescue, &with), FAIL_SHARES_FEW);
}

/* Each slip, undone by hand, is among the readings of what it made. */
static void
test_slips(void **state)
{
	static const struct {
		const char *typed, *meant;
		enum slip_kind kind;
	} cases[] = {
		{ "86b54fa5e2a7b8f6", "8bb54fa5e2a7b8f6", SLIP_LOOKALIKE },
		{ "8bb54fa5e2a7b8f6", "b8b54fa5e2a7b8f6", SLIP_SWAP },
		{ "8bb54fa5e2a7b8f6", "8bb54fa5e2a7b8f1", SLIP_DIGIT },
		{ "08bb54fa5e2a7b8f", "8bb54fa5e2a7b8f6", SLIP_LOST },
		{ "0bb54fa5e2a7b8f6", "bb54f2a5e2a7b8f6", SLIP_LOST },
		{ "8bb54faa5e2a7b8f", "08bb54fa5e2a7b8f", SLIP_DOUBLED },
	};
	struct shamir_share share = { .id = 1 };
	struct secret *value;
	uint8_t meant[SHAMIR_SIZE];
	struct slip slip;
	unsigned id;

	(void)state;
	assert_int_equal(secret_new(&share.value, SHAMIR_SIZE), DONE);
	assert_int_equal(secret_new(&value, SHAMIR_SIZE), DONE);
	share.value->size = SHAMIR_SIZE;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		bool is_found = false;

		assert_int_equal(hex_decode(cases[i].typed, 16, share.value->bytes, SHAMIR_SIZE), DONE);
		assert_int_equal(hex_decode(cases[i].meant, 16, meant, SHAMIR_SIZE), DONE);
		for (size_t number = 0; number < slips_count() && !is_found; number++)
			is_found = slips_read(&share, number, &id, value, &slip) &&
				   memcmp(value->bytes, meant, SHAMIR_SIZE) == 0;
		assert_true(is_found);
		assert_int_equal(slip.kind, cases[i].kind);
	}
	assert_false(slips_read(&share, slips_count(), &id, value, &slip));
	secret_free(&share.value);
	secret_free(&value);
}

static void
test_slip_texts(void **state)
{
	struct slip slip = { SLIP_SWAP, 7 };
	char text[128];

	(void)state;
	slips_text(&slip, text, sizeof text);
	assert_string_equal(text, "digit 7 of the value and the one after it changed places");
}

/* Each number has a password but one, for which there is no memory at the moment. */
static enum outcome
starved_password(const void *context, uint64_t number, struct secret *ret)
{
	(void)context;
	if (number == 3)
		return FAIL_SECURE_HEAP;
	memcpy(ret->bytes, &number, sizeof number);
	ret->size = sizeof number;
	return DONE;
}

/* It could have been the right one. */
static void
test_starved(void **state)
{
	const struct search_settings starved = {
		.file = file, .iterations = ITERATIONS, .end = 1000, .threads = 1, .password = starved_password
	};
	struct search *search;
	struct pollfd wait;
	uint64_t found;

	(void)state;
	assert_int_equal(search_start(&search, &starved), DONE);
	wait = (struct pollfd){ .fd = search_descriptor(search), .events = POLLIN };
	assert_int_equal(poll(&wait, 1, 60000), 1);
	assert_true(search_position(search) <= 3);
	assert_int_equal(search_finish(&search, &found), FAIL_SECURE_HEAP);
}

#define WITH_SET(test) cmocka_unit_test_setup_teardown(test, make_set, free_set)

TEST_GROUP(rescue, cmocka_unit_test(test_slips), cmocka_unit_test(test_slip_texts), WITH_SET(test_as_typed),
	WITH_SET(test_one_digit), WITH_SET(test_exchanged_ids), WITH_SET(test_wrong_id), WITH_SET(test_two_slips),
	WITH_SET(test_resume), WITH_SET(test_not_found), WITH_SET(test_starved));
