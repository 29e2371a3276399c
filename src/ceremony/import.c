/*
 * The DKEK shares into the device, one after the other. An import is an XOR, so a second one would undo the first:
 * whether a share is in is decided by the device's own count of outstanding shares and by nothing else.
 */
#include "steps.h"

#include <quorate/hex.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

enum { IMPORT_DERIVE, IMPORT_READ, IMPORT_SEND, IMPORT_SEND_AGAIN, IMPORT_ASK_KCV, IMPORT_KCV_UNKNOWN, IMPORT_UNKNOWN };

static void judge_kcv(struct ceremony *ceremony);

static void
import_share_enter(struct ceremony *ceremony)
{
	char path[STEP_PATH_SIZE];
	enum outcome outcome;

	if (ceremony->progress.is_imported) {
		judge_kcv(ceremony);
		return;
	}
	/* Sent before an interruption, to a device that tells no count: nothing is sent again. */
	if (ceremony->progress.is_import_sent) {
		ceremony->part = IMPORT_UNKNOWN;
		return;
	}
	/* Where the custodians opened their files before, all is at hand. */
	if (ceremony->secrets.collected_count > 0) {
		ceremony->part = IMPORT_READ;
		card_begin(ceremony, TOKEN_DESCRIBE);
		return;
	}
	/* From the shares that were typed back: the proof that what is on paper opens the file. */
	outcome = secrets_rebuild_password(&ceremony->secrets, 0, false);
	secrets_forget_typed(&ceremony->secrets);
	place_path(ceremony, ceremony->plan.share_file, path);
	if (outcome == DONE)
		outcome = share_file_load(path, &ceremony->file);
	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return;
	}
	if (step_derive(ceremony, 0, 1))
		secret_free(&ceremony->secrets.password);
}

/* The share that was made is long wiped; its key check value is what the file has to answer to. */
static void
import_share_derived(struct ceremony *ceremony, struct secret **key)
{
	struct secrets *secrets = &ceremony->secrets;
	uint8_t kcv[DKEK_KCV_SIZE];
	enum outcome outcome = share_file_open(&ceremony->file, *key, &secrets->dkek_share);

	if (outcome == FAIL_SHARE_FILE_KEY)
		outcome = FAIL_SHARES_FILE_KEY;
	if (outcome == DONE)
		outcome = dkek_kcv(secrets->dkek_share, kcv);
	if (outcome == DONE && memcmp(kcv, ceremony->kcv, sizeof kcv) != 0)
		outcome = FAIL_KCV;
	if (outcome == DONE)
		outcome = collected_add(ceremony);
	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return;
	}
	ceremony->part = IMPORT_READ;
	card_begin(ceremony, TOKEN_DESCRIBE);
}

/* How many shares the device has to wait for now, by what went into it here. */
static unsigned
outstanding(const struct ceremony *ceremony)
{
	return plan_files(ceremony) - ceremony->progress.imported;
}

/* DONE if the device waits for this share and none ever went in from elsewhere, which would be mixed with it. */
static enum outcome
judge_count(const struct ceremony *ceremony)
{
	const struct hsm_status *hsm = &ceremony->device.hsm;

	if (!hsm->has_dkek)
		return FAIL_DKEK_NOT_SET_UP;
	if (hsm->dkek_total == plan_files(ceremony) && hsm->dkek_outstanding == outstanding(ceremony))
		return DONE;
	return hsm->dkek_outstanding == 0 ? FAIL_DKEK_COMPLETE : FAIL_DKEK_COUNT;
}

/* Sends the next share; the intent is on the disk first. */
static void
send(struct ceremony *ceremony)
{
	struct secrets *secrets = &ceremony->secrets;
	enum outcome outcome = judge_count(ceremony);

	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return;
	}
	if (!record_intent(ceremony, "import-intended"))
		return;
	/* Sent before, and lost: it is still in hand. */
	if (secrets->dkek_share == NULL)
		secrets->dkek_share = secret_move(&secrets->collected[ceremony->progress.imported]);
	ceremony->progress.is_import_sent = true;
	ceremony->part = IMPORT_SEND;
	card_begin(ceremony, TOKEN_IMPORT_DKEK);
}

static void
finish(struct ceremony *ceremony, const char *verdict)
{
	char kcv[2 * DKEK_KCV_SIZE + 1];
	const struct journal_field fields[] = { { "predicted", kcv, 0 }, { "of_device", verdict, 0 } };

	secret_free(&ceremony->secrets.user_pin);
	hex_encode(ceremony->kcv, sizeof ceremony->kcv, kcv);
	record(ceremony, "key-check-value", fields, sizeof fields / sizeof fields[0]);
}

/* All zero is no value: some devices tell it only after the user PIN. */
static void
judge_kcv(struct ceremony *ceremony)
{
	const struct hsm_status *hsm = &ceremony->device.hsm;

	if (dkek_kcv_is_known(hsm->kcv)) {
		bool is_equal = memcmp(hsm->kcv, ceremony->kcv, sizeof ceremony->kcv) == 0;

		ceremony->progress.is_kcv_compared = is_equal;
		finish(ceremony, is_equal ? "equal" : "different");
		if (is_equal)
			step_next(ceremony);
		else
			step_fail(ceremony, FAIL_KCV, CODE_OF_NOTHING);
	} else if (ceremony->part == IMPORT_ASK_KCV) {
		finish(ceremony, "not told");
		ceremony->part = IMPORT_KCV_UNKNOWN;
	} else {
		ceremony->part = IMPORT_ASK_KCV;
		if (record_intent(ceremony, "user-pin-proof-intended"))
			card_begin(ceremony, TOKEN_VERIFY_USER_PIN);
	}
}

static bool
is_pin_refused(enum outcome outcome)
{
	return outcome == FAIL_PIN_WRONG;
}

/* Typed once more after an interruption, and wrong: only the key check value is behind it. */
static void
ask_user_pin_again(struct ceremony *ceremony, enum outcome outcome)
{
	step_refuse(ceremony, outcome);
	step_go(ceremony, &step_choose_user_pin, &step_import_share);
}

static void
settle_import(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	const struct hsm_status *hsm = &ceremony->device.hsm;
	bool is_state_known = answer->has_after && hsm->has_dkek;

	if (is_state_known && hsm->dkek_outstanding == outstanding(ceremony) - 1) {
		secret_free(&ceremony->secrets.dkek_share);
		ceremony->progress.imported++;
		ceremony->progress.is_imported = outstanding(ceremony) == 0;
		if (!record_card(ceremony, was_lost ? "import-found-done" : "imported", answer->outcome, answer->code))
			return;
		if (ceremony->progress.is_imported) {
			if (ceremony->resumed.past != NULL && !dkek_kcv_is_known(hsm->kcv) &&
				is_pin_refused(answer->outcome))
				ask_user_pin_again(ceremony, answer->outcome);
			else
				judge_kcv(ceremony);
			return;
		}
		ceremony->part = IMPORT_READ;
		card_begin(ceremony, TOKEN_DESCRIBE);
		return;
	}
	if (!record_card(ceremony, "not-imported", was_lost ? ceremony->card.lost : answer->outcome, answer->code))
		return;
	if (was_lost && is_state_known && hsm->dkek_outstanding == outstanding(ceremony)) {
		ceremony->progress.is_import_sent = false;
		ceremony->part = IMPORT_SEND_AGAIN;
	} else {
		step_fail(ceremony, answer->outcome == DONE ? FAIL_DKEK_UNPROVEN : answer->outcome, answer->code);
	}
}

static void
import_share_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	switch (ceremony->part) {
	case IMPORT_READ:
		/* It may have been out of the reader since it was looked at. */
		if (answer->outcome == DONE && device_is_suspect(ceremony))
			step_go(ceremony, &step_prove_device, &step_import_share);
		else if (answer->outcome == DONE)
			send(ceremony);
		else
			step_fail(ceremony, answer->outcome, answer->code);
		break;
	case IMPORT_SEND:
		settle_import(ceremony, answer, was_lost);
		break;
	default:
		if (!was_lost &&
			!record_card(ceremony, answer->outcome == DONE ? "user-pin-proven" : "user-pin-refused",
				answer->outcome, answer->code))
			break;
		/* Whatever the PIN's outcome: the share is in, and only the value was asked for. */
		if (ceremony->resumed.past != NULL && is_pin_refused(answer->outcome))
			ask_user_pin_again(ceremony, answer->outcome);
		else
			judge_kcv(ceremony);
	}
}

static void
import_share_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char kcv[DKEK_KCV_TEXT_SIZE];

	switch (ceremony->part) {
	case IMPORT_SEND_AGAIN:
		ret->kind = PROMPT_TELL;
		text_format(ret->text, sizeof ret->text, "%s",
			_("The device's answer was lost. It was read anew: it still waits for its DKEK share, so the "
			  "share did not arrive. Go on to send it once more; the device is read again just before."));
		break;
	case IMPORT_UNKNOWN:
		ret->kind = PROMPT_CHOOSE;
		text_format(ret->text, sizeof ret->text, "%s",
			_("Before the interruption the share was on its way into the device, and this device does not "
			  "tell whether it arrived. Sent twice, it would undo itself, so it is not sent again. Look at "
			  "the key check value with the device's own tools; if it is the expected one, the share is "
			  "in. If it is not, stop with Esc, and initialise the device anew."));
		text_format(ret->of.choose.items[0].label, sizeof ret->of.choose.items[0].label, "%s",
			_("The share is in: we have seen the key check value"));
		ret->of.choose.count = 1;
		break;
	case IMPORT_KCV_UNKNOWN:
		dkek_kcv_text(ceremony->kcv, kcv);
		ret->kind = PROMPT_TELL;
		text_format(ret->text, sizeof ret->text,
			_("The share is in the device, which waits for no other. But this device does not tell its key "
			  "check value now, so it could not be compared. Expected is %s: compare it later, on the "
			  "Status screen or with sc-hsm-tool, before you trust keys to it. This is noted in the "
			  "record."),
			kcv);
		break;
	default:
		step_ask_work(ceremony, ret,
			ceremony_has(ceremony, &step_create_share_file)
				? _("The password is put together from the shares that were typed back, and the share "
				    "file is opened with it. Then the key goes into the device.")
				: _("The key goes into the device."));
	}
}

static void
import_share_take(struct ceremony *ceremony, struct answer *answer)
{
	(void)answer;
	if (ceremony->part == IMPORT_UNKNOWN) {
		ceremony->progress.is_imported = true;
		ceremony->progress.imported = plan_files(ceremony);
		if (record(ceremony, "import-vouched-for", NULL, 0))
			judge_kcv(ceremony);
		return;
	}
	if (ceremony->part == IMPORT_KCV_UNKNOWN) {
		step_next(ceremony);
		return;
	}
	ceremony->part = IMPORT_READ;
	card_begin(ceremony, TOKEN_DESCRIBE);
}

/* What the record and the device know of the import: done, not done, or not to be told. */
static bool
import_share_resume(struct ceremony *ceremony, const struct step *step)
{
	const struct hsm_status *hsm = &ceremony->device.hsm;
	const struct journal_line *intended = resume_find(ceremony, "import-intended");
	const struct journal_line *compared = resume_compared(ceremony);
	const char *verdict = journal_read_text(compared, "of_device");
	struct progress *progress = &ceremony->progress;
	unsigned on_record = resume_imports(ceremony), left = plan_files(ceremony) - on_record;
	bool is_known = hsm->has_dkek && hsm->dkek_total == plan_files(ceremony);
	bool is_open = intended != NULL && !resume_is_later(resume_find(ceremony, "imported"), intended) &&
		       !resume_is_later(resume_find(ceremony, "import-found-done"), intended) &&
		       !resume_is_later(resume_find(ceremony, "not-imported"), intended);

	(void)step;
	progress->is_imported = resume_is_imported(ceremony);
	progress->is_import_sent = progress->is_imported;
	progress->is_kcv_compared = verdict != NULL && strcmp(verdict, "equal") == 0;
	if (is_open && is_known && hsm->dkek_outstanding + 1u == left) {
		record_card(ceremony, "import-found-done", DONE, CODE_OF_NOTHING);
		on_record++;
	} else if (is_open && is_known && hsm->dkek_outstanding == left) {
		record_card(ceremony, "not-imported", FAIL_CARD_SILENT, CODE_OF_NOTHING);
	} else if (is_open && !is_known && !progress->is_imported) {
		progress->is_import_sent = true;
	}
	/* With the files at hand the next one goes in; else all of them begin anew, in a device that does so, too. */
	progress->imported = progress->is_imported ? plan_files(ceremony) : ceremony->resumed.is_usable ? on_record : 0;
	return progress->is_imported && compared != NULL;
}

const char *
import_verdict(const struct ceremony *ceremony)
{
	return ceremony->progress.is_kcv_compared
		       ? _("The device shows the same value: the right key is in it.")
		       : _("The device did not tell its own value: compare the two before you trust keys to it.");
}

const struct step step_import_share = {
	.name = "import",
	.title = N_("The key goes into the device"),
	.enter = import_share_enter,
	.ask = import_share_ask,
	.take = import_share_take,
	.settled = import_share_settled,
	.derived = import_share_derived,
	.resume = import_share_resume,
};
