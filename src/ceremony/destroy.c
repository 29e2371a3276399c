/*
 * Destruction before witnesses: of old sheets, copies of share files, and devices that are out of use. What is
 * destroyed is written down first, then destroyed before everybody's eyes, one thing after the other, and confirmed by
 * a word; the record and a sheet to be signed say so.
 */
#include "steps.h"

#include <quorate/pdf.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

#define DESTROYED_WORD "destroyed"

static void
explain_enter(struct ceremony *ceremony)
{
	text_format(ceremony->plan.label, sizeof ceremony->plan.label, "destruction");
}

static const struct step step_explain = {
	.name = "welcome",
	.title = N_("What will happen"),
	.text = N_(
		"Old sheets, copies of share files, envelopes with PINs, and devices that are out of use are destroyed "
		"before witnesses. Each thing is written down, then destroyed before everybody's eyes, and confirmed; "
		"in the end there is a record, and a sheet that all sign.\nNothing is erased by this program, and "
		"nothing is asked of a device. One that still holds keys is put out of use first: F5 Token, "
		"Decommission; but wiping alone destroys no device.\nYou need: the things themselves; two people at "
		"least; a shredder that cuts crosswise, or fire; for a device a hammer that breaks its chip."),
	.enter = explain_enter,
	.take = step_take_read,
};

enum { DESTROY_NAME, DESTROY_CONFIRM };

static void
destroy_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct destruction *destruction = &ceremony->destruction;

	if (ceremony->part == DESTROY_CONFIRM) {
		ret->kind = PROMPT_CONFIRM;
		text_format(ret->of.confirm.word, sizeof ret->of.confirm.word, DESTROYED_WORD);
		text_format(ret->text, sizeof ret->text,
			_("%s\nDestroy it now, before everybody's eyes, beyond repair: paper shredded crosswise or "
			  "burnt, "
			  "sticks and devices broken through the chip. When everybody has seen it, type %s. It is "
			  "noted "
			  "in the record."),
			destruction->items[destruction->count], DESTROYED_WORD);
		return;
	}
	ret->kind = PROMPT_TEXT;
	text_format(ret->title, sizeof ret->title, _("Thing %u"), destruction->count + 1);
	text_format(ret->text, sizeof ret->text, "%s",
		destruction->count == 0
			? _("What is destroyed first? Write what stands on it, so that nobody looks for it later: "
			    "\"share "
			    "sheet 2 of 3 of Harbour, set 1a2b3c4d\", \"USB stick with Harbour.pbe\", \"Nitrokey HSM, "
			    "serial number DENK0105702\". Never write a share or a PIN.")
			: _("What is destroyed next? Leave it empty when that was all."));
	ret->of.text_line.most = DESTRUCTION_ITEM_SIZE - 1;
}

static void
take_name(struct ceremony *ceremony, const char *text)
{
	struct destruction *destruction = &ceremony->destruction;
	enum outcome outcome = place_check_name(text, DESTRUCTION_ITEM_SIZE - 1);

	if (text[0] == '\0' && destruction->count > 0) {
		step_next(ceremony);
		return;
	}
	/* It has to stand on the sheet. */
	if (outcome == DONE)
		outcome = pdf_check_text(text);
	if (outcome != DONE) {
		step_refuse(ceremony, outcome);
		return;
	}
	text_format(destruction->items[destruction->count], DESTRUCTION_ITEM_SIZE, "%s", text);
	ceremony->part = DESTROY_CONFIRM;
}

static void
destroy_take(struct ceremony *ceremony, struct answer *answer)
{
	struct destruction *destruction = &ceremony->destruction;
	const struct journal_field thing = { "thing", destruction->items[destruction->count], 0 };

	if (ceremony->part == DESTROY_NAME) {
		take_name(ceremony, answer->text);
	} else if (strcmp(answer->text, DESTROYED_WORD) != 0) {
		step_refuse(ceremony, FAIL_WORD);
	} else if (record(ceremony, "destroyed", &thing, 1)) {
		ceremony->part = DESTROY_NAME;
		if (++destruction->count == DESTRUCTION_MOST)
			step_next(ceremony);
	}
}

static const struct step step_destroy = {
	.name = "destroy",
	.title = N_("What is destroyed"),
	.event = "all-destroyed",
	.ask = destroy_ask,
	.take = destroy_take,
};

static void
summarise_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	unsigned count = ceremony->destruction.count;

	ret->kind = PROMPT_DONE;
	text_format(ret->text, sizeof ret->text,
		P_("%u thing was destroyed before everybody's eyes. ",
			"%u things were destroyed before everybody's eyes. ", count),
		count);
	text_append(ret->text, sizeof ret->text,
		_("The record and the sheet lie in the folder %s; the signed sheet is kept.\nWhat was not destroyed "
		  "still "
		  "opens keys: write into the record, with F7, what could not be found.\n"),
		ceremony->plan.folder);
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
	&step_choose_folder,
	&step_destroy,
	&step_print_results,
	&step_print_record,
	&step_summarise,
};

enum outcome
destroy_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return ceremony_begin(ret, world, "destroy", steps, sizeof steps / sizeof steps[0]);
}
