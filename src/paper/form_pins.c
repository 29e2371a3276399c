#include "frame.h"

#include <quorate/tongue.h>

struct pins_data {
	bool has_user_pin, has_so_pin;
};

static enum outcome
add_boxes(struct frame *frame, const struct part *part)
{
	/* LIMIT_USER_PIN_MAX and LIMIT_SO_PIN_DIGITS. */
	static const unsigned char user[] = { 4, 4, 4, 3 }, so[] = { 4, 4, 4, 4 };
	const struct pins_data *data = frame->data;
	enum outcome outcome = sheet_heading(frame->sheet, _("Secret once it is filled in"));

	if (outcome == DONE && data->has_user_pin)
		outcome = sheet_boxes(frame->sheet, _("User PIN (6 to 15 characters)"), user, sizeof user);
	if (outcome == DONE && data->has_so_pin)
		outcome = sheet_boxes(frame->sheet, _("SO-PIN (16 digits)"), so, sizeof so);
	return outcome == DONE ? frame_paragraph(frame, part) : outcome;
}

static const struct part parts[] = {
	{ frame_paragraph, NULL,
		N_("This sheet belongs into a sealed envelope. It holds what unlocks a device: the user PIN lets its "
		   "keys be used, the SO-PIN (security officer) sets a new user PIN after too many wrong tries.") },
	{ frame_facts, NULL, NULL },
	{ add_boxes, NULL,
		N_("Write in ink, one character in each box, and strike out the boxes that are left. Each wrong try is "
		   "counted: after three the user PIN is locked, and after fifteen wrong SO-PINs the device can never "
		   "be initialised again.") },
	{ frame_section, N_("If you find this sheet"),
		N_("Is the envelope whole? Do not open it, and bring it to the address under Return to. Is it open? "
		   "Show the sheet to nobody, do not copy or photograph it, and say at once that it was found: the "
		   "PINs are then changed.") },
	{ frame_blank, N_("Envelope (number of its seal)"), NULL },
	{ frame_sign, N_("Written and sealed by"), NULL },
	{ frame_sign, N_("Witness"), NULL },
	{ frame_care, NULL, NULL },
	{ frame_section, N_("How it is used"),
		N_("With quorate: choose the device under Token, where a PIN is tried, changed or unlocked, with the "
		   "tries that are left in view. Without quorate: pkcs11-tool of the OpenSC project. The first command "
		   "uses the user PIN; the second sets a new one with the SO-PIN. The SO-PIN cannot be recovered from "
		   "anything but this sheet.") },
	{ frame_code, NULL, "pkcs11-tool --login --list-objects\npkcs11-tool --login --login-type so --init-pin" },
	{ frame_section, N_("Opened"), NULL },
	{ frame_sign, N_("Opened by (1), because of:"), NULL },
	{ frame_sign, N_("Opened by (2), because of:"), NULL },
};

enum outcome
form_pins(struct sheet **ret, const struct form_facts *facts, bool has_user_pin, bool has_so_pin)
{
	const struct pins_data data = { has_user_pin, has_so_pin };

	if (!has_user_pin && !has_so_pin)
		return FAIL_ARGUMENT;
	return FRAME_MAKE(ret,
		!has_so_pin     ? _("User PIN of a device")
		: !has_user_pin ? _("SO-PIN of a device")
				: _("User PIN and SO-PIN of a device"),
		"pin-sheet", facts, &data, parts);
}
