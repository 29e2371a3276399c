/*
 * The device: initialised, and both PINs proven on it. The share file comes first: if the disk fails, the device still
 * has what it had; if the device fails, a file is left over whose shares nobody has seen. The other way round, a full
 * disk would be noticed over an erased device.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

enum { INITIALISE_READ, INITIALISE_CONFIRM, INITIALISE_SEND };

/* What is typed to confirm: the label; where it is hard to type, the serial number. */
static const char *
confirm_word(const struct ceremony *ceremony)
{
	const char *label = ceremony->device.hsm.label, *serial = ceremony->device.serial;

	if (label[0] != '\0' && text_is_ascii(label, strlen(label)))
		return label;
	return serial[0] != '\0' ? serial : "initialise";
}

static void
initialise_enter(struct ceremony *ceremony)
{
	card_begin(ceremony, TOKEN_DESCRIBE);
}

static void
initialise_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct hsm_status *hsm = &ceremony->device.hsm;
	char name[LIMIT_TEXT_INPUT + TOKEN_NAME_SIZE];

	card_name(ceremony, name, sizeof name);
	ret->kind = PROMPT_CONFIRM;
	text_format(ret->of.confirm.word, sizeof ret->of.confirm.word, "%s", confirm_word(ceremony));
	text_format(ret->text, sizeof ret->text, _("Initialise %s?\n"), name);
	if (hsm->key_count == 0 && hsm->certificate_count == 0) {
		text_append(ret->text, sizeof ret->text, "%s\n", _("There are no keys and no certificates on it."));
	} else {
		text_append(ret->text, sizeof ret->text,
			P_("This destroys %u key", "This destroys %u keys", hsm->key_count), hsm->key_count);
		text_append(ret->text, sizeof ret->text,
			P_(" and %u certificate, for ever.\n", " and %u certificates, for ever.\n",
				hsm->certificate_count),
			hsm->certificate_count);
	}
	if (hsm->has_dkek)
		text_append(ret->text, sizeof ret->text, "%s\n",
			_("It leaves the key domain that it belongs to now: keys wrapped there no longer come back to "
			  "it."));
	if (card_is_new(hsm))
		text_append(
			ret->text, sizeof ret->text, "%s\n", _("The SO-PIN that you chose is set, once and for all."));
	else if (hsm->so_pin.tries_left >= 0)
		text_append(ret->text, sizeof ret->text,
			P_("The SO-PIN that you entered is tried; %d try is left.\n",
				"The SO-PIN that you entered is tried; %d tries are left.\n",
				(unsigned long)hsm->so_pin.tries_left),
			hsm->so_pin.tries_left);
	text_append(ret->text, sizeof ret->text, _("It will be called %s. Type %s to go on."), ceremony->plan.label,
		ret->of.confirm.word);
}

/* For the shares that come into it; without them the device gets no DKEK. */
static bool
waits_as_asked(const struct ceremony *ceremony)
{
	const struct hsm_status *hsm = &ceremony->device.hsm;
	unsigned shares = plan_shares(ceremony);

	if (shares == 0)
		return !hsm->has_dkek;
	return hsm->has_dkek && hsm->dkek_total == shares && hsm->dkek_outstanding == shares;
}

/* As an INITIALIZE of ours leaves it. */
static bool
looks_initialised(const struct ceremony *ceremony)
{
	const struct hsm_status *hsm = &ceremony->device.hsm;

	return waits_as_asked(ceremony) && hsm->key_count == 0 && strcmp(hsm->label, ceremony->plan.label) == 0;
}

static void
initialise_take(struct ceremony *ceremony, struct answer *answer)
{
	if (strcmp(answer->text, confirm_word(ceremony)) != 0) {
		step_refuse(ceremony, FAIL_WORD);
		return;
	}
	/* The intent and the card's state are on the disk before the command leaves. */
	if (!record_intent(ceremony, "initialise-intended"))
		return;
	ceremony->progress.looked_initialised = looks_initialised(ceremony);
	ceremony->progress.is_initialise_sent = true;
	ceremony->part = INITIALISE_SEND;
	card_begin(ceremony, TOKEN_INITIALISE);
}

/* The PIN that the device has now is asked for, and then for the word again: no try that nobody asked for. */
static void
ask_so_pin_again(struct ceremony *ceremony, enum outcome outcome)
{
	int tries = ceremony->device.hsm.so_pin.tries_left;

	if (tries >= 0)
		step_refuse_with(ceremony, outcome,
			P_("%s %d try is left.", "%s %d tries are left.", (unsigned long)tries), outcome_text(outcome),
			tries);
	else
		step_refuse(ceremony, outcome);
	step_go(ceremony, &step_enter_so_pin, &step_initialise);
}

static void
settle_initialise(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	enum outcome outcome = answer->outcome;

	/* Nothing that a device tells without a login says whether it was initialised once more. */
	if (was_lost && (ceremony->progress.looked_initialised || !looks_initialised(ceremony))) {
		ceremony->part = INITIALISE_CONFIRM;
		if (record_card(ceremony, "initialise-not-found-done", ceremony->card.lost, ceremony->card.code))
			step_refuse_with(ceremony, ceremony->card.lost, "%s",
				ceremony->progress.looked_initialised
					? _("The device's answer was lost, and it looks as it did before, so nobody "
					    "can "
					    "tell whether it was initialised anew. Confirm again: to do it twice harms "
					    "nothing.")
					: _("The device's answer was lost. It was read anew, and does not look as if "
					    "it "
					    "had been initialised. Confirm again to try again."));
		return;
	}
	if (!record_card(ceremony, outcome == DONE ? "initialised" : "not-initialised", outcome, answer->code))
		return;
	if (outcome == FAIL_SO_PIN_WRONG) {
		ask_so_pin_again(ceremony, outcome);
		return;
	}
	if (outcome == DONE && !waits_as_asked(ceremony))
		outcome = FAIL_DKEK_NOT_SET_UP;
	if (outcome != DONE) {
		step_fail(ceremony, outcome, answer->code);
		return;
	}
	ceremony->progress.is_initialised = true;
	step_next(ceremony);
}

/* Nothing of the kind was asked for: what was made on the device since is not ours to destroy. */
static bool
has_keys_since(const struct ceremony *ceremony)
{
	const struct journal_line *intended = resume_find(ceremony, "initialise-intended");

	return intended != NULL && ceremony->device.hsm.key_count > journal_read_number(intended, "keys", 0);
}

static void
initialise_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	if (ceremony->part == INITIALISE_SEND)
		settle_initialise(ceremony, answer, was_lost);
	else if (answer->outcome != DONE)
		step_fail(ceremony, answer->outcome, answer->code);
	else if (ceremony->device.hsm.so_pin.state == PIN_LOCKED)
		step_fail(ceremony, FAIL_SO_PIN_LOCKED, CODE_OF_NOTHING);
	else if (has_keys_since(ceremony))
		step_fail(ceremony, FAIL_KEYS_SINCE, CODE_OF_NOTHING);
	else
		ceremony->part = INITIALISE_CONFIRM;
}

/* What the device told before it was to be initialised, as it stands in the record. */
static bool
looked_initialised(const struct ceremony *ceremony, const struct journal_line *intended)
{
	const char *label = journal_read_text(intended, "label");
	unsigned shares = plan_shares(ceremony);
	int64_t told = shares == 0 ? -1 : (int64_t)shares;

	return label != NULL && strcmp(label, ceremony->plan.label) == 0 &&
	       journal_read_number(intended, "keys", -1) == 0 &&
	       journal_read_number(intended, "dkek_shares", -1) == told &&
	       journal_read_number(intended, "dkek_outstanding", -1) == told;
}

static bool
initialise_resume(struct ceremony *ceremony, const struct step *step)
{
	const struct journal_line *intended = resume_find(ceremony, "initialise-intended");
	const struct journal_line *refused = resume_find(ceremony, "not-initialised");
	const struct journal_line *not_found = resume_find(ceremony, "initialise-not-found-done");
	struct progress *progress = &ceremony->progress;

	(void)step;
	if (progress->is_initialised)
		return true;
	/* Some of its shares are in, and nobody has the others any more: it is begun anew, if the people confirm. */
	if (resume_begins_anew(ceremony))
		return false;
	progress->is_initialised =
		resume_find(ceremony, "initialised") != NULL || resume_find(ceremony, "initialise-found-done") != NULL;
	if (!progress->is_initialised && resume_is_later(intended, refused) && resume_is_later(intended, not_found)) {
		/* The answer never came: the device, read just now, says what it did. */
		progress->is_initialised = looks_initialised(ceremony) && !looked_initialised(ceremony, intended);
		record_card(ceremony, progress->is_initialised ? "initialise-found-done" : "initialise-not-found-done",
			progress->is_initialised ? DONE : FAIL_CARD_SILENT, CODE_OF_NOTHING);
	}
	progress->is_initialise_sent = progress->is_initialised;
	return progress->is_initialised;
}

const struct step step_initialise = {
	.name = "initialise",
	.title = N_("The device is initialised"),
	.enter = initialise_enter,
	.ask = initialise_ask,
	.take = initialise_take,
	.settled = initialise_settled,
	.resume = initialise_resume,
};

enum { PROVE_USER_PIN, PROVE_SO_PIN, PROVE_TOLD };

/* The two proofs, in their order; a login as SO proves nothing on this device, so the SO-PIN is changed into itself. */
static const struct {
	enum token_act act;
	const char *intended, *proven, *refused, *again;
} proofs[] = {
	[PROVE_USER_PIN] = { TOKEN_VERIFY_USER_PIN, "user-pin-proof-intended", "user-pin-proven", "user-pin-refused",
		N_("The answer to the user PIN was lost. The device is back. Go on to try the user PIN once more.") },
	[PROVE_SO_PIN] = { TOKEN_PROVE_SO_PIN, "so-pin-proof-intended", "so-pin-proven", "so-pin-refused",
		N_("The answer to the SO-PIN was lost. The device is back. Go on to try the SO-PIN once more.") },
};

static void
prove(struct ceremony *ceremony, unsigned part)
{
	ceremony->part = part;
	if (record_intent(ceremony, proofs[part].intended))
		card_begin(ceremony, proofs[part].act);
}

static void
prove_pins_enter(struct ceremony *ceremony)
{
	prove(ceremony, PROVE_USER_PIN);
}

/* The good news; before it, the card is at work, and only a lost answer is asked about. */
static void
prove_pins_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct hsm_status *hsm = &ceremony->device.hsm;

	ret->kind = PROMPT_TELL;
	if (ceremony->part == PROVE_TOLD) {
		text_format(ret->text, sizeof ret->text,
			_("%s is initialised, and the device itself took both PINs, one after the other.\n"),
			hsm->label);
		if (hsm->user_pin.tries_left >= 0 && hsm->so_pin.tries_left >= 0)
			text_append(ret->text, sizeof ret->text, _("Tries left: user PIN %d, SO-PIN %d.\n"),
				hsm->user_pin.tries_left, hsm->so_pin.tries_left);
		text_append(ret->text, sizeof ret->text, "%s",
			ceremony_has(ceremony, &step_take_turns) && plan_is_single(ceremony)
				? _("Its key is still missing: it comes from the share file, once the custodians have "
				    "their shares on paper. Now they take their turns.")
			: ceremony_has(ceremony, &step_import_share) ? _("Its key is still missing: it goes in next.")
								     : "");
		return;
	}
	text_format(ret->text, sizeof ret->text, "%s", _(proofs[ceremony->part].again));
}

static void
prove_pins_take(struct ceremony *ceremony, struct answer *answer)
{
	(void)answer;
	if (ceremony->part == PROVE_TOLD)
		step_next(ceremony);
	else
		prove(ceremony, ceremony->part);
}

static void
prove_pins_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	enum outcome outcome = answer->outcome;
	unsigned part = ceremony->part;

	if (was_lost)
		return;
	if (!record_card(ceremony, outcome == DONE ? proofs[part].proven : proofs[part].refused, outcome, answer->code))
		return;
	switch (outcome) {
	case DONE:
		if (part == PROVE_USER_PIN) {
			prove(ceremony, PROVE_SO_PIN);
			return;
		}
		secret_free(&ceremony->secrets.so_pin);
		ceremony->part = PROVE_TOLD;
		return;
	/* The device has other PINs than it was given: it was not initialised after all (a lost answer). */
	case FAIL_PIN_WRONG:
	case FAIL_PIN_LOCKED:
	case FAIL_SO_PIN_WRONG:
		if (ceremony->resumed.past != NULL) {
			/* It was typed once more only, from paper; what the device has is not touched for that. */
			step_refuse(ceremony, outcome);
			step_go(ceremony, part == PROVE_USER_PIN ? &step_choose_user_pin : &step_enter_so_pin,
				&step_prove_pins);
			return;
		}
		ceremony->progress.is_initialised = false;
		ask_so_pin_again(ceremony, outcome);
		return;
	default:
		step_fail(ceremony, outcome, answer->code);
	}
}

static bool
prove_pins_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)step;
	return resume_find(ceremony, "so-pin-proven") != NULL && !resume_begins_anew(ceremony);
}

const struct step step_prove_pins = {
	.name = "prove-pins",
	.title = N_("Both PINs are proven"),
	.enter = prove_pins_enter,
	.ask = prove_pins_ask,
	.take = prove_pins_take,
	.settled = prove_pins_settled,
	.resume = prove_pins_resume,
};
