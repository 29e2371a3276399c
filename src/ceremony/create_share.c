/*
 * A share file and its custodians, without a device: for a device that comes later, or is initialised elsewhere. The
 * set is proven before anybody leaves: what stands on the sheets opens what stands on the disk.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

static const struct step step_explain = {
	.name = "welcome",
	.title = N_("What will happen"),
	.text = N_("A key (a DKEK share) is drawn and kept as an encrypted file. The file's password is divided among "
		   "custodians, each of whom writes a share on paper and types it back; or there are several files, "
		   "all of them needed, each with a password or with custodians of its own. No device is needed, and "
		   "none "
		   "is changed: the key goes into one later, with Join a key domain.\nYou need: the custodians, at "
		   "least two, all here; a sheet of paper and a pen for each, and envelopes; a USB stick for the file. "
		   "A printer is of help. You can stop at any time with Esc: you are told what is lost and what is "
		   "kept."),
	.take = step_take_read,
};

static void
name_domain_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_TEXT;
	text_format(ret->text, sizeof ret->text,
		_("What shall the key domain be called? The name is not secret: it stands on all sheets, and the file "
		  "is called after it. Up to %d characters."),
		LIMIT_LABEL_MAX);
	text_format(ret->of.text_line.initial, sizeof ret->of.text_line.initial, "%s", ceremony->plan.label);
	ret->of.text_line.most = LIMIT_LABEL_MAX;
}

static const struct step step_name_domain = {
	.name = "domain",
	.title = N_("The key domain's name"),
	.event = "domain-named",
	.is_planned = agreed_has_label,
	.ask = name_domain_ask,
	.take = step_take_label,
};

static void
summarise_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct plan *plan = &ceremony->plan;
	char kcv[DKEK_KCV_TEXT_SIZE];

	dkek_kcv_text(ceremony->kcv, kcv);
	ret->kind = PROMPT_DONE;
	if (!plan_is_single(ceremony)) {
		text_format(ret->text, sizeof ret->text,
			_("All %u share files are there, and each was seen to open. Together their key check value is "
			  "%s; a device will show the same once all of them are in it.\nIn the folder %s lie the "
			  "files, "
			  "the sheets, and the record of this ceremony.\nNext: whoever opens a file keeps the password "
			  "or the share sheet in an envelope, and two copies at least of the file, apart from it. All "
			  "files are needed. Agree on a date within a year on which you try them.\n"),
			plan_files(ceremony), kcv, plan->folder);
		record_tell_digest(ceremony, ret->text, sizeof ret->text);
		return;
	}
	text_format(ret->text, sizeof ret->text,
		_("The share file is there, and the sheets were seen to open it. Its key check value is %s; a device "
		  "will show the same once this share is its only one.\n"),
		kcv);
	text_append(ret->text, sizeof ret->text,
		_("In the folder %s lie the share file %s, the sheets, and the record of this ceremony.\n"),
		plan->folder, plan->share_file);
	text_append(ret->text, sizeof ret->text,
		_("Next: each custodian puts the share sheet into an envelope, signs over the flap, and takes it away; "
		  "any %u of the %u sheets open the file. Copy the share file to two places at least, none of them "
		  "beside the shares. Agree on a date within a year on which you try the sheets.\n"),
		plan->threshold, plan->total);
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
	&step_show_plan,
	&step_presence,
	&step_name_domain,
	&step_decide,
	&step_choose_form,
	&step_choose_custodians,
	&step_choose_threshold,
	&step_plan_files,
	&step_choose_private,
	&step_choose_folder,
	&step_seal_salts,
	&step_choose_file_name,
	&step_print_sheets,
	&step_create_share_file,
	&step_take_passwords,
	/* Once for each share file that has a way of its own. */
	&step_begin_file,
	&step_create_share_of_file,
	&step_take_turns_of_file,
	&step_prove_set_of_file,
	&step_take_password_of_file,
	&step_take_turns,
	&step_prove_set,
	&step_print_results,
	&step_read_back,
	&step_confirm_end,
	&step_print_record,
	&step_summarise,
};

enum outcome
create_share_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return ceremony_begin(ret, world, "create-share", steps, sizeof steps / sizeof steps[0]);
}
