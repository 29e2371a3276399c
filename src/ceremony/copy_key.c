/*
 * A key to another device of the same key domain: encrypted by the first under the DKEK, decrypted by the second, and
 * proven there by a signature for the public key of the first. The encrypted key stays as a backup.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

static void
explain_enter(struct ceremony *ceremony)
{
	text_format(ceremony->plan.label, sizeof ceremony->plan.label, "key-copy");
}

static const struct step step_explain = {
	.name = "welcome",
	.title = N_("What will happen"),
	.enter = explain_enter,
	.text = N_("A key of one device is brought into another one of the same key domain (with the same DKEK). The "
		   "first device encrypts it, the second decrypts it; in between it is a file that only devices with "
		   "this DKEK can use, and which you keep as a backup. In the end the copy signs, and its signature is "
		   "checked with the public key of the original.\nYou need: both devices, at once or one after the "
		   "other, and their user PINs. The key stays on the first device. You can stop at any time with Esc."),
	.take = step_take_read,
};

/* Where the key comes from. */
static bool
is_original(const struct ceremony *ceremony, const struct reader_info *reader)
{
	const struct procedure *procedure = &ceremony->procedure;

	return strcmp(reader->hsm.serial, procedure->from.serial) == 0 &&
	       strcmp(reader->name, procedure->from.reader) == 0;
}

static bool
is_candidate(const struct ceremony *ceremony, const struct reader_info *reader)
{
	return reader->has_card && reader->is_hsm && !is_original(ceremony, reader);
}

static void
choose_copy_enter(struct ceremony *ceremony)
{
	struct procedure *procedure = &ceremony->procedure;

	/* Once: it is come back to when another device is wanted. */
	if (procedure->from.reader[0] == '\0') {
		text_format(procedure->from.reader, sizeof procedure->from.reader, "%s", ceremony->device.reader);
		text_format(procedure->from.serial, sizeof procedure->from.serial, "%s", ceremony->device.serial);
	}
	secret_free(&ceremony->secrets.user_pin);
	card_list(ceremony);
}

static void
choose_copy_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	struct prompt_choice *item;

	text_format(ret->text, sizeof ret->text, "%s",
		_("Into which device shall the key go? It has to have the same DKEK: that is compared before it is "
		  "asked for anything. Nothing on it is changed yet."));
	for (size_t i = 0; i < ceremony->reader_count; i++) {
		const struct reader_info *reader = &ceremony->readers[i];

		if (!is_candidate(ceremony, reader))
			continue;
		item = &ret->of.choose.items[ret->of.choose.count++];
		text_format(item->label, sizeof item->label, _("%s, serial number %s"),
			reader->hsm.label[0] == '\0' ? _("(no label)") : reader->hsm.label, reader->hsm.serial);
		text_format(item->detail, sizeof item->detail, _("in %s"), reader->name);
	}
	if (ret->of.choose.count == 0) {
		ret->kind = PROMPT_INSERT_TOKEN;
		text_format(ret->text, sizeof ret->text, "%s",
			_("Plug in the device into which the key shall go. The first one may be taken out now."));
		return;
	}
	ret->kind = PROMPT_CHOOSE;
	item = &ret->of.choose.items[ret->of.choose.count++];
	text_format(item->label, sizeof item->label, "%s", _("Look again"));
	text_format(item->detail, sizeof item->detail, "%s", _("after a device was plugged in or taken out"));
}

static void
choose_copy_take(struct ceremony *ceremony, struct answer *answer)
{
	struct device *device = &ceremony->device;
	size_t left = answer->choice;

	if (answer->kind == ANSWER_CHOICE)
		for (size_t i = 0; i < ceremony->reader_count; i++) {
			const struct reader_info *reader = &ceremony->readers[i];

			if (!is_candidate(ceremony, reader) || left-- > 0)
				continue;
			*device = (struct device){ .hsm = reader->hsm };
			text_format(device->reader, sizeof device->reader, "%s", reader->name);
			text_format(device->serial, sizeof device->serial, "%s", reader->hsm.serial);
			card_begin(ceremony, TOKEN_DESCRIBE);
			return;
		}
	card_list(ceremony);
}

static void
choose_copy_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	enum outcome outcome = answer->outcome;
	uint8_t domain;

	(void)was_lost;
	if (outcome == DONE)
		outcome = ceremony_fits(ceremony->kind, &ceremony->device.hsm, NULL);
	if (outcome == DONE && !procedure_has_dkek(ceremony, &ceremony->procedure.backup, &domain))
		outcome = FAIL_WRAPPED_KEY_DKEK;
	if (outcome == DONE && record_intent(ceremony, "copy-device-chosen")) {
		step_next(ceremony);
	} else if (outcome != DONE) {
		card_list(ceremony);
		step_refuse(ceremony, outcome);
	}
}

static const struct step step_choose_copy = {
	.name = "copy-device",
	.title = N_("The other device"),
	.enter = choose_copy_enter,
	.ask = choose_copy_ask,
	.take = choose_copy_take,
	.settled = choose_copy_settled,
};

/* The same questions, of the other device. */
static void
give_copy_pin_enter(struct ceremony *ceremony)
{
	step_give_user_pin.enter(ceremony);
}

static void
give_copy_pin_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char name[LIMIT_TEXT_INPUT + TOKEN_NAME_SIZE];

	step_give_user_pin.ask(ceremony, ret);
	procedure_name(ceremony, name, sizeof name);
	text_append(ret->text, sizeof ret->text, _("\nThis is now about %s."), name);
}

static void
give_copy_pin_take(struct ceremony *ceremony, struct answer *answer)
{
	step_give_user_pin.take(ceremony, answer);
}

static void
give_copy_pin_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	step_give_user_pin.settled(ceremony, answer, was_lost);
}

static const struct step step_give_copy_pin = {
	.name = "give-copy-pin",
	.title = N_("The other device's user PIN"),
	.event = "user-pin-proven",
	.enter = give_copy_pin_enter,
	.ask = give_copy_pin_ask,
	.take = give_copy_pin_take,
	.settled = give_copy_pin_settled,
	.ends_when_lost = true,
};

static void
list_copy_enter(struct ceremony *ceremony)
{
	step_list_objects.enter(ceremony);
}

static void
list_copy_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	step_list_objects.settled(ceremony, answer, was_lost);
}

/* Whether it has a key of the same ID already. */
static const struct step step_list_copy = {
	.name = "copy-objects",
	.title = N_("What is on the token"),
	.event = "objects-listed",
	.enter = list_copy_enter,
	.ask = procedure_ask_work,
	.settled = list_copy_settled,
	.ends_when_lost = true,
};

static void
copied_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct procedure *procedure = &ceremony->procedure;
	char name[256];

	procedure_object_name(&procedure->object, name, sizeof name);
	procedure_ask_done(ceremony, ret,
		procedure->key != NULL
			? _("The copy is in this device. It signed a test message, and the signature fits the public "
			    "key of the original.")
			: _("The copy is in this device. There is no public key to prove it with: try it with the "
			    "program that uses it."));
	text_append(ret->text, sizeof ret->text, _("Key: %s, key reference %u\nBackup: %s\n"), name,
		procedure->object.key_reference, procedure->path);
	if (procedure->key != NULL)
		procedure_tell_fingerprint(ceremony, ret->text, sizeof ret->text);
	record_tell_digest(ceremony, ret->text, sizeof ret->text);
}

static const struct step step_copied = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = copied_ask,
};

static const struct step *const steps[] = {
	&step_explain,
	&step_choose_device,
	&step_give_user_pin,
	&step_list_objects,
	&step_choose_key,
	&step_choose_folder,
	&step_wrap_key,
	&step_choose_copy,
	&step_prove_device,
	&step_give_copy_pin,
	&step_list_copy,
	&step_confirm_backup,
	&step_unwrap_key,
	&step_read_restored,
	&step_sign_proof,
	&step_copied,
};

enum outcome
copy_key_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return ceremony_begin(ret, world, "copy-key", steps, sizeof steps / sizeof steps[0]);
}
