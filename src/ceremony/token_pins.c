/* PINs of a token: the present ones as they are typed and tried, and new ones, typed twice or made here on request. */
#include "steps.h"

#include <quorate/random.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/crypto.h>
#include <string.h>

/* Typed before the last tries of a PIN. */
#define LAST_TRY_WORD "last try"
#define TWO_TRIES_WORD "two tries left"
/* A new PIN that is made here. */
#define MADE_USER_DIGITS 8

/* The questions of the steps for a present PIN, and of those for a new one. */
enum { GIVE_PIN, GIVE_FEW_TRIES, GIVE_SENT };
enum { NEW_HOW, NEW_FIRST, NEW_AGAIN, NEW_ADVICE, NEW_SHOWN, NEW_BACK };

static struct pin_status
status_of(const struct ceremony *ceremony, bool is_so)
{
	return is_so ? procedure_so_pin(ceremony) : procedure_user_pin(ceremony);
}

static const char *
few_tries_word(const struct ceremony *ceremony, bool is_so)
{
	int tries = status_of(ceremony, is_so).tries_left;

	return tries == 1 ? (is_so ? LAST_TRY_SENTENCE : LAST_TRY_WORD) : TWO_TRIES_WORD;
}

static void
pin_limits(const struct ceremony *ceremony, bool is_so, size_t *ret_least, size_t *ret_most)
{
	const struct slot_info *slot = &ceremony->procedure.slot;

	if (procedure_is_slot(ceremony)) {
		*ret_most =
			slot->pin_max > 0 && slot->pin_max < LIMIT_SLOT_PIN_MAX ? slot->pin_max : LIMIT_SLOT_PIN_MAX;
		*ret_least = slot->pin_min < *ret_most ? slot->pin_min : *ret_most;
	} else {
		*ret_least = is_so ? LIMIT_SO_PIN_DIGITS : LIMIT_USER_PIN_MIN;
		*ret_most = is_so ? LIMIT_SO_PIN_DIGITS : LIMIT_USER_PIN_MAX;
	}
}

static void
fill_pin(const struct ceremony *ceremony, struct prompt *ret, bool is_so, bool is_new)
{
	ret->kind = PROMPT_PIN;
	ret->of.pin.is_so = is_so;
	ret->of.pin.is_new = is_new;
	ret->of.pin.tries_left = is_new ? -1 : status_of(ceremony, is_so).tries_left;
	ret->of.pin.slot = procedure_is_slot(ceremony) ? &ceremony->procedure.slot : NULL;
	pin_limits(ceremony, is_so, &ret->of.pin.least, &ret->of.pin.most);
}

static enum outcome
check_pin(const struct ceremony *ceremony, const struct secret *pin, bool is_so, bool is_new, const char **ret_advice)
{
	if (procedure_is_slot(ceremony))
		return token_check_slot_pin(pin, &ceremony->procedure.slot, is_new, ret_advice);
	return is_so ? token_check_so_pin(pin, is_new, ret_advice) : token_check_user_pin(pin, is_new, ret_advice);
}

static void
give_enter(struct ceremony *ceremony, bool is_so)
{
	struct pin_status pin = status_of(ceremony, is_so);

	secret_free(is_so ? &ceremony->secrets.so_pin : &ceremony->secrets.user_pin);
	ceremony->procedure.tries_before = pin.tries_left;
	if (pin.state == PIN_LOCKED)
		step_fail(ceremony, is_so ? FAIL_SO_PIN_LOCKED : FAIL_PIN_LOCKED, CODE_OF_NOTHING);
	else
		ceremony->part = pin.tries_left == 1 || pin.tries_left == 2 ? GIVE_FEW_TRIES : GIVE_PIN;
}

static void
ask_few_tries(const struct ceremony *ceremony, bool is_so, struct prompt *ret)
{
	int tries = status_of(ceremony, is_so).tries_left;

	ret->kind = PROMPT_CONFIRM;
	text_format(ret->of.confirm.word, sizeof ret->of.confirm.word, "%s", few_tries_word(ceremony, is_so));
	text_format(ret->text, sizeof ret->text,
		P_("Only %d try is left. ", "Only %d tries are left. ", (unsigned long)tries), tries);
	if (is_so && !procedure_is_slot(ceremony))
		text_append(ret->text, sizeof ret->text, "%s ",
			_("Once the SO-PIN is locked, the device can never be initialised again, by anybody: it is "
			  "waste."));
	else if (is_so)
		text_append(ret->text, sizeof ret->text, "%s ", _("A locked SO-PIN cannot be reset."));
	else
		text_append(ret->text, sizeof ret->text, "%s ",
			_("Once the user PIN is locked, the keys cannot be used until the SO-PIN has reset it."));
	text_append(ret->text, sizeof ret->text, _("To try all the same, type: %s"), ret->of.confirm.word);
}

static void
give_ask(const struct ceremony *ceremony, struct prompt *ret, bool is_so, const char *text)
{
	char name[LIMIT_TEXT_INPUT + TOKEN_NAME_SIZE];
	struct pin_status pin = status_of(ceremony, is_so);

	if (ceremony->part == GIVE_FEW_TRIES) {
		ask_few_tries(ceremony, is_so, ret);
		return;
	}
	if (procedure_asks_at_pad(ceremony, is_so)) {
		ret->kind = PROMPT_TELL;
		text_format(ret->text, sizeof ret->text, "%s",
			_("This reader has a pad of its own: the PIN is typed there, and never here; it is asked for "
			  "whenever it is needed. Go on, and then look at the reader's display."));
		procedure_tell_tries(&pin, ret->text, sizeof ret->text);
		return;
	}
	procedure_name(ceremony, name, sizeof name);
	text_format(ret->text, sizeof ret->text, "%s\n%s", name, text);
	procedure_tell_tries(&pin, ret->text, sizeof ret->text);
	fill_pin(ceremony, ret, is_so, false);
}

/* True when the answer was the PIN, or the going on to a pad, and the step can do what it is for. */
static bool
give_take(struct ceremony *ceremony, struct answer *answer, bool is_so)
{
	struct secret **pin = is_so ? &ceremony->secrets.so_pin : &ceremony->secrets.user_pin;
	const char *advice;
	enum outcome outcome;

	if (ceremony->part == GIVE_FEW_TRIES) {
		if (strcmp(answer->text, few_tries_word(ceremony, is_so)) != 0)
			step_refuse(ceremony, FAIL_WORD);
		else if (record(ceremony, "few-tries-accepted", NULL, 0))
			ceremony->part = GIVE_PIN;
		return false;
	}
	if (answer->kind == ANSWER_NEXT)
		return true;
	outcome = check_pin(ceremony, answer->secret, is_so, false, &advice);
	if (outcome != DONE) {
		step_refuse(ceremony, outcome);
		return false;
	}
	secret_free(pin);
	*pin = secret_move(&answer->secret);
	return true;
}

static void
give_user_pin_enter(struct ceremony *ceremony)
{
	give_enter(ceremony, false);
}

static void
give_user_pin_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	give_ask(ceremony, ret, false,
		_("Enter the user PIN. It is tried on the token once, as soon as you press Enter."));
}

static void
give_user_pin_take(struct ceremony *ceremony, struct answer *answer)
{
	if (!give_take(ceremony, answer, false))
		return;
	/* At a pad the act itself asks for it. */
	if (answer->kind == ANSWER_NEXT) {
		step_next(ceremony);
		return;
	}
	ceremony->part = GIVE_SENT;
	card_begin(ceremony, TOKEN_VERIFY_USER_PIN);
}

static void
give_user_pin_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	struct pin_status pin = procedure_user_pin(ceremony);
	char tries[128] = "";

	(void)was_lost;
	if (answer->outcome == DONE) {
		step_next(ceremony);
		return;
	}
	if (answer->outcome != FAIL_PIN_WRONG) {
		step_fail(ceremony, answer->outcome, answer->code);
		return;
	}
	give_enter(ceremony, false);
	procedure_tell_tries(&pin, tries, sizeof tries);
	step_refuse_with(ceremony, answer->outcome, "%s%s", outcome_text(answer->outcome), tries);
}

const struct step step_give_user_pin = {
	.name = "give-user-pin",
	.title = N_("The user PIN"),
	.event = "user-pin-proven",
	.enter = give_user_pin_enter,
	.ask = give_user_pin_ask,
	.take = give_user_pin_take,
	.settled = give_user_pin_settled,
	.ends_when_lost = true,
};

static void
give_transport_pin_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	give_ask(ceremony, ret, false,
		_("Enter the transport PIN: the one that came with the token. It is tried once, together with the new "
		  "PIN that you choose next."));
}

static void
give_transport_pin_take(struct ceremony *ceremony, struct answer *answer)
{
	if (give_take(ceremony, answer, false))
		step_next(ceremony);
}

const struct step step_give_transport_pin = {
	.name = "give-transport-pin",
	.title = N_("The transport PIN"),
	.event = "transport-pin-entered",
	.enter = give_user_pin_enter,
	.ask = give_transport_pin_ask,
	.take = give_transport_pin_take,
};

static void
give_so_pin_enter(struct ceremony *ceremony)
{
	give_enter(ceremony, true);
}

static void
give_so_pin_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	give_ask(ceremony, ret, true,
		procedure_is_slot(ceremony)
			? _("Enter the SO-PIN that the token has now. It is tried once.")
			: _("Enter the SO-PIN that the device has now. It is tried once; when no tries are left, the "
			    "device is waste for ever."));
}

static void
give_so_pin_take(struct ceremony *ceremony, struct answer *answer)
{
	if (give_take(ceremony, answer, true))
		step_next(ceremony);
}

const struct step step_give_so_pin = {
	.name = "give-so-pin",
	.title = N_("The SO-PIN"),
	.event = "so-pin-entered",
	.enter = give_so_pin_enter,
	.ask = give_so_pin_ask,
	.take = give_so_pin_take,
};

/* Decimal digits, each as likely as any other. */
static enum outcome
make_pin(struct secret **ret, size_t digits)
{
	enum outcome outcome = secret_new(ret, digits + 1);
	uint8_t byte = 0;

	while (outcome == DONE && (*ret)->size < digits) {
		outcome = random_fill(&byte, 1);
		/* 250 is a multiple of ten: what lies above would make the lower digits more likely. */
		if (outcome == DONE && byte < 250)
			secret_push(*ret, (uint8_t)('0' + byte % 10));
	}
	OPENSSL_cleanse(&byte, 1);
	if (outcome != DONE)
		secret_free(ret);
	return outcome;
}

static enum outcome
make_new_pin(const struct ceremony *ceremony, bool is_so, struct secret **ret)
{
	size_t least, most, digits = is_so ? LIMIT_SO_PIN_DIGITS : MADE_USER_DIGITS;

	pin_limits(ceremony, is_so, &least, &most);
	digits = digits < least ? least : digits > most ? most : digits;
	return make_pin(ret, digits);
}

enum outcome
procedure_make_user_pin(struct ceremony *ceremony)
{
	secret_free(&ceremony->secrets.user_pin);
	return make_new_pin(ceremony, false, &ceremony->secrets.user_pin);
}

/* Where a new PIN belongs: on a token that is being initialised it is the PIN, elsewhere it follows the present one. */
static struct secret **
new_pin_place(struct ceremony *ceremony, bool is_so)
{
	if (ceremony_has(ceremony, &step_initialise) || ceremony_has(ceremony, &step_initialise_slot))
		return is_so ? &ceremony->secrets.so_pin : &ceremony->secrets.user_pin;
	return &ceremony->secrets.new_pin;
}

static void
new_enter(struct ceremony *ceremony, bool is_so)
{
	secret_free(new_pin_place(ceremony, is_so));
	secret_free(&ceremony->secrets.first_entry);
	/* At the pad it is chosen as well. */
	if (procedure_has_pin_pad(ceremony) || (!is_so && procedure_changes_at_pad(ceremony)))
		step_next(ceremony);
}

static void
ask_how(struct prompt *ret, const char *text)
{
	static const char *const labels[] = { N_("I choose it myself"), N_("quorate makes one") };
	static const char *const details[] = { N_("It is typed twice, unseen."),
		N_("Random digits, shown once for you to write down, and typed back.") };

	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text, "%s", text);
	for (size_t i = 0; i < 2; i++) {
		struct prompt_choice *item = &ret->of.choose.items[ret->of.choose.count++];

		text_format(item->label, sizeof item->label, "%s", _(labels[i]));
		text_format(item->detail, sizeof item->detail, "%s", _(details[i]));
	}
}

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

static void
new_ask(const struct ceremony *ceremony, struct prompt *ret, bool is_so, const char *text)
{
	switch (ceremony->part) {
	case NEW_HOW:
		ask_how(ret, text);
		return;
	case NEW_ADVICE:
		ask_advice(ceremony, ret);
		return;
	case NEW_SHOWN:
		ret->kind = PROMPT_SHOW_PIN;
		ret->of.show_pin.is_so = is_so;
		ret->of.show_pin.pin = ceremony->secrets.first_entry;
		text_format(ret->text, sizeof ret->text, "%s",
			_("Write this PIN down now; only you look at this screen. Next you type it back from what you "
			  "wrote."));
		return;
	case NEW_FIRST:
		text_format(ret->text, sizeof ret->text, "%s", text);
		break;
	default:
		text_format(ret->text, sizeof ret->text, "%s",
			_("Once more, from what you wrote down, so that no slip of a finger stays unnoticed."));
	}
	fill_pin(ceremony, ret, is_so, true);
	ret->of.pin.is_again = ceremony->part != NEW_FIRST;
}

static void
keep_new(struct ceremony *ceremony, bool is_so)
{
	struct secret **place = new_pin_place(ceremony, is_so);

	secret_free(place);
	*place = secret_move(&ceremony->secrets.first_entry);
	if (ceremony->advice[0] == '\0')
		step_next(ceremony);
	else
		ceremony->part = NEW_ADVICE;
}

static void
take_how(struct ceremony *ceremony, bool is_so, size_t choice)
{
	enum outcome outcome;

	ceremony->advice[0] = '\0';
	secret_free(&ceremony->secrets.first_entry);
	if (choice == 0) {
		ceremony->part = NEW_FIRST;
		return;
	}
	outcome = make_new_pin(ceremony, is_so, &ceremony->secrets.first_entry);
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else
		ceremony->part = NEW_SHOWN;
}

static void
take_first(struct ceremony *ceremony, struct answer *answer, bool is_so)
{
	const char *advice = NULL;
	enum outcome outcome = check_pin(ceremony, answer->secret, is_so, true, &advice);

	if (outcome != DONE) {
		step_refuse(ceremony, outcome);
		return;
	}
	text_format(ceremony->advice, sizeof ceremony->advice, "%s", advice == NULL ? "" : advice);
	secret_free(&ceremony->secrets.first_entry);
	ceremony->secrets.first_entry = secret_move(&answer->secret);
	ceremony->part = NEW_AGAIN;
}

static void
new_take(struct ceremony *ceremony, struct answer *answer, bool is_so)
{
	bool was_made = ceremony->part == NEW_BACK;

	switch (ceremony->part) {
	case NEW_HOW:
		take_how(ceremony, is_so, answer->choice);
		return;
	case NEW_FIRST:
		take_first(ceremony, answer, is_so);
		return;
	case NEW_SHOWN:
		ceremony->part = NEW_BACK;
		return;
	case NEW_ADVICE:
		if (answer->choice == 0) {
			step_next(ceremony);
			return;
		}
		secret_free(new_pin_place(ceremony, is_so));
		ceremony->part = NEW_HOW;
		return;
	default:
		if (secret_is_equal(ceremony->secrets.first_entry, answer->secret)) {
			keep_new(ceremony, is_so);
			return;
		}
		/* What was made is shown once more; what was typed may be wrong either time. */
		ceremony->part = was_made ? NEW_SHOWN : NEW_FIRST;
		if (was_made) {
			step_refuse_with(ceremony, FAIL_PIN_MISMATCH, "%s",
				_("This is not what was shown. It is shown once more: compare it with what you "
				  "wrote."));
			return;
		}
		secret_free(&ceremony->secrets.first_entry);
		step_refuse(ceremony, FAIL_PIN_MISMATCH);
	}
}

static void
new_user_pin_enter(struct ceremony *ceremony)
{
	new_enter(ceremony, false);
}

static void
new_user_pin_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char text[512];
	size_t least, most;

	pin_limits(ceremony, false, &least, &most);
	text_format(text, sizeof text,
		_("The new user PIN: %zu to %zu characters, %d digits or more are advised. It is asked for whenever "
		  "the keys on the token are used. Write it down, and keep it apart from the SO-PIN."),
		least, most, LIMIT_USER_PIN_ADVISED);
	new_ask(ceremony, ret, false, text);
}

static void
new_user_pin_take(struct ceremony *ceremony, struct answer *answer)
{
	new_take(ceremony, answer, false);
}

const struct step step_new_user_pin = {
	.name = "new-user-pin",
	.title = N_("The new user PIN"),
	.event = "new-user-pin-chosen",
	.enter = new_user_pin_enter,
	.ask = new_user_pin_ask,
	.take = new_user_pin_take,
};

static void
new_so_pin_enter(struct ceremony *ceremony)
{
	new_enter(ceremony, true);
}

static void
new_so_pin_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char text[512];
	size_t least, most;

	pin_limits(ceremony, true, &least, &most);
	if (procedure_is_slot(ceremony))
		text_format(text, sizeof text,
			_("The new SO-PIN: %zu to %zu characters, 16 digits are advised. With it the token is "
			  "initialised anew and a locked user PIN is reset. Write it down, and keep it apart from the "
			  "token."),
			least, most);
	else
		text_format(text, sizeof text,
			_("The new SO-PIN: exactly %d digits. With it the device is initialised anew and a locked "
			  "user PIN is reset; after %d wrong tries in a row the device is waste. Write it down, and "
			  "keep it apart from the device."),
			LIMIT_SO_PIN_DIGITS, LIMIT_SO_PIN_TRIES);
	new_ask(ceremony, ret, true, text);
}

static void
new_so_pin_take(struct ceremony *ceremony, struct answer *answer)
{
	new_take(ceremony, answer, true);
}

const struct step step_new_so_pin = {
	.name = "new-so-pin",
	.title = N_("The new SO-PIN"),
	.event = "new-so-pin-chosen",
	.enter = new_so_pin_enter,
	.ask = new_so_pin_ask,
	.take = new_so_pin_take,
};

/* Once in a console is enough for what is done every day. */
static void
try_keyboard_once_enter(struct ceremony *ceremony)
{
	bool *is_tried = ceremony->world->is_keyboard_tried;

	if ((is_tried != NULL && *is_tried) || procedure_changes_at_pad(ceremony))
		step_next(ceremony);
}

static void
try_keyboard_once_take(struct ceremony *ceremony, struct answer *answer)
{
	/* The step that follows at once says that the line was right. */
	step_try_keyboard.take(ceremony, answer);
	if (ceremony->step != &step_try_keyboard_once && ceremony->world->is_keyboard_tried != NULL)
		*ceremony->world->is_keyboard_tried = true;
}

static void
try_keyboard_once_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	step_try_keyboard.ask(ceremony, ret);
}

const struct step step_try_keyboard_once = {
	.name = "keyboard",
	.title = N_("The keyboard"),
	.event = "keyboard-tried",
	.enter = try_keyboard_once_enter,
	.ask = try_keyboard_once_ask,
	.take = try_keyboard_once_take,
};
