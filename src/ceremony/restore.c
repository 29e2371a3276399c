/*
 * After a loss, from paper alone: the share file is typed or scanned from its sheet, the custodians open it with their
 * shares, its key goes into a device, and wrapped keys follow from their sheets.
 *
 * As with any device that joins a key domain, no device is touched before it is known that the file opens.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

static const struct step step_explain = {
	.name = "welcome",
	.title = N_("What will happen"),
	.text = N_("Devices and disks are lost, and the sheets are there: from them the key of the key domain (the "
		   "DKEK) "
		   "comes back into a device, and after it the keys that were wrapped under it.\nThe share-file sheet "
		   "is typed or scanned, line by line, each with its check; then the custodians type their shares or "
		   "passwords. Until you type the device's name to confirm, no device is changed.\nYou need: a device; "
		   "the share-file sheet; as many custodians as are needed, with their sheets; the wrapped-key sheets. "
		   "A keyboard scanner, or a scan of the sheets as pictures, is of help. You can stop at any time with "
		   "Esc."),
	.take = step_take_read,
};

static void
summarise_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char kcv[DKEK_KCV_TEXT_SIZE];

	dkek_kcv_text(ceremony->kcv, kcv);
	ret->kind = PROMPT_DONE;
	text_format(ret->text, sizeof ret->text,
		_("The key of the key domain is in the device %s. Its key check value is %s.\n"), ceremony->plan.label,
		kcv);
	text_append(ret->text, sizeof ret->text, "%s\n", import_verdict(ceremony));
	if (ceremony->reading.number > 0)
		text_append(ret->text, sizeof ret->text,
			P_("%u wrapped key came back from its sheet.\n",
				"%u wrapped keys came back from their sheets.\n", ceremony->reading.number),
			ceremony->reading.number);
	text_append(ret->text, sizeof ret->text,
		_("In the folder %s lie the files that were read from paper, and the record. Bring the sheets back to "
		  "where they are kept, and copy the files to two places. Put the SO-PIN and the user PIN away, apart "
		  "from each other.\n"),
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
	&step_restore_file,
	&step_choose_old_form,
	&step_choose_old_threshold,
	&step_type_old_shares,
	&step_type_old_password,
	&step_open_old_file,
	&step_agree_device,
	&step_initialise,
	&step_prove_pins,
	&step_import_share,
	&step_restore_keys,
	&step_print_results,
	&step_confirm_end,
	&step_print_record,
	&step_summarise,
};

enum outcome
restore_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return ceremony_begin(ret, world, "restore", steps, sizeof steps / sizeof steps[0]);
}
