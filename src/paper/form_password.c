#include "frame.h"

#include <quorate/tongue.h>

/* LIMIT_PASSWORD_MAX boxes. */
static enum outcome
add_boxes(struct frame *frame, const struct part *part)
{
	static const unsigned char groups[] = { 8, 8, 8, 8, 8, 8, 8, 8 };
	enum outcome outcome = sheet_heading(frame->sheet, _("The password: secret once it is filled in"));

	if (outcome == DONE)
		outcome = sheet_boxes(frame->sheet, _("Password"), groups, sizeof groups);
	return outcome == DONE ? frame_paragraph(frame, part) : outcome;
}

static const struct part parts[] = {
	{ frame_paragraph, NULL,
		N_("This sheet holds the password of one DKEK share file (64 bytes, name ending in .pbe). Where a key "
		   "domain has several such files, each has a password and a sheet of its own, and all of them are "
		   "needed: together they are the key that backups of signing keys on SmartCard-HSM or Nitrokey HSM "
		   "tokens are encrypted with.") },
	{ frame_facts, NULL, NULL },
	{ add_boxes, NULL,
		N_("Write in ink, one character in each box, and strike out the boxes that are left. Underline capital "
		   "letters, put a stroke through every zero, and write a blank as a dot on the line.") },
	{ frame_section, N_("If you find this sheet"),
		N_("What stands in the boxes is secret. Show it to nobody, do not copy or photograph it, do not type "
		   "it anywhere. Put it into an envelope and bring it to the custodian or to the address under "
		   "Return to. Whoever asks you to read it out by telephone or e-mail is a thief.") },
	{ frame_sign, N_("Custodian"), NULL },
	{ frame_sign, N_("Witness"), NULL },
	{ frame_care, NULL, NULL },
	{ frame_section, N_("How the keys are recovered"),
		N_("With quorate, this asks for the password of each file and shows the key check value of all of "
		   "them together:") },
	{ frame_code, NULL, "quorate verify share-1.pbe share-2.pbe" },
	{ frame_paragraph, NULL,
		N_("Without quorate: sc-hsm-tool of the OpenSC project and an empty SmartCard-HSM or Nitrokey HSM. The "
		   "first command wipes it; the number at its end is how many share files there are. The second is "
		   "given once for each file and asks for its password. With no token: the program on the share-file "
		   "sheet.") },
	{ frame_code, NULL, "sc-hsm-tool --initialize --dkek-shares 2\nsc-hsm-tool --import-dkek-share share-1.pbe" },
};

enum outcome
form_password(struct sheet **ret, const struct form_facts *facts)
{
	return FRAME_MAKE(ret, _("Password of a DKEK share file"), "password-sheet", facts, NULL, parts);
}
