/*
 * A new key domain: one device initialised, its DKEK share made as a file whose password is divided among n custodians
 * of whom m can open it, imported with the shares of m of them.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

static const struct step step_explain = {
	.name = "welcome",
	.title = N_("What will happen"),
	.text = N_("A device is initialised, and a new key (the DKEK) is made for its key domain. All devices that get "
		   "the same key can exchange their keys as encrypted backups. The key is kept as an encrypted file, "
		   "whose password is divided among custodians on paper; or as several files that are all needed, each "
		   "with a password or with custodians of its own.\nYou need: "
		   "the device; the custodians, at least two, all here; a sheet of paper and a pen for each, and "
		   "envelopes; paper for the PINs; a USB stick for the file. A printer is of help.\nUntil you type the "
		   "device's name to confirm, no device is changed. You can stop at any time with Esc: you are told "
		   "what is lost and what is kept. It takes about a quarter of an hour."),
	.take = step_take_read,
};

static void
summarise_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct plan *plan = &ceremony->plan;
	char kcv[DKEK_KCV_TEXT_SIZE];

	dkek_kcv_text(ceremony->kcv, kcv);
	ret->kind = PROMPT_DONE;
	text_format(ret->text, sizeof ret->text, _("The key domain is there. Its key check value is %s.\n"), kcv);
	text_append(ret->text, sizeof ret->text, "%s\n", import_verdict(ceremony));
	if (!plan_is_single(ceremony)) {
		text_append(ret->text, sizeof ret->text,
			_("The device %s has its new PINs and the key. In the folder %s lie the %u share files, their "
			  "sheets, and the record of this ceremony.\nNext: whoever opens a file keeps the password or "
			  "the "
			  "share sheet in an envelope, and two copies at least of the file, apart from it. All %u "
			  "files are needed: if one cannot be opened any more, the key cannot come into another "
			  "device. Put the SO-PIN and the "
			  "user "
			  "PIN away, apart from each other. Agree on a date within a year on which you try them "
			  "all.\n"),
			plan->label, plan->folder, plan_files(ceremony), plan_files(ceremony));
		record_tell_digest(ceremony, ret->text, sizeof ret->text);
		return;
	}
	text_append(ret->text, sizeof ret->text,
		_("The device %s has its new PINs and the key. In the folder %s lie the share file %s, the sheets, and "
		  "the record of this ceremony.\n"),
		plan->label, plan->folder, plan->share_file);
	text_append(ret->text, sizeof ret->text,
		_("Next: each custodian puts the share sheet into an envelope, signs over the flap, and takes it away; "
		  "any %u of the %u sheets open the file. Copy the share file to two places at least, none of them "
		  "beside the shares. Put the SO-PIN and the user PIN away, apart from each other. Agree on a date "
		  "within a year on which you try the sheets.\n"),
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
	&step_choose_device,
	&step_prove_device,
	&step_choose_label,
	&step_try_keyboard,
	&step_enter_so_pin,
	&step_choose_user_pin,
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
	&step_agree_device,
	&step_initialise,
	&step_prove_pins,
	&step_take_turns,
	&step_import_share,
	&step_print_results,
	&step_read_back,
	&step_confirm_end,
	&step_print_record,
	&step_summarise,
};

enum outcome
new_key_domain_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return ceremony_begin(ret, world, "new-key-domain", steps, sizeof steps / sizeof steps[0]);
}
