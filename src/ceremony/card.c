/*
 * Acts with the card, one at a time. Where an answer is lost (card pulled or reset, reader or worker gone) nothing is
 * repeated: the people bring the same card back, its state is read anew, and the step decides by that.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

/* What an act takes with it of the ceremony: secrets, and what a procedure has chosen or read. */
static const struct {
	bool user_pin, so_pin, new_pin, dkek_share;
	bool object, bytes, new_name;
	const char *text; /* what is being done, while it is */
} acts[TOKEN_ACT_COUNT] = {
	[TOKEN_DESCRIBE] = { .text = N_("The device is being read.") },
	[TOKEN_INITIALISE] = { .user_pin = true,
		.so_pin = true,
		.text = N_("The device is being initialised. Leave it plugged in.") },
	[TOKEN_VERIFY_USER_PIN] = { .user_pin = true, .text = N_("The user PIN is being tried on the device.") },
	[TOKEN_PROVE_SO_PIN] = { .so_pin = true, .text = N_("The SO-PIN is being tried on the device.") },
	[TOKEN_IMPORT_DKEK] = { .user_pin = true,
		.dkek_share = true,
		.text = N_("The DKEK share is going into the device. Leave it plugged in.") },
	[TOKEN_RANDOM] = { .text = N_("Random numbers are being fetched from the device.") },
	[TOKEN_CHANGE_USER_PIN] = { .user_pin = true,
		.new_pin = true,
		.text = N_("The user PIN is being changed. Leave the token plugged in.") },
	[TOKEN_CHANGE_SO_PIN] = { .so_pin = true,
		.new_pin = true,
		.text = N_("The SO-PIN is being changed. Leave the token plugged in.") },
	[TOKEN_RESET_USER_PIN] = { .so_pin = true,
		.new_pin = true,
		.text = N_("The user PIN is being reset. Leave the token plugged in.") },
	[TOKEN_SET_TRANSPORT_PIN] = { .user_pin = true,
		.new_pin = true,
		.text = N_("The user PIN is being set. Leave the token plugged in.") },
	[TOKEN_LIST_OBJECTS] = { .user_pin = true, .text = N_("The token is asked what it holds.") },
	[TOKEN_GENERATE] = { .user_pin = true,
		.object = true,
		.text = N_("The token makes the key. That can take minutes; leave it plugged in.") },
	[TOKEN_SIGN] = { .user_pin = true, .object = true, .bytes = true, .text = N_("The key signs.") },
	[TOKEN_READ_VALUE] = { .user_pin = true, .object = true, .text = N_("It is being read from the token.") },
	[TOKEN_WRITE_CERTIFICATE] = { .user_pin = true,
		.object = true,
		.bytes = true,
		.text = N_("The certificate goes to the token. Leave it plugged in.") },
	[TOKEN_DELETE_OBJECT] = { .user_pin = true,
		.object = true,
		.text = N_("It is being deleted. Leave the token plugged in.") },
	[TOKEN_RENAME_OBJECT] = { .user_pin = true,
		.object = true,
		.new_name = true,
		.text = N_("Label and ID are being changed. Leave the token plugged in.") },
	[TOKEN_WRAP_KEY] = { .user_pin = true,
		.object = true,
		.text = N_("The device encrypts the key under its DKEK.") },
	[TOKEN_READ_ATTESTATION] = { .object = true, .text = N_("The device's word for the key is being read.") },
	[TOKEN_UNWRAP_KEY] = { .user_pin = true,
		.object = true,
		.bytes = true,
		.text = N_("The key goes into the device. Leave it plugged in.") },
};

/* Outcomes after which nobody knows what the card did. */
static bool
is_lost(enum outcome outcome)
{
	switch (outcome) {
	case FAIL_NO_TOKEN:
	case FAIL_NO_READER:
	case FAIL_NO_PCSC:
	case FAIL_TOKEN_GONE:
	case FAIL_TOKEN_RESET:
	case FAIL_TOKEN_OTHER:
	case FAIL_CARD_ANSWER:
	case FAIL_CARD_SILENT:
	case FAIL_WORKER_GONE:
	case FAIL_WORKER_HUNG:
	case FAIL_MESSAGE:
		return true;
	default:
		return false;
	}
}

/* An import that was answered by a card which was gone before it told its count. */
static bool
is_import_unread(const struct token_answer *answer)
{
	return answer->outcome == FAIL_DKEK_UNPROVEN && !answer->has_after;
}

bool
card_is_new(const struct hsm_status *hsm)
{
	return hsm->so_pin.state == PIN_NOT_SET;
}

void
card_name(const struct ceremony *ceremony, char *ret, size_t size)
{
	const struct device *device = &ceremony->device;

	text_format(ret, size, _("%s, serial number %s, in the reader %s"),
		device->hsm.label[0] == '\0' ? _("the device without a label") : device->hsm.label,
		device->serial[0] == '\0' ? _("unknown") : device->serial, device->reader);
}

void
card_list(struct ceremony *ceremony)
{
	const struct token_door *door = ceremony->world->token;

	ceremony->reader_count = door->list(door->context, ceremony->readers, LIMIT_READERS);
}

static void
lose(struct ceremony *ceremony, enum outcome outcome, struct code code)
{
	ceremony->card.phase = CARD_AWAY;
	ceremony->card.lost = outcome;
	ceremony->card.code = code;
}

static enum outcome
copy_if(bool is_wanted, struct secret **ret, const struct secret *from)
{
	if (!is_wanted || from == NULL)
		return DONE;
	return secrets_copy(ret, from);
}

static void
fill_target(const struct ceremony *ceremony, struct token_target *ret)
{
	if (procedure_is_slot(ceremony)) {
		*ret = ceremony->procedure.target;
		return;
	}
	text_format(ret->reader, sizeof ret->reader, "%s", ceremony->device.reader);
	text_format(ret->serial, sizeof ret->serial, "%s", ceremony->device.serial);
}

/* What a procedure has chosen or read, for the act that comes. */
static enum outcome
fill_particulars(const struct ceremony *ceremony, enum token_act act, struct token_request *ret)
{
	const struct procedure *procedure = &ceremony->procedure;
	enum outcome outcome = DONE;

	ret->is_pin_pad = procedure_asks_at_pad(ceremony, false);
	ret->kind = procedure->kind;
	ret->key_domain = procedure->key_domain;
	if (acts[act].object)
		ret->object = procedure->object;
	if (acts[act].new_name) {
		ret->has_new_label = ret->has_new_id = true;
		text_format(ret->new_label, sizeof ret->new_label, "%s", procedure->new_label);
		memcpy(ret->new_id, procedure->new_id, procedure->new_id_size);
		ret->new_id_size = procedure->new_id_size;
	}
	if (acts[act].bytes)
		outcome = token_bytes_set(&ret->data, procedure->data.bytes, procedure->data.size);
	if (acts[act].bytes && outcome == DONE)
		outcome = token_bytes_set(&ret->description, procedure->description.bytes, procedure->description.size);
	if (acts[act].bytes && outcome == DONE)
		outcome = token_bytes_set(&ret->certificate, procedure->certificate.bytes, procedure->certificate.size);
	return outcome;
}

static enum outcome
start(struct ceremony *ceremony, enum token_act act)
{
	const struct token_door *door = ceremony->world->token;
	struct secrets *secrets = &ceremony->secrets;
	struct token_request request = { .act = act, .dkek_shares = plan_shares(ceremony) };
	struct token_answer stale;
	enum outcome outcome;

	fill_target(ceremony, &request.target);
	text_format(request.label, sizeof request.label, "%s", ceremony->plan.label);
	outcome = fill_particulars(ceremony, act, &request);
	if (outcome == DONE)
		outcome = copy_if(acts[act].user_pin, &request.user_pin, secrets->user_pin);
	if (outcome == DONE)
		outcome = copy_if(acts[act].so_pin, &request.so_pin, secrets->so_pin);
	if (outcome == DONE)
		outcome = copy_if(acts[act].new_pin, &request.new_pin, secrets->new_pin);
	if (outcome == DONE)
		outcome = copy_if(acts[act].dkek_share, &request.dkek_share, secrets->dkek_share);
	if (outcome == DONE) {
		/* An answer that an earlier ceremony did not wait for is not taken for this one's. */
		while (door->poll(door->context, &stale))
			token_answer_clear(&stale);
		outcome = door->start(door->context, &request);
	}
	token_request_clear(&request);
	return outcome;
}

/* Where the ceremony is about no device, its random numbers are welcome and nobody waits for them. */
static bool
is_optional(const struct ceremony *ceremony)
{
	return ceremony->card.act == TOKEN_RANDOM && !ceremony_has(ceremony, &step_choose_device);
}

void
card_begin(struct ceremony *ceremony, enum token_act act)
{
	enum outcome outcome;

	ceremony->card = (struct card_run){ .phase = CARD_BUSY, .act = act };
	outcome = start(ceremony, act);
	if (outcome != DONE && is_optional(ceremony)) {
		ceremony->card.phase = CARD_IDLE;
		ceremony->step->settled(ceremony, &(struct token_answer){ .act = act, .outcome = outcome }, false);
	} else if (is_lost(outcome) && !ceremony->step->ends_when_lost) {
		lose(ceremony, outcome, CODE_OF_NOTHING);
	} else if (outcome != DONE) {
		ceremony->card.phase = CARD_IDLE;
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	}
}

/* Two devices of some makes may share a serial number, so the reader it was in counts first. */
static const struct reader_info *
find_device(const struct ceremony *ceremony)
{
	const struct reader_info *found = NULL;
	unsigned count = 0;

	for (size_t i = 0; i < ceremony->reader_count; i++) {
		const struct reader_info *reader = &ceremony->readers[i];

		if (!reader->has_card || !reader->is_hsm || strcmp(reader->hsm.serial, ceremony->device.serial) != 0)
			continue;
		if (strcmp(reader->name, ceremony->device.reader) == 0)
			return reader;
		found = reader;
		count++;
	}
	return count == 1 && ceremony->device.serial[0] != '\0' ? found : NULL;
}

/* Reads the state anew if the device is there. */
static bool
look(struct ceremony *ceremony)
{
	const struct reader_info *reader;
	enum outcome outcome;

	card_list(ceremony);
	reader = find_device(ceremony);
	if (reader == NULL)
		return false;
	text_format(ceremony->device.reader, sizeof ceremony->device.reader, "%s", reader->name);
	outcome = start(ceremony, TOKEN_DESCRIBE);
	if (outcome != DONE)
		return false;
	ceremony->card.phase = CARD_LOOKING;
	return true;
}

void
card_take(struct ceremony *ceremony)
{
	bool has_other = false;

	if (look(ceremony))
		return;
	for (size_t i = 0; i < ceremony->reader_count; i++)
		has_other = has_other || (ceremony->readers[i].has_card && ceremony->readers[i].is_hsm);
	step_refuse(ceremony, has_other ? FAIL_TOKEN_OTHER : FAIL_NO_TOKEN);
}

/* The token as it is now, and the objects that it listed, which are the ceremony's from here on. */
static void
take_state(struct ceremony *ceremony, struct token_answer *answer)
{
	struct procedure *procedure = &ceremony->procedure;

	if (answer->has_after && answer->is_slot)
		procedure->slot = answer->slot_after;
	else if (answer->has_after)
		ceremony->device.hsm = answer->after;
	if (answer->act != TOKEN_LIST_OBJECTS || answer->outcome != DONE)
		return;
	token_objects_free(&procedure->objects);
	procedure->objects = answer->objects;
	procedure->kinds = answer->kinds;
	answer->objects = (struct token_objects){ 0 };
}

bool
card_advance(struct ceremony *ceremony)
{
	const struct token_door *door = ceremony->world->token;
	bool is_looking = ceremony->card.phase == CARD_LOOKING;
	struct token_answer answer;

	if (!door->poll(door->context, &answer))
		return false;
	ceremony->verdict = DONE;
	take_state(ceremony, &answer);
	if (is_looking && (answer.outcome != DONE || !answer.has_after)) {
		lose(ceremony, answer.outcome == DONE ? FAIL_CARD_ANSWER : answer.outcome, answer.code);
	} else if (ceremony->step->ends_when_lost && is_lost(answer.outcome)) {
		ceremony->card.phase = CARD_IDLE;
		if (record_card(ceremony, "answer-lost", answer.outcome, answer.code))
			step_fail(ceremony, answer.outcome, answer.code);
	} else if (!is_optional(ceremony) && (is_lost(answer.outcome) || is_import_unread(&answer))) {
		lose(ceremony, answer.outcome, answer.code);
		if (!record_card(ceremony, "answer-lost", answer.outcome, answer.code)) {
			ceremony->card.phase = CARD_IDLE;
			token_answer_clear(&answer);
			return true;
		}
		/* A card that is still there is read at once: nobody has to do anything. */
		look(ceremony);
	} else {
		ceremony->card.phase = CARD_IDLE;
		ceremony->step->settled(ceremony, &answer, is_looking);
	}
	token_answer_clear(&answer);
	return true;
}

void
card_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char name[LIMIT_TEXT_INPUT + TOKEN_NAME_SIZE];

	if (ceremony->card.phase != CARD_AWAY) {
		step_ask_work(ceremony, ret,
			ceremony->card.phase == CARD_LOOKING ? _("The device is being read anew.")
							     : _(acts[ceremony->card.act].text));
		if ((procedure_asks_at_pad(ceremony, false) && acts[ceremony->card.act].user_pin) ||
			(procedure_asks_at_pad(ceremony, true) && acts[ceremony->card.act].so_pin))
			text_append(ret->text, sizeof ret->text, "\n%s",
				_("Look at the reader: where its display asks for a PIN, type it there, on the "
				  "reader."));
		return;
	}
	card_name(ceremony, name, sizeof name);
	ret->kind = PROMPT_INSERT_TOKEN;
	text_format(ret->text, sizeof ret->text,
		_("%s\nWanted is this device and no other: %s.\nPlug it in again, or take it out and plug it in. "
		  "Nothing is repeated blindly: its state is read first, and the ceremony goes on from there."),
		outcome_text(ceremony->card.lost), name);
	outcome_code_text(ceremony->card.code, ret->small, sizeof ret->small);
}
