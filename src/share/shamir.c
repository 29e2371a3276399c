#include <quorate/shamir.h>

#include "shamir_field.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>

uint64_t
shamir_read(const struct secret *bytes)
{
	uint64_t number = 0;

	for (size_t i = 0; i < SHAMIR_SIZE; i++)
		number = number << 8 | bytes->bytes[i];
	return number;
}

enum outcome
shamir_write(uint64_t number, struct secret **ret)
{
	enum outcome outcome = secret_new(ret, SHAMIR_SIZE);

	if (outcome == DONE)
		for (int shift = 64 - 8; shift >= 0; shift -= 8)
			secret_push(*ret, (uint8_t)(number >> shift));
	return outcome;
}

uint64_t
shamir_interpolate(
	const struct field *field, const struct shamir_share *shares, unsigned count, unsigned skip, unsigned x)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < count; i++) {
		uint64_t above = shamir_read(shares[i].value), below = 1;

		if (i == skip)
			continue;
		for (unsigned j = 0; j < count; j++) {
			if (j == i || j == skip)
				continue;
			above = field_multiply(field, above, field_subtract(field, shares[j].id, x));
			below = field_multiply(field, below, field_subtract(field, shares[j].id, shares[i].id));
		}
		sum = field_add(field, sum, field_multiply(field, above, field_invert(field, below)));
	}
	return sum;
}

enum outcome
shamir_check_prime(const struct secret *prime)
{
	BN_CTX *context = NULL;
	BIGNUM *number = NULL;
	enum outcome outcome = FAIL_CRYPTO;
	int is_prime, is_safe = 0;

	if (prime->size != SHAMIR_SIZE || prime->bytes[0] < 0xc0)
		return FAIL_PRIME_LENGTH;
	context = BN_CTX_secure_new();
	number = BN_secure_new();
	if (context == NULL || number == NULL || BN_bin2bn(prime->bytes, SHAMIR_SIZE, number) == NULL)
		goto out;
	is_prime = BN_check_prime(number, context, NULL);
	if (is_prime == 1) {
		/* Odd, so this is (p - 1) / 2. */
		if (BN_rshift1(number, number) != 1)
			goto out;
		is_safe = BN_check_prime(number, context, NULL);
	}
	if (is_prime < 0 || is_safe < 0)
		goto out;
	outcome = is_safe == 1 ? DONE : FAIL_PRIME_NOT_SAFE;
out:
	BN_clear_free(number);
	BN_CTX_free(context);
	return outcome;
}

enum outcome
shamir_check_value(const struct secret *prime, const struct secret *value)
{
	if (prime->size != SHAMIR_SIZE || value->size != SHAMIR_SIZE)
		return FAIL_ARGUMENT;
	return shamir_read(value) < shamir_read(prime) ? DONE : FAIL_SHARE_VALUE;
}

/* All that the arithmetic relies on. */
static enum outcome
check_shares(const struct secret *prime, const struct shamir_share *shares, unsigned count)
{
	enum outcome outcome = count < LIMIT_THRESHOLD_MIN ? FAIL_SHARES_FEW : shamir_check_prime(prime);

	for (unsigned i = 0; i < count && outcome == DONE; i++) {
		if (shares[i].id == 0)
			return FAIL_SHARE_ID_ZERO;
		if (shares[i].id > SHAMIR_ID_MOST)
			return FAIL_SHARE_ID;
		for (unsigned j = 0; j < i; j++)
			if (shares[j].id == shares[i].id)
				return FAIL_SHARE_ID_TWICE;
		outcome = shamir_check_value(prime, shares[i].value);
	}
	return outcome;
}

enum outcome
shamir_combine(const struct secret *prime, const struct shamir_share *shares, unsigned count, struct secret **ret)
{
	enum outcome outcome = check_shares(prime, shares, count);
	struct field field;

	*ret = NULL;
	if (outcome != DONE)
		return outcome;
	field_open(&field, shamir_read(prime));
	outcome = shamir_write(shamir_interpolate(&field, shares, count, SHAMIR_SKIP_NONE, 0), ret);
	OPENSSL_cleanse(&field, sizeof field);
	return outcome;
}

enum outcome
shamir_extend(
	const struct secret *prime, const struct shamir_share *shares, unsigned count, unsigned id, struct secret **ret)
{
	enum outcome outcome = check_shares(prime, shares, count);
	struct field field;

	*ret = NULL;
	for (unsigned i = 0; i < count && outcome == DONE; i++)
		if (shares[i].id == id)
			outcome = FAIL_SHARE_ID_TWICE;
	if (outcome == DONE && (id == 0 || id > SHAMIR_ID_MOST))
		outcome = FAIL_SHARE_ID;
	if (outcome != DONE)
		return outcome;
	field_open(&field, shamir_read(prime));
	outcome = shamir_write(shamir_interpolate(&field, shares, count, SHAMIR_SKIP_NONE, id), ret);
	OPENSSL_cleanse(&field, sizeof field);
	return outcome;
}

/* Whether all shares but the one at index skip lie on one polynomial of threshold coefficients. */
static bool
is_consistent(
	const struct field *field, const struct shamir_share *shares, unsigned count, unsigned threshold, unsigned skip)
{
	/* The first threshold shares other than the skipped one fix the polynomial. */
	unsigned base = skip < threshold ? threshold + 1 : threshold;
	uint64_t difference = 0;

	for (unsigned i = base; i < count; i++)
		if (i != skip)
			difference |= shamir_interpolate(field, shares, base, skip, shares[i].id) ^
				      shamir_read(shares[i].value);
	return difference == 0;
}

enum outcome
shamir_check(const struct secret *prime, const struct shamir_share *shares, unsigned count, unsigned threshold,
	unsigned *ret_wrong)
{
	enum outcome outcome = check_shares(prime, shares, count);
	unsigned suspects = 0, suspect = 0;
	struct field field;

	*ret_wrong = 0;
	if (outcome != DONE)
		return outcome;
	if (threshold < LIMIT_THRESHOLD_MIN)
		return FAIL_THRESHOLD;
	if (count < threshold)
		return FAIL_SHARES_FEW;
	field_open(&field, shamir_read(prime));
	if (!is_consistent(&field, shares, count, threshold, SHAMIR_SKIP_NONE)) {
		outcome = FAIL_SHARES_INCONSISTENT;
		/* The wrong one is the one without which the others agree; they must be enough to disagree. */
		for (unsigned i = 0; i < count && count - threshold >= 2; i++) {
			if (is_consistent(&field, shares, count, threshold, i)) {
				suspects++;
				suspect = shares[i].id;
			}
		}
		if (suspects == 1)
			*ret_wrong = suspect;
	}
	OPENSSL_cleanse(&field, sizeof field);
	return outcome;
}

enum outcome
shamir_password(const struct secret *prime, const struct secret *secret, unsigned variant, struct secret **ret)
{
	uint64_t number, sum;
	size_t zeros = 0;
	enum outcome outcome;

	*ret = NULL;
	if (prime->size != SHAMIR_SIZE || secret->size != SHAMIR_SIZE)
		return FAIL_ARGUMENT;
	number = shamir_read(secret);
	sum = number + shamir_read(prime);
	while (zeros < SHAMIR_SIZE && secret->bytes[zeros] == 0)
		zeros++;
	/* A password of no bytes is none. */
	if (zeros == SHAMIR_SIZE)
		zeros = 0;
	if (variant == 0)
		return shamir_write(number, ret);
	if (zeros > 0 && variant == 1) {
		outcome = secret_new(ret, SHAMIR_SIZE);
		for (size_t i = zeros; i < SHAMIR_SIZE && outcome == DONE; i++)
			secret_push(*ret, secret->bytes[i]);
		return outcome;
	}
	if (sum >= number && variant == (zeros > 0 ? 2 : 1))
		return shamir_write(sum, ret);
	return FAIL_ARGUMENT;
}
