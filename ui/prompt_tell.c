/* Something to read. */
#include "prompt.h"

#include <quorate/tongue.h>

static unsigned
key(struct sitting *sitting, const struct press *press)
{
	return press->request == REQUEST_ACCEPT ? prompt_answer(sitting, ANSWER_NEXT) : REACT_UNKNOWN;
}

const struct prompt_view prompt_tell = {
	.place = PLACE_TELL,
	.help = N_("Read the text aloud to everybody, then go on with Enter. If it is longer than the window, PgDn "
		   "shows the rest."),
	.key = key,
};
