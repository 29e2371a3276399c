#include "frame.h"

#include <quorate/tongue.h>

struct device_data {
	const struct form_line *lines;
	size_t count;
};

static enum outcome
add_lines(struct frame *frame, const struct part *part)
{
	const struct device_data *data = frame->data;
	enum outcome outcome = frame_section(frame, part);

	for (size_t i = 0; i < data->count && outcome == DONE; i++)
		outcome = sheet_field(frame->sheet, data->lines[i].label, data->lines[i].text);
	return outcome;
}

static const struct part parts[] = {
	{ frame_paragraph, NULL,
		N_("This is the record of one device (SmartCard-HSM, Nitrokey HSM or another token): what it is, what "
		   "it was set up for, where it is kept and who answers for it. Nothing on it is secret.") },
	{ frame_facts, NULL, NULL },
	{ add_lines, N_("The device"), NULL },
	{ frame_section, N_("Where it is"), NULL },
	{ frame_blank, N_("Kept at"), NULL },
	{ frame_blank, N_("Number of its seal or bag"), NULL },
	{ frame_care, NULL, NULL },
	{ frame_sign, N_("Answers for it"), NULL },
	{ frame_sign, N_("Witness"), NULL },
	{ frame_section, N_("If you find this sheet"),
		N_("Bring it, and the device if it is there, to the address under Return to. Do not try PINs: after "
		   "three wrong ones the device locks itself.") },
	{ frame_section, N_("How to compare the device with this sheet"),
		N_("With quorate, Status shows the same; a device whose certificate leads to a root that quorate knows "
		   "is genuine. Without quorate, with the OpenSC project's tools:") },
	{ frame_code, NULL, "quorate status\npkcs11-tool --list-token-slots\nsc-hsm-tool" },
	{ frame_paragraph, NULL,
		N_("If the device is lost or broken, its keys come back from their wrapped-key sheets and the "
		   "share-file sheet of the same set on another device.") },
};

enum outcome
form_device(struct sheet **ret, const struct form_facts *facts, const struct form_line *lines, size_t count)
{
	const struct device_data data = { lines, count };

	return FRAME_MAKE(ret, _("Device record"), "device-record", facts, &data, parts);
}
