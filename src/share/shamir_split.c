#include <quorate/random.h>
#include <quorate/shamir.h>

#include "shamir_field.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <stdlib.h>

enum outcome
shamir_new_password(struct secret **ret)
{
	enum outcome outcome = secret_new(ret, SHAMIR_SIZE);

	if (outcome != DONE)
		return outcome;
	(*ret)->size = SHAMIR_SIZE;
	/* sc-hsm-tool loses leading zero bytes on import, and wants the top bit clear. */
	do {
		outcome = random_fill((*ret)->bytes, SHAMIR_SIZE);
	} while (outcome == DONE && ((*ret)->bytes[0] == 0 || (*ret)->bytes[0] > 0x7f));
	if (outcome != DONE)
		secret_free(ret);
	return outcome;
}

static enum outcome
new_prime(struct secret **ret)
{
	BN_CTX *context = BN_CTX_secure_new();
	BIGNUM *number = BN_secure_new();
	enum outcome outcome = secret_new(ret, SHAMIR_SIZE);

	if (outcome == DONE) {
		(*ret)->size = SHAMIR_SIZE;
		if (context == NULL || number == NULL ||
			BN_generate_prime_ex2(number, SHAMIR_SIZE * 8, 1, NULL, NULL, NULL, context) != 1 ||
			BN_bn2binpad(number, (*ret)->bytes, SHAMIR_SIZE) != SHAMIR_SIZE)
			outcome = FAIL_CRYPTO;
		else
			outcome = shamir_check_prime(*ret);
	}
	if (outcome != DONE)
		secret_free(ret);
	BN_clear_free(number);
	BN_CTX_free(context);
	return outcome;
}

/* A random number below the prime, each equally likely. */
static enum outcome
random_below(uint64_t prime, uint64_t *ret)
{
	enum outcome outcome;

	do {
		outcome = random_fill(ret, sizeof *ret);
	} while (outcome == DONE && *ret >= prime);
	return outcome;
}

/* coefficients[0] is what is shared; the others are drawn here. */
static enum outcome
make_shares(const struct field *field, uint64_t *coefficients, struct shamir_set *set)
{
	enum outcome outcome = DONE;

	for (unsigned i = 1; i < set->threshold && outcome == DONE; i++)
		outcome = random_below(field->prime, &coefficients[i]);
	for (unsigned i = 0; i < set->total && outcome == DONE; i++) {
		uint64_t value = 0;

		set->shares[i].id = i + 1;
		for (unsigned degree = set->threshold; degree-- > 0;)
			value = field_add(field, field_multiply(field, value, i + 1), coefficients[degree]);
		outcome = shamir_write(value, &set->shares[i].value);
	}
	return outcome;
}

/* Whether the shares with these indices give the secret. */
static bool
is_recombined(const struct field *field, const struct shamir_set *set, const uint8_t *indices, uint64_t secret)
{
	struct shamir_share subset[LIMIT_CUSTODIANS];

	for (unsigned i = 0; i < set->threshold; i++)
		subset[i] = set->shares[indices[i]];
	return (shamir_interpolate(field, subset, set->threshold, SHAMIR_SKIP_NONE, 0) ^ secret) == 0;
}

static bool
are_few(unsigned total, unsigned threshold)
{
	uint64_t subsets = 1;

	for (unsigned i = 0; i < threshold; i++)
		subsets = subsets * (total - i) / (i + 1);
	return subsets <= LIMIT_SUBSETS;
}

static enum outcome
try_all_subsets(const struct field *field, const struct shamir_set *set, uint64_t secret)
{
	unsigned threshold = set->threshold, place;
	uint8_t indices[LIMIT_CUSTODIANS];

	for (unsigned i = 0; i < threshold; i++)
		indices[i] = (uint8_t)i;
	for (;;) {
		if (!is_recombined(field, set, indices, secret))
			return FAIL_INTERNAL;
		/* The last place that can still move up does, and those behind it follow closely. */
		for (place = threshold; place > 0 && indices[place - 1] == set->total - threshold + place - 1;)
			place--;
		if (place == 0)
			return DONE;
		indices[place - 1]++;
		for (; place < threshold; place++)
			indices[place] = (uint8_t)(indices[place - 1] + 1);
	}
}

static enum outcome
try_some_subsets(const struct field *field, const struct shamir_set *set, uint64_t secret)
{
	uint8_t indices[LIMIT_CUSTODIANS], draw[LIMIT_CUSTODIANS];
	unsigned total = set->total;

	for (unsigned tried = 0; tried < LIMIT_SUBSETS; tried++) {
		bool is_window = tried < total;

		for (unsigned i = 0; i < total; i++)
			indices[i] = (uint8_t)(is_window ? (tried + i) % total : i);
		if (!is_window) {
			enum outcome outcome = random_fill(draw, sizeof draw);

			if (outcome != DONE)
				return outcome;
			for (unsigned i = 0; i < set->threshold; i++) {
				unsigned other = i + draw[i] % (total - i);
				uint8_t index = indices[other];

				indices[other] = indices[i];
				indices[i] = index;
			}
		}
		if (!is_recombined(field, set, indices, secret))
			return FAIL_INTERNAL;
	}
	return DONE;
}

enum outcome
shamir_split(const struct secret *password, unsigned threshold, unsigned total, struct shamir_set **ret)
{
	struct shamir_set *set = NULL;
	struct secret *coefficients = NULL;
	struct field field = { 0 };
	enum outcome outcome;

	*ret = NULL;
	if (total < LIMIT_THRESHOLD_MIN || total > LIMIT_CUSTODIANS)
		return FAIL_CUSTODIANS;
	if (threshold < LIMIT_THRESHOLD_MIN || threshold > total)
		return FAIL_THRESHOLD;
	/* A password above the prime could not be told from a smaller one. */
	if (password->size != SHAMIR_SIZE || password->bytes[0] > 0x7f)
		return FAIL_ARGUMENT;
	set = calloc(1, sizeof *set);
	if (set == NULL)
		return FAIL_MEMORY;
	set->threshold = threshold;
	set->total = total;
	outcome = secret_new(&coefficients, LIMIT_CUSTODIANS * sizeof(uint64_t));
	if (outcome == DONE)
		outcome = new_prime(&set->prime);
	if (outcome == DONE) {
		uint64_t *numbers = (uint64_t *)coefficients->bytes;

		field_open(&field, shamir_read(set->prime));
		numbers[0] = shamir_read(password);
		outcome = make_shares(&field, numbers, set);
		if (outcome == DONE)
			outcome = (are_few(total, threshold) ? try_all_subsets : try_some_subsets)(
				&field, set, numbers[0]);
	}
	secret_free(&coefficients);
	OPENSSL_cleanse(&field, sizeof field);
	if (outcome == DONE)
		*ret = set;
	else
		shamir_set_free(&set);
	return outcome;
}

void
shamir_set_free(struct shamir_set **set)
{
	if (*set == NULL)
		return;
	secret_free(&(*set)->prime);
	for (unsigned i = 0; i < (*set)->total; i++)
		secret_free(&(*set)->shares[i].value);
	free(*set);
	*set = NULL;
}
