#include "share_help.h"

#include <quorate/search.h>

#include <openssl/crypto.h>

#define ITERATIONS 10
#define RIGHT 777

static struct share_file file;
static uint64_t failing;

/* Every third number has no password; RIGHT and the one 300 after it have the same. */
static enum outcome
number_password(const void *context, uint64_t number, struct secret *ret)
{
	(void)context;
	if (number == failing)
		return FAIL_SECURE_HEAP;
	if (number % 3 == 1)
		return FAIL_ARGUMENT;
	if (number == RIGHT + 300)
		number = RIGHT;
	memcpy(ret->bytes, &number, sizeof number);
	ret->size = sizeof number;
	return DONE;
}

static int
make_file(void **state)
{
	struct secret *password, *key, *share;
	uint64_t right = RIGHT;

	(void)state;
	failing = UINT64_MAX;
	if (secret_new(&password, SEARCH_PASSWORD_MOST) != DONE)
		return 1;
	if (number_password(NULL, right, password) != DONE || share_file_new(&file) != DONE ||
		derivation_run(password, file.salt, ITERATIONS, &key) != DONE || dkek_new(&share) != DONE ||
		share_file_seal(&file, key, share) != DONE)
		return 1;
	secret_free(&password);
	secret_free(&key);
	secret_free(&share);
	return 0;
}

static enum outcome
search(uint64_t first, uint64_t end, uint64_t *ret)
{
	struct search_settings settings = { .file = file,
		.iterations = ITERATIONS,
		.first = first,
		.end = end,
		.threads = 2,
		.password = number_password };
	struct search *search;

	assert_int_equal(search_start(&search, &settings), DONE);
	return search_finish(&search, ret);
}

static void
test_lowest(void **state)
{
	uint64_t found;

	(void)state;
	assert_int_equal(search(0, 5000, &found), DONE);
	assert_int_equal(found, RIGHT);
	assert_int_equal(search(RIGHT, RIGHT + 1, &found), DONE);
	assert_int_equal(found, RIGHT);
	assert_int_equal(search(RIGHT + 1, 5000, &found), DONE);
	assert_int_equal(found, RIGHT + 300);
	assert_int_equal(search(0, RIGHT, &found), FAIL_SHARES_FILE_KEY);
	assert_int_equal(search(RIGHT + 301, 5000, &found), FAIL_SHARES_FILE_KEY);
	assert_int_equal(search(5000, 5000, &found), FAIL_SHARES_FILE_KEY);
}

/* A password that could not be looked at is no password that was tried. */
static void
test_failure(void **state)
{
	uint64_t found;

	(void)state;
	failing = 600;
	assert_int_equal(search(0, RIGHT, &found), FAIL_SECURE_HEAP);
	assert_int_equal(search(601, 5000, &found), DONE);
	assert_int_equal(found, RIGHT);
}

/* As many threads as a large machine has processors, each with memory of its own, which is given back. */
static void
test_many_threads(void **state)
{
	struct search_settings settings = {
		.file = file, .iterations = ITERATIONS, .end = 5000, .threads = 64, .password = number_password
	};
	size_t before = CRYPTO_secure_used();
	struct search *search;
	uint64_t found;

	(void)state;
	assert_int_equal(search_start(&search, &settings), DONE);
	assert_int_equal(search_threads(search), 64);
	assert_int_equal(search_finish(&search, &found), DONE);
	assert_int_equal(found, RIGHT);
	assert_int_equal(CRYPTO_secure_used(), before);
	settings.threads = 1000;
	assert_int_equal(search_start(&search, &settings), DONE);
	assert_int_equal(search_threads(search), 128);
	search_free(&search);
	assert_int_equal(CRYPTO_secure_used(), before);
}

TEST_GROUP(search, cmocka_unit_test_setup(test_many_threads, make_file), cmocka_unit_test_setup(test_lowest, make_file),
	cmocka_unit_test_setup(test_failure, make_file));
