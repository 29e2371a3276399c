/* A token initialised: a SmartCard-HSM through the steps of the ceremonies, a token in a slot through its module. */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

static bool
is_decommissioning(const struct ceremony *ceremony)
{
	return strcmp(ceremony->kind->name, "decommission") == 0;
}

static bool
is_blank(const struct ceremony *ceremony)
{
	return procedure_user_pin(ceremony).state == PIN_UNKNOWN && procedure_so_pin(ceremony).state == PIN_UNKNOWN;
}

/* The SO-PIN of a token that has one is the one that counts; a blank token chooses it. */
static void
slot_so_pin_enter(struct ceremony *ceremony)
{
	(is_blank(ceremony) ? step_new_so_pin : step_give_so_pin).enter(ceremony);
}

static void
slot_so_pin_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	(is_blank(ceremony) ? step_new_so_pin : step_give_so_pin).ask(ceremony, ret);
}

static void
slot_so_pin_take(struct ceremony *ceremony, struct answer *answer)
{
	(is_blank(ceremony) ? step_new_so_pin : step_give_so_pin).take(ceremony, answer);
}

static const struct step step_slot_so_pin = {
	.name = "so-pin",
	.title = N_("The SO-PIN"),
	.event = "so-pin-entered",
	.enter = slot_so_pin_enter,
	.ask = slot_so_pin_ask,
	.take = slot_so_pin_take,
};

/* A device that was used has one; a new one is given it, chosen or made here. */
static const struct step *
hsm_so_pin(const struct ceremony *ceremony)
{
	return card_is_new(&ceremony->device.hsm) ? &step_new_so_pin : &step_enter_so_pin;
}

static void
hsm_so_pin_enter(struct ceremony *ceremony)
{
	hsm_so_pin(ceremony)->enter(ceremony);
}

static void
hsm_so_pin_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	hsm_so_pin(ceremony)->ask(ceremony, ret);
}

static void
hsm_so_pin_take(struct ceremony *ceremony, struct answer *answer)
{
	hsm_so_pin(ceremony)->take(ceremony, answer);
}

static const struct step step_hsm_so_pin = {
	.name = "so-pin",
	.title = N_("The SO-PIN"),
	.event = "so-pin-entered",
	.enter = hsm_so_pin_enter,
	.ask = hsm_so_pin_ask,
	.take = hsm_so_pin_take,
};

static void
slot_label_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_TEXT;
	text_format(ret->text, sizeof ret->text, "%s",
		_("What shall the token be called? The label is not secret: every program shows it."));
	text_format(ret->of.text_line.initial, sizeof ret->of.text_line.initial, "%s", ceremony->plan.label);
	ret->of.text_line.most = TOKEN_NEW_LABEL_SIZE - 1;
}

static void
slot_label_take(struct ceremony *ceremony, struct answer *answer)
{
	enum outcome outcome = token_check_slot_label(answer->text);

	text_format(ceremony->plan.label, sizeof ceremony->plan.label, "%s", answer->text);
	if (outcome == DONE)
		step_next(ceremony);
	else
		step_refuse(ceremony, outcome);
}

static const struct step step_slot_label = {
	.name = "label",
	.title = N_("The token's label"),
	.event = "label-chosen",
	.ask = slot_label_ask,
	.take = slot_label_take,
};

enum { SLOT_CONFIRM, SLOT_SENT };

static void
initialise_slot_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct procedure *procedure = &ceremony->procedure;
	char name[LIMIT_TEXT_INPUT + TOKEN_NAME_SIZE];

	procedure_name(ceremony, name, sizeof name);
	ret->kind = PROMPT_CONFIRM;
	text_format(ret->of.confirm.word, sizeof ret->of.confirm.word, "%s", procedure_word(ceremony));
	text_format(ret->text, sizeof ret->text, _("Initialise %s?\n"), name);
	if (is_blank(ceremony))
		text_append(ret->text, sizeof ret->text, "%s\n", _("It is blank: nothing is lost."));
	else if (is_decommissioning(ceremony))
		text_append(ret->text, sizeof ret->text,
			P_("This destroys %u object that was listed, and whatever else is on the token, for ever.\n",
				"This destroys %u objects that were listed, and whatever else is on the token, for "
				"ever.\n",
				procedure->lost_count),
			procedure->lost_count);
	else
		text_append(ret->text, sizeof ret->text, "%s\n",
			_("This destroys everything that is on the token, for ever. What is there is seen on the "
			  "Status screen."));
	text_append(ret->text, sizeof ret->text, _("It will be called %s. Type %s to go on."), ceremony->plan.label,
		ret->of.confirm.word);
}

static void
initialise_slot_take(struct ceremony *ceremony, struct answer *answer)
{
	if (strcmp(answer->text, procedure_word(ceremony)) != 0) {
		step_refuse(ceremony, FAIL_WORD);
		return;
	}
	if (!record_intent(ceremony, "initialise-intended"))
		return;
	ceremony->part = SLOT_SENT;
	ceremony->procedure.is_sent = true;
	card_begin(ceremony, TOKEN_INITIALISE);
}

static void
initialise_slot_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	struct procedure *procedure = &ceremony->procedure;

	(void)was_lost;
	if (!record_card(ceremony, answer->outcome == DONE ? "initialised" : "not-initialised", answer->outcome,
		    answer->code))
		return;
	if (answer->outcome == FAIL_SO_PIN_WRONG) {
		struct pin_status pin = procedure_so_pin(ceremony);
		char tries[128] = "";

		procedure->is_sent = false;
		procedure_tell_tries(&pin, tries, sizeof tries);
		step_refuse_with(ceremony, answer->outcome, "%s%s", outcome_text(answer->outcome), tries);
		step_go(ceremony, &step_slot_so_pin, ceremony->step);
		return;
	}
	if (procedure_refused(ceremony, answer, ceremony->step))
		return;
	procedure->is_changed = true;
	/* The token has another label now, and with some modules another slot and serial number. */
	procedure->target.slot = procedure->slot.id;
	text_format(procedure->target.label, sizeof procedure->target.label, "%s", procedure->slot.label);
	text_format(procedure->target.serial, sizeof procedure->target.serial, "%s", procedure->slot.serial);
	step_next(ceremony);
}

const struct step step_initialise_slot = {
	.name = "initialise",
	.title = N_("The token is initialised"),
	.ask = initialise_slot_ask,
	.take = initialise_slot_take,
	.settled = initialise_slot_settled,
	.ends_when_lost = true,
};

static void
initialised_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	procedure_ask_done(ceremony, ret,
		procedure_is_slot(ceremony) ? _("It is initialised, with both PINs. Keys can be generated on it now.")
					    : _("It is initialised, with both PINs, which the device itself took. It "
						"has no DKEK: keys can be "
						"generated on it now, and never leave it, not even as a backup."));
	text_append(ret->text, sizeof ret->text,
		_("The record lies in the folder %s. Put the SO-PIN and the user PIN away, apart from each other.\n"),
		ceremony->plan.folder);
	record_tell_digest(ceremony, ret->text, sizeof ret->text);
}

static const struct step step_initialised = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = initialised_ask,
};

static const struct step *const steps_of_hsm[] = {
	&step_look_at_token,
	&step_prove_device,
	&step_choose_label,
	&step_try_keyboard_once,
	&step_hsm_so_pin,
	&step_new_user_pin,
	&step_choose_folder,
	&step_initialise,
	&step_prove_pins,
	&step_initialised,
};

static const struct step *const steps_of_slot[] = {
	&step_look_at_token,
	&step_slot_label,
	&step_try_keyboard_once,
	&step_slot_so_pin,
	&step_new_user_pin,
	&step_choose_folder,
	&step_initialise_slot,
	&step_initialised,
};

enum outcome
initialise_token_open(struct ceremony **ret, const struct ceremony_world *world)
{
	bool is_slot = world->target.reader[0] == '\0';

	return procedure_open(ret, world, "initialise-token", is_slot ? steps_of_slot : steps_of_hsm,
		is_slot ? sizeof steps_of_slot / sizeof steps_of_slot[0]
			: sizeof steps_of_hsm / sizeof steps_of_hsm[0]);
}

/* What is lost, in the words of its labels; as many as the screen has room for. */
#define LOST_NAMED 12

static void
lost_enter(struct ceremony *ceremony)
{
	ceremony->procedure.lost_count = (unsigned)ceremony->procedure.objects.count;
	text_format(ceremony->plan.label, sizeof ceremony->plan.label, "decommissioned");
}

static void
lost_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct token_objects *objects = &ceremony->procedure.objects;
	char name[LIMIT_TEXT_INPUT + TOKEN_NAME_SIZE];

	procedure_name(ceremony, name, sizeof name);
	ret->kind = PROMPT_TELL;
	text_format(ret->text, sizeof ret->text, _("%s is to be put out of use. This is lost for ever:\n"), name);
	if (objects->count == 0)
		text_append(ret->text, sizeof ret->text, "%s\n",
			procedure_is_slot(ceremony) ? _("No object is seen on it without the user PIN.")
						    : _("There is nothing on it."));
	for (size_t i = 0; i < objects->count && i < LOST_NAMED; i++) {
		procedure_object_name(&objects->list[i], name, sizeof name);
		text_append(
			ret->text, sizeof ret->text, "%s: %s\n", token_object_class_text(objects->list[i].class), name);
	}
	if (objects->count > LOST_NAMED)
		text_append(ret->text, sizeof ret->text,
			P_("and %zu more\n", "and %zu more\n", objects->count - LOST_NAMED),
			objects->count - LOST_NAMED);
	if (procedure_is_slot(ceremony))
		text_append(ret->text, sizeof ret->text, "%s\n",
			_("Private keys are among what is lost, even where only their public halves are listed."));
	text_append(ret->text, sizeof ret->text, "%s",
		_("Backups of its keys that lie elsewhere are not touched: destroy them as well if nobody shall use "
		  "the "
		  "keys again. The SO-PIN is needed. The token gets a user PIN that nobody knows."));
}

/* Every one of them stands in the record. */
static bool
note_lost(struct ceremony *ceremony)
{
	const struct token_objects *objects = &ceremony->procedure.objects;
	char name[256];
	bool is_noted = true;

	for (size_t i = 0; i < objects->count && is_noted; i++) {
		const struct token_object *object = &objects->list[i];
		const struct journal_field fields[] = {
			{ "class", token_object_class_text(object->class), 0 },
			{ "name", name, 0 },
			{ "key_reference", NULL, object->key_reference },
		};

		procedure_object_name(object, name, sizeof name);
		is_noted = record(ceremony, "object-to-be-lost", fields, sizeof fields / sizeof fields[0]);
	}
	return is_noted;
}

static void
note_lost_enter(struct ceremony *ceremony)
{
	if (note_lost(ceremony))
		step_next(ceremony);
}

static const struct step step_note_lost = {
	.name = "note-lost",
	.title = N_("What is lost"),
	.event = "loss-noted",
	.enter = note_lost_enter,
	.ask = procedure_ask_work,
};

static void
lost_take(struct ceremony *ceremony, struct answer *answer)
{
	enum outcome outcome = procedure_has_pin_pad(ceremony) ? DONE : procedure_make_user_pin(ceremony);

	(void)answer;
	if (outcome == DONE)
		step_next(ceremony);
	else
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
}

static const struct step step_tell_lost = {
	.name = "lost",
	.title = N_("What is lost"),
	.event = "loss-told",
	.enter = lost_enter,
	.ask = lost_ask,
	.take = lost_take,
};

/* After the initialisation the token is asked what it holds. */
static void
empty_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	const struct journal_field field = { "objects", NULL, (int64_t)ceremony->procedure.objects.count };

	(void)was_lost;
	if (answer->outcome != DONE)
		step_fail(ceremony, answer->outcome, answer->code);
	else if (!record(ceremony, "looked-into", &field, 1))
		return;
	else if (field.number > 0)
		step_fail(ceremony, FAIL_TOKEN_NOT_EMPTY, CODE_OF_NOTHING);
	else
		step_next(ceremony);
}

static void
empty_enter(struct ceremony *ceremony)
{
	ceremony->procedure.is_changed = true;
	card_begin(ceremony, TOKEN_LIST_OBJECTS);
}

static const struct step step_see_empty = {
	.name = "empty",
	.title = N_("Is it empty?"),
	.event = "seen-empty",
	.enter = empty_enter,
	.ask = procedure_ask_work,
	.settled = empty_settled,
	.ends_when_lost = true,
};

static void
decommissioned_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	procedure_ask_done(ceremony, ret,
		_("It was initialised anew, and then asked for all that it holds: there is nothing on it any more. Its "
		  "user PIN is a random one that nobody knows; whoever has the SO-PIN can initialise it again."));
	text_append(ret->text, sizeof ret->text, _("The record lies in the folder %s.\n"), ceremony->plan.folder);
	record_tell_digest(ceremony, ret->text, sizeof ret->text);
}

static const struct step step_decommissioned = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = decommissioned_ask,
};

static const struct step *const steps_of_hsm_end[] = {
	&step_look_at_token,
	&step_list_objects,
	&step_tell_lost,
	&step_enter_so_pin,
	&step_choose_folder,
	&step_note_lost,
	&step_initialise,
	&step_see_empty,
	&step_decommissioned,
};

static const struct step *const steps_of_slot_end[] = {
	&step_look_at_token,
	&step_list_objects,
	&step_tell_lost,
	&step_slot_so_pin,
	&step_choose_folder,
	&step_note_lost,
	&step_initialise_slot,
	&step_see_empty,
	&step_decommissioned,
};

enum outcome
decommission_open(struct ceremony **ret, const struct ceremony_world *world)
{
	bool is_slot = world->target.reader[0] == '\0';

	return procedure_open(ret, world, "decommission", is_slot ? steps_of_slot_end : steps_of_hsm_end,
		is_slot ? sizeof steps_of_slot_end / sizeof steps_of_slot_end[0]
			: sizeof steps_of_hsm_end / sizeof steps_of_hsm_end[0]);
}
