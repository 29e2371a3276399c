/* A share file that one person's password opens: whether it is one, and the password, typed alone at the keyboard. */
#include "steps.h"

#include <quorate/password.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

static void
choose_old_form_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	static const char *const forms[] = { N_("By shares of custodians"), N_("By the password of one person") };

	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text, "%s",
		_("How is this file opened? Shares are numbers on custodians' sheets, with a prime that is the same "
		  "for "
		  "all. The file itself does not say it."));
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		text_format(ret->of.choose.items[ret->of.choose.count++].label, sizeof ret->of.choose.items[0].label,
			"%s", _(forms[i]));
	ret->of.choose.initial = ceremony->old.is_by_password ? 1 : 0;
}

static void
choose_old_form_take(struct ceremony *ceremony, struct answer *answer)
{
	ceremony->old.is_by_password = answer->choice == 1;
	step_next(ceremony);
}

const struct step step_choose_old_form = {
	.name = "old-form",
	.title = N_("How the file is opened"),
	.event = "old-form-chosen",
	.ask = choose_old_form_ask,
	.take = choose_old_form_take,
	.resume = old_set_resume,
};

enum { PASSWORD_GATE, PASSWORD_ENTER, PASSWORD_LEAVE };

static bool
is_by_password(const struct ceremony *ceremony)
{
	return !old_set_is_of_shares(ceremony);
}

static void
type_old_password_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	switch (ceremony->part) {
	case PASSWORD_GATE:
		ret->kind = PROMPT_GATE;
		text_format(ret->text, sizeof ret->text,
			_("The custodian who has the password of %s comes to the keyboard. Everybody else: turn away. "
			  "Cover the cameras.\nPress Enter when you are alone in front of the screen."),
			ceremony->old.path);
		break;
	case PASSWORD_ENTER:
		ret->kind = PROMPT_PASSWORD;
		text_format(ret->text, sizeof ret->text, "%s",
			_("Type the password of this share file, exactly as it was chosen: capital letters, blanks and "
			  "dashes count."));
		break;
	default:
		ret->kind = PROMPT_GATE;
		ret->of.gate.is_leaving = true;
		text_format(ret->text, sizeof ret->text, "%s",
			_("Your password is taken, and nothing secret is on the screen any more. Call the operator."));
	}
}

static void
type_old_password_take(struct ceremony *ceremony, struct answer *answer)
{
	const char *advice;
	enum outcome outcome;

	switch (ceremony->part) {
	case PASSWORD_GATE:
		ceremony->part = PASSWORD_ENTER;
		break;
	case PASSWORD_ENTER:
		outcome = password_check(answer->secret, false, &advice);
		if (outcome != DONE) {
			step_refuse(ceremony, outcome);
			return;
		}
		secret_free(&ceremony->secrets.password);
		ceremony->secrets.password = secret_move(&answer->secret);
		ceremony->part = PASSWORD_LEAVE;
		break;
	default:
		step_next(ceremony);
	}
}

const struct step step_type_old_password = {
	.name = "old-password",
	.title = N_("The password of the share file"),
	.event = "old-password-typed",
	.is_wanted = is_by_password,
	.ask = type_old_password_ask,
	.take = type_old_password_take,
	.resume = old_set_resume,
};
