#include <quorate/diagnosis.h>

#include "shamir_field.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/* Forms of the password: shamir_password's variants. */
#define FORMS 3

struct diagnosis_inquiry {
	struct diagnosis_settings settings;
	struct field field;
	struct shamir_share readings[2][LIMIT_CUSTODIANS]; /* IDs as given, and as hex; values are the settings' */
	unsigned reading_count;
	uint64_t subsets;
	struct search *search;
};

/* The wrong share's index, by shamir_check; count if it cannot be told or all agree (*ret_agrees). */
static enum outcome
check(const struct secret *prime, const struct shamir_share *shares, unsigned count, unsigned threshold,
	bool *ret_agrees, unsigned *ret_wrong)
{
	unsigned id;
	enum outcome outcome = shamir_check(prime, shares, count, threshold, &id);

	*ret_agrees = outcome == DONE;
	*ret_wrong = 0;
	while (*ret_wrong < count && (*ret_agrees || shares[*ret_wrong].id != id))
		++*ret_wrong;
	return outcome == FAIL_SHARES_INCONSISTENT ? DONE : outcome;
}

enum outcome
diagnosis_make(const struct secret *prime, const struct shamir_share *shares, unsigned count, unsigned threshold,
	struct diagnosis *ret)
{
	unsigned least = threshold == 0 ? LIMIT_THRESHOLD_MIN : threshold;
	unsigned most = threshold == 0 ? count : threshold;
	bool agrees = false;
	unsigned wrong;
	enum outcome outcome;

	*ret = (struct diagnosis){ .threshold = threshold };
	if (count < least)
		return FAIL_SHARES_FEW;
	/* As many as the threshold always agree, so they prove nothing; the outcome still tells of what is malformed.
	 */
	outcome = check(prime, shares, count, count, &agrees, &wrong);
	for (unsigned m = least; m <= most && m < count && outcome == DONE; m++) {
		outcome = check(prime, shares, count, m, &agrees, &wrong);
		if (outcome != DONE || (!agrees && wrong == count && threshold == 0))
			continue;
		ret->threshold = m;
		ret->kind = agrees ? DIAGNOSIS_AGREE : wrong < count ? DIAGNOSIS_NAMED : DIAGNOSIS_CONTRADICT;
		if (wrong < count)
			ret->is_wrong[wrong] = true;
		break;
	}
	return outcome;
}

unsigned
diagnosis_hex_id(unsigned id)
{
	unsigned as_hex = id % 10 + id / 10 % 10 * 16 + id / 100 * 256;

	return as_hex == id || as_hex > SHAMIR_ID_MOST ? 0 : as_hex;
}

static uint64_t
binomial(unsigned n, unsigned k)
{
	uint64_t product = 1;

	for (unsigned i = 1; i <= k; i++)
		product = product * (n - k + i) / i;
	return product;
}

/* The number-th subset of size out of count, in lexical order: those that leave out the last ones come first. */
static void
nth_subset(unsigned count, unsigned size, uint64_t number, unsigned ret[LIMIT_CUSTODIANS])
{
	unsigned at = 0;

	for (unsigned i = 0; i < size; i++, at++) {
		uint64_t with = binomial(count - at - 1, size - i - 1);

		while (number >= with) {
			number -= with;
			at++;
			with = binomial(count - at - 1, size - i - 1);
		}
		ret[i] = at;
	}
}

/* A number taken apart: the subset counts fastest, for the first form of the first reading is by far the likeliest. */
static unsigned
choose(const struct diagnosis_inquiry *inquiry, uint64_t number, struct shamir_share ret[LIMIT_CUSTODIANS],
	unsigned *ret_form)
{
	unsigned indices[LIMIT_CUSTODIANS], reading = (unsigned)(number / inquiry->subsets / FORMS);

	*ret_form = (unsigned)(number / inquiry->subsets % FORMS);
	nth_subset(inquiry->settings.count, inquiry->settings.threshold, number % inquiry->subsets, indices);
	for (unsigned i = 0; i < inquiry->settings.threshold; i++)
		ret[i] = inquiry->readings[reading][indices[i]];
	return reading;
}

static bool
has_twice(const struct shamir_share *shares, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		for (unsigned j = 0; j < i; j++)
			if (shares[j].id == shares[i].id)
				return true;
	return false;
}

static enum outcome
subset_password(const void *context, uint64_t number, struct secret *ret)
{
	const struct diagnosis_inquiry *inquiry = context;
	struct shamir_share shares[LIMIT_CUSTODIANS];
	struct secret *combined = NULL, *password = NULL;
	unsigned form, count = inquiry->settings.threshold;
	enum outcome outcome;

	choose(inquiry, number, shares, &form);
	outcome = has_twice(shares, count) ? FAIL_ARGUMENT : DONE;
	if (outcome == DONE)
		outcome = shamir_write(
			shamir_interpolate(&inquiry->field, shares, count, SHAMIR_SKIP_NONE, 0), &combined);
	if (outcome == DONE)
		outcome = shamir_password(inquiry->settings.prime, combined, form, &password);
	if (outcome == DONE) {
		memcpy(ret->bytes, password->bytes, password->size);
		ret->size = password->size;
	}
	secret_free(&password);
	secret_free(&combined);
	return outcome;
}

/* IDs below 10 are the same in both readings; without one that differs there is only one reading. */
static void
read_ids(struct diagnosis_inquiry *inquiry)
{
	inquiry->reading_count = 1;
	for (unsigned i = 0; i < inquiry->settings.count; i++) {
		struct shamir_share share = inquiry->settings.shares[i];

		inquiry->readings[0][i] = share;
		if (share.id > 9) {
			share.id = diagnosis_hex_id(share.id);
			inquiry->reading_count = 2;
		}
		inquiry->readings[1][i] = share;
	}
	for (unsigned i = 0; i < inquiry->settings.count; i++)
		if (inquiry->readings[1][i].id == 0)
			inquiry->reading_count = 1;
}

enum outcome
diagnosis_start(struct diagnosis_inquiry **ret, const struct diagnosis_settings *settings)
{
	struct search_settings search = { .file = settings->file,
		.iterations = settings->iterations,
		.threads = settings->threads,
		.password = subset_password };
	struct diagnosis_inquiry *inquiry;
	unsigned wrong;
	enum outcome outcome;

	*ret = NULL;
	/* It looks at every share, whatever it says of them together. */
	outcome = shamir_check(settings->prime, settings->shares, settings->count, settings->threshold, &wrong);
	if (outcome != DONE && outcome != FAIL_SHARES_INCONSISTENT)
		return outcome;
	inquiry = calloc(1, sizeof *inquiry);
	if (inquiry == NULL)
		return FAIL_MEMORY;
	inquiry->settings = *settings;
	inquiry->subsets = binomial(settings->count, settings->threshold);
	field_open(&inquiry->field, shamir_read(settings->prime));
	read_ids(inquiry);
	search.end = inquiry->reading_count * FORMS * inquiry->subsets;
	search.context = inquiry;
	outcome = inquiry->subsets > DIAGNOSIS_SUBSETS_MOST ? FAIL_ARGUMENT : search_start(&inquiry->search, &search);
	if (outcome != DONE)
		diagnosis_free(&inquiry);
	*ret = inquiry;
	return outcome;
}

const struct search *
diagnosis_search(const struct diagnosis_inquiry *inquiry)
{
	return inquiry->search;
}

double
diagnosis_fraction(const struct diagnosis_inquiry *inquiry)
{
	return (double)search_position(inquiry->search) / (double)(inquiry->reading_count * FORMS * inquiry->subsets);
}

/* Those that do not lie on the polynomial of the shares that opened the file. */
static void
name_wrong(const struct diagnosis_inquiry *inquiry, const struct shamir_share *right, unsigned reading,
	bool ret[LIMIT_CUSTODIANS])
{
	for (unsigned i = 0; i < inquiry->settings.count; i++) {
		const struct shamir_share *share = &inquiry->readings[reading][i];

		ret[i] = shamir_interpolate(&inquiry->field, right, inquiry->settings.threshold, SHAMIR_SKIP_NONE,
				 share->id) != shamir_read(share->value);
	}
}

enum outcome
diagnosis_finish(struct diagnosis_inquiry **inquiry, struct diagnosis_answer *ret)
{
	struct diagnosis_inquiry *own = *inquiry;
	struct shamir_share right[LIMIT_CUSTODIANS];
	uint64_t found;
	unsigned form;
	enum outcome outcome = search_finish(&own->search, &found);

	memset(ret, 0, sizeof *ret);
	if (outcome == DONE)
		outcome = secret_new(&ret->password, SHAMIR_SIZE);
	if (outcome == DONE)
		outcome = subset_password(own, found, ret->password);
	if (outcome != DONE)
		secret_free(&ret->password);
	if (outcome == DONE) {
		unsigned reading = choose(own, found, right, &form);

		ret->is_hex = reading == 1;
		name_wrong(own, right, reading, ret->is_wrong);
	}
	diagnosis_free(inquiry);
	return outcome;
}

void
diagnosis_free(struct diagnosis_inquiry **inquiry)
{
	struct diagnosis_inquiry *own = *inquiry;

	*inquiry = NULL;
	if (own == NULL)
		return;
	search_free(&own->search);
	OPENSSL_cleanse(&own->field, sizeof own->field);
	free(own);
}
