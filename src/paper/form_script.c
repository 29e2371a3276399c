#include "frame.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

struct script_data {
	const char *const *titles;
	size_t count;
};

static enum outcome
add_steps(struct frame *frame, const struct part *part)
{
	const struct script_data *data = frame->data;
	enum outcome outcome = frame_section(frame, part);

	for (size_t i = 0; i < data->count && outcome == DONE; i++) {
		char number[24];

		text_format(number, sizeof number, "%zu", i + 1);
		outcome = sheet_step(frame->sheet, number, data->titles[i]);
	}
	return outcome;
}

static const struct part parts[] = {
	{ frame_paragraph, NULL,
		N_("This is the script of a key ceremony: every step in its order. Read each one aloud before it is "
		   "done; when it is done, tick it, and write down the time and your initials. What goes another way "
		   "than it stands here is written down as well.") },
	{ frame_facts, NULL, NULL },
	{ frame_sign, N_("Operator"), NULL },
	{ frame_sign, N_("Witness"), NULL },
	{ add_steps, N_("Steps"), NULL },
	{ frame_section, N_("What went another way"), NULL },
	{ frame_blank, N_("Step, and what"), NULL },
	{ frame_blank, N_("Step, and what"), NULL },
	{ frame_blank, N_("Step, and what"), NULL },
	{ frame_care, NULL, NULL },
	{ frame_section, N_("If you find this sheet"),
		N_("Nothing on it is secret. Bring it to the address under Return to, or to those who held the "
		   "ceremony: it says how it was done. What was done stands in the ceremony's record; how keys are "
		   "recovered, with quorate and without it, on the share-file sheet and the recovery instructions.") },
};

enum outcome
form_script(struct sheet **ret, const struct form_facts *facts, const char *const *titles, size_t count)
{
	const struct script_data data = { titles, count };

	return FRAME_MAKE(ret, _("Script of a ceremony"), "ceremony-script", facts, &data, parts);
}
