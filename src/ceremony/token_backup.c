/* A key of a SmartCard-HSM as a file, encrypted under the DKEK of the device. */
#include "steps.h"

#include <quorate/hex.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/sha.h>
#include <string.h>

/* Whether a backup belongs to a DKEK of this device: to the one of a key domain, or to one that is not told. */
bool
procedure_has_dkek(const struct ceremony *ceremony, const struct key_backup *backup, uint8_t *ret_domain)
{
	const struct hsm_status *hsm = &ceremony->device.hsm;
	bool is_untold = false;

	for (uint8_t i = 0; i < HSM_KEY_DOMAINS; i++) {
		const struct key_domain *domain = &hsm->key_domains[i];

		if (domain->state != KEY_DOMAIN_DKEK || domain->outstanding > 0)
			continue;
		if (memcmp(domain->kcv, backup->kcv, DKEK_KCV_SIZE) == 0) {
			*ret_domain = i;
			return true;
		}
		if (!dkek_kcv_is_known(domain->kcv) && !is_untold) {
			*ret_domain = i;
			is_untold = true;
		}
	}
	return is_untold;
}

bool
procedure_note_backup(struct ceremony *ceremony, const char *event)
{
	const struct procedure *procedure = &ceremony->procedure;
	const struct token_object *key = &procedure->object;
	char id[2 * TOKEN_OBJECT_ID_SIZE + 1], kcv[2 * DKEK_KCV_SIZE + 1], digest[2 * SHA256_DIGEST_LENGTH + 1];
	const struct journal_field fields[] = {
		{ "serial", ceremony->device.serial, 0 },
		{ "label", key->label, 0 },
		{ "id", id, 0 },
		{ "type", key->type, 0 },
		{ "key_reference", NULL, key->key_reference },
		{ "kcv", kcv, 0 },
		{ "file", procedure->path, 0 },
		{ "sha256", digest, 0 },
	};

	hex_encode(key->id, key->id_size, id);
	hex_encode(procedure->backup.kcv, DKEK_KCV_SIZE, kcv);
	hex_encode(procedure->backup_digest, sizeof procedure->backup_digest, digest);
	return record(ceremony, event, fields, sizeof fields / sizeof fields[0]);
}

static void
wrap_enter(struct ceremony *ceremony)
{
	card_begin(ceremony, TOKEN_WRAP_KEY);
}

/* What the device gave becomes a file, which is read as whoever restores it will: by that the key check value is
   compared, and not by what was meant to be written. */
static enum outcome
keep(struct ceremony *ceremony, const struct token_answer *answer)
{
	struct procedure *procedure = &ceremony->procedure;
	const struct wrapped_file parts = { answer->value.bytes, answer->description.bytes, answer->certificate.bytes,
		answer->value.size, answer->description.size, answer->certificate.size };
	uint8_t bytes[WRAPPED_FILE_MOST], domain;
	size_t size;
	enum outcome outcome = wrapped_file_encode(&parts, bytes, &size);

	if (outcome == DONE)
		outcome = key_backup_read(bytes, size, &procedure->backup);
	if (outcome == DONE && !procedure_has_dkek(ceremony, &procedure->backup, &domain))
		outcome = FAIL_KCV;
	if (outcome == DONE)
		outcome =
			procedure_save(ceremony, procedure->object.label, BACKUP_ENDING, bytes, size, procedure->path);
	if (outcome == DONE)
		SHA256(bytes, size, procedure->backup_digest);
	return outcome;
}

static void
wrap_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	enum outcome outcome;

	(void)was_lost;
	if (procedure_refused(ceremony, answer, ceremony->step))
		return;
	outcome = keep(ceremony, answer);
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else if (procedure_note_backup(ceremony, "backup-written"))
		step_next(ceremony);
}

const struct step step_wrap_key = {
	.name = "wrap",
	.title = N_("The key is encrypted and saved"),
	.enter = wrap_enter,
	.ask = procedure_ask_work,
	.settled = wrap_settled,
	.ends_when_lost = true,
};

static void
backed_up_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct procedure *procedure = &ceremony->procedure;
	char name[256], kcv[DKEK_KCV_TEXT_SIZE];

	procedure_object_name(&procedure->object, name, sizeof name);
	dkek_kcv_text(procedure->backup.kcv, kcv);
	procedure_ask_done(ceremony, ret, _("The key is backed up, encrypted under the DKEK."));
	text_append(ret->text, sizeof ret->text,
		_("Key: %s\nFile: %s\nKey check value of the DKEK, as the file names it: %s\n"), name, procedure->path,
		kcv);
	text_append(ret->text, sizeof ret->text, "%s\n",
		_("Only a device with the same DKEK can use the file; it is no secret by itself. Keep copies of it in "
		  "two places, and restore it to a second device to be sure."));
	record_tell_digest(ceremony, ret->text, sizeof ret->text);
}

static const struct step step_backed_up = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = backed_up_ask,
};

static const struct step *const steps[] = {
	&step_look_at_token,
	&step_give_user_pin,
	&step_list_objects,
	&step_choose_key,
	&step_choose_folder,
	&step_wrap_key,
	&step_backed_up,
};

enum outcome
back_up_key_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return procedure_open(ret, world, "back-up-key", steps, sizeof steps / sizeof steps[0]);
}
