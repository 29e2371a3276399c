#include "rescue_candidate.h"

#include "shamir_field.h"

#include <openssl/crypto.h>
#include <string.h>

/* Forms of the password of the shares as typed: shamir_password's variants. */
#define FORMS 3

/* A candidate taken apart. */
struct plan {
	unsigned form; /* variant of the password */
	bool is_exchange;
	unsigned slip_count;
	unsigned share[2];
	size_t slip[2];
};

static uint64_t
pairs(unsigned count)
{
	return (uint64_t)count * (count - 1) / 2;
}

uint64_t
rescue_candidate_count(unsigned count, unsigned slips)
{
	uint64_t each = slips_count(), total = FORMS + pairs(count);

	if (slips >= 1)
		total += each * count;
	if (slips >= 2)
		total += each * each * pairs(count);
	return total;
}

static void
nth_pair(unsigned count, uint64_t number, unsigned *ret_first, unsigned *ret_second)
{
	*ret_first = 0;
	while (number >= count - 1 - *ret_first) {
		number -= count - 1 - *ret_first;
		(*ret_first)++;
	}
	*ret_second = *ret_first + 1 + (unsigned)number;
}

/* Two slips, the likelier pairs first: diagonal by diagonal through the square of their numbers. */
static void
nth_of_square(uint64_t side, uint64_t number, size_t *ret_row, size_t *ret_column)
{
	uint64_t cells = side * side, low = 0, high = side, diagonal, before;
	bool is_mirrored = number >= cells - side * (side - 1) / 2;

	/* The lower right half is the upper left one, read backwards. */
	if (is_mirrored)
		number = cells - 1 - number;
	while (low + 1 < high) {
		uint64_t middle = (low + high) / 2;

		if (middle * (middle + 1) / 2 <= number)
			low = middle;
		else
			high = middle;
	}
	diagonal = low;
	before = number - diagonal * (diagonal + 1) / 2;
	*ret_row = (size_t)(diagonal - before);
	*ret_column = (size_t)before;
	if (is_mirrored) {
		*ret_row = (size_t)(side - 1 - *ret_row);
		*ret_column = (size_t)(side - 1 - *ret_column);
	}
}

static void
take_apart(unsigned count, uint64_t number, struct plan *ret)
{
	uint64_t each = slips_count();

	memset(ret, 0, sizeof *ret);
	if (number < FORMS) {
		ret->form = (unsigned)number;
		return;
	}
	number -= FORMS;
	if (number < pairs(count)) {
		ret->is_exchange = true;
		nth_pair(count, number, &ret->share[0], &ret->share[1]);
		return;
	}
	number -= pairs(count);
	if (number < each * count) {
		ret->slip_count = 1;
		ret->share[0] = (unsigned)(number % count);
		ret->slip[0] = (size_t)(number / count);
		return;
	}
	number -= each * count;
	ret->slip_count = 2;
	nth_pair(count, number % pairs(count), &ret->share[0], &ret->share[1]);
	nth_of_square(each, number / pairs(count), &ret->slip[0], &ret->slip[1]);
}

enum outcome
rescue_problem_set(
	struct rescue_problem *ret, const struct secret *prime, const struct shamir_share *shares, unsigned count)
{
	enum outcome outcome = shamir_check_prime(prime);

	if (outcome == DONE)
		outcome = secret_new(&ret->prime, SHAMIR_SIZE);
	if (outcome != DONE)
		return outcome;
	field_open(&ret->field, shamir_read(prime));
	memcpy(ret->prime->bytes, prime->bytes, SHAMIR_SIZE);
	ret->prime->size = SHAMIR_SIZE;
	for (unsigned i = 0; i < count; i++) {
		outcome = secret_new(&ret->shares[i].value, SHAMIR_SIZE);
		if (outcome != DONE) {
			rescue_problem_clear(ret);
			return outcome;
		}
		memcpy(ret->shares[i].value->bytes, shares[i].value->bytes, SHAMIR_SIZE);
		ret->shares[i].value->size = SHAMIR_SIZE;
		ret->shares[i].id = shares[i].id;
		ret->count++;
	}
	return DONE;
}

void
rescue_problem_clear(struct rescue_problem *problem)
{
	secret_free(&problem->prime);
	OPENSSL_cleanse(&problem->field, sizeof problem->field);
	for (unsigned i = 0; i < LIMIT_CUSTODIANS; i++)
		secret_free(&problem->shares[i].value);
	problem->count = 0;
}

/* The shares of a candidate; those with a slip are new secrets, which the caller frees through changed. */
static enum outcome
read_slips(const struct rescue_problem *problem, const struct plan *plan, struct shamir_share *shares,
	struct secret *changed[2])
{
	struct slip slip;

	for (unsigned i = 0; i < plan->slip_count; i++) {
		struct shamir_share *share = &shares[plan->share[i]];

		if (secret_new(&changed[i], SHAMIR_SIZE) != DONE)
			return FAIL_SECURE_HEAP;
		if (!slips_read(&problem->shares[plan->share[i]], plan->slip[i], &share->id, changed[i], &slip))
			return FAIL_ARGUMENT;
		share->value = changed[i];
	}
	return DONE;
}

/* As shamir_combine, without proving again for each candidate that the prime is one. */
static enum outcome
combine(const struct rescue_problem *problem, const struct shamir_share *shares, struct secret **ret)
{
	for (unsigned i = 0; i < problem->count; i++) {
		if (shamir_read(shares[i].value) >= problem->field.prime)
			return FAIL_ARGUMENT;
		for (unsigned j = 0; j < i; j++)
			if (shares[j].id == shares[i].id)
				return FAIL_ARGUMENT;
	}
	return shamir_write(shamir_interpolate(&problem->field, shares, problem->count, SHAMIR_SKIP_NONE, 0), ret);
}

enum outcome
rescue_candidate_password(const struct rescue_problem *problem, uint64_t number, struct secret *ret)
{
	struct shamir_share shares[LIMIT_CUSTODIANS];
	struct secret *changed[2] = { NULL, NULL }, *combined = NULL, *password = NULL;
	struct plan plan;
	enum outcome outcome;

	take_apart(problem->count, number, &plan);
	memcpy(shares, problem->shares, problem->count * sizeof *shares);
	if (plan.is_exchange) {
		shares[plan.share[0]].id = problem->shares[plan.share[1]].id;
		shares[plan.share[1]].id = problem->shares[plan.share[0]].id;
	}
	outcome = read_slips(problem, &plan, shares, changed);
	if (outcome == DONE)
		outcome = combine(problem, shares, &combined);
	/* sc-hsm-tool clears the top bit; only the oldest form of the password may have it set. */
	if (outcome == DONE && plan.form != FORMS - 1 && combined->bytes[0] >= 0x80)
		outcome = FAIL_ARGUMENT;
	if (outcome == DONE)
		outcome = shamir_password(problem->prime, combined, plan.form, &password);
	if (outcome == DONE) {
		memcpy(ret->bytes, password->bytes, password->size);
		ret->size = password->size;
	}
	secret_free(&password);
	secret_free(&combined);
	for (int i = 0; i < 2; i++)
		secret_free(&changed[i]);
	return outcome;
}

void
rescue_candidate_describe(const struct rescue_problem *problem, uint64_t number, struct rescue_found *ret)
{
	struct secret *value = NULL;
	struct plan plan;
	unsigned id;

	take_apart(problem->count, number, &plan);
	ret->slip_count = plan.slip_count;
	ret->is_exchange = plan.is_exchange;
	for (unsigned i = 0; i < 2; i++) {
		ret->share[i] = plan.share[i];
		if (i < plan.slip_count && secret_new(&value, SHAMIR_SIZE) == DONE)
			slips_read(&problem->shares[plan.share[i]], plan.slip[i], &id, value, &ret->slip[i]);
		secret_free(&value);
	}
}
