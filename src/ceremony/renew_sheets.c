/*
 * New sheets for shares that the custodians have already, of sc-hsm-tool above all: the shares are seen to open their
 * file, and each goes onto a sheet of quorate with its check word, with no custodian, share or file changed.
 */
#include "steps.h"

#include <quorate/diagnosis.h>
#include <quorate/share_text.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

static const struct step step_explain = {
	.name = "welcome",
	.title = N_("What will happen"),
	.text = N_("The custodians keep the shares that they have, and copy them onto new sheets with a check word, "
		   "which "
		   "tells at the keyboard whether a share was typed right. Shares of sc-hsm-tool have none. First as "
		   "many "
		   "custodians as are needed type their shares, and the share file is opened with them. Then every "
		   "custodian types the old share, which is checked against the others, and copies what is shown.\nNo "
		   "device, no file and no share is changed. You need: the share file; all custodians, with their old "
		   "sheets and a pen; a new sheet of paper for each. You can stop at any time with Esc."),
	.take = step_take_read,
};

static void
count_sheets_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text, "%s",
		_("How many custodians have a share of this set? All of them come to the keyboard with it."));
	for (unsigned total = ceremony->old.threshold; total <= LIMIT_CUSTODIANS; total++)
		text_format(ret->of.choose.items[ret->of.choose.count++].label, sizeof ret->of.choose.items[0].label,
			P_("%u custodian", "%u custodians", total), total);
}

static void
count_sheets_take(struct ceremony *ceremony, struct answer *answer)
{
	ceremony->plan.threshold = ceremony->old.threshold;
	ceremony->plan.total = ceremony->old.threshold + (unsigned)answer->choice;
	if (record_plan(ceremony))
		step_next(ceremony);
}

const struct step step_count_sheets = {
	.name = "sheet-count",
	.title = N_("The custodians"),
	.event = "custodians-chosen",
	.ask = count_sheets_ask,
	.take = count_sheets_take,
};

enum { RENEW_GATE, RENEW_TYPE, RENEW_SHOW, RENEW_BACK, RENEW_LEAVE };

static void
renew_turns_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct secrets *secrets = &ceremony->secrets;
	unsigned turn = ceremony->turn, total = ceremony->plan.total;

	text_format(ret->title, sizeof ret->title, _("New sheet %u of %u"), turn, total);
	switch (ceremony->part) {
	case RENEW_TYPE:
	case RENEW_BACK:
		ret->kind = PROMPT_ENTER_SHARE;
		ret->of.enter.prime = secrets->prime;
		ret->of.enter.where = ceremony->where;
		ret->of.enter.wants_check_word = ret->of.enter.may_show_again = ceremony->part == RENEW_BACK;
		text_format(ret->text, sizeof ret->text, "%s",
			ceremony->part == RENEW_BACK
				? _("Now type your share from the new sheet, with its check word, so that it is known "
				    "to be right. If the sheet cannot be read, have the share shown once more.")
				: _("Type your share from the old sheet. It is checked against the others. Where it "
				    "has "
				    "no check word, leave that field empty."));
		break;
	case RENEW_SHOW:
		ret->kind = PROMPT_SHOW_SHARE;
		ret->of.show.prime = secrets->shown_prime;
		ret->of.show.value = secrets->shown_value;
		ret->of.show.check_word = secrets->shown_word;
		ret->of.show.id = secrets->renewed.id;
		text_format(ret->text, sizeof ret->text, "%s",
			_("Your share is right. Copy all of it to the new sheet, box by box. Only you look at this "
			  "screen. Next you type it back from there."));
		break;
	default:
		ret->kind = PROMPT_GATE;
		ret->of.gate.is_leaving = ceremony->part == RENEW_LEAVE;
		if (ceremony->part == RENEW_GATE)
			text_format(ret->text, sizeof ret->text,
				_("New sheet %u of %u: a custodian, whoever is next, comes to the keyboard with the "
				  "old sheet, a new one and a pen. Everybody else: turn away. Cover the "
				  "cameras.\nPress "
				  "Enter when you are alone in front of the screen."),
				turn, total);
		else
			text_format(ret->text, sizeof ret->text, "%s %s",
				_("Your new sheet is right, and nothing secret is on the screen any more. Take both "
				  "sheets with you; the old one is destroyed once all new ones are there."),
				turn < total ? _("Call the next custodian.") : _("Call the operator."));
	}
}

/* Against the shares that opened the file: the same as one of them, or on the same polynomial. */
static enum outcome
judge_old(const struct ceremony *ceremony, const struct typed_share *typed)
{
	const struct secrets *secrets = &ceremony->secrets;
	struct shamir_share shares[LIMIT_CUSTODIANS + 1];
	unsigned count = secrets->typed_count, wrong;
	enum outcome outcome;

	if (ceremony->old.is_renewed[typed->id])
		return FAIL_SHARE_ID_TWICE;
	for (unsigned i = 0; i < count; i++) {
		if (secrets->typed[i].id == typed->id)
			return secret_is_equal(secrets->typed[i].value, typed->value) ? DONE : FAIL_SHARES_NAMED;
		shares[i] = secrets->typed[i];
	}
	if (count == LIMIT_CUSTODIANS)
		return FAIL_SHARE_ID;
	shares[count] = (struct shamir_share){ typed->id, typed->value };
	outcome = shamir_check_value(secrets->prime, typed->value);
	if (outcome == DONE)
		outcome = shamir_check(secrets->prime, shares, count + 1, count, &wrong);
	return outcome == FAIL_SHARES_INCONSISTENT ? FAIL_SHARES_NAMED : outcome;
}

static void
show(struct ceremony *ceremony)
{
	struct secrets *secrets = &ceremony->secrets;
	enum outcome outcome = share_text_write(secrets->prime, &secrets->shown_prime);

	if (outcome == DONE)
		outcome = share_text_write(secrets->renewed.value, &secrets->shown_value);
	if (outcome == DONE)
		outcome = check_word_make(
			secrets->prime, secrets->renewed.id, secrets->renewed.value, &secrets->shown_word);
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else
		ceremony->part = RENEW_SHOW;
}

enum outcome
typed_judge_beside(struct ceremony *ceremony, const struct answer *answer, struct typed_share *typed)
{
	const struct secret *word = answer->share.check_word;
	unsigned id = ceremony->old.is_hex ? diagnosis_hex_id(typed->id) : 0;
	enum outcome outcome = DONE;

	if (word != NULL && word->size > 0)
		outcome = check_word_verify(typed->prime, typed->id, typed->value, word, &ceremony->where);
	if (outcome != DONE)
		return outcome;
	/* As all of them were read when they opened the file. */
	if (id != 0)
		typed->id = id;
	return judge_old(ceremony, typed);
}

/* What was typed back from the new sheet. */
static enum outcome
judge_back(struct ceremony *ceremony, const struct answer *answer, const struct typed_share *typed)
{
	const struct shamir_share *renewed = &ceremony->secrets.renewed;
	enum outcome outcome;

	if (answer->share.check_word == NULL || answer->share.check_word->size == 0)
		return FAIL_CHECK_WORD_LENGTH;
	outcome = check_word_verify(typed->prime, typed->id, typed->value, answer->share.check_word, &ceremony->where);
	if (outcome != DONE)
		return outcome;
	return typed->id == renewed->id && secret_is_equal(typed->value, renewed->value) ? DONE : FAIL_SHARE_DIFFERS;
}

static void
keep(struct ceremony *ceremony, struct typed_share *typed)
{
	struct secrets *secrets = &ceremony->secrets;

	if (ceremony->part == RENEW_TYPE) {
		secrets->renewed.id = typed->id;
		secrets->renewed.value = secret_move(&typed->value);
		show(ceremony);
		return;
	}
	ceremony->old.is_renewed[secrets->renewed.id] = true;
	secret_free(&secrets->renewed.value);
	ceremony->progress.turns++;
	ceremony->part = RENEW_LEAVE;
}

static void
take_typed(struct ceremony *ceremony, struct answer *answer)
{
	struct typed_share typed = { .id = 0 };
	enum outcome outcome = typed_read(ceremony, answer, &typed);
	const char *event;

	ceremony->where = (struct check_verdict){ .count = 0 };
	if (outcome == DONE)
		outcome = ceremony->part == RENEW_BACK ? judge_back(ceremony, answer, &typed)
						       : typed_judge_beside(ceremony, answer, &typed);
	event = outcome != DONE                ? "old-share-mistyped"
		: ceremony->part == RENEW_TYPE ? "old-share-typed"
					       : "sheet-renewed";
	const struct journal_field fields[] = {
		{ "share", NULL, typed.id },
		{ "outcome", outcome_name(outcome), 0 },
	};

	if (record(ceremony, event, fields, sizeof fields / sizeof fields[0])) {
		if (outcome == DONE) {
			keep(ceremony, &typed);
		} else {
			typed_refuse(ceremony, outcome);
		}
	}
	typed_clear(&typed);
}

static void
renew_turns_take(struct ceremony *ceremony, struct answer *answer)
{
	switch (ceremony->part) {
	case RENEW_GATE:
		ceremony->where = (struct check_verdict){ .count = 0 };
		ceremony->part = RENEW_TYPE;
		break;
	case RENEW_SHOW:
		secrets_wipe_shown(&ceremony->secrets);
		ceremony->part = RENEW_BACK;
		break;
	case RENEW_TYPE:
	case RENEW_BACK:
		if (answer->kind == ANSWER_SHARE)
			take_typed(ceremony, answer);
		else if (ceremony->part == RENEW_BACK)
			show(ceremony);
		break;
	default:
		if (ceremony->turn == ceremony->plan.total) {
			secrets_forget_typed(&ceremony->secrets);
			step_next(ceremony);
			return;
		}
		ceremony->called = ++ceremony->turn;
		ceremony->part = RENEW_GATE;
	}
}

/* Which shares are on new sheets, by their IDs; returns how many. */
static unsigned
find_renewed(const struct ceremony *ceremony, bool ret[SHAMIR_ID_MOST + 1])
{
	const struct journal_record *past = resume_telling_past(ceremony);
	unsigned count = 0;

	for (size_t i = 0; i < past->line_count; i++) {
		int64_t id = journal_read_number(&past->lines[i], "share", 0);

		if (strcmp(past->lines[i].event, "sheet-renewed") != 0 || id < 1 || id > SHAMIR_ID_MOST)
			continue;
		count += !ret[id];
		ret[id] = true;
	}
	return count;
}

bool
renew_sheets_are_done(const struct ceremony *ceremony)
{
	bool is_renewed[SHAMIR_ID_MOST + 1] = { false };

	return ceremony->plan.total > 0 && find_renewed(ceremony, is_renewed) >= ceremony->plan.total;
}

static bool
renew_turns_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)step;
	ceremony->progress.turns = find_renewed(ceremony, ceremony->old.is_renewed);
	ceremony->turn = ceremony->progress.turns + 1;
	if (renew_sheets_are_done(ceremony))
		ceremony->turn = ceremony->plan.total;
	ceremony->called = ceremony->turn;
	return renew_sheets_are_done(ceremony);
}

const struct step step_renew_turns = {
	.name = "renew-turns",
	.title = N_("The new sheets"),
	.event = "sheets-renewed",
	.ask = renew_turns_ask,
	.take = renew_turns_take,
	.resume = renew_turns_resume,
};

static void
summarise_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char kcv[DKEK_KCV_TEXT_SIZE];

	dkek_kcv_text(ceremony->kcv, kcv);
	ret->kind = PROMPT_DONE;
	text_format(ret->text, sizeof ret->text,
		_("All %u custodians have their shares on new sheets, and the shares were seen to open the share file. "
		  "Its key check value is %s.\nNext: destroy the old sheets, before everybody's eyes. The new ones go "
		  "into envelopes, signed over the flap. The record of this ceremony lies in the folder %s.\n"),
		ceremony->plan.total, kcv, ceremony->plan.folder);
	record_tell_digest(ceremony, ret->text, sizeof ret->text);
}

static const struct step step_summarise = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = summarise_ask,
};

static const struct step *const steps[] = {
	&step_explain,
	&step_choose_old_file,
	&step_choose_old_threshold,
	&step_enter_expected_kcv,
	&step_choose_folder,
	&step_type_old_shares,
	&step_open_old_file,
	&step_count_sheets,
	&step_print_sheets,
	&step_renew_turns,
	&step_print_record,
	&step_summarise,
};

enum outcome
renew_sheets_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return ceremony_begin(ret, world, "renew-sheets", steps, sizeof steps / sizeof steps[0]);
}
