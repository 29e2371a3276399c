/* The old custodians' turns: any of them, in any order, until as many shares are typed as open the old file. */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

enum { OLD_GATE, OLD_ENTER, OLD_LEAVE };

/* Shares that were typed before stay, where others are wanted in addition. */
static void
type_old_shares_enter(struct ceremony *ceremony)
{
	ceremony->where = (struct check_verdict){ .count = 0 };
	ceremony->old.turn = ceremony->secrets.typed_count + 1;
	if (ceremony->secrets.typed_count >= ceremony->old.threshold)
		step_next(ceremony);
}

static void
tell_typed(const struct secrets *secrets, char *ret, size_t size)
{
	for (unsigned i = 0; i < secrets->typed_count; i++)
		text_append(ret, size, i == 0 ? _("\nTyped so far: share %u") : _(", share %u"), secrets->typed[i].id);
}

static void
type_old_shares_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct secrets *secrets = &ceremony->secrets;
	unsigned turn = ceremony->old.turn, threshold = ceremony->old.threshold;

	bool is_replaced = old_set_is_replaced(ceremony);

	text_format(ret->title, sizeof ret->title, is_replaced ? _("Old share %u of %u") : _("Share %u of %u"), turn,
		threshold);
	switch (ceremony->part) {
	case OLD_ENTER:
		ret->kind = PROMPT_ENTER_SHARE;
		ret->of.enter.prime = secrets->prime;
		ret->of.enter.where = ceremony->where;
		text_format(ret->text, sizeof ret->text, "%s",
			_("Type your share from your sheet. Blanks between the groups do not matter. A sheet of "
			  "quorate "
			  "has a check word; if yours has none, leave that field empty."));
		break;
	case OLD_LEAVE:
		ret->kind = PROMPT_GATE;
		ret->of.gate.is_leaving = true;
		text_format(ret->text, sizeof ret->text, "%s %s %s",
			turn < threshold ? _("Your share is taken, and nothing secret is on the screen any more.")
					 : _("Your share is taken, and with that enough of them; nothing secret is on "
					     "the screen any more."),
			is_replaced ? _("Take your sheet with you; it is collected and destroyed in the end.")
				    : _("Take your sheet with you, and back to where it is kept."),
			turn < threshold ? _("Call the next custodian.") : _("Call the operator."));
		break;
	default:
		ret->kind = PROMPT_GATE;
		text_format(ret->text, sizeof ret->text,
			is_replaced
				? _("Old share %u of %u: one of the old custodians, whoever is next, comes to the "
				    "keyboard with the sheet. Everybody else: turn away. Cover the cameras.\nPress "
				    "Enter when you are alone in front of the screen.")
				: _("Share %u of %u: one of the custodians, whoever is next, comes to the keyboard "
				    "with the sheet. Everybody else: turn away. Cover the cameras.\nPress Enter when "
				    "you are alone in front of the screen."),
			turn, threshold);
		tell_typed(secrets, ret->text, sizeof ret->text);
	}
}

static bool
is_typed_already(const struct secrets *secrets, unsigned id)
{
	for (unsigned i = 0; i < secrets->typed_count; i++)
		if (secrets->typed[i].id == id)
			return true;
	return false;
}

/* The check word first, where there is one: it tells the place. */
enum outcome
typed_judge(struct ceremony *ceremony, const struct answer *answer, const struct typed_share *typed)
{
	const struct secret *word = answer->share.check_word;
	enum outcome outcome = DONE;

	if (word != NULL && word->size > 0)
		outcome = check_word_verify(typed->prime, typed->id, typed->value, word, &ceremony->where);
	if (outcome == DONE)
		outcome = shamir_check_prime(typed->prime);
	if (outcome == DONE)
		outcome = shamir_check_value(typed->prime, typed->value);
	if (outcome == DONE && is_typed_already(&ceremony->secrets, typed->id))
		outcome = FAIL_SHARE_ID_TWICE;
	return outcome;
}

static bool
record_typed(struct ceremony *ceremony, const struct typed_share *typed, enum outcome outcome)
{
	const struct journal_field fields[] = {
		{ "share", NULL, typed->id },
		{ "outcome", outcome_name(outcome), 0 },
	};

	return record(ceremony, outcome == DONE ? "old-share-typed" : "old-share-mistyped", fields, 2);
}

static void
take_typed(struct ceremony *ceremony, struct answer *answer)
{
	struct typed_share typed = { .id = 0 };
	enum outcome outcome = typed_read(ceremony, answer, &typed);

	ceremony->where = (struct check_verdict){ .count = 0 };
	if (outcome == DONE)
		outcome = typed_judge(ceremony, answer, &typed);
	if (record_typed(ceremony, &typed, outcome)) {
		if (outcome == DONE) {
			typed_keep(ceremony, &typed);
			ceremony->part = OLD_LEAVE;
		} else {
			typed_refuse(ceremony, outcome);
		}
	}
	typed_clear(&typed);
}

static void
type_old_shares_take(struct ceremony *ceremony, struct answer *answer)
{
	switch (ceremony->part) {
	case OLD_GATE:
		ceremony->where = (struct check_verdict){ .count = 0 };
		ceremony->part = OLD_ENTER;
		break;
	case OLD_ENTER:
		/* Nothing was shown that could be shown again. */
		if (answer->kind == ANSWER_SHARE)
			take_typed(ceremony, answer);
		break;
	default:
		if (ceremony->secrets.typed_count >= ceremony->old.threshold) {
			step_next(ceremony);
			return;
		}
		ceremony->old.turn++;
		ceremony->part = OLD_GATE;
	}
}

const struct step step_type_old_shares = {
	.name = "old-turns",
	.title = N_("The old custodians' turns"),
	.event = "old-turns-done",
	.is_wanted = old_set_is_of_shares,
	.enter = type_old_shares_enter,
	.ask = type_old_shares_ask,
	.take = type_old_shares_take,
	.resume = old_set_resume,
};
