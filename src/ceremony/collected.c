/* The DKEK shares of a key domain, on their way into a device: together they are the key. */
#include "steps.h"

bool
collected_has(const struct ceremony *ceremony, const struct secret *share)
{
	const struct secrets *secrets = &ceremony->secrets;
	bool is_there = false;

	for (unsigned i = 0; i < secrets->collected_count; i++)
		is_there = secret_is_equal(secrets->collected[i], share) || is_there;
	return is_there;
}

enum outcome
collected_add(struct ceremony *ceremony)
{
	struct secrets *secrets = &ceremony->secrets;

	if (collected_has(ceremony, secrets->dkek_share))
		return FAIL_SHARE_FILE_TWICE;
	if (secrets->collected_count == LIMIT_SHARE_FILES)
		return FAIL_INTERNAL;
	secrets->collected[secrets->collected_count++] = secret_move(&secrets->dkek_share);
	return DONE;
}

enum outcome
collected_dkek(const struct ceremony *ceremony, struct secret **ret)
{
	const struct secrets *secrets = &ceremony->secrets;
	enum outcome outcome = dkek_zero(ret);

	for (unsigned i = 0; i < secrets->collected_count && outcome == DONE; i++)
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
