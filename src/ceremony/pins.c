/* The device's new label, the keyboard, and its two PINs as they are typed. */
#include "steps.h"

#include <quorate/pdf.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

/* What a wrong layout gets wrong: y and z, digits, the signs of a PIN; no dead keys, so it can be typed everywhere. */
#define KEYBOARD_LINE "yz YZ 0123456789 -_/#@+=?"

static void
choose_label_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_TEXT;
	text_format(ret->text, sizeof ret->text,
		_("What shall the device be called? The label is not secret: every program shows it, and it stands on "
		  "all sheets. Up to %d characters, for example the team's name and where the device will be kept."),
		LIMIT_LABEL_MAX);
	text_format(ret->of.text_line.initial, sizeof ret->of.text_line.initial, "%s", ceremony->plan.label);
	ret->of.text_line.most = LIMIT_LABEL_MAX;
}

void
step_take_label(struct ceremony *ceremony, struct answer *answer)
{
	enum outcome outcome = token_check_label(answer->text);

	/* Found out now, and not when the custodians wait for their sheets. */
	if (outcome == DONE)
		outcome = pdf_check_text(answer->text);
	text_format(ceremony->plan.label, sizeof ceremony->plan.label, "%s", answer->text);
	if (outcome == DONE)
		step_next(ceremony);
	else
		step_refuse(ceremony, outcome);
}

const struct step step_choose_label = {
	.name = "label",
	.title = N_("The device's label"),
	.event = "label-chosen",
	.is_planned = agreed_has_label,
	.ask = choose_label_ask,
	.take = step_take_label,
};

static void
try_keyboard_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	(void)ceremony;
	ret->kind = PROMPT_TEXT;
	text_format(ret->text, sizeof ret->text,
		_("PINs are typed unseen, so the keyboard is tried first. Type this line exactly as it stands here, "
		  "with its blanks:\n%s"),
		KEYBOARD_LINE);
	ret->of.text_line.most = LIMIT_TEXT_INPUT - 1;
}

/* What was meant and what came, where the line first differs. */
static void
refuse_keyboard(struct ceremony *ceremony, const char *typed)
{
	size_t at = 0;

	while (typed[at] != '\0' && typed[at] == KEYBOARD_LINE[at])
		at++;
	if (typed[0] == '\0')
		step_refuse_with(ceremony, FAIL_KEYBOARD, "%s", _("Nothing was typed. Type the line; then you know."));
	else if (typed[at] == '\0' || KEYBOARD_LINE[at] == '\0')
		step_refuse_with(ceremony, FAIL_KEYBOARD,
			_("The line has %zu characters, and %zu were typed. Type it once more."), strlen(KEYBOARD_LINE),
			strlen(typed));
	else
		step_refuse_with(ceremony, FAIL_KEYBOARD,
			_("Character %zu was to be %c, and another one came. Either a finger slipped, or this keyboard "
			  "has "
			  "another layout than you think: then set the layout before you type a PIN."),
			at + 1, KEYBOARD_LINE[at]);
}

static void
try_keyboard_take(struct ceremony *ceremony, struct answer *answer)
{
	if (strcmp(answer->text, KEYBOARD_LINE) == 0)
		step_next(ceremony);
	else
		refuse_keyboard(ceremony, answer->text);
}

/* The keyboard may be another one than before. */
static bool
try_keyboard_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)step;
	return resume_compared(ceremony) != NULL;
}

const struct step step_try_keyboard = {
	.name = "keyboard",
	.title = N_("The keyboard"),
	.event = "keyboard-tried",
	.ask = try_keyboard_ask,
	.take = try_keyboard_take,
	.resume = try_keyboard_resume,
};

/* The questions of both PIN steps. */
enum { PIN_FIRST, PIN_AGAIN, PIN_ADVICE, PIN_LAST_TRY };

static void
ask_advice(const struct ceremony *ceremony, struct prompt *ret)
{
	static const char *const choices[] = { N_("Keep this PIN"), N_("Choose another one") };

	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text, _("The PIN is accepted. One piece of advice:\n%s"), ceremony->advice);
	for (size_t i = 0; i < 2; i++)
		text_format(ret->of.choose.items[i].label, sizeof ret->of.choose.items[i].label, "%s", _(choices[i]));
	ret->of.choose.count = 2;
}

/* The entry was checked once or twice and is the PIN now; *pin is where it belongs. */
static void
keep(struct ceremony *ceremony, struct secret **pin, struct secret **entry)
{
	secret_free(pin);
	*pin = secret_move(entry);
	if (ceremony->advice[0] == '\0')
		step_next(ceremony);
	else
		ceremony->part = PIN_ADVICE;
}

static void
take_pin(struct ceremony *ceremony, struct answer *answer, bool is_so, bool is_new)
{
	struct secrets *secrets = &ceremony->secrets;
	struct secret **pin = is_so ? &secrets->so_pin : &secrets->user_pin;
	const char *advice = NULL;
	enum outcome outcome;

	switch (ceremony->part) {
	case PIN_FIRST:
		outcome = is_so ? token_check_so_pin(answer->secret, is_new, &advice)
				: token_check_user_pin(answer->secret, is_new, &advice);
		if (outcome != DONE) {
			step_refuse(ceremony, outcome);
			return;
		}
		text_format(ceremony->advice, sizeof ceremony->advice, "%s", advice == NULL ? "" : advice);
		if (!is_new) {
			keep(ceremony, pin, &answer->secret);
			return;
		}
		secret_free(&secrets->first_entry);
		secrets->first_entry = secret_move(&answer->secret);
		ceremony->part = PIN_AGAIN;
		return;
	case PIN_AGAIN:
		if (!secret_is_equal(secrets->first_entry, answer->secret)) {
			secret_free(&secrets->first_entry);
			ceremony->part = PIN_FIRST;
			step_refuse(ceremony, FAIL_PIN_MISMATCH);
			return;
		}
		keep(ceremony, pin, &secrets->first_entry);
		return;
	default:
		if (answer->choice == 0) {
			step_next(ceremony);
			return;
		}
		secret_free(pin);
		ceremony->part = PIN_FIRST;
	}
}

static void
enter_so_pin_enter(struct ceremony *ceremony)
{
	const struct hsm_status *hsm = &ceremony->device.hsm;

	secret_free(&ceremony->secrets.so_pin);
	if (hsm->so_pin.state == PIN_LOCKED)
		step_fail(ceremony, FAIL_SO_PIN_LOCKED, CODE_OF_NOTHING);
	else if (!card_is_new(hsm) && hsm->so_pin.tries_left == 1)
		ceremony->part = PIN_LAST_TRY;
}

static void
tell_so_pin(const struct hsm_status *hsm, char *ret, size_t size)
{
	if (card_is_new(hsm)) {
		text_format(ret, size,
			_("Choose the SO-PIN: exactly %d digits. With it the device can be initialised again and a "
			  "locked user PIN be reset. It is chosen once and stays with the device: after %d wrong tries "
			  "in a row the device is waste. Dice or a password manager make good ones; write it down now, "
			  "and keep it apart from the device."),
			LIMIT_SO_PIN_DIGITS, LIMIT_SO_PIN_TRIES);
		return;
	}
	text_format(ret, size, "%s",
		_("Enter the SO-PIN that the device has now. It is tried on the device later, once, after you have "
		  "confirmed that it is to be initialised."));
	if (hsm->so_pin.tries_left >= 0)
		text_append(ret, size,
			P_(" %d try is left before the device is waste for ever.",
				" %d tries are left before the device is waste for ever.",
				(unsigned long)hsm->so_pin.tries_left),
			hsm->so_pin.tries_left);
}

static void
fill_pin(const struct ceremony *ceremony, struct prompt *ret, bool is_so, bool is_new)
{
	ret->kind = PROMPT_PIN;
	ret->of.pin.is_so = is_so;
	ret->of.pin.is_new = is_new;
	ret->of.pin.is_again = ceremony->part == PIN_AGAIN;
	ret->of.pin.tries_left = is_new ? -1 : ceremony->device.hsm.so_pin.tries_left;
	ret->of.pin.least = is_so ? LIMIT_SO_PIN_DIGITS : LIMIT_USER_PIN_MIN;
	ret->of.pin.most = is_so ? LIMIT_SO_PIN_DIGITS : LIMIT_USER_PIN_MAX;
	if (ret->of.pin.is_again)
		text_format(ret->text, sizeof ret->text, "%s",
			_("Once more, from what you wrote down, so that no slip of a finger stays unnoticed."));
}

static void
enter_so_pin_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct hsm_status *hsm = &ceremony->device.hsm;

	switch (ceremony->part) {
	case PIN_LAST_TRY:
		ret->kind = PROMPT_CONFIRM;
		text_format(ret->of.confirm.word, sizeof ret->of.confirm.word, LAST_TRY_SENTENCE);
		text_format(ret->text, sizeof ret->text,
			_("One single try of the SO-PIN is left. If it is wrong, this device can never be initialised "
			  "again, by anybody: it is waste. To take that risk, type: %s"),
			LAST_TRY_SENTENCE);
		break;
	case PIN_ADVICE:
		ask_advice(ceremony, ret);
		break;
	default:
		tell_so_pin(hsm, ret->text, sizeof ret->text);
		fill_pin(ceremony, ret, true, card_is_new(hsm));
	}
}

static void
enter_so_pin_take(struct ceremony *ceremony, struct answer *answer)
{
	if (ceremony->part != PIN_LAST_TRY) {
		take_pin(ceremony, answer, true, card_is_new(&ceremony->device.hsm));
		return;
	}
	if (strcmp(answer->text, LAST_TRY_SENTENCE) != 0) {
		step_refuse(ceremony, FAIL_WORD);
		return;
	}
	if (record(ceremony, "last-so-pin-try-accepted", NULL, 0))
		ceremony->part = PIN_FIRST;
}

static bool
enter_so_pin_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)step;
	return resume_find(ceremony, "so-pin-proven") != NULL && !resume_begins_anew(ceremony);
}

const struct step step_enter_so_pin = {
	.name = "so-pin",
	.title = N_("The SO-PIN"),
	.event = "so-pin-entered",
	.enter = enter_so_pin_enter,
	.ask = enter_so_pin_ask,
	.take = enter_so_pin_take,
	.resume = enter_so_pin_resume,
};

static void
choose_user_pin_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	if (ceremony->part == PIN_ADVICE) {
		ask_advice(ceremony, ret);
		return;
	}
	if (ceremony->progress.is_initialised) {
		text_format(ret->text, sizeof ret->text, "%s",
			_("Enter the user PIN that the device was given before the interruption."));
		fill_pin(ceremony, ret, false, false);
		ret->of.pin.tries_left = ceremony->device.hsm.user_pin.tries_left;
		return;
	}
	text_format(ret->text, sizeof ret->text,
		_("Choose the user PIN: %d to %d characters, %d digits or more are advised. It is asked for whenever "
		  "the keys on the device are used. After a few wrong tries it is locked; the SO-PIN can reset it. "
		  "Write it down now, and keep it apart from the SO-PIN."),
		LIMIT_USER_PIN_MIN, LIMIT_USER_PIN_MAX, LIMIT_USER_PIN_ADVISED);
	fill_pin(ceremony, ret, false, true);
}

static void
choose_user_pin_take(struct ceremony *ceremony, struct answer *answer)
{
	take_pin(ceremony, answer, false, !ceremony->progress.is_initialised);
}

static bool
choose_user_pin_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)step;
	return resume_compared(ceremony) != NULL;
}

const struct step step_choose_user_pin = {
	.name = "user-pin",
	.title = N_("The user PIN"),
	.event = "user-pin-chosen",
	.ask = choose_user_pin_ask,
	.take = choose_user_pin_take,
	.resume = choose_user_pin_resume,
};
