/*
 * After an interruption: custodians with a share file each type their passwords once more, and what their files hold is
 * at hand again. Whose share is in the device already is not asked.
 */
#include "steps.h"

#include <quorate/password.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

enum { AGAIN_GATE, AGAIN_ANOTHER, AGAIN_ENTER, AGAIN_OPEN, AGAIN_REFUSED, AGAIN_LEAVE };
enum { CHOICE_TYPE, CHOICE_GIVE_UP };

/* Their files are proven, and their shares are neither in the device nor typed. */
uint64_t
retype_passwords_left(const struct ceremony *ceremony)
{
	const struct secrets *secrets = &ceremony->secrets;
	uint64_t left = ceremony->progress.written & ~(calling_bit(ceremony->progress.imported + 1) - 1);

	for (unsigned i = 0; i < secrets->collected_count; i++)
		if (secrets->collected[i] != NULL)
			left &= ~calling_bit(i + 1);
	return left;
}

static void
begin_next(struct ceremony *ceremony)
{
	unsigned next = calling_next(ceremony, retype_passwords_left(ceremony));

	ceremony->part = AGAIN_GATE;
	if (next == 0)
		step_next(ceremony);
	else
		ceremony->turn = next;
}

static void
again_enter(struct ceremony *ceremony)
{
	ceremony->turn = 1;
	begin_next(ceremony);
}

static void
ask_refused(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text,
		_("The password does not open the share file of custodian %u. Look at capital letters, blanks and "
		  "dashes. Without it the set cannot be completed: all files are needed."),
		ceremony->turn);
	text_format(ret->of.choose.items[CHOICE_TYPE].label, sizeof ret->of.choose.items[0].label, "%s",
		_("Type the password again"));
	text_format(ret->of.choose.items[CHOICE_GIVE_UP].label, sizeof ret->of.choose.items[0].label, "%s",
		_("Give this set up, and make a new one"));
	text_format(ret->of.choose.items[CHOICE_GIVE_UP].detail, sizeof ret->of.choose.items[0].detail, "%s",
		_("The share files made so far are void, and every custodian chooses a password anew."));
	ret->of.choose.count = 2;
}

static void
again_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	uint64_t left = retype_passwords_left(ceremony);
	char name[STEP_FILE_NAME_SIZE];

	text_format(ret->title, sizeof ret->title, _("Custodian %u, once more"), ceremony->turn);
	place_share_file(ceremony, ceremony->turn, name);
	switch (ceremony->part) {
	case AGAIN_ANOTHER:
		calling_ask_another(ceremony, left, ret);
		break;
	case AGAIN_ENTER:
		ret->kind = PROMPT_PASSWORD;
		text_format(ret->text, sizeof ret->text,
			_("Type the password of your share file %s, exactly as it was chosen: capital letters, blanks "
			  "and dashes count."),
			name);
		break;
	case AGAIN_OPEN:
		step_ask_work(ceremony, ret, _("The share file is opened with the password."));
		break;
	case AGAIN_REFUSED:
		ask_refused(ceremony, ret);
		break;
	case AGAIN_LEAVE:
		ret->kind = PROMPT_GATE;
		ret->of.gate.custodian = ceremony->turn;
		ret->of.gate.is_leaving = true;
		text_format(ret->text, sizeof ret->text, "%s %s",
			_("Your password opened the file. Nothing secret is on the screen any more."),
			left == 0 ? _("Call the operator.") : _("Call the next custodian."));
		break;
	default:
		text_format(ret->text, sizeof ret->text,
			_("Custodian %u: come to the keyboard and type the password of %s once more. Everybody else: "
			  "turn away. Cover the cameras.\nPress Enter when you are alone in front of the screen."),
			ceremony->turn, name);
		calling_ask_gate(ceremony, left, ret);
	}
}

static void
take_password(struct ceremony *ceremony, struct answer *answer)
{
	const char *advice;
	char name[STEP_FILE_NAME_SIZE], path[STEP_PATH_SIZE];
	enum outcome outcome = password_check(answer->secret, false, &advice);

	if (outcome != DONE) {
		step_refuse(ceremony, outcome);
		return;
	}
	place_share_file(ceremony, ceremony->turn, name);
	place_path(ceremony, name, path);
	outcome = share_file_load(path, &ceremony->file);
	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return;
	}
	secret_free(&ceremony->secrets.password);
	ceremony->secrets.password = secret_move(&answer->secret);
	ceremony->part = AGAIN_OPEN;
	if (step_derive(ceremony, 0, 1))
		secret_free(&ceremony->secrets.password);
}

static void
again_derived(struct ceremony *ceremony, struct secret **key)
{
	enum outcome outcome = share_file_open(&ceremony->file, *key, &ceremony->secrets.dkek_share);

	if (outcome == FAIL_SHARE_FILE_KEY) {
		ceremony->part = AGAIN_REFUSED;
		if (record_turn(ceremony, "password-refused", outcome))
			step_refuse(ceremony, outcome);
		return;
	}
	if (outcome == DONE)
		outcome = collected_put(ceremony, ceremony->turn - 1);
	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return;
	}
	if (record_turn(ceremony, "password-retyped", DONE))
		ceremony->part = AGAIN_LEAVE;
}

static void
again_take(struct ceremony *ceremony, struct answer *answer)
{
	switch (ceremony->part) {
	case AGAIN_GATE:
		ceremony->part = answer->kind == ANSWER_ANOTHER ? AGAIN_ANOTHER : AGAIN_ENTER;
		break;
	case AGAIN_ANOTHER:
		if (calling_take_another(ceremony, retype_passwords_left(ceremony), answer->choice))
			ceremony->part = AGAIN_GATE;
		break;
	case AGAIN_ENTER:
		take_password(ceremony, answer);
		break;
	case AGAIN_REFUSED:
		if (answer->choice == CHOICE_TYPE)
			ceremony->part = AGAIN_ENTER;
		else
			resume_give_up_set(ceremony);
		break;
	default:
		begin_next(ceremony);
	}
}

const struct step step_retype_passwords = {
	.name = "retype-passwords",
	.title = N_("Passwords typed once more"),
	.event = "passwords-retyped",
	.enter = again_enter,
	.ask = again_ask,
	.take = again_take,
	.derived = again_derived,
};
