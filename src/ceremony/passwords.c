/*
 * The turns of custodians with a password each: gate, a password chosen or generated, typed once more, a share of the
 * key drawn and sealed under it in a file of its own, the file saved, read back and opened, gate. The DKEK shares stay
 * until the last is there; nobody sees one.
 */
#include "steps.h"

#include <quorate/hex.h>
#include <quorate/password.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

enum {
	TURN_STIR,
	TURN_GATE,
	TURN_ANOTHER,
	TURN_CHOOSE,
	TURN_FIRST,
	TURN_AGAIN,
	TURN_ADVICE,
	TURN_SHOW,
	TURN_BACK,
	TURN_MAKE,
	TURN_LEAVE,
};
enum { CHOOSE_OWN, CHOOSE_GENERATED };
enum { KEEP_PASSWORD, CHOOSE_ANOTHER };

static bool
is_by_passwords(const struct ceremony *ceremony)
{
	return ceremony->plan.form == BACKUP_PASSWORDS;
}

static bool
is_of_file(const struct ceremony *ceremony)
{
	return plan_is_mixed(ceremony) && !plan_is_quorum(ceremony);
}

/* One person, and not one custodian of several. */
static bool
is_alone(const struct ceremony *ceremony)
{
	return ceremony->plan.total == 1;
}

static void
ask_gate(const struct ceremony *ceremony, struct prompt *ret)
{
	unsigned turn = ceremony->turn, total = ceremony->plan.total;
	bool is_leaving = ceremony->part == TURN_LEAVE;
	char name[STEP_FILE_NAME_SIZE];

	place_share_file(ceremony, plan_file(ceremony), name);
	ret->kind = PROMPT_GATE;
	ret->of.gate.custodian = is_alone(ceremony) ? 0 : turn;
	ret->of.gate.is_leaving = is_leaving;
	if (is_alone(ceremony)) {
		text_format(ret->text, sizeof ret->text,
			is_leaving
				? _("The share file %s was saved, read back, and opened with the password. Nothing "
				    "secret is on the screen any more. Call the operator.")
				: _("The person who opens the share file %s comes to the keyboard. Everybody else: "
				    "turn away. Cover the cameras.\nYou will choose the password of the file, or have "
				    "one made for you. Press Enter when you are alone in front of the screen."),
			name);
	} else if (!is_leaving) {
		text_format(ret->text, sizeof ret->text,
			_("Custodian %u of %u: come to the keyboard. Everybody else: turn away. Cover the "
			  "cameras.\nYou "
			  "will choose the password of your share file, or have one made for you. Press Enter when you "
			  "are alone in front of the screen."),
			turn, total);
		calling_ask_gate(ceremony, calling_left(ceremony), ret);
	} else {
		text_format(ret->text, sizeof ret->text,
			calling_next(ceremony, calling_left(ceremony)) != 0
				? _("Custodian %u is done: the share file %s was saved, read back, and opened "
				    "with the password. Nothing secret is on the screen any more. Call the next "
				    "custodian.")
				: _("Custodian %u is done, and with that everybody: the share file %s was saved, "
				    "read back, and opened with the password. Nothing secret is on the screen any "
				    "more. Call the operator."),
			turn, name);
	}
}

static void
ask_choices(struct prompt *ret, const char *const labels[2])
{
	ret->kind = PROMPT_CHOOSE;
	for (size_t i = 0; i < 2; i++)
		text_format(ret->of.choose.items[i].label, sizeof ret->of.choose.items[i].label, "%s", _(labels[i]));
	ret->of.choose.count = 2;
}

static void
ask_password(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_PASSWORD;
	ret->of.password.is_new = ceremony->part == TURN_FIRST;
	ret->of.password.is_again = !ret->of.password.is_new;
	if (ceremony->part == TURN_FIRST)
		text_format(ret->text, sizeof ret->text,
			_("Choose the password of your share file: %d to %d characters of an English keyboard, %d or "
			  "more are advised. It is asked for whenever the key goes into a device, perhaps in many "
			  "years. Whoever forgets it has lost the key for everybody."),
			LIMIT_PASSWORD_MIN, LIMIT_PASSWORD_MAX, LIMIT_PASSWORD_ADVISED);
	else
		text_format(ret->text, sizeof ret->text, "%s",
			ceremony->part == TURN_AGAIN
				? _("Once more, so that no slip of a finger stays unnoticed.")
				: _("Now type the password from your paper, with its dashes, so that it is known to be "
				    "right."));
}

static void
take_passwords_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	static const char *const own[2] = { N_("I choose a password"), N_("Make one for me") };
	static const char *const advice[2] = { N_("Keep this password"), N_("Choose another one") };

	if (plan_is_mixed(ceremony))
		text_format(ret->title, sizeof ret->title, _("File %u of %u: the password"), ceremony->plan.file,
			plan_files(ceremony));
	else if (is_alone(ceremony))
		text_format(ret->title, sizeof ret->title, "%s", _("The new password"));
	else
		text_format(
			ret->title, sizeof ret->title, _("Custodian %u of %u"), ceremony->turn, ceremony->plan.total);
	switch (ceremony->part) {
	case TURN_ANOTHER:
		calling_ask_another(ceremony, calling_left(ceremony), ret);
		break;
	case TURN_CHOOSE:
		ask_choices(ret, own);
		text_format(ret->text, sizeof ret->text, "%s",
			_("The password of your share file: you choose it, or one is made for you, which you write "
			  "down. One that is made here cannot be guessed."));
		break;
	case TURN_FIRST:
	case TURN_AGAIN:
	case TURN_BACK:
		ask_password(ceremony, ret);
		break;
	case TURN_ADVICE:
		ask_choices(ret, advice);
		text_format(ret->text, sizeof ret->text, _("The password is accepted. One piece of advice:\n%s"),
			ceremony->advice);
		break;
	case TURN_SHOW:
		ret->kind = PROMPT_SHOW_SHARE;
		ret->of.show.value = ceremony->secrets.shown_value;
		text_format(ret->text, sizeof ret->text, "%s",
			_("Write this on your sheet, character by character. The dashes belong to it. Only you look at "
			  "this screen. Next you type it back from your sheet."));
		break;
	case TURN_MAKE:
		making_ask(ceremony, ret);
		break;
	default:
		ask_gate(ceremony, ret);
	}
}

/* The password is known to be right: a share of the key is drawn, unless it is there, and its file made. */
static void
make(struct ceremony *ceremony)
{
	enum outcome outcome = ceremony->secrets.dkek_share == NULL ? dkek_new(&ceremony->secrets.dkek_share) : DONE;

	ceremony->part = TURN_MAKE;
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else if (record_turn(ceremony, "password-chosen", DONE))
		making_begin(ceremony, 0, 1);
}

static void
show(struct ceremony *ceremony)
{
	enum outcome outcome = secrets_copy(&ceremony->secrets.shown_value, ceremony->secrets.password);

	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else
		ceremony->part = TURN_SHOW;
}

static void
take_choice(struct ceremony *ceremony, size_t choice)
{
	enum outcome outcome;

	if (choice == CHOOSE_OWN) {
		ceremony->part = TURN_FIRST;
		return;
	}
	outcome = password_generate(&ceremony->secrets.password);
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else
		show(ceremony);
}

static void
take_first(struct ceremony *ceremony, struct answer *answer)
{
	const char *advice;
	enum outcome outcome = password_check(answer->secret, true, &advice);

	if (outcome != DONE) {
		step_refuse(ceremony, outcome);
		return;
	}
	text_format(ceremony->advice, sizeof ceremony->advice, "%s", advice == NULL ? "" : advice);
	ceremony->secrets.password = secret_move(&answer->secret);
	ceremony->part = TURN_AGAIN;
}

static void
take_again(struct ceremony *ceremony, const struct answer *answer)
{
	bool is_shown = ceremony->part == TURN_BACK;

	if (secret_is_equal(ceremony->secrets.password, answer->secret)) {
		if (is_shown || ceremony->advice[0] == '\0')
			make(ceremony);
		else
			ceremony->part = TURN_ADVICE;
		return;
	}
	if (!record_turn(ceremony, "password-mistyped", is_shown ? FAIL_PASSWORD_DIFFERS : FAIL_PIN_MISMATCH))
		return;
	step_refuse(ceremony, is_shown ? FAIL_PASSWORD_DIFFERS : FAIL_PIN_MISMATCH);
	if (is_shown) {
		show(ceremony);
		return;
	}
	secret_free(&ceremony->secrets.password);
	ceremony->part = TURN_FIRST;
}

/* The next turn; after the last one the key check value is on record, whatever happens before a device shows it. */
static void
begin_next(struct ceremony *ceremony)
{
	enum outcome outcome;

	ceremony->part = TURN_GATE;
	if (calling_begin_next(ceremony))
		return;
	if (plan_is_mixed(ceremony)) {
		files_end_one(ceremony);
		return;
	}
	/* In the place of another file it has its value already. */
	outcome = ceremony->old.is_open ? DONE : collected_kcv(ceremony, NULL, ceremony->kcv);
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else if (record_files(ceremony))
		step_next(ceremony);
}

static void
take_passwords_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	if (making_stirred(ceremony, answer, was_lost))
		begin_next(ceremony);
}

static void
take_passwords_enter(struct ceremony *ceremony)
{
	if (!making_stir(ceremony))
		take_passwords_settled(ceremony, NULL, false);
}

static bool
take_passwords_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)step;
	ceremony->turn = 1;
	if (calling_begin_next(ceremony))
		return false;
	ceremony->called = ceremony->plan.total;
	/* Where all files are made but their key check value is not known yet, it is made out from their shares. */
	return resume_find_in_set(ceremony, "all-files-proven") != NULL;
}

static void
take_passwords_take(struct ceremony *ceremony, struct answer *answer)
{
	switch (ceremony->part) {
	case TURN_GATE:
		ceremony->part = answer->kind == ANSWER_ANOTHER ? TURN_ANOTHER : TURN_CHOOSE;
		break;
	case TURN_ANOTHER:
		if (calling_take_another(ceremony, calling_left(ceremony), answer->choice))
			ceremony->part = TURN_GATE;
		break;
	case TURN_CHOOSE:
		take_choice(ceremony, answer->choice);
		break;
	case TURN_FIRST:
		take_first(ceremony, answer);
		break;
	case TURN_AGAIN:
	case TURN_BACK:
		take_again(ceremony, answer);
		break;
	case TURN_ADVICE:
		if (answer->choice == KEEP_PASSWORD) {
			make(ceremony);
			break;
		}
		secret_free(&ceremony->secrets.password);
		ceremony->part = TURN_FIRST;
		break;
	case TURN_SHOW:
		secrets_wipe_shown(&ceremony->secrets);
		ceremony->part = TURN_BACK;
		break;
	case TURN_MAKE:
		making_take(ceremony);
		break;
	default:
		begin_next(ceremony);
	}
}

/* In the place of another file, for the same key: what making opened is what it held. */
static enum outcome
prove_same_key(struct ceremony *ceremony)
{
	char text[2 * DKEK_KCV_SIZE + 1];
	const struct journal_field fields[] = { { "new", text, 0 }, { "expected", "equal", 0 } };
	uint8_t kcv[DKEK_KCV_SIZE];
	enum outcome outcome = dkek_kcv(ceremony->secrets.dkek_share, kcv);

	if (outcome == DONE && memcmp(kcv, ceremony->kcv, sizeof kcv) != 0)
		outcome = FAIL_KCV;
	if (outcome != DONE)
		return outcome;
	secret_free(&ceremony->secrets.dkek_share);
	ceremony->progress.is_set_proven = true;
	hex_encode(kcv, sizeof kcv, text);
	return record(ceremony, "key-check-value", fields, sizeof fields / sizeof fields[0]) ? DONE : ceremony->failure;
}

static void
take_passwords_derived(struct ceremony *ceremony, struct secret **key)
{
	enum outcome outcome;

	if (!making_derived(ceremony, key))
		return;
	outcome = ceremony->old.is_open ? prove_same_key(ceremony) : collected_put(ceremony, plan_file(ceremony) - 1);
	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return;
	}
	calling_end_turn(ceremony);
	if (record_turn(ceremony, "share-file-proven", DONE))
		ceremony->part = TURN_LEAVE;
}

const struct step step_take_passwords = {
	.name = "passwords",
	.title = N_("The custodians' passwords"),
	.event = "passwords-done",
	.is_wanted = is_by_passwords,
	.enter = take_passwords_enter,
	.ask = take_passwords_ask,
	.take = take_passwords_take,
	.settled = take_passwords_settled,
	.derived = take_passwords_derived,
	.resume = take_passwords_resume,
};

const struct step step_take_password_of_file = {
	.name = "password-of-file",
	.title = N_("The password of the share file"),
	.event = "passwords-done",
	.is_wanted = is_of_file,
	.enter = take_passwords_enter,
	.ask = take_passwords_ask,
	.take = take_passwords_take,
	.settled = take_passwords_settled,
	.derived = take_passwords_derived,
	.resume = files_resume,
};
