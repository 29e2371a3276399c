#include <quorate/prime_slips.h>

#include <string.h>

static bool
is_among(const struct prime_reading *readings, unsigned count, const struct secret *prime)
{
	for (unsigned i = 0; i < count; i++)
		if (secret_is_equal(readings[i].prime, prime))
			return true;
	return false;
}

enum outcome
prime_slips_find(const struct secret *typed, struct prime_reading ret[PRIME_SLIPS_MOST], unsigned *ret_count)
{
	/* The digits of a prime are mistaken as those of a value are; it has no ID that could be wrong. */
	struct shamir_share as_share = { .id = 1 };
	struct secret *meant = NULL;
	enum outcome outcome = DONE;
	struct slip slip;
	unsigned id;

	*ret_count = 0;
	memset(ret, 0, PRIME_SLIPS_MOST * sizeof *ret);
	if (typed->size != SHAMIR_SIZE)
		return FAIL_ARGUMENT;
	outcome = secret_new(&as_share.value, SHAMIR_SIZE);
	if (outcome != DONE)
		return outcome;
	memcpy(as_share.value->bytes, typed->bytes, SHAMIR_SIZE);
	as_share.value->size = SHAMIR_SIZE;
	for (size_t number = 0; number < slips_count() && *ret_count < PRIME_SLIPS_MOST; number++) {
		if (meant == NULL)
			outcome = secret_new(&meant, SHAMIR_SIZE);
		if (outcome != DONE)
			break;
		if (!slips_read(&as_share, number, &id, meant, &slip) || slip.kind == SLIP_ID)
			continue;
		outcome = shamir_check_prime(meant);
		if (outcome == DONE && !is_among(ret, *ret_count, meant))
			ret[(*ret_count)++] = (struct prime_reading){ secret_move(&meant), slip };
		else if (outcome == FAIL_PRIME_LENGTH || outcome == FAIL_PRIME_NOT_SAFE)
			outcome = DONE;
		if (outcome != DONE)
			break;
	}
	secret_free(&meant);
	secret_free(&as_share.value);
	if (outcome != DONE) {
		prime_slips_clear(ret);
		*ret_count = 0;
	}
	return outcome;
}

void
prime_slips_clear(struct prime_reading readings[PRIME_SLIPS_MOST])
{
	for (unsigned i = 0; i < PRIME_SLIPS_MOST; i++)
		secret_free(&readings[i].prime);
}
