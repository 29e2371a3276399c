#include "frame.h"

#include <quorate/tongue.h>

struct salts_data {
	const struct form_salt *salts;
	size_t count;
};

static enum outcome
add_salts(struct frame *frame, const struct part *part)
{
	const struct salts_data *data = frame->data;
	enum outcome outcome = frame_section(frame, part);

	for (size_t i = 0; i < data->count && outcome == DONE; i++) {
		const struct form_salt *salt = &data->salts[i];
		char text[FRAME_TEXT_SIZE];

		frame_group_digits(salt->salt, text);
		outcome = sheet_field(frame->sheet, salt->name, salt->value);
		if (outcome == DONE)
			outcome = sheet_field(frame->sheet, _("its salt"), text);
	}
	return outcome;
}

static const struct part parts[] = {
	{ frame_paragraph, NULL,
		N_("This sheet belongs into a sealed envelope. The record of the ceremony holds some facts only as "
		   "digests, for they are private. Here they stand in full, each with its salt, the random number "
		   "that was digested with it: who has this sheet can prove what the record says, and who has only "
		   "the record cannot guess it.") },
	{ frame_facts, NULL, NULL },
	{ add_salts, N_("The private facts"), NULL },
	{ frame_section, N_("If you find this sheet"),
		N_("Is the envelope whole? Do not open it, and bring it to the address under Return to. Is it open? "
		   "Show the sheet to nobody: what stands on it is private, though it opens no key.") },
	{ frame_blank, N_("Envelope (number of its seal)"), NULL },
	{ frame_sign, N_("Sealed by"), NULL },
	{ frame_sign, N_("Witness"), NULL },
	{ frame_care, NULL, NULL },
	{ frame_section, N_("What it is not needed for"),
		N_("To recover keys, with quorate or without it: for that, see the share-file sheet of the same set "
		   "and the recovery instructions.") },
};

enum outcome
form_salts(struct sheet **ret, const struct form_facts *facts, const struct form_salt *salts, size_t count)
{
	const struct salts_data data = { salts, count };

	return FRAME_MAKE(ret, _("Salts of private fields"), "salts-sheet", facts, &data, parts);
}
