#include "frame.h"

#include "recovery.h"

#include <quorate/tongue.h>

static const struct part parts[] = {
	{ frame_paragraph, NULL,
		N_("This sheet says how signing keys come back that were kept on a SmartCard-HSM or Nitrokey HSM, for "
		   "whoever has nothing but paper. Nothing on it is secret.") },
	{ frame_facts, NULL, NULL },
	{ frame_needed, NULL, NULL },
	{ frame_blank, N_("Kept at"), NULL },
	{ frame_care, NULL, NULL },
	{ frame_section, N_("If you find this sheet"),
		N_("Bring it to the address under Return to, or to those who held the ceremony.") },
	{ frame_section, N_("What is needed"),
		N_("The share-file sheet (the DKEK share file in base64, name ending in .pbe); the custodians' sheets, "
		   "as many as are needed, or the password; and for each key its wrapped-key sheet. Compare what "
		   "stands under Set: it must be the same on all of them.") },
	{ frame_paragraph, NULL,
		N_("The order: type the share file from its sheet; open it with the shares or the password, with "
		   "quorate, with a token, or with the program below; then put the wrapped keys back on a token, or "
		   "open them with the second program.") },
	{ recovery_typing, NULL, NULL },
	{ recovery_tools, NULL, NULL },
	{ recovery_algorithm, NULL, NULL },
	{ recovery_key, NULL, NULL },
};

enum outcome
form_recovery(struct sheet **ret, const struct form_facts *facts)
{
	return FRAME_MAKE(ret, _("Recovery instructions"), "recovery-sheet", facts, NULL, parts);
}
