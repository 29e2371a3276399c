/*
 * The personal PIN of a maintainer: whoever has the SO-PIN hands a token over, and the person to whom it belongs gives
 * it a user PIN that nobody else knows. On record, with whose it is.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

static void
name_person_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char name[LIMIT_TEXT_INPUT + TOKEN_NAME_SIZE];

	procedure_name(ceremony, name, sizeof name);
	ret->kind = PROMPT_TEXT;
	text_format(ret->text, sizeof ret->text,
		_("%s\nWhose token is this from now on? The name, or only a number, stands in the record. This person "
		  "chooses the user PIN, alone in front of the screen; what is on the token stays as it is."),
		name);
	ret->of.text_line.most = LIMIT_TEXT_INPUT - 1;
}

static void
name_person_take(struct ceremony *ceremony, struct answer *answer)
{
	enum outcome outcome = place_check_name(answer->text, LIMIT_TEXT_INPUT - 1);

	if (outcome == DONE) {
		text_format(ceremony->procedure.person, sizeof ceremony->procedure.person, "%s", answer->text);
		step_next(ceremony);
	} else {
		step_refuse(ceremony, outcome);
	}
}

static const struct step step_name_person = {
	.name = "person",
	.title = N_("Whose token it is"),
	.event = "person-named",
	.ask = name_person_ask,
	.take = name_person_take,
};

static void
hand_over_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_GATE;
	text_format(ret->text, sizeof ret->text,
		_("%s: come to the keyboard with paper and a pen. Everybody else: turn away. Cover the cameras.\nYou "
		  "give "
		  "the token a user PIN that only you know. Press Enter when you are alone in front of the screen."),
		ceremony->procedure.person);
}

static void
hand_over_take(struct ceremony *ceremony, struct answer *answer)
{
	const struct journal_field person = { "person", ceremony->procedure.person, 0 };

	(void)answer;
	if (record(ceremony, "keyboard-handed-over", &person, 1))
		step_next(ceremony);
}

static const struct step step_hand_over = {
	.name = "hand-over",
	.title = N_("The keyboard is handed over"),
	.ask = hand_over_ask,
	.take = hand_over_take,
};

enum { PERSONAL_SET, PERSONAL_PROVE };

static void
set_personal_enter(struct ceremony *ceremony)
{
	/* The intent and the token's state are on the disk before the command leaves. */
	if (!record_intent(ceremony, "personal-pin-intended"))
		return;
	ceremony->procedure.is_sent = true;
	card_begin(ceremony, TOKEN_RESET_USER_PIN);
}

static void
set_personal_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	bool is_set = ceremony->part == PERSONAL_PROVE, is_done = answer->outcome == DONE;

	(void)was_lost;
	if (!record_card(ceremony,
		    is_set    ? (is_done ? "user-pin-proven" : "user-pin-refused")
		    : is_done ? "personal-pin-set"
			      : "personal-pin-not-set",
		    answer->outcome, answer->code))
		return;
	if (is_set && !is_done) {
		step_fail(ceremony, answer->outcome, answer->code);
	} else if (is_set) {
		step_next(ceremony);
	} else if (!procedure_refused(ceremony, answer, ceremony->step)) {
		ceremony->procedure.is_changed = true;
		/* At a pad nobody here knows it. */
		if (procedure_has_pin_pad(ceremony)) {
			step_next(ceremony);
			return;
		}
		secret_free(&ceremony->secrets.user_pin);
		ceremony->secrets.user_pin = secret_move(&ceremony->secrets.new_pin);
		ceremony->part = PERSONAL_PROVE;
		if (record_intent(ceremony, "user-pin-proof-intended"))
			card_begin(ceremony, TOKEN_VERIFY_USER_PIN);
	}
}

static const struct step step_set_personal = {
	.name = "personal-pin",
	.title = N_("The personal PIN is set"),
	.event = "personal-pin-done",
	.enter = set_personal_enter,
	.ask = procedure_ask_work,
	.settled = set_personal_settled,
	.ends_when_lost = true,
};

static void
told_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char text[LIMIT_TEXT_INPUT * 2];

	text_format(text, sizeof text,
		_("It has the user PIN that %s chose, and took it. Keys and certificates are as they were. The SO-PIN "
		  "stays with whoever keeps it: it resets a locked user PIN."),
		ceremony->procedure.person);
	procedure_ask_done(ceremony, ret, text);
	text_append(ret->text, sizeof ret->text, _("The record lies in the folder %s.\n"), ceremony->plan.folder);
	record_tell_digest(ceremony, ret->text, sizeof ret->text);
}

static const struct step step_personal_told = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = told_ask,
};

static const struct step *const steps[] = {
	&step_look_at_token,
	&step_name_person,
	&step_choose_folder,
	&step_try_keyboard_once,
	&step_give_so_pin,
	&step_hand_over,
	&step_new_user_pin,
	&step_set_personal,
	&step_personal_told,
};

enum outcome
personal_pin_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return procedure_open(ret, world, "personal-pin", steps, sizeof steps / sizeof steps[0]);
}
