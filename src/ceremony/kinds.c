/* The ceremonies there are. */
#include "steps.h"

#include <quorate/tongue.h>

static const struct ceremony_kind kinds[] = {
	{ "new-key-domain", N_("New key domain"),
		N_("Initialise a device, make a DKEK share file, and divide its password among custodians."),
		new_key_domain_open, false, 0 },
	{ "join", N_("Join a key domain"),
		N_("Initialise a device and bring the key of a share file that is there already into it."), join_open,
		false, 0 },
	{ "copy-key", N_("Key to another device"),
		N_("A key goes encrypted from one device into another one of its key domain, and the copy signs."),
		copy_key_open, false, NEED_INITIALISED | NEED_USER_PIN | NEED_NO_OUTSTANDING },
	{ "restore", N_("Restore from paper"),
		N_("Type or scan the share-file sheet, open it with the custodians, and bring its key and wrapped keys "
		   "into a device."),
		restore_open, false, 0 },
	{ "create-share", N_("Create a share file only"),
		N_("Draw a key, make its share file, and divide its password among custodians; no device is needed."),
		create_share_open, false, 0 },
	{ "renew-sheets", N_("New sheets for old shares"),
		N_("Shares of sc-hsm-tool get sheets with check words; no custodian, share or file changes."),
		renew_sheets_open, false, 0 },
	{ "change-custodians", N_("Change custodians"),
		N_("From shares of the old custodians to a new set, with a new share file for the same key."),
		change_custodians_open, false, 0 },
	{ "confirm-receipt", N_("Confirm receipt"),
		N_("Every custodian types the own sheet once more: all are there and right. Nothing is changed."),
		confirm_receipt_open, false, 0 },
	{ "destroy", N_("Destroy before witnesses"),
		N_("Old sheets, copies of files and devices, one by one, with a record and a sheet to be signed."),
		destroy_open, false, 0 },
	{ "drill", N_("Drill"),
		N_("Prove without a device that share files, sheets and backups of keys still work. Nothing is "
		   "changed."),
		drill_open, false, 0 },
#define PROCEDURE(name, needs, title, summary, open)                                                                   \
	{                                                                                                              \
		name, title, summary, open, true, needs                                                                \
	}
	PROCEDURE("verify-user-pin", NEED_INITIALISED | NEED_USER_PIN, N_("Try the user PIN"),
		N_("Whether it is the right one, by the token's own word."), verify_user_pin_open),
	PROCEDURE("prove-so-pin", NEED_INITIALISED | NEED_SO_PIN, N_("Prove the SO-PIN"),
		N_("Whether it is the right one, truly: a login as SO proves nothing on a SmartCard-HSM."),
		prove_so_pin_open),
	PROCEDURE("list-private", NEED_INITIALISED | NEED_USER_PIN, N_("See private objects"),
		N_("A login, the list of everything that is on the token, and a logout; Status shows it."),
		list_private_open),
	PROCEDURE("change-user-pin", NEED_INITIALISED | NEED_USER_PIN | NEED_WRITABLE, N_("Change the user PIN"),
		N_("From the present one to a new one, chosen by you or made here."), change_user_pin_open),
	PROCEDURE("change-so-pin", NEED_INITIALISED | NEED_SO_PIN | NEED_WRITABLE, N_("Change the SO-PIN"),
		N_("From the present one to a new one, chosen by you or made here."), change_so_pin_open),
	PROCEDURE("reset-user-pin", NEED_INITIALISED | NEED_RESET_ALLOWED | NEED_SO_PIN | NEED_WRITABLE,
		N_("Reset the user PIN with the SO-PIN"),
		N_("When the user PIN is locked or forgotten: a new one, and nothing on the token is lost."),
		reset_user_pin_open),
	PROCEDURE("set-transport-pin", NEED_INITIALISED | NEED_TRANSPORT_PIN | NEED_WRITABLE,
		N_("Replace the transport PIN"),
		N_("A token that came with a transport PIN gets a user PIN of its own."), set_transport_pin_open),
	PROCEDURE("generate-key", NEED_INITIALISED | NEED_USER_PIN | NEED_NO_OUTSTANDING | NEED_WRITABLE,
		N_("Generate a key pair"),
		N_("Made on the token, which it never leaves in clear; proven with a signature; the public key saved."),
		generate_key_open),
	PROCEDURE("request-certificate", NEED_INITIALISED | NEED_USER_PIN, N_("Request a certificate"),
		N_("For a key on the token, signed by it (PKCS#10), as a file for a CA."), request_certificate_open),
	PROCEDURE("write-certificate", NEED_INITIALISED | NEED_USER_PIN | NEED_WRITABLE,
		N_("Write a certificate to the token"), N_("From a file, beside the key that it belongs to."),
		write_certificate_open),
	PROCEDURE("save-public", NEED_INITIALISED, N_("Save a certificate or public key"),
		N_("From the token into a file (PEM). No PIN is needed."), save_public_open),
	PROCEDURE("save-attestation", NEED_INITIALISED | NEED_SMARTCARD_HSM, N_("Save a key's attestation"),
		N_("The device's word, signed, that a key was made in it: verified, and saved for quorate attest."),
		save_attestation_open),
	PROCEDURE("back-up-key", NEED_INITIALISED | NEED_SMARTCARD_HSM | NEED_USER_PIN | NEED_DKEK, N_("Back up a key"),
		N_("Encrypted under the device's DKEK, as a file that devices with the same DKEK take."),
		back_up_key_open),
	PROCEDURE("restore-key", NEED_INITIALISED | NEED_SMARTCARD_HSM | NEED_USER_PIN | NEED_DKEK, N_("Restore a key"),
		N_("From such a file, with its name and certificate; proven by a signature. The same DKEK is needed."),
		restore_key_open),
	PROCEDURE("rename-object", NEED_INITIALISED | NEED_USER_PIN | NEED_WRITABLE, N_("Change a label or an ID"),
		N_("Of a key, a certificate or other object on the token."), rename_object_open),
	PROCEDURE("delete-object", NEED_INITIALISED | NEED_USER_PIN | NEED_WRITABLE, N_("Delete an object"),
		N_("A key, a certificate or other object, for ever, after its name was typed."), delete_object_open),
	PROCEDURE("personal-pin", NEED_INITIALISED | NEED_RESET_ALLOWED | NEED_SO_PIN | NEED_WRITABLE,
		N_("Personal PIN of a maintainer"),
		N_("A token is handed over: the person to whom it belongs gives it a user PIN, alone, and on record."),
		personal_pin_open),
	PROCEDURE("initialise-token", NEED_SO_PIN | NEED_WRITABLE, N_("Initialise"),
		N_("Label and PINs anew; everything on the token is destroyed. (For a SmartCard-HSM whose keys are to "
		   "be backed up take New key domain or Join, under Ceremony.)"),
		initialise_token_open),
	PROCEDURE("decommission", NEED_INITIALISED | NEED_SO_PIN | NEED_WRITABLE, N_("Decommission"),
		N_("Everything on it destroyed, shown to be empty afterwards, with a record."), decommission_open),
};

size_t
ceremony_kinds(const struct ceremony_kind **ret)
{
	*ret = kinds;
	return sizeof kinds / sizeof kinds[0];
}
