/*
 * After an interruption: as many custodians as open the file type their confirmed shares once more. The file says
 * whether they are right, and only then are missing shares calculated from them, for custodians who have none yet.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdlib.h>
#include <string.h>

enum { RETYPE_ASK, RETYPE_GATE, RETYPE_ENTER, RETYPE_LEAVE, RETYPE_OPEN, RETYPE_REFUSED };
enum { CHOICE_TYPE, CHOICE_GIVE_UP };

/* Whose share was not typed yet. */
static void
tell_to_come(const struct ceremony *ceremony, char *ret, size_t size)
{
	uint64_t left = ceremony->progress.written;
	char list[CALLING_LIST_SIZE];

	for (unsigned i = 0; i < ceremony->secrets.typed_count; i++)
		left &= ~((uint64_t)1 << (ceremony->secrets.typed[i].id - 1));
	calling_list(left, list, sizeof list);
	text_append(ret, size, _("\nAny of these custodians can come, in any order: %s."), list);
}

static void
retype_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct secrets *secrets = &ceremony->secrets;
	unsigned threshold = ceremony->plan.threshold, typed = secrets->typed_count;

	if (ceremony->part == RETYPE_GATE || ceremony->part == RETYPE_ENTER || ceremony->part == RETYPE_LEAVE)
		text_format(ret->title, sizeof ret->title, _("Share %u of %u"),
			ceremony->part == RETYPE_LEAVE ? typed : typed + 1, threshold);
	switch (ceremony->part) {
	case RETYPE_GATE:
		ret->kind = PROMPT_GATE;
		text_format(ret->text, sizeof ret->text,
			_("Share %u of %u: one of the custodians whose sheet is confirmed, whoever is next, comes to "
			  "the keyboard with the sheet. Everybody else: turn away. Cover the cameras.\nPress Enter "
			  "when "
			  "you are alone in front of the screen."),
			typed + 1, threshold);
		tell_to_come(ceremony, ret->text, sizeof ret->text);
		break;
	case RETYPE_ENTER:
		ret->kind = PROMPT_ENTER_SHARE;
		ret->of.enter.prime = secrets->prime;
		ret->of.enter.wants_check_word = true;
		ret->of.enter.where = ceremony->where;
		text_format(ret->text, sizeof ret->text, "%s",
			_("Type your share from your sheet. Blanks between the groups do not matter."));
		break;
	case RETYPE_LEAVE:
		ret->kind = PROMPT_GATE;
		ret->of.gate.is_leaving = true;
		text_format(ret->text, sizeof ret->text, "%s %s",
			_("Your share is taken, and nothing secret is on the screen any more. Take your sheet with "
			  "you."),
			typed < threshold ? _("Call the next custodian.") : _("Call the operator."));
		break;
	case RETYPE_OPEN:
		step_ask_work(ceremony, ret,
			_("The password is put together from the shares, and the share file is opened with it: the "
			  "proof that they are right."));
		break;
	default:
		ret->kind = PROMPT_CHOOSE;
		text_format(ret->text, sizeof ret->text, _("%u custodians with confirmed sheets type their shares."),
			threshold);
		text_format(ret->of.choose.items[CHOICE_TYPE].label, sizeof ret->of.choose.items[0].label, "%s",
			ceremony->part == RETYPE_ASK ? _("They are here: type the shares")
						     : _("Type all shares again"));
		text_format(ret->of.choose.items[CHOICE_GIVE_UP].label, sizeof ret->of.choose.items[0].label, "%s",
			_("Give this set up, and make a new one"));
		text_format(ret->of.choose.items[CHOICE_GIVE_UP].detail, sizeof ret->of.choose.items[0].detail, "%s",
			ceremony->progress.is_imported
				? _("The device has this key already; the set stays.")
				: _("The sheets are destroyed, and everybody writes down a new share."));
		ret->of.choose.items[CHOICE_GIVE_UP].is_closed = ceremony->progress.is_imported;
		ret->of.choose.count = 2;
	}
}

static void
retype_enter(struct ceremony *ceremony)
{
	secrets_forget_typed(&ceremony->secrets);
	ceremony->where = (struct check_verdict){ .count = 0 };
}

static void
open_file(struct ceremony *ceremony)
{
	enum outcome outcome = secrets_rebuild_password(&ceremony->secrets, 0, false);

	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return;
	}
	ceremony->part = RETYPE_OPEN;
	if (step_derive(ceremony, 0, 1))
		secret_free(&ceremony->secrets.password);
}

/* Every share that is not on paper yet, of the polynomial that the typed ones fix. */
static enum outcome
calculate_missing(struct ceremony *ceremony)
{
	struct secrets *secrets = &ceremony->secrets;
	enum outcome outcome;

	secrets->set = calloc(1, sizeof *secrets->set);
	if (secrets->set == NULL)
		return FAIL_MEMORY;
	secrets->set->threshold = ceremony->plan.threshold;
	secrets->set->total = ceremony->plan.total;
	outcome = secrets_copy(&secrets->set->prime, secrets->prime);
	for (unsigned i = 0; i < ceremony->plan.total && outcome == DONE; i++) {
		secrets->set->shares[i].id = i + 1;
		if (!(ceremony->progress.written >> i & 1))
			outcome = shamir_extend(secrets->prime, secrets->typed, secrets->typed_count, i + 1,
				&secrets->set->shares[i].value);
	}
	return outcome;
}

static void
retype_derived(struct ceremony *ceremony, struct secret **key)
{
	struct secret *share = NULL;
	uint8_t kcv[DKEK_KCV_SIZE];
	enum outcome outcome = share_file_open(&ceremony->file, *key, &share);
	bool is_right;

	if (outcome == FAIL_SHARE_FILE_KEY) {
		secrets_forget_typed(&ceremony->secrets);
		ceremony->part = RETYPE_REFUSED;
		step_refuse(ceremony, FAIL_SHARES_FILE_KEY);
		return;
	}
	if (outcome == DONE)
		outcome = dkek_kcv(share, kcv);
	is_right = outcome == DONE && memcmp(kcv, ceremony->kcv, sizeof kcv) == 0;
	secret_free(&share);
	if (outcome == DONE && !is_right)
		outcome = FAIL_KCV;
	if (outcome == DONE && ceremony->progress.turns < ceremony->plan.total)
		outcome = calculate_missing(ceremony);
	if (outcome == DONE)
		step_next(ceremony);
	else
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
}

static void
take_typed(struct ceremony *ceremony, struct answer *answer)
{
	struct typed_share typed = { .id = 0 };
	enum outcome outcome = typed_read(ceremony, answer, &typed);
	const struct journal_field fields[] = {
		{ "share", NULL, typed.id },
		{ "outcome", outcome_name(outcome), 0 },
	};

	ceremony->where = (struct check_verdict){ .count = 0 };
	if (outcome == DONE && answer->share.check_word == NULL)
		outcome = FAIL_CHECK_WORD_LENGTH;
	if (outcome == DONE)
		outcome = typed_judge(ceremony, answer, &typed);
	if (outcome == DONE && (typed.id > ceremony->plan.total || !(ceremony->progress.written >> (typed.id - 1) & 1)))
		outcome = FAIL_SHARES_NAMED;
	if (outcome == DONE) {
		typed_keep(ceremony, &typed);
		ceremony->part = RETYPE_LEAVE;
		record(ceremony, "share-retyped", fields, 1);
	} else {
		typed_refuse(ceremony, outcome);
	}
	typed_clear(&typed);
}

static void
retype_take(struct ceremony *ceremony, struct answer *answer)
{
	switch (ceremony->part) {
	case RETYPE_GATE:
		ceremony->where = (struct check_verdict){ .count = 0 };
		ceremony->part = RETYPE_ENTER;
		break;
	case RETYPE_ENTER:
		/* Nothing was shown that could be shown again. */
		if (answer->kind == ANSWER_SHARE)
			take_typed(ceremony, answer);
		break;
	case RETYPE_LEAVE:
		if (ceremony->secrets.typed_count == ceremony->plan.threshold)
			open_file(ceremony);
		else
			ceremony->part = RETYPE_GATE;
		break;
	default:
		if (answer->choice == CHOICE_TYPE)
			ceremony->part = RETYPE_GATE;
		else
			resume_give_up_set(ceremony);
	}
}

const struct step step_retype_shares = {
	.name = "retype",
	.title = N_("Shares typed once more"),
	.event = "shares-retyped",
	.enter = retype_enter,
	.ask = retype_ask,
	.take = retype_take,
	.derived = retype_derived,
};
