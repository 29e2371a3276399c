/*
 * The custodians' turns: gate, a share to be written down, the same share typed back from paper, gate. The shares typed
 * back first are what opens the file afterwards; every other one is wiped at once.
 */
#include "steps.h"

#include <quorate/share_text.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

enum { TURN_GATE, TURN_ANOTHER, TURN_SHOW, TURN_ENTER, TURN_LEAVE };

/* IDs from here on are spelled differently in sc-hsm-tool, which reads hex. */
#define FIRST_ID_OF_TWO_SPELLINGS 10

static struct shamir_share *
share_of_turn(struct ceremony *ceremony)
{
	return &ceremony->secrets.set->shares[ceremony->turn - 1];
}

static void
show(struct ceremony *ceremony)
{
	struct secrets *secrets = &ceremony->secrets;
	const struct shamir_share *share = share_of_turn(ceremony);
	enum outcome outcome = share_text_write(secrets->set->prime, &secrets->shown_prime);

	if (outcome == DONE)
		outcome = share_text_write(share->value, &secrets->shown_value);
	if (outcome == DONE)
		outcome = check_word_make(secrets->set->prime, share->id, share->value, &secrets->shown_word);
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else
		ceremony->part = TURN_SHOW;
}

static void
tell_tool_spelling(unsigned id, char *ret, size_t size)
{
	if (id >= FIRST_ID_OF_TWO_SPELLINGS)
		text_append(ret, size,
			_("\nWrite a note beside the share ID: %u, in sc-hsm-tool: %x. That program reads it "
			  "differently."),
			id, id);
}

static void
ask_gate(const struct ceremony *ceremony, struct prompt *ret)
{
	unsigned turn = ceremony->turn, total = ceremony->plan.total,
		 next = calling_next(ceremony, calling_left(ceremony));

	if (ceremony->part == TURN_GATE) {
		text_format(ret->text, sizeof ret->text,
			_("Custodian %u of %u: come to the keyboard with your sheet and your pen. Everybody else: turn "
			  "away. Cover the cameras.\nYou will see your share, write it down, and type it back from "
			  "your paper. Press Enter when you are alone in front of the screen."),
			turn, total);
		calling_ask_gate(ceremony, calling_left(ceremony), ret);
		return;
	}
	ret->kind = PROMPT_GATE;
	ret->of.gate.custodian = turn;
	ret->of.gate.is_leaving = true;
	if (next != 0)
		text_format(ret->text, sizeof ret->text,
			_("Custodian %u is done: nothing secret is on the screen any more. Fold your sheet so that "
			  "nobody can read it, take it with you, and call custodian %u."),
			turn, next);
	else
		text_format(ret->text, sizeof ret->text,
			_("Custodian %u is done, and with that everybody: nothing secret is on the screen any more. "
			  "Fold your sheet so that nobody can read it, and call the operator."),
			turn);
}

static void
take_turns_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct secrets *secrets = &ceremony->secrets;

	if (plan_is_mixed(ceremony))
		text_format(ret->title, sizeof ret->title, _("File %u of %u: custodian %u of %u"), ceremony->plan.file,
			plan_files(ceremony), ceremony->turn, ceremony->plan.total);
	else
		text_format(
			ret->title, sizeof ret->title, _("Custodian %u of %u"), ceremony->turn, ceremony->plan.total);
	switch (ceremony->part) {
	case TURN_ANOTHER:
		calling_ask_another(ceremony, calling_left(ceremony), ret);
		break;
	case TURN_SHOW:
		ret->kind = PROMPT_SHOW_SHARE;
		ret->of.show.prime = secrets->shown_prime;
		ret->of.show.value = secrets->shown_value;
		ret->of.show.check_word = secrets->shown_word;
		ret->of.show.id = ceremony->turn;
		text_format(ret->text, sizeof ret->text, "%s",
			_("Write this on your sheet, box by box. Only you look at this screen. Next you type it back "
			  "from your sheet."));
		tell_tool_spelling(ceremony->turn, ret->text, sizeof ret->text);
		break;
	case TURN_ENTER:
		ret->kind = PROMPT_ENTER_SHARE;
		ret->of.enter.prime = secrets->prime;
		ret->of.enter.wants_check_word = true;
		ret->of.enter.may_show_again = true;
		ret->of.enter.where = ceremony->where;
		text_format(ret->text, sizeof ret->text, "%s",
			_("Now type your share from your sheet, so that it is known to be right. Blanks between the "
			  "groups do not matter. If the sheet cannot be read, have the share shown once more."));
		if (secrets->prime != NULL)
			text_append(ret->text, sizeof ret->text, "\n%s",
				_("The prime is the same for everybody and was typed already."));
		break;
	default:
		ask_gate(ceremony, ret);
	}
}

enum outcome
typed_read(const struct ceremony *ceremony, const struct answer *answer, struct typed_share *ret)
{
	enum outcome outcome;
	size_t length = 0;

	while (length < sizeof answer->share.id && answer->share.id[length] != '\0')
		length++;
	if (ceremony->secrets.prime != NULL)
		outcome = secrets_copy(&ret->prime, ceremony->secrets.prime);
	else if (answer->share.prime == NULL)
		outcome = FAIL_EMPTY;
	else
		outcome = share_text_read_prime(answer->share.prime, &ret->prime);
	if (outcome == DONE)
		outcome = share_text_read_id(answer->share.id, length, &ret->id);
	if (outcome == DONE)
		outcome = share_text_read_value(answer->share.value, &ret->value);
	return outcome;
}

void
typed_clear(struct typed_share *typed)
{
	secret_free(&typed->prime);
	secret_free(&typed->value);
}

static void
tell_place(const struct check_place *place, char *ret, size_t size)
{
	switch (place->field) {
	case CHECK_PRIME:
		text_append(ret, size, _("Digit %u of the prime is probably wrong. "), place->digit);
		break;
	case CHECK_ID:
		text_append(ret, size, "%s", _("The share ID is probably wrong. "));
		break;
	case CHECK_VALUE:
		text_append(ret, size, _("Digit %u of the value is probably wrong. "), place->digit);
		break;
	default:
		text_append(ret, size, _("Character %u of the check word is probably wrong. "), place->digit);
	}
}

static void
tell_places(const struct ceremony *ceremony, char *ret, size_t size)
{
	for (unsigned i = 0; i < ceremony->where.count; i++)
		tell_place(&ceremony->where.places[i], ret, size);
}

void
typed_refuse(struct ceremony *ceremony, enum outcome outcome)
{
	char sentence[sizeof ceremony->verdict_text] = "";

	if (ceremony->where.count == 0) {
		step_refuse(ceremony, outcome);
		return;
	}
	tell_places(ceremony, sentence, sizeof sentence);
	step_refuse_with(ceremony, outcome, "%s%s", sentence, _("Compare it with your sheet."));
}

void
typed_keep(struct ceremony *ceremony, struct typed_share *typed)
{
	struct secrets *secrets = &ceremony->secrets;

	secrets->typed[secrets->typed_count].id = typed->id;
	secrets->typed[secrets->typed_count++].value = secret_move(&typed->value);
	if (secrets->prime == NULL)
		secrets->prime = secret_move(&typed->prime);
}

/* Which field it is; no more than the person in front of the screen, who has just seen the share, knows. */
static void
tell_field(struct ceremony *ceremony, const struct typed_share *typed, char *ret, size_t size)
{
	const struct shamir_share *share = share_of_turn(ceremony);

	if (!secret_is_equal(typed->prime, ceremony->secrets.set->prime))
		text_append(ret, size, "%s", _("The prime differs from what was shown. "));
	if (typed->id != share->id)
		text_append(ret, size, _("The share ID differs: share %u was shown. "), share->id);
	if (!secret_is_equal(typed->value, share->value))
		text_append(ret, size, "%s", _("The value differs from what was shown. "));
}

/* Says what is wrong with a share whose check word does not fit, or which is not the one that was shown. */
static void
refuse_typed(struct ceremony *ceremony, const struct typed_share *typed, enum outcome outcome)
{
	char sentence[sizeof ceremony->verdict_text] = "";

	tell_places(ceremony, sentence, sizeof sentence);
	if (ceremony->where.count == 0)
		tell_field(ceremony, typed, sentence, sizeof sentence);
	step_refuse_with(ceremony, outcome, "%s%s", sentence,
		ceremony->where.count == 0 ? outcome_text(outcome) : _("Compare it with your sheet."));
}

static enum outcome
judge_typed(struct ceremony *ceremony, const struct answer *answer, const struct typed_share *typed)
{
	const struct secrets *secrets = &ceremony->secrets;
	const struct shamir_share *share = share_of_turn(ceremony);
	enum outcome outcome;

	if (answer->share.check_word == NULL)
		return FAIL_CHECK_WORD_LENGTH;
	outcome = check_word_verify(typed->prime, typed->id, typed->value, answer->share.check_word, &ceremony->where);
	if (outcome != DONE)
		return outcome;
	if (typed->id != share->id || !secret_is_equal(typed->value, share->value) ||
		!secret_is_equal(typed->prime, secrets->set->prime))
		return FAIL_SHARE_DIFFERS;
	return DONE;
}

/* The share is on paper, and right. The one that was made goes; the typed one stays if it is among the first m. */
static void
keep_typed(struct ceremony *ceremony, struct typed_share *typed)
{
	struct secrets *secrets = &ceremony->secrets;

	if (secrets->typed_count < ceremony->plan.threshold) {
		secrets->typed[secrets->typed_count].id = typed->id;
		secrets->typed[secrets->typed_count++].value = secret_move(&typed->value);
	}
	secret_free(&share_of_turn(ceremony)->value);
	calling_end_turn(ceremony);
	ceremony->part = TURN_LEAVE;
}

static void
take_typed(struct ceremony *ceremony, struct answer *answer)
{
	struct secrets *secrets = &ceremony->secrets;
	struct typed_share typed = { .id = 0 };
	bool is_prime_right;
	enum outcome outcome = typed_read(ceremony, answer, &typed);

	ceremony->where = (struct check_verdict){ .count = 0 };
	if (outcome == DONE)
		outcome = judge_typed(ceremony, answer, &typed);
	is_prime_right = typed.prime != NULL && secret_is_equal(typed.prime, secrets->set->prime);
	if (record_turn(ceremony, outcome == DONE ? "share-written" : "share-mistyped", outcome)) {
		if (outcome == DONE)
			keep_typed(ceremony, &typed);
		else if (outcome == FAIL_CHECK_WORD || outcome == FAIL_SHARE_DIFFERS)
			refuse_typed(ceremony, &typed, outcome);
		else
			step_refuse(ceremony, outcome);
		/* A prime that was typed right is not typed twice, whatever else was wrong. */
		if (is_prime_right && secrets->prime == NULL)
			secrets->prime = secret_move(&typed.prime);
	}
	typed_clear(&typed);
}

static void
take_turns_take(struct ceremony *ceremony, struct answer *answer)
{
	switch (ceremony->part) {
	case TURN_GATE:
		if (answer->kind == ANSWER_ANOTHER)
			ceremony->part = TURN_ANOTHER;
		/* Whoever saw a share may have begun to write it down. */
		else if (record_turn(ceremony, "share-shown", DONE))
			show(ceremony);
		break;
	case TURN_ANOTHER:
		if (calling_take_another(ceremony, calling_left(ceremony), answer->choice))
			ceremony->part = TURN_GATE;
		break;
	case TURN_SHOW:
		secrets_wipe_shown(&ceremony->secrets);
		ceremony->where = (struct check_verdict){ .count = 0 };
		ceremony->part = TURN_ENTER;
		break;
	case TURN_ENTER:
		if (answer->kind == ANSWER_AGAIN)
			show(ceremony);
		else
			take_typed(ceremony, answer);
		break;
	default:
		if (!calling_begin_next(ceremony)) {
			shamir_set_free(&ceremony->secrets.set);
			step_next(ceremony);
			return;
		}
		ceremony->part = TURN_GATE;
	}
}

static bool
take_turns_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)step;
	ceremony->turn = 1;
	if (calling_begin_next(ceremony))
		return false;
	ceremony->called = ceremony->plan.total;
	return ceremony->resumed.is_usable;
}

const struct step step_take_turns = {
	.name = "turns",
	.title = N_("The custodians' turns"),
	.event = "turns-done",
	.is_wanted = plan_is_single,
	.ask = take_turns_ask,
	.take = take_turns_take,
	.resume = take_turns_resume,
};

const struct step step_take_turns_of_file = {
	.name = "turns",
	.title = N_("The custodians' turns"),
	.event = "turns-done",
	.is_wanted = files_is_of_shares,
	.ask = take_turns_ask,
	.take = take_turns_take,
	.resume = files_resume,
};
