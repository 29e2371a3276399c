/* The DKEK shares of a key domain, on their way into a device: together they are the key. */
#include "steps.h"

bool
collected_has(const struct ceremony *ceremony, const struct secret *share)
{
	const struct secrets *secrets = &ceremony->secrets;
	bool is_there = false;

	for (unsigned i = 0; i < secrets->collected_count; i++)
		is_there = (secrets->collected[i] != NULL && secret_is_equal(secrets->collected[i], share)) || is_there;
	return is_there;
}

enum outcome
collected_put(struct ceremony *ceremony, unsigned at)
{
	struct secrets *secrets = &ceremony->secrets;

	if (collected_has(ceremony, secrets->dkek_share))
		return FAIL_SHARE_FILE_TWICE;
	if (at >= LIMIT_SHARE_FILES || secrets->collected[at] != NULL)
		return FAIL_INTERNAL;
	secrets->collected[at] = secret_move(&secrets->dkek_share);
	if (secrets->collected_count <= at)
		secrets->collected_count = at + 1;
	return DONE;
}

enum outcome
collected_add(struct ceremony *ceremony)
{
	return collected_put(ceremony, ceremony->secrets.collected_count);
}

enum outcome
collected_dkek(const struct ceremony *ceremony, struct secret **ret)
{
	const struct secrets *secrets = &ceremony->secrets;
	enum outcome outcome = dkek_zero(ret);

	for (unsigned i = 0; i < secrets->collected_count && outcome == DONE; i++)
		if (secrets->collected[i] != NULL)
			dkek_add(*ret, secrets->collected[i]);
	return outcome;
}

enum outcome
collected_kcv(const struct ceremony *ceremony, const struct secret *more, uint8_t ret[DKEK_KCV_SIZE])
{
	struct secret *dkek = NULL;
	enum outcome outcome = collected_dkek(ceremony, &dkek);

	if (outcome != DONE)
		return outcome;
	if (more != NULL)
		dkek_add(dkek, more);
	outcome = dkek_kcv(dkek, ret);
	secret_free(&dkek);
	return outcome;
}
