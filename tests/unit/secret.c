#include "groups.h"

#include <quorate/random.h>
#include <quorate/secret.h>

#include <openssl/crypto.h>
#include <string.h>

static void
test_secret(void **state)
{
	struct secret *secret, *other;
	uint8_t source[4] = { 1, 2, 3, 4 };

	(void)state;
	assert_int_equal(secret_take(&secret, source, 4), DONE);
	assert_memory_equal(source, "\0\0\0\0", 4);
	assert_memory_equal(secret->bytes, "\1\2\3\4", 4);
	assert_true(CRYPTO_secure_allocated(secret));
	assert_false(secret_push(secret, 5));
	assert_true(secret_pop(secret));
	assert_int_equal(secret->bytes[3], 0);
	assert_true(secret_push(secret, 5));
	other = secret_move(&secret);
	assert_null(secret);
	assert_memory_equal(other->bytes, "\1\2\3\5", 4);
	assert_int_equal(secret_new(&secret, 4), DONE);
	assert_false(secret_is_equal(secret, other));
	for (int i = 0; i < 4; i++)
		assert_true(secret_push(secret, other->bytes[i]));
	assert_true(secret_is_equal(secret, other));
	secret_clear(secret);
	assert_int_equal(secret->size, 0);
	assert_false(secret_pop(secret));
	assert_memory_equal(secret->bytes, "\0\0\0\0", 4);
	secret_free(&secret);
	secret_free(&other);
	assert_null(other);
	secret_free(&other);
}

static void
test_secret_heap(void **state)
{
	struct secret *many[80] = { NULL }, *one;
	size_t before = CRYPTO_secure_used(), count = 0;

	(void)state;
	assert_int_equal(secret_new(&one, 0), FAIL_SECURE_HEAP);
	assert_int_equal(secret_new(&one, 1 << 20), FAIL_SECURE_HEAP);
	/* Full: refused, and not served from the ordinary heap. */
	while (count < 80 && secret_new(&many[count], 1000) == DONE)
		count++;
	assert_in_range(count, 16, 79);
	assert_null(many[count]);
	for (size_t i = 0; i < count; i++)
		secret_free(&many[i]);
	assert_int_equal(CRYPTO_secure_used(), before);
}

static void
test_random(void **state)
{
	uint8_t a[32] = { 0 }, b[32] = { 0 };

	(void)state;
	assert_int_equal(random_fill(a, sizeof a), DONE);
	random_stir("x", 1);
	assert_int_equal(random_fill(b, sizeof b), DONE);
	assert_memory_not_equal(a, b, sizeof a);
}

TEST_GROUP(secret, cmocka_unit_test(test_secret), cmocka_unit_test(test_secret_heap), cmocka_unit_test(test_random));
