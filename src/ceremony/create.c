/*
 * The share file: made, saved, read back from the disk and opened again, all before anybody sees a share. What is shown
 * to a custodian belongs to a file that is known to open.
 */
#include "steps.h"

#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/random.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/sha.h>
#include <string.h>

enum { CREATE_SEAL, CREATE_SAVE_AGAIN, CREATE_READ_BACK };

/* The DKEK share, where there is none yet, the password, its division among the custodians, and the file's salt. */
static enum outcome
draw(struct ceremony *ceremony)
{
	struct secrets *secrets = &ceremony->secrets;
	enum outcome outcome = secrets->dkek_share == NULL ? dkek_new(&secrets->dkek_share) : DONE;

	if (outcome == DONE)
		outcome = dkek_kcv(secrets->dkek_share, ceremony->kcv);
	if (outcome == DONE)
		outcome = shamir_new_password(&secrets->password);
	if (outcome == DONE)
		outcome =
			shamir_split(secrets->password, ceremony->plan.threshold, ceremony->plan.total, &secrets->set);
	if (outcome == DONE)
		outcome = share_file_new(&ceremony->file);
	return outcome;
}

static void
begin(struct ceremony *ceremony, bool has_random)
{
	const struct journal_field field = { "of_device", has_random ? "yes" : "no", 0 };
	enum outcome outcome;

	if (!record(ceremony, "random", &field, 1))
		return;
	outcome = draw(ceremony);
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else
		step_derive(ceremony, 0, 0.5);
}

static void
create_share_file_enter(struct ceremony *ceremony)
{
	if (ceremony_has(ceremony, &step_choose_device))
		card_begin(ceremony, TOKEN_RANDOM);
	else
		begin(ceremony, false);
}

/* The device's random bytes can help and cannot harm, so a device that gives none is noted and no reason to stop. */
static void
create_share_file_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	bool has_random = answer->outcome == DONE && !was_lost;

	if (has_random)
		random_stir(answer->random, sizeof answer->random);
	begin(ceremony, has_random);
}

static bool
record_file(struct ceremony *ceremony, const uint8_t bytes[SHARE_FILE_SIZE])
{
	char digest_text[2 * SHA256_DIGEST_LENGTH + 1], kcv[2 * DKEK_KCV_SIZE + 1];
	uint8_t digest[SHA256_DIGEST_LENGTH];
	const struct journal_field fields[] = {
		{ "file", ceremony->plan.share_file, 0 },
		{ "sha256", digest_text, 0 },
		{ "kcv", kcv, 0 },
	};

	SHA256(bytes, SHARE_FILE_SIZE, digest);
	hex_encode(digest, sizeof digest, digest_text);
	hex_encode(ceremony->kcv, sizeof ceremony->kcv, kcv);
	return record(ceremony, "share-file-saved", fields, sizeof fields / sizeof fields[0]);
}

/* Saves, reads back what the disk now holds, and begins to open it; what does not fit on the disk is asked about. */
static void
save(struct ceremony *ceremony)
{
	uint8_t bytes[SHARE_FILE_SIZE], found[SHARE_FILE_SIZE];
	char path[STEP_PATH_SIZE];
	enum outcome outcome;

	place_path(ceremony, ceremony->plan.share_file, path);
	share_file_write(&ceremony->file, bytes);
	outcome = file_save(path, bytes, sizeof bytes);
	if (outcome != DONE) {
		ceremony->part = CREATE_SAVE_AGAIN;
		step_refuse(ceremony, outcome);
		return;
	}
	ceremony->progress.has_share_file = true;
	if (!record_file(ceremony, bytes))
		return;
	outcome = share_file_load(path, &ceremony->file);
	if (outcome == DONE) {
		share_file_write(&ceremony->file, found);
		outcome = memcmp(bytes, found, sizeof bytes) == 0 ? DONE : FAIL_FILE_CHANGED;
	}
	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return;
	}
	ceremony->part = CREATE_READ_BACK;
	if (step_derive(ceremony, 0.5, 0.5))
		/* The derivation has its own; from here on only the custodians' shares give the password. */
		secret_free(&ceremony->secrets.password);
}

static enum outcome
compare(struct ceremony *ceremony, const struct secret *key)
{
	struct secret *found = NULL;
	enum outcome outcome = share_file_open(&ceremony->file, key, &found);

	if (outcome == DONE && !secret_is_equal(found, ceremony->secrets.dkek_share))
		outcome = FAIL_FILE_CHANGED;
	secret_free(&found);
	return outcome;
}

static void
create_share_file_derived(struct ceremony *ceremony, struct secret **key)
{
	enum outcome outcome;

	if (ceremony->part == CREATE_READ_BACK) {
		outcome = compare(ceremony, *key);
		secret_free(&ceremony->secrets.dkek_share);
		if (outcome == DONE)
			step_next(ceremony);
	} else {
		outcome = share_file_seal(&ceremony->file, *key, ceremony->secrets.dkek_share);
		if (outcome == DONE)
			save(ceremony);
	}
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
}

static void
create_share_file_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	switch (ceremony->part) {
	case CREATE_SAVE_AGAIN:
		ret->kind = PROMPT_TELL;
		text_format(ret->text, sizeof ret->text,
			_("The share file %s could not be saved in the folder %s. Nobody has seen a share yet, and no "
			  "device was changed. Make room, or move aside what is in the way, then go on: it is saved "
			  "again."),
			ceremony->plan.share_file, ceremony->plan.folder);
		break;
	case CREATE_READ_BACK:
		step_ask_work(ceremony, ret,
			_("The share file is on the disk. It is read back and opened again, before anybody is shown a "
			  "share of its password."));
		break;
	default:
		step_ask_work(ceremony, ret,
			ceremony->old.is_open
				? _("A new share file is being made for the same key. Opening it takes this long on "
				    "purpose: it slows down whoever would guess passwords.")
				: _("The key of the key domain was drawn, and its share file is being made. Opening it "
				    "takes this long on purpose: it slows down whoever would guess passwords."));
	}
}

static void
create_share_file_take(struct ceremony *ceremony, struct answer *answer)
{
	(void)answer;
	save(ceremony);
}

const struct step step_create_share_file = {
	.name = "create",
	.title = N_("The share file is made"),
	.event = "share-file-proven",
	.enter = create_share_file_enter,
	.ask = create_share_file_ask,
	.take = create_share_file_take,
	.settled = create_share_file_settled,
	.derived = create_share_file_derived,
};
