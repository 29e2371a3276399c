/* A key pair made on the token, and proven: the token signs with it, and the signature is verified out here. */
#include "steps.h"

#include <quorate/hex.h>
#include <quorate/random.h>
#include <quorate/text.h>
#include <quorate/tongue.h>
#include <quorate/words.h>

#include <stdlib.h>
#include <string.h>

static enum key_kind
offered(key_kinds kinds, size_t choice)
{
	for (int kind = 0; kind < KEY_OTHER; kind++)
		if (kinds >> kind & 1 && choice-- == 0)
			return (enum key_kind)kind;
	return KEY_OTHER;
}

static void
choose_kind_enter(struct ceremony *ceremony)
{
	if (offered(ceremony->procedure.kinds, 0) == KEY_OTHER)
		step_fail(ceremony, FAIL_KEY_KIND, CODE_OF_NOTHING);
}

static void
choose_kind_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	key_kinds kinds = ceremony->procedure.kinds;
	enum key_kind kind;

	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text, "%s",
		_("What kind of key? This is what the token itself offers. Ask whoever is to check the signatures "
		  "which kinds they take; RSA keys take a SmartCard-HSM minutes to make."));
	for (size_t i = 0; (kind = offered(kinds, i)) != KEY_OTHER; i++) {
		if (kind == KEY_P256)
			ret->of.choose.initial = i;
		text_format(ret->of.choose.items[i].label, sizeof ret->of.choose.items[i].label, "%s",
			token_key_kind_name(kind));
		ret->of.choose.count++;
	}
}

static void
choose_kind_take(struct ceremony *ceremony, struct answer *answer)
{
	ceremony->procedure.kind = offered(ceremony->procedure.kinds, answer->choice);
	step_next(ceremony);
}

static const struct step step_choose_kind = {
	.name = "key-kind",
	.title = N_("The kind of key"),
	.event = "key-kind-chosen",
	.enter = choose_kind_enter,
	.ask = choose_kind_ask,
	.take = choose_kind_take,
};

static bool
note_key(struct ceremony *ceremony, const char *event)
{
	const struct token_object *object = &ceremony->procedure.object;
	char id[2 * TOKEN_OBJECT_ID_SIZE + 1], digest_text[2 * PUBLIC_KEY_DIGEST_SIZE + 1] = "";
	uint8_t digest[PUBLIC_KEY_DIGEST_SIZE];
	const struct journal_field fields[] = {
		{ "label", object->label, 0 },
		{ "id", id, 0 },
		{ "type", object->type, 0 },
		{ "key_reference", NULL, object->key_reference },
		{ "public_key_sha256", digest_text, 0 },
	};

	hex_encode(object->id, object->id_size, id);
	if (ceremony->procedure.key != NULL && public_key_digest(ceremony->procedure.key, digest) == DONE)
		hex_encode(digest, sizeof digest, digest_text);
	return record(ceremony, event, fields, sizeof fields / sizeof fields[0]);
}

static void
generate_enter(struct ceremony *ceremony)
{
	struct procedure *procedure = &ceremony->procedure;
	struct token_object *object = &procedure->object;

	*object = (struct token_object){ .class = OBJECT_PRIVATE_KEY, .kind = procedure->kind };
	text_format(object->label, sizeof object->label, "%s", procedure->new_label);
	memcpy(object->id, procedure->new_id, procedure->new_id_size);
	object->id_size = procedure->new_id_size;
	text_format(object->type, sizeof object->type, "%s", token_key_kind_name(procedure->kind));
	if (!note_key(ceremony, "generation-intended"))
		return;
	procedure->is_sent = true;
	card_begin(ceremony, TOKEN_GENERATE);
}

/* The public key as it was told is what the signature has to fit. */
static enum outcome
take_key(struct ceremony *ceremony, const struct token_answer *answer)
{
	struct procedure *procedure = &ceremony->procedure;

	if (answer->objects.count > 0)
		procedure->object = answer->objects.list[0];
	public_key_free(&procedure->key);
	return public_key_of_der(&procedure->key, answer->value.bytes, answer->value.size);
}

static void
generate_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	enum outcome outcome;

	(void)was_lost;
	if (procedure_refused(ceremony, answer, ceremony->step))
		return;
	ceremony->procedure.is_changed = true;
	outcome = take_key(ceremony, answer);
	if (outcome != DONE)
		step_fail(ceremony, outcome, answer->code);
	else if (note_key(ceremony, "generated") &&
		 (answer->request.size == 0 || procedure_attest(ceremony, &answer->request, &answer->certificate)))
		step_next(ceremony);
}

static const struct step step_generate = {
	.name = "generate",
	.title = N_("The key is made"),
	.enter = generate_enter,
	.ask = procedure_ask_work,
	.settled = generate_settled,
	.ends_when_lost = true,
};

/* What is signed says what it is for, and never comes twice. */
#define PROOF_TEXT "quorate self-test "

static void
sign_proof_enter(struct ceremony *ceremony)
{
	struct procedure *procedure = &ceremony->procedure;
	uint8_t message[sizeof PROOF_TEXT - 1 + 32];
	enum outcome outcome;

	memcpy(message, PROOF_TEXT, sizeof PROOF_TEXT - 1);
	outcome = random_fill(message + sizeof PROOF_TEXT - 1, 32);
	if (outcome == DONE)
		outcome = token_bytes_set(&procedure->data, message, sizeof message);
	if (outcome == DONE)
		card_begin(ceremony, TOKEN_SIGN);
	else
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
}

static void
sign_proof_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	const struct procedure *procedure = &ceremony->procedure;
	enum outcome outcome;

	(void)was_lost;
	if (procedure_refused(ceremony, answer, ceremony->step))
		return;
	outcome = public_key_verify(
		procedure->key, procedure->data.bytes, procedure->data.size, answer->value.bytes, answer->value.size);
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else
		step_next(ceremony);
}

const struct step step_sign_proof = {
	.name = "self-test",
	.title = N_("The key signs"),
	.event = "signature-verified",
	.enter = sign_proof_enter,
	.ask = procedure_ask_work,
	.settled = sign_proof_settled,
	.ends_when_lost = true,
};

static void
save_public_enter(struct ceremony *ceremony)
{
	struct procedure *procedure = &ceremony->procedure;
	char *pem = NULL;
	enum outcome outcome = public_key_pem(procedure->key, &pem);

	if (outcome == DONE)
		outcome = procedure_save(ceremony, procedure->object.label, ".pem", pem, strlen(pem), procedure->path);
	if (outcome == DONE && procedure->attestation.size > 0)
		outcome = procedure_save(ceremony, procedure->object.label, ATTESTATION_ENDING,
			procedure->attestation.bytes, procedure->attestation.size, procedure->attestation_path);
	free(pem);
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else
		step_next(ceremony);
}

static const struct step step_save_public_key = {
	.name = "save-public-key",
	.title = N_("The public key is saved"),
	.event = "public-key-saved",
	.enter = save_public_enter,
	.ask = procedure_ask_work,
};

void
procedure_tell_digest(const uint8_t digest[PUBLIC_KEY_DIGEST_SIZE], char *ret, size_t size)
{
	char text[2 * PUBLIC_KEY_DIGEST_SIZE + 1], words[WORDS_SIZE(4)];

	hex_encode(digest, PUBLIC_KEY_DIGEST_SIZE, text);
	text_append(ret, size, "%s\n", _("Fingerprint of the public key (SHA-256), in hex and in words:"));
	for (size_t i = 0; text[i] != '\0'; i += 4)
		text_append(ret, size, "%s%.4s", i == 0 ? "" : i % 32 == 0 ? "\n" : " ", text + i);
	for (size_t i = 0; i < PUBLIC_KEY_DIGEST_SIZE; i += 4) {
		words_encode(digest + i, 4, words, sizeof words);
		text_append(ret, size, "%s%s", i % 8 == 0 ? "\n" : "  ", words);
	}
	text_append(ret, size, "\n");
}

void
procedure_tell_fingerprint(const struct ceremony *ceremony, char *ret, size_t size)
{
	uint8_t digest[PUBLIC_KEY_DIGEST_SIZE];

	if (public_key_digest(ceremony->procedure.key, digest) == DONE)
		procedure_tell_digest(digest, ret, size);
}

static void
generated_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char name[256];

	procedure_object_name(&ceremony->procedure.object, name, sizeof name);
	procedure_ask_done(ceremony, ret,
		_("The key pair is there. It signed a test message, and the signature fits its public key."));
	text_append(ret->text, sizeof ret->text, _("Key: %s\nPublic key: %s\n"), name, ceremony->procedure.path);
	if (ceremony->procedure.attestation.size > 0)
		text_append(ret->text, sizeof ret->text, _("Attestation: %s\n"), ceremony->procedure.attestation_path);
	procedure_tell_attestation(ceremony, ret->text, sizeof ret->text);
	procedure_tell_fingerprint(ceremony, ret->text, sizeof ret->text);
	if (!procedure_is_slot(ceremony) && ceremony->device.hsm.has_dkek)
		text_append(ret->text, sizeof ret->text, "%s\n",
			_("Next: back the key up, before anything depends on it."));
	record_tell_digest(ceremony, ret->text, sizeof ret->text);
}

static const struct step step_generated = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = generated_ask,
};

static const struct step *const steps[] = {
	&step_look_at_token,
	&step_give_user_pin,
	&step_list_objects,
	&step_choose_kind,
	&step_choose_object_label,
	&step_choose_object_id,
	&step_choose_folder,
	&step_generate,
	&step_sign_proof,
	&step_save_public_key,
	&step_generated,
};

enum outcome
generate_key_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return procedure_open(ret, world, "generate-key", steps, sizeof steps / sizeof steps[0]);
}
