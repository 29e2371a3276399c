/* What a token shows after a login only: listed for Status, on request. */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

static void
told_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct token_objects *objects = &ceremony->procedure.objects;
	size_t count = 0;

	for (size_t i = 0; i < objects->count; i++)
		count += (objects->list[i].flags & OBJECT_PRIVATE) != 0 ||
			 objects->list[i].class == OBJECT_PRIVATE_KEY || objects->list[i].class == OBJECT_SECRET_KEY;
	procedure_ask_done(ceremony, ret, _("The token told what it holds, after a login that is over now."));
	text_append(ret->text, sizeof ret->text,
		P_("%zu object is on it", "%zu objects are on it", (unsigned long)objects->count), objects->count);
	text_append(ret->text, sizeof ret->text, _(", %zu of them keys and others that are private. "), count);
	text_append(ret->text, sizeof ret->text, "%s\n",
		_("They stand on the Status screen (F2), until the token is looked at again."));
	procedure_tell_tries_since(ceremony, false, ret->text, sizeof ret->text);
}

static const struct step step_private_told = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = told_ask,
};

static const struct step *const steps[] = { &step_look_at_token, &step_give_user_pin, &step_list_objects,
	&step_private_told };

enum outcome
list_private_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return procedure_open(ret, world, "list-private", steps, sizeof steps / sizeof steps[0]);
}
