/*
 * Confirm receipt: every custodian types the own sheet once more, so that it is known that each of them holds a share
 * that is right and can be read. As many as are needed open the share file; the others are checked against these.
 * Nothing goes to a device, and nothing is changed.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

static const struct step step_explain = {
	.name = "welcome",
	.title = N_("What will happen"),
	.text = N_(
		"Every custodian types the share from the own sheet once more, and is told at the keyboard whether it "
		"is "
		"right. First as many as are needed open the share file with theirs; then all the others, each of whom "
		"is checked against these. Afterwards it is known that every sheet arrived, can be read, and is "
		"right.\nNo device, no file and no share is changed. You need: the share file; all custodians, with "
		"their sheets. You can stop at any time with Esc."),
	.take = step_take_read,
};

enum { RECEIPT_GATE, RECEIPT_TYPE, RECEIPT_LEAVE };

static bool
record_receipt(struct ceremony *ceremony, const char *event, unsigned share, enum outcome outcome)
{
	const struct journal_field fields[] = { { "share", NULL, share }, { "outcome", outcome_name(outcome), 0 } };

	return record(ceremony, event, fields, sizeof fields / sizeof fields[0]);
}

static void
end_turns(struct ceremony *ceremony)
{
	secrets_forget_typed(&ceremony->secrets);
	step_next(ceremony);
}

/* Who opened the file is confirmed by that. */
static void
confirm_turns_enter(struct ceremony *ceremony)
{
	const struct secrets *secrets = &ceremony->secrets;

	for (unsigned i = 0; i < secrets->typed_count; i++) {
		if (!record_receipt(ceremony, "receipt-confirmed", secrets->typed[i].id, DONE))
			return;
		ceremony->old.is_renewed[secrets->typed[i].id] = true;
		ceremony->progress.turns++;
	}
	ceremony->turn = ceremony->called = secrets->typed_count + 1;
	if (ceremony->turn > ceremony->plan.total)
		end_turns(ceremony);
}

static void
confirm_turns_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	unsigned turn = ceremony->turn, total = ceremony->plan.total;

	text_format(ret->title, sizeof ret->title, _("Sheet %u of %u"), turn, total);
	switch (ceremony->part) {
	case RECEIPT_TYPE:
		ret->kind = PROMPT_ENTER_SHARE;
		ret->of.enter.prime = ceremony->secrets.prime;
		ret->of.enter.where = ceremony->where;
		text_format(ret->text, sizeof ret->text, "%s",
			_("Type your share from your sheet. It is checked against the others. Where it has no check "
			  "word, leave that field empty."));
		break;
	case RECEIPT_LEAVE:
		ret->kind = PROMPT_GATE;
		ret->of.gate.is_leaving = true;
		text_format(ret->text, sizeof ret->text, "%s %s",
			_("Your sheet is right, and nothing secret is on the screen any more. Take it with you, back "
			  "to "
			  "where it is kept."),
			turn < total ? _("Call the next custodian.") : _("Call the operator."));
		break;
	default:
		ret->kind = PROMPT_GATE;
		text_format(ret->text, sizeof ret->text,
			_("Sheet %u of %u: a custodian who did not type a share yet, whoever is next, comes to the "
			  "keyboard with the sheet. Everybody else: turn away. Cover the cameras.\nPress Enter when "
			  "you "
			  "are alone in front of the screen."),
			turn, total);
	}
}

static void
take_typed(struct ceremony *ceremony, struct answer *answer)
{
	struct typed_share typed = { .id = 0 };
	enum outcome outcome = typed_read(ceremony, answer, &typed);

	ceremony->where = (struct check_verdict){ .count = 0 };
	if (outcome == DONE)
		outcome = typed_judge_beside(ceremony, answer, &typed);
	if (record_receipt(ceremony, outcome == DONE ? "receipt-confirmed" : "old-share-mistyped", typed.id, outcome)) {
		if (outcome == DONE) {
			ceremony->old.is_renewed[typed.id] = true;
			ceremony->progress.turns++;
			ceremony->part = RECEIPT_LEAVE;
		} else {
			typed_refuse(ceremony, outcome);
		}
	}
	typed_clear(&typed);
}

static void
confirm_turns_take(struct ceremony *ceremony, struct answer *answer)
{
	switch (ceremony->part) {
	case RECEIPT_GATE:
		ceremony->where = (struct check_verdict){ .count = 0 };
		ceremony->part = RECEIPT_TYPE;
		break;
	case RECEIPT_TYPE:
		/* Nothing was shown that could be shown again. */
		if (answer->kind == ANSWER_SHARE)
			take_typed(ceremony, answer);
		break;
	default:
		if (ceremony->turn == ceremony->plan.total) {
			end_turns(ceremony);
			return;
		}
		ceremony->called = ++ceremony->turn;
		ceremony->part = RECEIPT_GATE;
	}
}

const struct step step_confirm_turns = {
	.name = "confirm-turns",
	.title = N_("The sheets"),
	.event = "receipts-confirmed",
	.enter = confirm_turns_enter,
	.ask = confirm_turns_ask,
	.take = confirm_turns_take,
};

static void
summarise_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char kcv[DKEK_KCV_TEXT_SIZE];

	dkek_kcv_text(ceremony->kcv, kcv);
	ret->kind = PROMPT_DONE;
	text_format(ret->text, sizeof ret->text,
		_("All %u custodians hold their shares: each sheet was typed and is right, and %u of them opened the "
		  "share "
		  "file. Its key check value is %s.\nEverybody takes the sheet back to where it is kept, in a new "
		  "envelope, signed over the flap. The record lies in the folder %s. Agree on the next date.\n"),
		ceremony->plan.total, ceremony->plan.threshold, kcv, ceremony->plan.folder);
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
	&step_confirm_turns,
	&step_print_record,
	&step_summarise,
};

enum outcome
confirm_receipt_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return ceremony_begin(ret, world, "confirm-receipt", steps, sizeof steps / sizeof steps[0]);
}
