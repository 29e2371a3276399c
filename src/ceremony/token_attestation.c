/* A SmartCard-HSM's word that a key was made in it: verified with the device's certificates, and saved as a file that
   `quorate attest` verifies anywhere. */
#include "steps.h"

#include <quorate/attestation.h>
#include <quorate/hex.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

bool
procedure_attest(struct ceremony *ceremony, const struct token_bytes *request, const struct token_bytes *chain)
{
	struct procedure *procedure = &ceremony->procedure;
	uint8_t file[ATTESTATION_MOST];
	struct attestation is;
	char digest[2 * sizeof is.fingerprint + 1];
	struct public_key *key = NULL;
	size_t size;
	enum outcome outcome = attestation_verify(request->bytes, request->size, chain->bytes, chain->size, &is);

	if (outcome == DONE)
		outcome = public_key_of_der(&key, is.key, is.key_size);
	/* The key that is attested is the one that is told. */
	if (outcome == DONE && procedure->key != NULL && !public_key_is_equal(key, procedure->key))
		outcome = FAIL_ATTESTATION_KEY;
	if (outcome == DONE)
		outcome = attestation_encode(request->bytes, request->size, chain->bytes, chain->size, file, &size);
	if (outcome == DONE)
		outcome = token_bytes_set(&procedure->attestation, file, size);
	if (outcome != DONE) {
		public_key_free(&key);
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return false;
	}
	if (procedure->key == NULL)
		procedure->key = key;
	else
		public_key_free(&key);
	procedure->proof = is.proof;
	hex_encode(is.fingerprint, sizeof is.fingerprint, digest);
	return record(ceremony, "attested",
		(const struct journal_field[]){
			{ "serial", is.serial, 0 },
			{ "chain_of", is.chain, 0 },
			{ "proof", attestation_proof_name(is.proof), 0 },
			{ "public_key_sha256", digest, 0 },
		},
		4);
}

void
procedure_tell_attestation(const struct ceremony *ceremony, char *ret, size_t size)
{
	if (ceremony->procedure.attestation.size > 0)
		text_append(ret, size, "%s\n", attestation_proof_text(ceremony->procedure.proof));
}

static void
attest_enter(struct ceremony *ceremony)
{
	card_begin(ceremony, TOKEN_READ_ATTESTATION);
}

static void
attest_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	(void)was_lost;
	if (procedure_refused(ceremony, answer, ceremony->step))
		return;
	if (procedure_attest(ceremony, &answer->request, &answer->certificate))
		step_next(ceremony);
}

static const struct step step_attest = {
	.name = "attestation",
	.title = N_("The device's word is read and verified"),
	.enter = attest_enter,
	.ask = procedure_ask_work,
	.settled = attest_settled,
	.ends_when_lost = true,
};

static void
attested_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	procedure_ask_done(ceremony, ret, _("The device's signed word for the key is saved as a file."));
	procedure_tell_attestation(ceremony, ret->text, sizeof ret->text);
	text_append(ret->text, sizeof ret->text, _("File: %s\nWhoever has it verifies it with: quorate attest FILE\n"),
		ceremony->procedure.path);
	procedure_tell_fingerprint(ceremony, ret->text, sizeof ret->text);
}

static const struct step step_attested = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = attested_ask,
};

static const struct step *const steps[] = {
	&step_look_at_token,
	&step_list_objects,
	&step_choose_key,
	&step_attest,
	&step_save_as,
	&step_attested,
};

enum outcome
save_attestation_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return procedure_open(ret, world, "save-attestation", steps, sizeof steps / sizeof steps[0]);
}
