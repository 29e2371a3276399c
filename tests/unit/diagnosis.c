#include "share_help.h"

#include <quorate/diagnosis.h>
#include <quorate/random.h>

#include <openssl/crypto.h>

#define ITERATIONS 20
#define THRESHOLD 3
#define TOTAL 7

static struct shamir_set *set;
static struct share_file file;
static struct secret *password;
static size_t heap_before;

static int
make_set(void **state)
{
	struct secret *key, *share;
	uint8_t byte;

	(void)state;
	/* libcrypto's own generator moves into the secure heap when it is first used. */
	if (random_fill(&byte, 1) != DONE)
		return 1;
	heap_before = CRYPTO_secure_used();
	if (shamir_new_password(&password) != DONE || shamir_split(password, THRESHOLD, TOTAL, &set) != DONE ||
		share_file_new(&file) != DONE || derivation_run(password, file.salt, ITERATIONS, &key) != DONE ||
		dkek_new(&share) != DONE || share_file_seal(&file, key, share) != DONE)
		return 1;
	secret_free(&key);
	secret_free(&share);
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

/* Differently in each share: two wrong ones must not make up for each other. */
static void
spoil(unsigned share)
{
	set->shares[share].value->bytes[2 + share % 6] ^= (uint8_t)(0x5b + share);
}

static struct diagnosis
make(unsigned count, unsigned threshold)
{
	struct diagnosis diagnosis;

	assert_int_equal(diagnosis_make(set->prime, set->shares, count, threshold, &diagnosis), DONE);
	return diagnosis;
}

static unsigned
count_wrong(const bool is_wrong[LIMIT_CUSTODIANS])
{
	unsigned count = 0;

	for (unsigned i = 0; i < LIMIT_CUSTODIANS; i++)
		count += is_wrong[i];
	return count;
}

static void
test_agree(void **state)
{
	struct diagnosis diagnosis;

	(void)state;
	assert_int_equal(make(THRESHOLD, THRESHOLD).kind, DIAGNOSIS_SILENT);
	assert_int_equal(make(THRESHOLD, 0).kind, DIAGNOSIS_SILENT);
	assert_int_equal(make(THRESHOLD, 0).threshold, 0);
	assert_int_equal(make(2, 0).kind, DIAGNOSIS_SILENT);
	for (unsigned count = THRESHOLD + 1; count <= TOTAL; count++) {
		assert_int_equal(make(count, THRESHOLD).kind, DIAGNOSIS_AGREE);
		diagnosis = make(count, 0);
		assert_int_equal(diagnosis.kind, DIAGNOSIS_AGREE);
		assert_int_equal(diagnosis.threshold, THRESHOLD);
	}
	assert_int_equal(diagnosis_make(set->prime, set->shares, 2, THRESHOLD, &diagnosis), FAIL_SHARES_FEW);
	assert_int_equal(diagnosis_make(set->prime, set->shares, 1, 0, &diagnosis), FAIL_SHARES_FEW);
	set->shares[1].id = 1;
	assert_int_equal(diagnosis_make(set->prime, set->shares, 2, 0, &diagnosis), FAIL_SHARE_ID_TWICE);
}

/* One more than the threshold: wrong, but not which; two more: named, also where the threshold is not known. */
static void
test_named(void **state)
{
	struct diagnosis diagnosis;

	(void)state;
	for (unsigned bad = 0; bad < THRESHOLD + 2; bad++) {
		spoil(bad);
		assert_int_equal(make(THRESHOLD, THRESHOLD).kind, DIAGNOSIS_SILENT);
		assert_int_equal(make(THRESHOLD + 1, THRESHOLD).kind,
			bad < THRESHOLD + 1 ? DIAGNOSIS_CONTRADICT : DIAGNOSIS_AGREE);
		assert_int_equal(make(THRESHOLD + 1, 0).kind, bad < THRESHOLD + 1 ? DIAGNOSIS_SILENT : DIAGNOSIS_AGREE);
		for (unsigned threshold = 0; threshold <= THRESHOLD; threshold += THRESHOLD) {
			diagnosis = make(THRESHOLD + 2, threshold);
			assert_int_equal(diagnosis.kind, DIAGNOSIS_NAMED);
			assert_int_equal(diagnosis.threshold, THRESHOLD);
			assert_true(diagnosis.is_wrong[bad]);
			assert_int_equal(count_wrong(diagnosis.is_wrong), 1);
		}
		spoil(bad);
	}
	spoil(0);
	spoil(4);
	assert_int_equal(make(THRESHOLD + 2, THRESHOLD).kind, DIAGNOSIS_CONTRADICT);
	assert_int_equal(make(THRESHOLD + 2, 0).kind, DIAGNOSIS_SILENT);
}

static enum outcome
ask(unsigned count, unsigned threshold, struct diagnosis_answer *ret)
{
	struct diagnosis_settings settings = { .file = file,
		.prime = set->prime,
		.shares = set->shares,
		.count = count,
		.threshold = threshold,
		.iterations = ITERATIONS,
		.threads = 2 };
	struct diagnosis_inquiry *inquiry;

	assert_int_equal(diagnosis_start(&inquiry, &settings), DONE);
	return diagnosis_finish(&inquiry, ret);
}

/* The file tells which of one more than the threshold is wrong, and of several. */
static void
test_inquiry(void **state)
{
	struct diagnosis_answer answer;

	(void)state;
	for (unsigned bad = 0; bad <= THRESHOLD; bad++) {
		spoil(bad);
		assert_int_equal(ask(THRESHOLD + 1, THRESHOLD, &answer), DONE);
		assert_true(secret_is_equal(answer.password, password));
		assert_true(answer.is_wrong[bad]);
		assert_int_equal(count_wrong(answer.is_wrong), 1);
		assert_false(answer.is_hex);
		secret_free(&answer.password);
		spoil(bad);
	}
	spoil(0);
	spoil(2);
	spoil(3);
	spoil(6);
	assert_int_equal(ask(TOTAL, THRESHOLD, &answer), DONE);
	assert_int_equal(count_wrong(answer.is_wrong), 4);
	assert_true(answer.is_wrong[0] && answer.is_wrong[2] && answer.is_wrong[3] && answer.is_wrong[6]);
	secret_free(&answer.password);
	spoil(1);
	assert_int_equal(ask(TOTAL, THRESHOLD, &answer), FAIL_SHARES_FILE_KEY);
	assert_null(answer.password);
}

/* Shares 5, 16 and 17 whose custodians wrote down what sc-hsm-tool wanted to be typed: 5, 10, 11. */
static void
test_hex_ids(void **state)
{
	struct diagnosis_answer answer;
	struct shamir_set *large;

	(void)state;
	assert_int_equal(shamir_split(password, THRESHOLD, 17, &large), DONE);
	large->shares[15].id = 10;
	large->shares[16].id = 11;
	struct shamir_share shares[] = { large->shares[4], large->shares[15], large->shares[16] };
	struct diagnosis_settings settings = { file, large->prime, shares, 3, 3, ITERATIONS, 1 };
	struct diagnosis_inquiry *inquiry;

	assert_int_equal(diagnosis_start(&inquiry, &settings), DONE);
	assert_int_equal(diagnosis_finish(&inquiry, &answer), DONE);
	assert_true(answer.is_hex);
	assert_int_equal(count_wrong(answer.is_wrong), 0);
	assert_true(secret_is_equal(answer.password, password));
	secret_free(&answer.password);
	shamir_set_free(&large);
	assert_int_equal(diagnosis_hex_id(10), 16);
	assert_int_equal(diagnosis_hex_id(99), 153);
	assert_int_equal(diagnosis_hex_id(100), 0);
	assert_int_equal(diagnosis_hex_id(9), 0);
}

static void
test_stopped(void **state)
{
	struct diagnosis_settings settings = { file, set->prime, set->shares, TOTAL, THRESHOLD, 100000000, 2 };
	struct diagnosis_inquiry *inquiry;

	(void)state;
	assert_int_equal(diagnosis_start(&inquiry, &settings), DONE);
	assert_true(diagnosis_fraction(inquiry) < 1);
	assert_false(search_is_done(diagnosis_search(inquiry)));
	diagnosis_free(&inquiry);
	assert_null(inquiry);
	settings.threshold = 1;
	assert_int_equal(diagnosis_start(&inquiry, &settings), FAIL_THRESHOLD);
	assert_null(inquiry);
}

#define WITH_SET(test) cmocka_unit_test_setup_teardown(test, make_set, free_set)

TEST_GROUP(diagnosis, WITH_SET(test_agree), WITH_SET(test_named), WITH_SET(test_inquiry), WITH_SET(test_hex_ids),
	WITH_SET(test_stopped));
