/* Certificates: requested for a key of the token, written to it, saved from it. */
#include "steps.h"

#include <quorate/file.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdlib.h>
#include <string.h>

/* Typed before a certificate goes to a token that has no key for it. */
#define NO_KEY_WORD "no key"

/* Reads the value of the object that was chosen: a key's public half, or a certificate. */
static void
read_value_enter(struct ceremony *ceremony)
{
	card_begin(ceremony, TOKEN_READ_VALUE);
}

static void
read_key_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	enum outcome outcome;

	(void)was_lost;
	if (procedure_refused(ceremony, answer, ceremony->step))
		return;
	public_key_free(&ceremony->procedure.key);
	outcome = public_key_of_der(&ceremony->procedure.key, answer->value.bytes, answer->value.size);
	if (outcome != DONE)
		step_fail(ceremony, outcome, answer->code);
	else
		step_next(ceremony);
}

const struct step step_read_key = {
	.name = "read-key",
	.title = N_("The public key is read"),
	.event = "public-key-read",
	.enter = read_value_enter,
	.ask = procedure_ask_work,
	.settled = read_key_settled,
	.ends_when_lost = true,
};

static void
subject_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_TEXT;
	text_format(ret->text, sizeof ret->text, "%s",
		_("Whom shall the certificate name? Write it like this: CN=Release signing, O=Example, C=DE. The CA "
		  "says which of these it wants."));
	text_format(
		ret->of.text_line.initial, sizeof ret->of.text_line.initial, "CN=%s", ceremony->procedure.object.label);
	ret->of.text_line.most = LIMIT_TEXT_INPUT - 1;
}

static void
subject_take(struct ceremony *ceremony, struct answer *answer)
{
	struct procedure *procedure = &ceremony->procedure;
	uint8_t *body = NULL;
	size_t size = 0;
	enum outcome outcome;

	request_free(&procedure->request);
	outcome = request_new(&procedure->request, procedure->key, answer->text);
	if (outcome == DONE)
		outcome = request_body(procedure->request, &body, &size);
	if (outcome == DONE)
		outcome = token_bytes_set(&procedure->data, body, size);
	free(body);
	if (outcome == DONE)
		step_next(ceremony);
	else
		step_refuse(ceremony, outcome);
}

static const struct step step_choose_subject = {
	.name = "subject",
	.title = N_("The subject"),
	.event = "subject-chosen",
	.ask = subject_ask,
	.take = subject_take,
};

static void
sign_request_enter(struct ceremony *ceremony)
{
	card_begin(ceremony, TOKEN_SIGN);
}

static void
sign_request_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	struct procedure *procedure = &ceremony->procedure;
	enum outcome outcome;
	char *pem = NULL;

	(void)was_lost;
	if (procedure_refused(ceremony, answer, ceremony->step))
		return;
	outcome = request_finish(procedure->request, answer->value.bytes, answer->value.size, &pem);
	if (outcome == DONE)
		outcome = token_bytes_set(&procedure->data, pem, strlen(pem));
	free(pem);
	if (outcome != DONE)
		step_fail(ceremony, outcome, answer->code);
	else
		step_next(ceremony);
}

static const struct step step_sign_request = {
	.name = "sign-request",
	.title = N_("The key signs"),
	.event = "request-signed",
	.enter = sign_request_enter,
	.ask = procedure_ask_work,
	.settled = sign_request_settled,
	.ends_when_lost = true,
};

static void
saved_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	procedure_ask_done(ceremony, ret,
		ceremony->procedure.request != NULL
			? _("The request for a certificate is signed by the key on the token. Send the file to the CA; "
			    "what comes back is written to the token.")
			: _("It is saved as a file."));
	text_append(ret->text, sizeof ret->text, _("File: %s\n"), ceremony->procedure.path);
	if (ceremony->procedure.key != NULL)
		procedure_tell_fingerprint(ceremony, ret->text, sizeof ret->text);
}

static const struct step step_saved = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = saved_ask,
};

static const struct step *const steps_of_request[] = {
	&step_look_at_token,
	&step_give_user_pin,
	&step_list_objects,
	&step_choose_key,
	&step_read_key,
	&step_choose_subject,
	&step_sign_request,
	&step_save_as,
	&step_saved,
};

enum outcome
request_certificate_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return procedure_open(ret, world, "request-certificate", steps_of_request,
		sizeof steps_of_request / sizeof steps_of_request[0]);
}

static enum outcome
as_pem(struct procedure *procedure, const struct token_bytes *der)
{
	char *pem = NULL;
	enum outcome outcome;

	if (procedure->object.class == OBJECT_CERTIFICATE) {
		outcome = certificate_read(&procedure->x509, der->bytes, der->size);
		if (outcome == DONE)
			outcome = certificate_pem(der->bytes, der->size, &pem);
	} else {
		outcome = public_key_of_der(&procedure->key, der->bytes, der->size);
		if (outcome == DONE)
			outcome = public_key_pem(procedure->key, &pem);
	}
	if (outcome == DONE)
		outcome = token_bytes_set(&procedure->data, pem, strlen(pem));
	free(pem);
	return outcome;
}

static void
read_public_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	enum outcome outcome;

	(void)was_lost;
	if (procedure_refused(ceremony, answer, ceremony->step))
		return;
	outcome = as_pem(&ceremony->procedure, &answer->value);
	if (outcome != DONE)
		step_fail(ceremony, outcome, answer->code);
	else
		step_next(ceremony);
}

static const struct step step_read_public = {
	.name = "read-public",
	.title = N_("It is read"),
	.event = "public-object-read",
	.enter = read_value_enter,
	.ask = procedure_ask_work,
	.settled = read_public_settled,
	.ends_when_lost = true,
};

static const struct step *const steps_of_save[] = {
	&step_look_at_token,
	&step_list_objects,
	&step_choose_public,
	&step_read_public,
	&step_save_as,
	&step_saved,
};

enum outcome
save_public_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return procedure_open(ret, world, "save-public", steps_of_save, sizeof steps_of_save / sizeof steps_of_save[0]);
}

static void
choose_file_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_TEXT;
	text_format(ret->text, sizeof ret->text, "%s",
		_("Which file holds the certificate (X.509, PEM or DER)? Write its whole name. The file is only "
		  "read."));
	text_format(ret->of.text_line.initial, sizeof ret->of.text_line.initial, "%s", ceremony->procedure.path);
	ret->of.text_line.most = LIMIT_TEXT_INPUT - 1;
}

static void
choose_file_take(struct ceremony *ceremony, struct answer *answer)
{
	struct procedure *procedure = &ceremony->procedure;
	uint8_t *bytes = NULL;
	size_t size = 0;
	enum outcome outcome = answer->text[0] == '\0' ? FAIL_EMPTY : DONE;

	text_format(procedure->path, sizeof procedure->path, "%s", answer->text);
	certificate_free(&procedure->x509);
	if (outcome == DONE)
		outcome = file_read(answer->text, LIMIT_TOKEN_BYTES * 2, &bytes, &size);
	if (outcome == DONE)
		outcome = certificate_read(&procedure->x509, bytes, size);
	free(bytes);
	if (outcome == DONE)
		outcome = token_bytes_set(&procedure->data, procedure->x509->der, procedure->x509->size);
	if (outcome == DONE)
		step_next(ceremony);
	else
		step_refuse(ceremony, outcome);
}

static const struct step step_choose_certificate_file = {
	.name = "certificate-file",
	.title = N_("The certificate's file"),
	.event = "certificate-read",
	.ask = choose_file_ask,
	.take = choose_file_take,
};

/* Looks at one key of the token after the other for the one that the certificate belongs to. */
enum { FIND_LOOKING, FIND_NONE, FIND_REQUEST };

static bool
look_at_next_key(struct ceremony *ceremony)
{
	struct procedure *procedure = &ceremony->procedure;

	for (; procedure->page < procedure->objects.count; procedure->page++)
		if (procedure->objects.list[procedure->page].class == OBJECT_PRIVATE_KEY) {
			procedure->object = procedure->objects.list[procedure->page++];
			card_begin(ceremony, TOKEN_READ_VALUE);
			return true;
		}
	return false;
}

static void
find_nothing(struct ceremony *ceremony)
{
	ceremony->procedure.object = (struct token_object){ .class = OBJECT_CERTIFICATE };
	ceremony->part = FIND_NONE;
}

static void
find_key_enter(struct ceremony *ceremony)
{
	ceremony->procedure.page = 0;
	if (!look_at_next_key(ceremony))
		find_nothing(ceremony);
}

/* On a SmartCard-HSM the certificate takes the place of the device's request for its key. */
static bool
has_request(const struct ceremony *ceremony)
{
	const struct procedure *procedure = &ceremony->procedure;

	for (size_t i = 0; i < procedure->objects.count; i++)
		if (!procedure_is_slot(ceremony) && procedure->objects.list[i].class == OBJECT_PUBLIC_KEY &&
			procedure->objects.list[i].key_reference == procedure->object.key_reference)
			return true;
	return false;
}

static void
find_key_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	struct procedure *procedure = &ceremony->procedure;
	struct public_key *key = NULL;
	bool is_it = false;

	(void)was_lost;
	/* A key whose public half is not told is not the one, as far as can be seen. */
	if (answer->outcome == DONE && public_key_of_der(&key, answer->value.bytes, answer->value.size) == DONE)
		is_it = public_key_is_equal(key, procedure->x509->key);
	public_key_free(&key);
	if (is_it) {
		text_format(procedure->new_label, sizeof procedure->new_label, "%s", procedure->object.label);
		if (has_request(ceremony))
			ceremony->part = FIND_REQUEST;
		else
			step_next(ceremony);
	} else if (!look_at_next_key(ceremony)) {
		find_nothing(ceremony);
	}
}

static void
find_key_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char name[256];

	if (ceremony->part == FIND_REQUEST) {
		procedure_object_name(&ceremony->procedure.object, name, sizeof name);
		ret->kind = PROMPT_TELL;
		text_format(ret->text, sizeof ret->text,
			_("The certificate belongs to the key %s.\nIt takes the place of the device's own request for "
			  "this "
			  "key, which proves that the key was made in the device. If nobody saved that attestation "
			  "yet, "
			  "stop here and do so first: Save a key's attestation."),
			name);
		return;
	}
	ret->kind = PROMPT_CONFIRM;
	text_format(ret->of.confirm.word, sizeof ret->of.confirm.word, NO_KEY_WORD);
	text_format(ret->text, sizeof ret->text,
		_("No key on this token belongs to the certificate of %s. It may be the certificate of a CA, which is "
		  "fine; else it is the wrong file, or the wrong token. To write it all the same, type: %s"),
		ceremony->procedure.x509->subject, NO_KEY_WORD);
}

static void
find_key_take(struct ceremony *ceremony, struct answer *answer)
{
	if (ceremony->part == FIND_REQUEST || strcmp(answer->text, NO_KEY_WORD) == 0)
		step_next(ceremony);
	else
		step_refuse(ceremony, FAIL_WORD);
}

static const struct step step_find_key = {
	.name = "find-key",
	.title = N_("The key of the certificate"),
	.event = "key-of-certificate-looked-for",
	.enter = find_key_enter,
	.ask = find_key_ask,
	.take = find_key_take,
	.settled = find_key_settled,
	.ends_when_lost = true,
};

static void
write_enter(struct ceremony *ceremony)
{
	struct procedure *procedure = &ceremony->procedure;

	procedure->object = (struct token_object){ .class = OBJECT_CERTIFICATE };
	text_format(procedure->object.label, sizeof procedure->object.label, "%s", procedure->new_label);
	memcpy(procedure->object.id, procedure->new_id, procedure->new_id_size);
	procedure->object.id_size = procedure->new_id_size;
	procedure->is_sent = true;
	card_begin(ceremony, TOKEN_WRITE_CERTIFICATE);
}

static void
write_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	(void)was_lost;
	if (procedure_refused(ceremony, answer, ceremony->step))
		return;
	ceremony->procedure.is_changed = true;
	step_next(ceremony);
}

static const struct step step_write_certificate = {
	.name = "write-certificate",
	.title = N_("The certificate goes to the token"),
	.event = "certificate-written",
	.enter = write_enter,
	.ask = procedure_ask_work,
	.settled = write_settled,
	.ends_when_lost = true,
};

static void
written_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct certificate *certificate = ceremony->procedure.x509;

	procedure_ask_done(ceremony, ret, _("The certificate is on the token."));
	text_append(ret->text, sizeof ret->text, _("Subject: %s\nIssuer: %s\nValid: %s to %s\n"), certificate->subject,
		certificate->issuer, certificate->not_before, certificate->not_after);
}

static const struct step step_written = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = written_ask,
};

static const struct step *const steps_of_write[] = {
	&step_look_at_token,
	&step_choose_certificate_file,
	&step_give_user_pin,
	&step_list_objects,
	&step_find_key,
	&step_choose_object_label,
	&step_choose_object_id,
	&step_write_certificate,
	&step_written,
};

enum outcome
write_certificate_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return procedure_open(
		ret, world, "write-certificate", steps_of_write, sizeof steps_of_write / sizeof steps_of_write[0]);
}
