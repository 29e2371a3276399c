#include "frame.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

struct destruction_data {
	const char *const *items;
	size_t count;
};

static enum outcome
add_items(struct frame *frame, const struct part *part)
{
	const struct destruction_data *data = frame->data;
	enum outcome outcome = frame_section(frame, part);

	for (size_t i = 0; i < data->count && outcome == DONE; i++) {
		char number[24];

		text_format(number, sizeof number, "%zu", i + 1);
		outcome = sheet_step(frame->sheet, number, data->items[i]);
	}
	return outcome;
}

static const struct part parts[] = {
	{ frame_paragraph, NULL,
		N_("This is the record of what was destroyed, so that nobody looks for it later or has to fear that "
		   "it is still somewhere. Nothing on it is secret.") },
	{ frame_facts, NULL, NULL },
	{ add_items, N_("What was destroyed"),
		N_("Tick each thing once it is beyond repair: paper shredded crosswise or burnt, sticks and tokens "
		   "broken through the chip. A token that is only wiped is not destroyed.") },
	{ frame_blank, N_("How, and where"), NULL },
	{ frame_blank, N_("What could not be found"), NULL },
	{ frame_sign, N_("Destroyed by"), NULL },
	{ frame_sign, N_("Witness"), NULL },
	{ frame_care, NULL, NULL },
	{ frame_section, N_("If you find this sheet"),
		N_("Bring it to the address under Return to. If you find one of the things that are ticked here, say "
		   "so at once.") },
	{ frame_section, N_("What is left"),
		N_("What was not destroyed still opens keys. How they are recovered, with quorate and without it, "
		   "stands on the share-file sheets that are kept and in the recovery instructions.") },
};

enum outcome
form_destruction(struct sheet **ret, const struct form_facts *facts, const char *const *items, size_t count)
{
	const struct destruction_data data = { items, count };

	return FRAME_MAKE(ret, _("Record of destruction"), "destruction-record", facts, &data, parts);
}
