#include "frame.h"

#include "recovery.h"

#include <quorate/tongue.h>

struct file_data {
	const struct share_file *file;
	const uint8_t *kcv;
};

static enum outcome
add_file(struct frame *frame, const struct part *part)
{
	const struct file_data *data = frame->data;
	uint8_t bytes[SHARE_FILE_SIZE];
	char check_value[DKEK_KCV_TEXT_SIZE] = "";
	enum outcome outcome;

	(void)part;
	share_file_write(data->file, bytes);
	if (data->kcv != NULL)
		dkek_kcv_text(data->kcv, check_value);
	outcome = sheet_field(frame->sheet, _("Key check value (KCV)"), check_value);
	return outcome == DONE ? frame_bytes(frame, bytes, sizeof bytes) : outcome;
}

static const struct part parts[] = {
	{ frame_paragraph, NULL,
		N_("This sheet is a whole copy of a DKEK share file. The file holds, encrypted, the key that backups "
		   "of signing keys on SmartCard-HSM or Nitrokey HSM tokens are encrypted with (device key "
		   "encryption key). It is opened by a password, which may be split into shares that custodians "
		   "keep on sheets of their own. Keep it as long as the keys matter.") },
	{ frame_facts, NULL, NULL },
	{ frame_needed, NULL, NULL },
	{ add_file, NULL, NULL },
	{ frame_blank, N_("Kept at"), NULL },
	{ frame_care, NULL, NULL },
	{ frame_section, N_("If you find this sheet"),
		N_("It is a backup, and may be the last one. Bring it to the address under Return to, or to those who "
		   "held the ceremony. Keep it apart from sheets with shares: together they open the keys.") },
	{ recovery_typing, NULL, NULL },
	{ recovery_tools, NULL, NULL },
	{ recovery_algorithm, NULL, NULL },
};

enum outcome
form_share_file(struct sheet **ret, const struct form_facts *facts, const struct share_file *file, const uint8_t *kcv)
{
	const struct file_data data = { file, kcv };

	return FRAME_MAKE(ret, _("DKEK share file"), "share-file-sheet", facts, &data, parts);
}
