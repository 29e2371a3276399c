/*
 * The share file of a key that m of n custodians open: its password is divided among them before it is made, and the
 * file is known to open before anybody sees a share.
 */
#include "steps.h"

#include <quorate/tongue.h>

/* The DKEK share, where there is none yet, the password, and its division among the custodians. */
static enum outcome
draw(struct ceremony *ceremony)
{
	struct secrets *secrets = &ceremony->secrets;
	enum outcome outcome = secrets->dkek_share == NULL ? dkek_new(&secrets->dkek_share) : DONE;

	if (outcome == DONE)
		outcome = dkek_kcv(secrets->dkek_share, ceremony->kcv);
	if (outcome == DONE)
		outcome = shamir_new_password(&secrets->password);
	if (outcome == DONE)
		outcome =
			shamir_split(secrets->password, ceremony->plan.threshold, ceremony->plan.total, &secrets->set);
	return outcome;
}

static void
create_share_file_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	enum outcome outcome;

	if (!making_stirred(ceremony, answer, was_lost))
		return;
	outcome = draw(ceremony);
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else
		making_begin(ceremony, 0, 1);
}

static void
create_share_file_enter(struct ceremony *ceremony)
{
	if (!making_stir(ceremony))
		create_share_file_settled(ceremony, NULL, false);
}

static void
create_share_file_derived(struct ceremony *ceremony, struct secret **key)
{
	if (!making_derived(ceremony, key))
		return;
	secret_free(&ceremony->secrets.dkek_share);
	step_next(ceremony);
}

static void
create_share_file_take(struct ceremony *ceremony, struct answer *answer)
{
	(void)answer;
	making_take(ceremony);
}

static bool
create_share_file_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)step;
	return ceremony->resumed.is_usable;
}

const struct step step_create_share_file = {
	.name = "create",
	.title = N_("The share file is made"),
	.event = "share-file-proven",
	.is_wanted = plan_is_single,
	.enter = create_share_file_enter,
	.ask = making_ask,
	.take = create_share_file_take,
	.settled = create_share_file_settled,
	.derived = create_share_file_derived,
	.resume = create_share_file_resume,
};

const struct step step_create_share_of_file = {
	.name = "create-file",
	.title = N_("The share file is made"),
	.event = "share-file-proven",
	.is_wanted = files_is_of_shares,
	.enter = create_share_file_enter,
	.ask = making_ask,
	.take = create_share_file_take,
	.settled = create_share_file_settled,
	.derived = create_share_file_derived,
	.resume = files_resume,
};
