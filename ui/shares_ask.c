#include "ask.h"
#include "shares.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

/* Says what is wrong and, where the check word can tell, at which digit. */
static void
tell(enum outcome outcome, const struct check_verdict *verdict)
{
	char text[LIMIT_TEXT_INPUT];

	ask_tell(outcome_text(outcome));
	if (outcome != FAIL_CHECK_WORD)
		return;
	for (unsigned i = 0; i < verdict->count; i++) {
		switch (verdict->places[i].field) {
		case CHECK_PRIME:
			text_format(text, sizeof text, _("Probably here: digit %u of the prime."),
				verdict->places[i].digit);
			break;
		case CHECK_ID:
			text_format(text, sizeof text, "%s", _("Probably here: the share ID."));
			break;
		case CHECK_VALUE:
			text_format(text, sizeof text, _("Probably here: digit %u of the value."),
				verdict->places[i].digit);
			break;
		case CHECK_ITSELF:
			text_format(text, sizeof text, _("Probably here: character %u of the check word."),
				verdict->places[i].digit);
			break;
		}
		ask_tell(text);
	}
}

/* True if the question is to be put again; the people were told why. */
static bool
is_asked_again(enum outcome outcome, const struct check_verdict *verdict)
{
	if (outcome == DONE || outcome == FAIL_CANCELLED || outcome == FAIL_NO_TERMINAL_TO_ASK ||
		outcome == FAIL_SECURE_HEAP)
		return false;
	tell(outcome, verdict);
	return true;
}

static enum outcome
ask_prime(struct shares *shares)
{
	struct secret *text = NULL;
	enum outcome outcome;

	do {
		outcome = ask_secret(_("Prime (16 hex digits): "), SHARES_FIELD_MOST, &text);
		if (outcome == DONE)
			outcome = shares_take_prime(shares, text);
		secret_free(&text);
	} while (is_asked_again(outcome, NULL));
	return outcome;
}

static enum outcome
ask_share(struct shares *shares, unsigned id)
{
	struct secret *value = NULL, *word = NULL;
	struct check_verdict verdict = { 0 };
	enum outcome outcome;

	do {
		outcome = ask_secret(_("Share value (hex digits): "), SHARES_FIELD_MOST, &value);
		if (outcome == DONE)
			outcome = ask_secret(_("Check word (Enter if there is none): "), SHARES_FIELD_MOST, &word);
		if (outcome == DONE)
			outcome = shares_add(shares, id, value, word, &verdict);
		secret_free(&value);
		secret_free(&word);
	} while (is_asked_again(outcome, &verdict));
	return outcome;
}

enum outcome
shares_ask(struct shares *shares)
{
	char text[8];
	unsigned id;
	enum outcome outcome = ask_prime(shares);

	while (outcome == DONE) {
		outcome = ask_line(_("Share ID (Enter alone when all are in): "), text, sizeof text);
		if (outcome == DONE && text[0] == '\0') {
			if (shares->count >= LIMIT_THRESHOLD_MIN)
				break;
			outcome = FAIL_SHARES_FEW;
		}
		if (outcome == DONE)
			outcome = shares_check_id(shares, text, strlen(text), &id);
		if (outcome == DONE)
			outcome = ask_share(shares, id);
		else if (is_asked_again(outcome, NULL))
			outcome = DONE;
	}
	return outcome;
}

enum outcome
shares_ask_one(struct shares *shares)
{
	char text[8];
	unsigned id;
	enum outcome outcome = ask_prime(shares);

	if (outcome != DONE)
		return outcome;
	do {
		outcome = ask_line(_("Share ID: "), text, sizeof text);
		if (outcome == DONE)
			outcome = shares_check_id(shares, text, strlen(text), &id);
	} while (is_asked_again(outcome, NULL));
	return outcome == DONE ? ask_share(shares, id) : outcome;
}
