/*
 * A new key domain: one device initialised, its DKEK share made as a file whose password is divided among n custodians
 * of whom m can open it, imported with the shares of m of them.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

static const struct step steps[] = {
	{ .name = "welcome", .title = N_("What will happen"), .ask = explain_ask, .take = explain_take },
	{ .name = "device",
		.title = N_("The device"),
		.event = "device-chosen",
		.enter = choose_device_enter,
		.ask = choose_device_ask,
		.take = choose_device_take,
		.settled = choose_device_settled },
	{ .name = "proof",
		.title = N_("Is the device genuine?"),
		.event = "device-proof-seen",
		.ask = prove_device_ask,
		.take = prove_device_take },
	{ .name = "label",
		.title = N_("The device's label"),
		.event = "label-chosen",
		.ask = choose_label_ask,
		.take = choose_label_take },
	{ .name = "keyboard",
		.title = N_("The keyboard"),
		.event = "keyboard-tried",
		.ask = try_keyboard_ask,
		.take = try_keyboard_take },
	{ .name = "so-pin",
		.title = N_("The SO-PIN"),
		.event = "so-pin-entered",
		.enter = enter_so_pin_enter,
		.ask = enter_so_pin_ask,
		.take = enter_so_pin_take },
	{ .name = "user-pin",
		.title = N_("The user PIN"),
		.event = "user-pin-chosen",
		.ask = choose_user_pin_ask,
		.take = choose_user_pin_take },
	{ .name = "custodians",
		.title = N_("The custodians"),
		.event = "custodians-chosen",
		.ask = choose_custodians_ask,
		.take = choose_custodians_take },
	{ .name = "threshold",
		.title = N_("How many are needed"),
		.event = "threshold-chosen",
		.ask = choose_threshold_ask,
		.take = choose_threshold_take },
	{ .name = "folder",
		.title = N_("The ceremony's folder"),
		.event = "folder-chosen",
		.enter = choose_folder_enter,
		.ask = choose_folder_ask,
		.take = choose_folder_take },
	{ .name = "file-name",
		.title = N_("The share file's name"),
		.event = "file-name-chosen",
		.enter = choose_file_name_enter,
		.ask = choose_file_name_ask,
		.take = choose_file_name_take },
	{ .name = "share-sheets",
		.title = N_("Sheets for the custodians"),
		.event = "share-sheets-printed",
		.enter = print_share_sheets_enter,
		.ask = print_share_sheets_ask,
		.take = print_share_sheets_take },
	{ .name = "create",
		.title = N_("The share file is made"),
		.event = "share-file-proven",
		.enter = create_share_file_enter,
		.ask = create_share_file_ask,
		.take = create_share_file_take,
		.settled = create_share_file_settled,
		.derived = create_share_file_derived },
	{ .name = "initialise",
		.title = N_("The device is initialised"),
		.enter = initialise_enter,
		.ask = initialise_ask,
		.take = initialise_take,
		.settled = initialise_settled },
	{ .name = "prove-pins",
		.title = N_("Both PINs are proven"),
		.enter = prove_pins_enter,
		.ask = prove_pins_ask,
		.take = prove_pins_take,
		.settled = prove_pins_settled },
	{ .name = "turns",
		.title = N_("The custodians' turns"),
		.event = "turns-done",
		.ask = take_turns_ask,
		.take = take_turns_take },
	{ .name = "import",
		.title = N_("The key goes into the device"),
		.enter = import_share_enter,
		.ask = import_share_ask,
		.take = import_share_take,
		.settled = import_share_settled,
		.derived = import_share_derived },
	{ .name = "file-sheet",
		.title = N_("The share-file sheet"),
		.event = "share-file-sheet-printed",
		.enter = print_file_sheet_enter,
		.ask = print_file_sheet_ask,
		.take = print_file_sheet_take },
	{ .name = "done", .title = N_("Done"), .enter = summarise_enter, .ask = summarise_ask },
};

void
explain_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	(void)ceremony;
	ret->kind = PROMPT_TELL;
	text_format(ret->text, sizeof ret->text, "%s",
		_("A device is initialised, and a new key (the DKEK) is made for its key domain. All devices that get "
		  "the "
		  "same key can exchange their keys as encrypted backups. The key is kept as an encrypted file; the "
		  "file's "
		  "password is divided among custodians, each of whom writes a share on paper.\n"
		  "You need: the device; the custodians, at least two, all here; a sheet of paper and a pen for each, "
		  "and "
		  "envelopes; paper for the PINs; a USB stick for the file. A printer is of help.\n"
		  "Until you type the device's name to confirm, no device is changed. You can stop at any time with "
		  "Esc: "
		  "you are told what is lost and what is kept. It takes about a quarter of an hour."));
}

void
explain_take(struct ceremony *ceremony, struct answer *answer)
{
	(void)answer;
	step_next(ceremony);
}

void
summarise_enter(struct ceremony *ceremony)
{
	step_finish(ceremony);
}

void
summarise_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct plan *plan = &ceremony->plan;
	char kcv[DKEK_KCV_TEXT_SIZE];

	dkek_kcv_text(ceremony->kcv, kcv);
	ret->kind = PROMPT_DONE;
	text_format(ret->text, sizeof ret->text, _("The key domain is there. Its key check value is %s.\n"), kcv);
	text_append(ret->text, sizeof ret->text,
		_("The device %s has its new PINs and the key. In the folder %s lie the share file %s, the sheets, and "
		  "the "
		  "record of this ceremony.\n"),
		plan->label, plan->folder, plan->share_file);
	text_append(ret->text, sizeof ret->text,
		_("Next: each custodian puts the share sheet into an envelope, signs over the flap, and takes it away; "
		  "any "
		  "%u of the %u sheets open the file. Copy the share file to two places at least, none of them beside "
		  "the "
		  "shares. Put the SO-PIN and the user PIN away, apart from each other. Agree on a date within a year "
		  "on "
		  "which you try the sheets.\n"),
		plan->threshold, plan->total);
	text_append(ret->text, sizeof ret->text,
		_("Write this down and sign it; it names the whole record (SHA-256 of its last line):\n%s"),
		ceremony->digest);
}

static enum outcome
open_new_key_domain(struct ceremony **ret, const struct ceremony_world *world)
{
	return ceremony_begin(ret, world, "new-key-domain", steps, sizeof steps / sizeof steps[0], "turns");
}

static const struct ceremony_kind kinds[] = {
	{ "new-key-domain", N_("New key domain"),
		N_("Initialise a device, make a DKEK share file, and divide its password among custodians."),
		open_new_key_domain },
};

size_t
ceremony_kinds(const struct ceremony_kind **ret)
{
	*ret = kinds;
	return sizeof kinds / sizeof kinds[0];
}
