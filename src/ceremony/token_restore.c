/* A key comes back into a SmartCard-HSM from its backup: the file is found, its DKEK compared before the device is
   asked, and the key proven by a signature for the public key that the file tells. */
#include "steps.h"

#include <quorate/file.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <dirent.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Typed before a key is restored of which the device has one already. */
#define TWICE_WORD "twice"

enum { BACKUP_WHERE, BACKUP_WHICH, BACKUP_TOLD };

/* Backups that were found in a folder; as many as there is room for on the screen. */
struct found_backup {
	char path[LIMIT_TEXT_INPUT];
	struct key_backup is;
};
#define FOUND_MOST (PROMPT_CHOICES_MOST - 1)

void
procedure_forget_backups(struct procedure *procedure)
{
	free(procedure->found);
	procedure->found = NULL;
	procedure->found_count = 0;
}

static void
backup_name(const struct key_backup *backup, char *ret, size_t size)
{
	struct token_object key = backup->key;

	if (key.type[0] == '\0')
		text_format(key.type, sizeof key.type, "%s", key_backup_kind_name(backup->kind));
	procedure_object_name(&key, ret, size);
}

static void
ask_which(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct procedure *procedure = &ceremony->procedure;
	struct prompt_choice *item;
	char kcv[DKEK_KCV_TEXT_SIZE];
	uint8_t domain;

	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text, "%s",
		_("Which backup? Those of another DKEK do not fit this device; the files themselves say so."));
	for (size_t i = 0; i < procedure->found_count; i++) {
		const struct found_backup *one = &procedure->found[i];
		const char *slash = strrchr(one->path, '/');

		item = &ret->of.choose.items[ret->of.choose.count++];
		item->is_closed = !procedure_has_dkek(ceremony, &one->is, &domain);
		backup_name(&one->is, item->label, sizeof item->label);
		dkek_kcv_text(one->is.kcv, kcv);
		text_format(item->detail, sizeof item->detail,
			item->is_closed ? _("%s; of another DKEK, %s") : _("%s; DKEK %s"), slash + 1, kcv);
	}
	item = &ret->of.choose.items[ret->of.choose.count++];
	text_format(item->label, sizeof item->label, "%s", _("Another file or folder"));
}

/* A key of the same ID on the device; NULL: none. */
static const struct token_object *
twin(const struct ceremony *ceremony)
{
	const struct token_object *key = &ceremony->procedure.backup.key;
	const struct token_objects *objects = &ceremony->procedure.objects;

	for (size_t i = 0; i < objects->count; i++)
		if (objects->list[i].class == OBJECT_PRIVATE_KEY && key->id_size > 0 &&
			objects->list[i].id_size == key->id_size &&
			memcmp(objects->list[i].id, key->id, key->id_size) == 0)
			return &objects->list[i];
	return NULL;
}

static void
tell_backup(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct key_backup *backup = &ceremony->procedure.backup;
	const struct token_object *there = twin(ceremony);
	char name[256], kcv[DKEK_KCV_TEXT_SIZE];

	backup_name(backup, name, sizeof name);
	dkek_kcv_text(backup->kcv, kcv);
	ret->kind = there == NULL ? PROMPT_TELL : PROMPT_CONFIRM;
	text_format(ret->text, sizeof ret->text, _("The file %s holds the key %s.\nKey check value of its DKEK: %s\n"),
		ceremony->procedure.path, name, kcv);
	if (backup->has_public_key)
		procedure_tell_digest(backup->fingerprint, ret->text, sizeof ret->text);
	else
		text_append(ret->text, sizeof ret->text, "%s\n",
			_("There is no public key beside it: whether the right key came back cannot be proven here."));
	text_append(ret->text, sizeof ret->text, "%s\n",
		_("It goes onto the first free key reference of the device, with its name and certificate. Nothing is "
		  "overwritten."));
	if (there == NULL)
		return;
	procedure_object_name(there, name, sizeof name);
	text_format(ret->of.confirm.word, sizeof ret->of.confirm.word, TWICE_WORD);
	text_append(ret->text, sizeof ret->text,
		_("TAKE CARE: the device has a key of this ID already: %s. Other programs could not tell the two "
		  "apart. "
		  "To restore it all the same, type: %s"),
		name, ret->of.confirm.word);
}

static void
choose_backup_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	switch (ceremony->part) {
	case BACKUP_WHICH:
		ask_which(ceremony, ret);
		return;
	case BACKUP_TOLD:
		tell_backup(ceremony, ret);
		return;
	default:
		ret->kind = PROMPT_TEXT;
	}
	text_format(ret->text, sizeof ret->text, "%s",
		_("Where is the backup of the key? Write the whole name of the file, or of a folder to be looked "
		  "through, "
		  "folders in it included. Files of quorate and of sc-hsm-tool --wrap-key are read. Whether one "
		  "belongs "
		  "to the DKEK of this device is seen from the file itself, before the device is asked."));
	text_format(ret->of.text_line.initial, sizeof ret->of.text_line.initial, "%s", ceremony->procedure.path);
	ret->of.text_line.most = LIMIT_TEXT_INPUT - 1;
}

static enum outcome
add_found(struct procedure *procedure, const char *path, const struct key_backup *is)
{
	struct found_backup *more;

	if (procedure->found_count == FOUND_MOST || strlen(path) >= sizeof more->path)
		return DONE;
	more = reallocarray(procedure->found, procedure->found_count + 1, sizeof *more);
	if (more == NULL)
		return FAIL_MEMORY;
	procedure->found = more;
	more += procedure->found_count++;
	text_format(more->path, sizeof more->path, "%s", path);
	more->is = *is;
	return DONE;
}

/* Backups in a folder and, one step down, in those in it. */
static enum outcome
look_through(struct procedure *procedure, const char *folder, bool goes_down)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, alphasort);
	enum outcome outcome = count < 0 ? FAIL_FILE_ACCESS : DONE;

	for (int i = 0; i < count; i++) {
		char path[LIMIT_TEXT_INPUT + 256];
		struct key_backup is;
		struct stat status;
		uint8_t *bytes = NULL;
		size_t size;

		text_format(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
		if (outcome == DONE && entries[i]->d_name[0] != '.' && stat(path, &status) == 0) {
			if (S_ISDIR(status.st_mode) && goes_down)
				(void)look_through(procedure, path, false);
			else if (S_ISREG(status.st_mode) && file_read(path, WRAPPED_FILE_MOST, &bytes, &size) == DONE &&
				 key_backup_read(bytes, size, &is) == DONE)
				outcome = add_found(procedure, path, &is);
		}
		free(bytes);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return outcome;
}

/* The parts of a file, and whether it fits the device, by its own key check value. */
static enum outcome
take_file(struct ceremony *ceremony, const char *path)
{
	struct procedure *procedure = &ceremony->procedure;
	struct wrapped_file parts;
	uint8_t *bytes = NULL;
	size_t size = 0;
	enum outcome outcome = file_read(path, WRAPPED_FILE_MOST, &bytes, &size);

	if (outcome == DONE)
		outcome = key_backup_read(bytes, size, &procedure->backup);
	if (outcome == DONE)
		outcome = wrapped_file_parse(bytes, size, &parts);
	if (outcome == DONE && !procedure_has_dkek(ceremony, &procedure->backup, &procedure->key_domain))
		outcome = FAIL_WRAPPED_KEY_DKEK;
	if (outcome == DONE)
		outcome = token_bytes_set(&procedure->data, parts.blob, parts.blob_size);
	if (outcome == DONE)
		outcome = token_bytes_set(&procedure->description, parts.description, parts.description_size);
	if (outcome == DONE)
		outcome = token_bytes_set(&procedure->certificate, parts.certificate, parts.certificate_size);
	if (outcome == DONE) {
		text_format(procedure->path, sizeof procedure->path, "%s", path);
		SHA256(bytes, size, procedure->backup_digest);
	}
	free(bytes);
	return outcome;
}

static void
refuse_backup(struct ceremony *ceremony, enum outcome outcome)
{
	char of_file[DKEK_KCV_TEXT_SIZE], of_device[DKEK_KCV_TEXT_SIZE];

	if (outcome != FAIL_WRAPPED_KEY_DKEK) {
		step_refuse(ceremony, outcome);
		return;
	}
	dkek_kcv_text(ceremony->procedure.backup.kcv, of_file);
	dkek_kcv_text(ceremony->device.hsm.kcv, of_device);
	step_refuse_with(ceremony, outcome,
		_("%s The file belongs to %s, the device has %s. The device was not asked."), outcome_text(outcome),
		of_file, of_device);
}

static void
take_where(struct ceremony *ceremony, const char *path)
{
	struct procedure *procedure = &ceremony->procedure;
	struct stat status;
	enum outcome outcome = place_check_name(path, LIMIT_TEXT_INPUT - 1);

	text_format(procedure->path, sizeof procedure->path, "%s", path);
	if (outcome == DONE && stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
		procedure_forget_backups(procedure);
		outcome = look_through(procedure, path, true);
		if (outcome == DONE && procedure->found_count == 0)
			step_refuse_with(
				ceremony, FAIL_FILE_MISSING, "%s", _("There is no backup of a key in this folder."));
		else if (outcome == DONE)
			ceremony->part = BACKUP_WHICH;
		else
			step_refuse(ceremony, outcome);
		return;
	}
	if (outcome == DONE)
		outcome = take_file(ceremony, path);
	if (outcome == DONE)
		ceremony->part = BACKUP_TOLD;
	else
		refuse_backup(ceremony, outcome);
}

static void
take_which(struct ceremony *ceremony, size_t choice)
{
	struct procedure *procedure = &ceremony->procedure;
	enum outcome outcome;

	if (choice >= procedure->found_count) {
		ceremony->part = BACKUP_WHERE;
		return;
	}
	outcome = take_file(ceremony, procedure->found[choice].path);
	if (outcome == DONE)
		ceremony->part = BACKUP_TOLD;
	else
		refuse_backup(ceremony, outcome);
}

static void
choose_backup_take(struct ceremony *ceremony, struct answer *answer)
{
	switch (ceremony->part) {
	case BACKUP_WHERE:
		take_where(ceremony, answer->text);
		return;
	case BACKUP_WHICH:
		take_which(ceremony, answer->choice);
		return;
	default:
		if (answer->kind == ANSWER_WORD && strcmp(answer->text, TWICE_WORD) != 0)
			step_refuse(ceremony, FAIL_WORD);
		else
			step_next(ceremony);
	}
}

static void
choose_backup_enter(struct ceremony *ceremony)
{
	text_format(ceremony->procedure.path, sizeof ceremony->procedure.path, "%s", ceremony->world->folder);
}

static const struct step step_choose_backup = {
	.name = "backup-file",
	.title = N_("The backup"),
	.event = "backup-chosen",
	.enter = choose_backup_enter,
	.ask = choose_backup_ask,
	.take = choose_backup_take,
};

/* The backup that was made just now, for another device. */
static void
confirm_backup_enter(struct ceremony *ceremony)
{
	char path[sizeof ceremony->procedure.path];
	enum outcome outcome;

	text_format(path, sizeof path, "%s", ceremony->procedure.path);
	outcome = take_file(ceremony, path);
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else
		ceremony->part = BACKUP_TOLD;
}

const struct step step_confirm_backup = {
	.name = "backup-seen",
	.title = N_("The backup"),
	.event = "backup-chosen",
	.enter = confirm_backup_enter,
	.ask = choose_backup_ask,
	.take = choose_backup_take,
};

static void
unwrap_enter(struct ceremony *ceremony)
{
	struct procedure *procedure = &ceremony->procedure;

	procedure->object = procedure->backup.key;
	if (!procedure_note_backup(ceremony, "restore-intended"))
		return;
	/* The next free key reference. */
	procedure->object = (struct token_object){ .class = OBJECT_PRIVATE_KEY };
	procedure->is_sent = true;
	card_begin(ceremony, TOKEN_UNWRAP_KEY);
}

static void
unwrap_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	struct procedure *procedure = &ceremony->procedure;

	(void)was_lost;
	if (procedure_refused(ceremony, answer, ceremony->step))
		return;
	procedure->is_changed = true;
	if (answer->objects.count > 0)
		procedure->object = answer->objects.list[0];
	if (procedure_note_backup(ceremony, "restored"))
		step_next(ceremony);
}

const struct step step_unwrap_key = {
	.name = "unwrap",
	.title = N_("The key goes into the device"),
	.enter = unwrap_enter,
	.ask = procedure_ask_work,
	.settled = unwrap_settled,
	.ends_when_lost = true,
};

static bool
is_of_backup(const struct procedure *procedure)
{
	uint8_t digest[PUBLIC_KEY_DIGEST_SIZE];

	return public_key_digest(procedure->key, digest) == DONE &&
	       memcmp(digest, procedure->backup.fingerprint, sizeof digest) == 0;
}

static void
read_restored_enter(struct ceremony *ceremony)
{
	card_begin(ceremony, TOKEN_READ_VALUE);
}

static void
read_restored_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	struct procedure *procedure = &ceremony->procedure;
	enum outcome outcome;

	(void)was_lost;
	/* Without a public half beside it the key is there, and nothing can be proven of it. */
	if (answer->outcome == FAIL_OBJECT_FIXED && !procedure->backup.has_public_key) {
		step_go(ceremony, ceremony->steps[ceremony->step_count - 1], NULL);
		return;
	}
	if (procedure_refused(ceremony, answer, ceremony->step))
		return;
	public_key_free(&procedure->key);
	outcome = public_key_of_der(&procedure->key, answer->value.bytes, answer->value.size);
	if (outcome == DONE && procedure->backup.has_public_key && !is_of_backup(procedure))
		outcome = FAIL_KEY_CHANGED;
	if (outcome != DONE)
		step_fail(ceremony, outcome, answer->code);
	else
		step_next(ceremony);
}

const struct step step_read_restored = {
	.name = "read-restored",
	.title = N_("The public key is compared"),
	.event = "public-key-read",
	.enter = read_restored_enter,
	.ask = procedure_ask_work,
	.settled = read_restored_settled,
	.ends_when_lost = true,
};

static void
restored_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char name[256];

	procedure_object_name(&ceremony->procedure.object, name, sizeof name);
	procedure_ask_done(ceremony, ret,
		ceremony->procedure.key != NULL
			? _("The key is in the device. It signed a test message, and the signature fits the public key "
			    "in the backup's file.")
			: _("The key is in the device. There is no public key to prove it with: try it with the "
			    "program "
			    "that uses it."));
	text_append(ret->text, sizeof ret->text, _("Key: %s, key reference %u\n"), name,
		ceremony->procedure.object.key_reference);
	if (ceremony->procedure.key != NULL)
		procedure_tell_fingerprint(ceremony, ret->text, sizeof ret->text);
	record_tell_digest(ceremony, ret->text, sizeof ret->text);
}

static const struct step step_restored = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = restored_ask,
};

static const struct step *const steps[] = {
	&step_look_at_token,
	&step_list_objects,
	&step_choose_backup,
	&step_give_user_pin,
	&step_choose_folder,
	&step_unwrap_key,
	&step_read_restored,
	&step_sign_proof,
	&step_restored,
};

enum outcome
restore_key_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return procedure_open(ret, world, "restore-key", steps, sizeof steps / sizeof steps[0]);
}
