/*
 * Other custodians for the same key: the old share file is opened with shares of the old set, and what is in it is
 * saved in a new file under a new password, divided among the new custodians. The key stays, and so do the old shares'
 * powers: that is said, and the old sheets are counted.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

static const struct step step_explain = {
	.name = "welcome",
	.title = N_("What will happen"),
	.text = N_(
		"Old custodians open the old share file with their shares or its password, and a new share file for "
		"the same key is made, whose password is divided among new custodians or kept by one person. No "
		"device is needed, and none is changed.\nKnow this: enough old shares, or the old password, with any "
		"copy of the old file, open the same key for ever. Nothing done here can change that. So all old "
		"sheets and all copies of the old file must be collected and destroyed. Against somebody who "
		"leaves, whom nobody trusts, only a new key domain with a new key helps.\nOf several files that are "
		"all needed, one is changed at a time. You need: the old share file; as many old custodians as it "
		"needs, with their sheets; the new custodians, all here; a sheet of paper and a pen for each; a USB "
		"stick. You can stop at any time with Esc."),
	.take = step_take_read,
};

enum { COUNT_SHEETS, COUNT_DESTROYED, COUNT_COPIES };

static void
count_old_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_TEXT;
	ret->of.text_line.most = 3;
	switch (ceremony->part) {
	case COUNT_SHEETS:
		text_format(ret->text, sizeof ret->text, "%s",
			ceremony->old.is_by_password
				? _("Now every paper with the old password that is here is destroyed, before "
				    "everybody's eyes: shredded or burnt.\nHow many such papers were there? Leave it "
				    "empty if nobody knows.")
				: _("Now the old sheets are destroyed, all that are here, before everybody's eyes: "
				    "shredded or burnt.\nHow many sheets did the old set have? It stands on them, as "
				    "the second number of \"2 of 3\". Leave it empty if nobody knows."));
		break;
	case COUNT_DESTROYED:
		text_format(ret->text, sizeof ret->text, "%s",
			_("How many old sheets were destroyed just now? Count only what you saw destroyed. Both "
			  "numbers go into the record."));
		break;
	default:
		text_format(ret->text, sizeof ret->text, "%s",
			_("How many copies of the old share file were destroyed: sticks, disks, backups, share-file "
			  "sheets? Count only what you saw destroyed; 0 if they are seen to later."));
	}
}

/* A number of at most 3 digits; FAIL_EMPTY, FAIL_ARGUMENT. */
static enum outcome
read_number(const char *text, unsigned *ret)
{
	*ret = 0;
	if (text[0] == '\0')
		return FAIL_EMPTY;
	if (strlen(text) > 3 || strspn(text, "0123456789") != strlen(text))
		return FAIL_ARGUMENT;
	for (; *text != '\0'; text++)
		*ret = *ret * 10 + (unsigned)(*text - '0');
	return DONE;
}

static void
record_count(struct ceremony *ceremony)
{
	const struct old_set *old = &ceremony->old;
	const struct journal_field fields[] = {
		/* -1: nobody knows. */
		{ "sheets", NULL, !old->has_sheets ? -1 : (int64_t)old->sheets },
		{ "destroyed", NULL, old->destroyed },
		{ "still_out", NULL, !old->has_sheets ? -1 : (int64_t)old->sheets - old->destroyed },
		{ "file_copies_destroyed", NULL, old->copies },
	};

	if (record(ceremony, "old-sheets-counted", fields, sizeof fields / sizeof fields[0]))
		step_next(ceremony);
}

static void
count_old_take(struct ceremony *ceremony, struct answer *answer)
{
	struct old_set *old = &ceremony->old;
	unsigned number;
	enum outcome outcome = read_number(answer->text, &number);

	if (ceremony->part == COUNT_SHEETS && outcome == FAIL_EMPTY) {
		old->has_sheets = false;
		ceremony->part = COUNT_DESTROYED;
	} else if (outcome != DONE) {
		step_refuse_with(ceremony, outcome, "%s", _("A whole number is asked, 0 to 999."));
	} else if (ceremony->part == COUNT_SHEETS && !old->is_by_password && number < old->threshold) {
		step_refuse_with(ceremony, FAIL_ARGUMENT,
			_("The old set had at least the %u sheets that were needed to open its file."), old->threshold);
	} else if (ceremony->part == COUNT_SHEETS) {
		old->has_sheets = true;
		old->sheets = number;
		ceremony->part = COUNT_DESTROYED;
	} else if (ceremony->part == COUNT_DESTROYED && old->has_sheets && number > old->sheets) {
		step_refuse_with(ceremony, FAIL_ARGUMENT,
			_("More sheets cannot have been destroyed than the %u that there were."), old->sheets);
	} else if (ceremony->part == COUNT_DESTROYED) {
		old->destroyed = number;
		ceremony->part = COUNT_COPIES;
	} else {
		old->copies = number;
		record_count(ceremony);
	}
}

static bool
count_old_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)step;
	return resume_find(ceremony, "old-sheets-counted") != NULL;
}

static const struct step step_count_old = {
	.name = "old-sheets",
	.title = N_("The old sheets"),
	.ask = count_old_ask,
	.take = count_old_take,
	.resume = count_old_resume,
};

/* What the old set can still do. */
static void
tell_old(const struct old_set *old, char *ret, size_t size)
{
	unsigned out = old->sheets - old->destroyed;

	if (old->is_by_password) {
		text_append(ret, size, "%s",
			_("The old password, with any copy of the old file, opens the key: whoever knows it does. "
			  "Destroy "
			  "every copy of the old file.\n"));
		return;
	}
	if (!old->has_sheets)
		text_append(ret, size,
			P_("%u old sheet was destroyed; how many are still out there, nobody knows. ",
				"%u old sheets were destroyed; how many are still out there, nobody knows. ",
				old->destroyed),
			old->destroyed);
	else
		text_append(ret, size, _("Of %u old sheets %u were destroyed, and %u are still out there. "),
			old->sheets, old->destroyed, out);
	if (old->has_sheets && out < old->threshold)
		text_append(ret, size, "%s",
			_("That is fewer than open the old file, unless somebody kept a copy of a sheet.\n"));
	else
		text_append(ret, size,
			_("Any %u of them, with any copy of the old file, open the key: collect and destroy them.\n"),
			old->threshold);
}

static void
summarise_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct plan *plan = &ceremony->plan;
	char kcv[DKEK_KCV_TEXT_SIZE];

	dkek_kcv_text(ceremony->kcv, kcv);
	ret->kind = PROMPT_DONE;
	text_format(ret->text, sizeof ret->text,
		plan_is_single(ceremony)
			? _("The new custodians have the key. Its key check value is %s, as before: the new sheets "
			    "were seen to open the new file.\n")
			: _("The new password opens the new file. Its key check value is %s, as before.\n"),
		kcv);
	tell_old(&ceremony->old, ret->text, sizeof ret->text);
	text_append(ret->text, sizeof ret->text,
		_("In the folder %s lie the new share file %s, the sheets, and the record of this ceremony.\n"),
		plan->folder, plan->share_file);
	if (!plan_is_single(ceremony))
		text_append(ret->text, sizeof ret->text, "%s",
			_("Next: whoever has the new password puts the sheet with it into an envelope, signs over the "
			  "flap, and takes it away. Copy the new file to two places at least, none of them beside the "
			  "password, and destroy every copy of the old one.\n"));
	else
		text_append(ret->text, sizeof ret->text,
			_("Next: each new custodian puts the sheet into an envelope, signs over the flap, and takes it "
			  "away; "
			  "any %u of the %u open the new file. Copy the new file to two places at least, none of them "
			  "beside "
			  "the shares, and destroy every copy of the old one.\n"),
			plan->threshold, plan->total);
	record_tell_digest(ceremony, ret->text, sizeof ret->text);
}

static const struct step step_summarise = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = summarise_ask,
};

/* The folder comes before the first share, so that the record knows every attempt. */
static const struct step *const steps[] = {
	&step_explain,
	&step_show_plan,
	&step_presence,
	&step_choose_old_file,
	&step_choose_old_form,
	&step_choose_old_threshold,
	&step_enter_expected_kcv,
	&step_choose_private,
	&step_choose_folder,
	&step_type_old_shares,
	&step_type_old_password,
	&step_open_old_file,
	&step_choose_new_form,
	&step_choose_custodians,
	&step_choose_threshold,
	&step_seal_salts,
	&step_choose_file_name,
	&step_print_sheets,
	&step_create_share_file,
	&step_take_passwords,
	&step_take_turns,
	&step_prove_set,
	&step_count_old,
	&step_print_results,
	&step_read_back,
	&step_confirm_end,
	&step_print_record,
	&step_summarise,
};

enum outcome
change_custodians_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return ceremony_begin(ret, world, "change-custodians", steps, sizeof steps / sizeof steps[0]);
}
