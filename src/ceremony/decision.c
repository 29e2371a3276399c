/* What has to be decided about the backup before anything is chosen: on one screen, with what each choice means. */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

static void
decision_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	(void)ceremony;
	ret->kind = PROMPT_TELL;
	text_format(ret->text, sizeof ret->text, "%s",
		_("No DKEK: no key ever leaves the device, and with the device all its keys are lost. Nothing to "
		  "guard; only for keys that may be lost. Then stop here, and take F5 Token, Initialise.\n"
		  "m of n: one file, whose password is divided into n shares on paper; any m of them open it. "
		  "Loss: n - m shares may vanish. Theft: m custodians must collude, fewer learn nothing.\n"
		  "n passwords: n files, each with its own password; all n are needed. Loss: not one may vanish. "
		  "Theft: all n must collude.\n"
		  "Every device that joins later needs m shares, or all n passwords, again. It is set when the device "
		  "is initialised: neither the DKEK nor its form can be changed without wiping the device. (New "
		  "custodians for the same key, with another m and n, can be had later.)\n"
		  "Two people: 2 of 3, the third sheet in a bank's safe; with 2 of 2, one lost sheet loses the key. "
		  "Five: 3 of 5: two may be away or lost, three would have to collude. Nine: 5 of 9, or 4 of 9 if they "
		  "live far apart. Whoever has m sheets and the file needs nobody else."));
}

const struct step step_decide = {
	.name = "decision",
	.title = N_("What to decide about the backup"),
	.ask = decision_ask,
	.take = step_take_read,
	.event = "decision-explained",
	.is_planned = agreed_has_custodians,
};
