/* What is done about PINs alone: tried, changed, reset, set for the first time. Nothing of it is kept in a record. */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

static const struct pin_act {
	const char *kind; /* of ceremony_kind */
	enum token_act act;
	bool is_so; /* the PIN that is tried */
	const char *done;
} acts[] = {
	{ "verify-user-pin", TOKEN_VERIFY_USER_PIN, false, N_("The user PIN is right: the token itself took it.") },
	{ "prove-so-pin", TOKEN_PROVE_SO_PIN, true, N_("The SO-PIN is right: the token itself took it.") },
	{ "change-user-pin", TOKEN_CHANGE_USER_PIN, false,
		N_("The user PIN was changed. The old one is worth nothing any more: destroy the note of it.") },
	{ "change-so-pin", TOKEN_CHANGE_SO_PIN, true,
		N_("The SO-PIN was changed. The old one is worth nothing any more: destroy the note of it.") },
	{ "reset-user-pin", TOKEN_RESET_USER_PIN, true,
		N_("The token has the new user PIN, with its full number of tries. Keys and certificates are as they "
		   "were.") },
	{ "set-transport-pin", TOKEN_SET_TRANSPORT_PIN, false,
		N_("The token has a user PIN of its own now; the transport PIN is worth nothing any more.") },
};

static const struct pin_act *
mine(const struct ceremony *ceremony)
{
	size_t at = 0;

	while (at + 1 < sizeof acts / sizeof acts[0] && strcmp(acts[at].kind, ceremony->kind->name) != 0)
		at++;
	return &acts[at];
}

static void
pin_act_enter(struct ceremony *ceremony)
{
	const struct pin_act *act = mine(ceremony);

	/* It was tried when it was typed, and is not tried twice. */
	if (act->act == TOKEN_VERIFY_USER_PIN && !procedure_asks_at_pad(ceremony, false)) {
		step_next(ceremony);
		return;
	}
	ceremony->procedure.is_sent = act->act != TOKEN_PROVE_SO_PIN && act->act != TOKEN_VERIFY_USER_PIN;
	card_begin(ceremony, act->act);
}

static void
pin_act_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	(void)was_lost;
	if (!procedure_refused(ceremony, answer, ceremony->step))
		step_next(ceremony);
}

static const struct step step_act_on_pin = {
	.name = "pin-act",
	.title = N_("The token is asked"),
	.event = "pin-act-done",
	.enter = pin_act_enter,
	.ask = procedure_ask_work,
	.settled = pin_act_settled,
	.ends_when_lost = true,
};

static void
told_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct pin_act *act = mine(ceremony);

	procedure_ask_done(ceremony, ret, _(act->done));
	/* What became of the tries of a user PIN that was given stands there already. */
	if (!ceremony_has(ceremony, &step_give_user_pin) || ceremony->procedure.tries_before < 0)
		procedure_tell_tries_since(ceremony, act->is_so, ret->text, sizeof ret->text);
}

static const struct step step_pin_told = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = told_ask,
};

#define OPEN(name, kind, ...)                                                                                          \
	static const struct step *const steps_of_##name[] = { &step_look_at_token, __VA_ARGS__, &step_act_on_pin,      \
		&step_pin_told };                                                                                      \
	enum outcome name##_open(struct ceremony **ret, const struct ceremony_world *world)                            \
	{                                                                                                              \
		return procedure_open(                                                                                 \
			ret, world, kind, steps_of_##name, sizeof steps_of_##name / sizeof steps_of_##name[0]);        \
	}

OPEN(verify_user_pin, "verify-user-pin", &step_give_user_pin)
OPEN(prove_so_pin, "prove-so-pin", &step_give_so_pin)
OPEN(change_user_pin, "change-user-pin", &step_try_keyboard_once, &step_give_user_pin, &step_new_user_pin)
OPEN(change_so_pin, "change-so-pin", &step_try_keyboard_once, &step_give_so_pin, &step_new_so_pin)
OPEN(reset_user_pin, "reset-user-pin", &step_try_keyboard_once, &step_give_so_pin, &step_new_user_pin)
OPEN(set_transport_pin, "set-transport-pin", &step_try_keyboard_once, &step_give_transport_pin, &step_new_user_pin)
