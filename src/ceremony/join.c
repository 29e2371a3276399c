/*
 * One more device for a key domain: the custodians open the share file that is there already, of quorate or of
 * sc-hsm-tool, and its key goes into a device that is initialised for it.
 *
 * The file is opened first: until it is known that the shares open it, and for which key, no device is touched.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

static const struct step step_explain = {
	.name = "welcome",
	.title = N_("What will happen"),
	.text = N_("A device is initialised and gets the key of a key domain (the DKEK) that is there already: of a "
		   "first "
		   "device, or from before a loss. After that it can take encrypted backups of the domain's keys.\n"
		   "The custodians open the share file with their shares, or each their own with a password. It may "
		   "have been made by quorate or by sc-hsm-tool. No file is changed, and nobody gets a new share.\n"
		   "You need: the device; the share file; as many custodians as it needs, with their sheets. Until you "
		   "type the device's name to confirm, no device is changed. You can stop at any time with Esc."),
	.take = step_take_read,
};

static void
summarise_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char kcv[DKEK_KCV_TEXT_SIZE];

	dkek_kcv_text(ceremony->kcv, kcv);
	ret->kind = PROMPT_DONE;
	text_format(ret->text, sizeof ret->text,
		_("The device %s belongs to the key domain. Its key check value is %s.\n"), ceremony->plan.label, kcv);
	text_append(ret->text, sizeof ret->text, "%s\n", import_verdict(ceremony));
	text_append(ret->text, sizeof ret->text,
		_("The share file and the custodians' sheets are as they were. The record of this ceremony lies in the "
		  "folder %s. Put the SO-PIN and the user PIN away, apart from each other.\n"),
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
	&step_show_plan,
	&step_presence,
	&step_choose_device,
	&step_prove_device,
	&step_choose_label,
	&step_try_keyboard,
	&step_enter_so_pin,
	&step_choose_user_pin,
	&step_choose_file_count,
	&step_enter_expected_kcv,
	&step_choose_folder,
	&step_seal_salts,
	&step_print_sheets,
	/* Once for each share file. */
	&step_choose_old_file,
	&step_choose_old_form,
	&step_choose_old_threshold,
	&step_type_old_shares,
	&step_type_old_password,
	&step_open_old_file,
	&step_agree_device,
	&step_initialise,
	&step_prove_pins,
	&step_import_share,
	&step_print_results,
	&step_confirm_end,
	&step_print_record,
	&step_summarise,
};

enum outcome
join_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return ceremony_begin(ret, world, "join", steps, sizeof steps / sizeof steps[0]);
}
