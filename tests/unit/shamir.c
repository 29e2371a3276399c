#include "share_help.h"

#include <quorate/random.h>
#include <quorate/shamir.h>
#include <quorate/share_file.h>

#include "../../src/share/field.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>

#define PRIME 0xe28c4e2a93cca877

static void
free_shares(struct shamir_share *shares, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		secret_free(&shares[i].value);
}

/* Against libcrypto's numbers, near the edges and at random, for the smallest and the largest safe prime there is. */
static void
test_field(void **state)
{
	static const uint64_t primes[] = { 0xc000000000000683, PRIME, 0xfffffffffffffa43 };
	BN_CTX *context = BN_CTX_new();
	BIGNUM *a = BN_new(), *b = BN_new(), *p = BN_new(), *r = BN_new();
	uint64_t seed = 7;

	(void)state;
	for (size_t which = 0; which < 3; which++) {
		uint64_t prime = primes[which];
		struct field field;

		field_open(&field, prime);
		BN_set_word(p, prime);
		for (unsigned round = 0; round < 400; round++) {
			uint64_t x = round < 4 ? prime - 1 - round : round < 8 ? round - 4 : repeatable(&seed) % prime;
			uint64_t y = round % 5 == 0 ? prime - 1 - round / 5 % 3 : repeatable(&seed) % prime;

			BN_set_word(a, x);
			BN_set_word(b, y);
			BN_mod_mul(r, a, b, p, context);
			assert_int_equal(field_multiply(&field, x, y), BN_get_word(r));
			BN_mod_add(r, a, b, p, context);
			assert_int_equal(field_add(&field, x, y), BN_get_word(r));
			BN_mod_sub(r, a, b, p, context);
			assert_int_equal(field_subtract(&field, x, y), BN_get_word(r));
			if (x == 0) {
				assert_int_equal(field_invert(&field, x), 0);
				continue;
			}
			BN_mod_inverse(r, a, p, context);
			assert_int_equal(field_invert(&field, x), BN_get_word(r));
		}
	}
	BN_free(a);
	BN_free(b);
	BN_free(p);
	BN_free(r);
	BN_CTX_free(context);
}

static void
test_password(void **state)
{
	struct secret *a, *b = NULL;

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		assert_int_equal(shamir_new_password(&a), DONE);
		assert_int_equal(a->size, SHAMIR_SIZE);
		/* A first byte 00 is what sc-hsm-tool loses, one time in 128; a top bit is what it never makes. */
		assert_in_range(a->bytes[0], 1, 0x7f);
		assert_true(b == NULL || !secret_is_equal(a, b));
		secret_free(&b);
		b = secret_move(&a);
	}
	secret_free(&b);
}

/* Computed apart: 00112233445566ff + deadbeef12345678 x + 0123456789abcdef x^2 mod p. */
static void
test_known_shares(void **state)
{
	struct shamir_share shares[] = {
		{ 255, secret_of_number(0x30e6245f462ec43f) },
		{ 1, secret_of_number(0xdfe22689e0358b66) },
		{ 10, secret_of_number(0x4b26a651fb7ea465) },
	};
	struct secret *prime = secret_of_number(PRIME), *secret;

	(void)state;
	assert_int_equal(shamir_combine(prime, shares, 3, &secret), DONE);
	/* The leading zero byte is kept. */
	assert_int_equal(number_of_secret(secret), 0x00112233445566ff);
	secret_free(&secret);
	/* 10 read as hex, as sc-hsm-tool reads it, is 16, and does not fit. */
	shares[2].id = 16;
	assert_int_equal(shamir_combine(prime, shares, 3, &secret), DONE);
	assert_int_not_equal(number_of_secret(secret), 0x00112233445566ff);
	secret_free(&secret);
	free_shares(shares, 3);
	secret_free(&prime);
}

static void
test_split(void **state)
{
	static const struct {
		unsigned threshold, total;
		uint64_t password;
	} cases[] = { { 2, 2, 0x7fffffffffffffff }, { 2, 3, 0x0123456789abcdef }, { 3, 5, 0x0000000000000000 },
		{ 5, 9, 0x0000000000000001 }, { 9, 12, 0x00ffffffffffffff }, { 16, 32, 0x4444444444444444 },
		{ 32, 32, 0x1000000000000000 } };
	uint8_t first[1];
	size_t before;

	(void)state;
	/* The generator keeps its own state in the secure heap from its first use on. */
	assert_int_equal(random_fill(first, sizeof first), DONE);
	before = CRYPTO_secure_used();
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct secret *password = secret_of_number(cases[i].password), *secret;
		struct shamir_set *set;
		unsigned wrong;

		assert_int_equal(shamir_split(password, cases[i].threshold, cases[i].total, &set), DONE);
		assert_int_equal(set->threshold, cases[i].threshold);
		assert_int_equal(set->total, cases[i].total);
		assert_int_equal(shamir_check_prime(set->prime), DONE);
		for (unsigned j = 0; j < set->total; j++) {
			assert_int_equal(set->shares[j].id, j + 1);
			assert_int_equal(shamir_check_value(set->prime, set->shares[j].value), DONE);
		}
		for (unsigned j = 0; j + set->threshold <= set->total; j++) {
			assert_int_equal(shamir_combine(set->prime, set->shares + j, set->threshold, &secret), DONE);
			assert_true(secret_is_equal(secret, password));
			secret_free(&secret);
		}
		assert_int_equal(shamir_check(set->prime, set->shares, set->total, set->threshold, &wrong), DONE);
		/* One share fewer is no share at all: it gives something else. */
		if (set->threshold > 2) {
			assert_int_equal(shamir_combine(set->prime, set->shares, set->threshold - 1, &secret), DONE);
			assert_false(secret_is_equal(secret, password));
			secret_free(&secret);
		}
		shamir_set_free(&set);
		assert_null(set);
		secret_free(&password);
	}
	assert_int_equal(CRYPTO_secure_used(), before);
}

/* A share that was lost, calculated anew from any others that are enough. */
static void
test_extend(void **state)
{
	struct secret *password, *value;
	struct shamir_set *set;

	(void)state;
	assert_int_equal(shamir_new_password(&password), DONE);
	assert_int_equal(shamir_split(password, 3, 5, &set), DONE);
	for (unsigned first = 0; first < 3; first++)
		for (unsigned i = 0; i < 5; i++) {
			enum outcome expected = i >= first && i < first + 3 ? FAIL_SHARE_ID_TWICE : DONE;

			assert_int_equal(shamir_extend(set->prime, set->shares + first, 3, i + 1, &value), expected);
			if (expected == DONE)
				assert_true(secret_is_equal(value, set->shares[i].value));
			else
				assert_null(value);
			secret_free(&value);
		}
	assert_int_equal(shamir_extend(set->prime, set->shares, 3, 0, &value), FAIL_SHARE_ID);
	assert_int_equal(shamir_extend(set->prime, set->shares, 3, 256, &value), FAIL_SHARE_ID);
	assert_int_equal(shamir_extend(set->prime, set->shares, 1, 4, &value), FAIL_SHARES_FEW);
	shamir_set_free(&set);
	secret_free(&password);
}

static void
test_split_refused(void **state)
{
	static const struct {
		unsigned threshold, total;
		enum outcome outcome;
	} cases[] = { { 1, 3, FAIL_THRESHOLD }, { 0, 3, FAIL_THRESHOLD }, { 4, 3, FAIL_THRESHOLD },
		{ 2, 1, FAIL_CUSTODIANS }, { 2, 0, FAIL_CUSTODIANS }, { 2, 33, FAIL_CUSTODIANS } };
	struct secret *password = secret_of_number(0x1234567812345678);
	struct shamir_set *set;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(shamir_split(password, cases[i].threshold, cases[i].total, &set), cases[i].outcome);
		assert_null(set);
	}
	password->bytes[0] = 0x80;
	assert_int_equal(shamir_split(password, 2, 3, &set), FAIL_ARGUMENT);
	password->bytes[0] = 0x7f;
	password->size = 7;
	assert_int_equal(shamir_split(password, 2, 3, &set), FAIL_ARGUMENT);
	secret_free(&password);
	shamir_set_free(&set);
}

static void
test_prime(void **state)
{
	static const struct {
		uint64_t number;
		enum outcome outcome;
	} cases[] = {
		{ PRIME, DONE },
		{ 0xf55646c9a5a10187, DONE }, /* as shown by a real sc-hsm-tool */
		{ 0xc000000000000683, DONE },
		{ 0xfffffffffffffa43, DONE },
		{ 0xffffffffffffffc5, FAIL_PRIME_NOT_SAFE }, /* the largest prime below 2^64 */
		{ 0xffffffffffffffff, FAIL_PRIME_NOT_SAFE },
		{ 0xe28c4e2a93cca876, FAIL_PRIME_NOT_SAFE },
		{ 0xbfffffffffffffff, FAIL_PRIME_LENGTH },
		{ 0x0000000000000007, FAIL_PRIME_LENGTH },
		{ 0, FAIL_PRIME_LENGTH },
	};
	struct secret *prime;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		prime = secret_of_number(cases[i].number);
		assert_int_equal(shamir_check_prime(prime), cases[i].outcome);
		secret_free(&prime);
	}
	prime = secret_of_hex("e28c4e2a93cca8");
	assert_int_equal(shamir_check_prime(prime), FAIL_PRIME_LENGTH);
	secret_free(&prime);
}

/* A wrong digit in the prime is seen 99.89 times in 100. */
static void
test_prime_slips(void **state)
{
	struct secret *password, *prime;
	unsigned slips = 0, missed = 0;
	struct shamir_set *set;

	(void)state;
	assert_int_equal(shamir_new_password(&password), DONE);
	for (unsigned round = 0; round < 10; round++) {
		assert_int_equal(shamir_split(password, 2, 2, &set), DONE);
		for (unsigned digit = 0; digit < 16; digit++) {
			for (uint64_t difference = 1; difference < 16; difference++) {
				prime = secret_of_number(number_of_secret(set->prime) ^ difference << 4 * digit);
				missed += shamir_check_prime(prime) == DONE;
				slips++;
				secret_free(&prime);
			}
		}
		shamir_set_free(&set);
	}
	assert_int_equal(slips, 2400);
	/* Some 3 of 2400; 20 would be another check. */
	assert_in_range(missed, 0, 20);
	secret_free(&password);
}

static void
test_combine_refused(void **state)
{
	struct secret *prime = secret_of_number(PRIME), *secret;
	struct shamir_share shares[3] = { { 1, secret_of_number(1) }, { 2, secret_of_number(PRIME - 1) },
		{ 3, secret_of_number(3) } };
	unsigned wrong;

	(void)state;
	assert_int_equal(shamir_combine(prime, shares, 3, &secret), DONE);
	secret_free(&secret);
	assert_int_equal(shamir_combine(prime, shares, 1, &secret), FAIL_SHARES_FEW);
	assert_null(secret);
	assert_int_equal(shamir_combine(prime, shares, 0, &secret), FAIL_SHARES_FEW);
	assert_int_equal(shamir_check(prime, shares, 2, 3, &wrong), FAIL_SHARES_FEW);
	assert_int_equal(shamir_check(prime, shares, 3, 1, &wrong), FAIL_THRESHOLD);
	shares[2].id = 0;
	assert_int_equal(shamir_combine(prime, shares, 3, &secret), FAIL_SHARE_ID_ZERO);
	shares[2].id = 256;
	assert_int_equal(shamir_combine(prime, shares, 3, &secret), FAIL_SHARE_ID);
	shares[2].id = 1;
	assert_int_equal(shamir_combine(prime, shares, 3, &secret), FAIL_SHARE_ID_TWICE);
	assert_int_equal(shamir_check(prime, shares, 3, 2, &wrong), FAIL_SHARE_ID_TWICE);
	shares[2].id = 3;
	secret_free(&shares[2].value);
	shares[2].value = secret_of_number(PRIME);
	assert_int_equal(shamir_combine(prime, shares, 3, &secret), FAIL_SHARE_VALUE);
	assert_int_equal(shamir_check_value(prime, shares[2].value), FAIL_SHARE_VALUE);
	shares[2].value->size = 7;
	assert_int_equal(shamir_check_value(prime, shares[2].value), FAIL_ARGUMENT);
	shares[2].value->size = 8;
	prime->bytes[7] ^= 2;
	assert_int_equal(shamir_combine(prime, shares, 2, &secret), FAIL_PRIME_NOT_SAFE);
	prime->bytes[0] = 0x7f;
	assert_int_equal(shamir_combine(prime, shares, 2, &secret), FAIL_PRIME_LENGTH);
	assert_null(secret);
	secret_free(&prime);
	free_shares(shares, 3);
}

/* m shares tell nothing, m + 1 that one is wrong, m + 2 which; two wrong ones are not taken for one. */
static void
test_who_is_wrong(void **state)
{
	struct secret *password = secret_of_number(0x1234567812345678);
	struct shamir_set *set;
	unsigned wrong;

	(void)state;
	for (unsigned threshold = 2; threshold <= 6; threshold++) {
		assert_int_equal(shamir_split(password, threshold, threshold + 3, &set), DONE);
		for (unsigned bad = 0; bad < threshold + 3; bad++) {
			struct shamir_share swap = set->shares[bad];
			bool is_in = bad < threshold + 1;

			set->shares[bad].value->bytes[7] ^= 1;
			assert_int_equal(shamir_check(set->prime, set->shares, threshold, threshold, &wrong), DONE);
			assert_int_equal(shamir_check(set->prime, set->shares, threshold + 1, threshold, &wrong),
				is_in ? FAIL_SHARES_INCONSISTENT : DONE);
			assert_int_equal(wrong, 0);
			is_in = bad < threshold + 2;
			assert_int_equal(shamir_check(set->prime, set->shares, threshold + 2, threshold, &wrong),
				is_in ? FAIL_SHARES_INCONSISTENT : DONE);
			assert_int_equal(wrong, is_in ? set->shares[bad].id : 0);
			assert_int_equal(shamir_check(set->prime, set->shares, threshold + 3, threshold, &wrong),
				FAIL_SHARES_INCONSISTENT);
			assert_int_equal(wrong, set->shares[bad].id);
			/* In another order, and named by its ID. */
			set->shares[bad] = set->shares[0];
			set->shares[0] = swap;
			assert_int_equal(shamir_check(set->prime, set->shares, threshold + 3, threshold, &wrong),
				FAIL_SHARES_INCONSISTENT);
			assert_int_equal(wrong, swap.id);
			set->shares[0] = set->shares[bad];
			set->shares[bad] = swap;
			set->shares[(bad + 1) % (threshold + 3)].value->bytes[6] ^= 1;
			assert_int_equal(shamir_check(set->prime, set->shares, threshold + 3, threshold, &wrong),
				FAIL_SHARES_INCONSISTENT);
			assert_int_equal(wrong, 0);
			set->shares[(bad + 1) % (threshold + 3)].value->bytes[6] ^= 1;
			set->shares[bad].value->bytes[7] ^= 1;
		}
		shamir_set_free(&set);
	}
	secret_free(&password);
}

static void
test_variants(void **state)
{
	static const struct {
		uint64_t secret;
		const char *variants[3];
	} cases[] = {
		/* p + s does not fit 64 bits: only what it is. */
		{ 0x7f00000000000001, { "7f00000000000001" } },
		{ 0x1d73b1d56c335789, { "1d73b1d56c335789" } },
		/* The largest that fits. */
		{ 0x1d73b1d56c335788, { "1d73b1d56c335788", "ffffffffffffffff" } },
		/* As files of OpenSC 0.14 and 0.15 may need it. */
		{ 0x0123456789abcdef, { "0123456789abcdef", "e3af93921d787666" } },
		/* As sc-hsm-tool rebuilds it. */
		{ 0x0012345678abcdef, { "0012345678abcdef", "12345678abcdef", "e29e82810c787666" } },
		{ 0x00000000000000ff, { "00000000000000ff", "ff", "e28c4e2a93cca976" } },
		{ 0, { "0000000000000000", "e28c4e2a93cca877" } },
	};
	struct secret *prime = secret_of_number(PRIME), *password;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct secret *secret = secret_of_number(cases[i].secret);

		for (unsigned variant = 0; variant < 4; variant++) {
			const char *expected = variant < 3 ? cases[i].variants[variant] : NULL;

			assert_int_equal(shamir_password(prime, secret, variant, &password),
				expected == NULL ? FAIL_ARGUMENT : DONE);
			if (expected != NULL) {
				struct secret *wanted = secret_of_hex(expected);

				assert_true(secret_is_equal(password, wanted));
				secret_free(&wanted);
			}
			secret_free(&password);
		}
		secret_free(&secret);
	}
	secret_free(&prime);
}

/* What opens the file is tried with small counts, in every form that the password can have. */
static bool
opens(const struct secret *prime, const struct shamir_share *shares, unsigned count, const struct share_file *file)
{
	struct secret *combined, *password, *key, *dkek = NULL;
	bool is_open = false;

	assert_int_equal(shamir_combine(prime, shares, count, &combined), DONE);
	for (unsigned variant = 0; shamir_password(prime, combined, variant, &password) == DONE; variant++) {
		assert_int_equal(derivation_run(password, file->salt, 3, &key), DONE);
		is_open = share_file_open(file, key, &dkek) == DONE || is_open;
		secret_free(&dkek);
		secret_free(&key);
		secret_free(&password);
	}
	secret_free(&combined);
	return is_open;
}

/* 4,000 shares of chance in the place of a right one, and 4,000 passwords of chance: not one is taken. */
static void
test_wrong_ones(void **state)
{
	struct secret *password, *key, *dkek, *right;
	struct share_file file;
	struct shamir_set *set;

	(void)state;
	assert_int_equal(shamir_new_password(&password), DONE);
	assert_int_equal(shamir_split(password, 3, 5, &set), DONE);
	assert_int_equal(share_file_new(&file), DONE);
	assert_int_equal(dkek_new(&dkek), DONE);
	assert_int_equal(derivation_run(password, file.salt, 3, &key), DONE);
	assert_int_equal(share_file_seal(&file, key, dkek), DONE);
	secret_free(&dkek);
	secret_free(&key);
	assert_true(opens(set->prime, set->shares, 3, &file));
	right = secret_move(&set->shares[1].value);
	for (unsigned i = 0; i < 4000; i++) {
		struct secret *wrong;

		assert_int_equal(shamir_new_password(&wrong), DONE);
		assert_false(secret_is_equal(wrong, right) || secret_is_equal(wrong, password));
		assert_int_equal(derivation_run(wrong, file.salt, 3, &key), DONE);
		assert_int_equal(share_file_open(&file, key, &dkek), FAIL_SHARE_FILE_KEY);
		secret_free(&key);
		/* Below the prime, for its top bit is 0. */
		set->shares[1].value = wrong;
		assert_false(opens(set->prime, set->shares, 3, &file));
		secret_free(&set->shares[1].value);
	}
	set->shares[1].value = secret_move(&right);
	assert_true(opens(set->prime, set->shares, 3, &file));
	shamir_set_free(&set);
	secret_free(&password);
}

TEST_GROUP(shamir, cmocka_unit_test(test_field), cmocka_unit_test(test_password), cmocka_unit_test(test_known_shares),
	cmocka_unit_test(test_split), cmocka_unit_test(test_extend), cmocka_unit_test(test_split_refused),
	cmocka_unit_test(test_prime), cmocka_unit_test(test_prime_slips), cmocka_unit_test(test_combine_refused),
	cmocka_unit_test(test_who_is_wrong), cmocka_unit_test(test_variants), cmocka_unit_test(test_wrong_ones));
