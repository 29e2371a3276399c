/*
 * A share file, made, saved, read back from the disk and opened again. Whatever is shown to somebody afterwards belongs
 * to a file that is known to open.
 */
#include "steps.h"

#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/random.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/sha.h>
#include <string.h>

/* Any device that is plugged in will do, where the ceremony is about none. */
static bool
find_any_device(struct ceremony *ceremony)
{
	card_list(ceremony);
	for (size_t i = 0; i < ceremony->reader_count; i++) {
		const struct reader_info *reader = &ceremony->readers[i];

		if (!reader->has_card || !reader->is_hsm || reader->outcome != DONE)
			continue;
		text_format(ceremony->device.reader, sizeof ceremony->device.reader, "%s", reader->name);
		text_format(ceremony->device.serial, sizeof ceremony->device.serial, "%s", reader->hsm.serial);
		return true;
	}
	return false;
}

bool
making_stir(struct ceremony *ceremony)
{
	if (!ceremony_has(ceremony, &step_choose_device) && !find_any_device(ceremony))
		return false;
	card_begin(ceremony, TOKEN_RANDOM);
	return true;
}

/* The device's random bytes can help and cannot harm, so a device that gives none is noted and no reason to stop. */
bool
making_stirred(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	bool has_random = answer != NULL && answer->outcome == DONE && !was_lost;
	const struct journal_field fields[] = {
		{ "of_device", has_random ? "yes" : "no", 0 },
		{ "serial", has_random ? ceremony->device.serial : "", 0 },
	};

	if (has_random)
		random_stir(answer->random, sizeof answer->random);
	return record(ceremony, "random", fields, sizeof fields / sizeof fields[0]);
}

void
making_begin(struct ceremony *ceremony, double done, double share)
{
	enum outcome outcome = share_file_new(&ceremony->file);

	ceremony->making = MAKING_SEAL;
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else
		step_derive(ceremony, done, share / 2);
}

static bool
record_file(struct ceremony *ceremony, const char *name, const uint8_t bytes[SHARE_FILE_SIZE])
{
	char digest_text[2 * SHA256_DIGEST_LENGTH + 1], kcv_text[2 * DKEK_KCV_SIZE + 1];
	uint8_t digest[SHA256_DIGEST_LENGTH], kcv[DKEK_KCV_SIZE];
	const struct journal_field fields[] = {
		{ "file", name, 0 },
		{ "sha256", digest_text, 0 },
		/* One share of several has a value of its own, which no device shows. */
		{ plan_files(ceremony) == 1 ? "kcv" : "kcv_of_share", kcv_text, 0 },
	};
	enum outcome outcome = dkek_kcv(ceremony->secrets.dkek_share, kcv);

	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return false;
	}
	SHA256(bytes, SHARE_FILE_SIZE, digest);
	hex_encode(digest, sizeof digest, digest_text);
	hex_encode(kcv, sizeof kcv, kcv_text);
	return record(ceremony, plan_files(ceremony) == 1 ? "share-file-saved" : "share-file-of-several-saved", fields,
		sizeof fields / sizeof fields[0]);
}

/* Saves, reads back what the disk now holds, and begins to open it; what does not fit on the disk is asked about. */
static void
save(struct ceremony *ceremony)
{
	uint8_t bytes[SHARE_FILE_SIZE], found[SHARE_FILE_SIZE];
	char name[STEP_FILE_NAME_SIZE], path[STEP_PATH_SIZE];
	enum outcome outcome;

	place_share_file(ceremony, plan_file(ceremony), name);
	place_path(ceremony, name, path);
	share_file_write(&ceremony->file, bytes);
	outcome = file_save(path, bytes, sizeof bytes);
	if (outcome != DONE) {
		ceremony->making = MAKING_SAVE_AGAIN;
		step_refuse(ceremony, outcome);
		return;
	}
	ceremony->progress.has_share_file = true;
	if (!record_file(ceremony, name, bytes))
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
	ceremony->making = MAKING_READ_BACK;
	if (step_derive(ceremony, ceremony->work_done + ceremony->work_share, ceremony->work_share))
		/* The derivation has its own; from here on only the custodians have the password. */
		secret_free(&ceremony->secrets.password);
}

void
making_take(struct ceremony *ceremony)
{
	save(ceremony);
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

bool
making_derived(struct ceremony *ceremony, struct secret **key)
{
	bool is_proving = ceremony->making == MAKING_READ_BACK;
	enum outcome outcome = is_proving ? compare(ceremony, *key)
					  : share_file_seal(&ceremony->file, *key, ceremony->secrets.dkek_share);

	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return false;
	}
	if (!is_proving) {
		save(ceremony);
		return false;
	}
	ceremony->making = MAKING_NOT;
	/* Where shares open one of several files, it counts once they are seen to. */
	if (!plan_is_mixed(ceremony))
		ceremony->progress.files++;
	return true;
}

void
making_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char name[STEP_FILE_NAME_SIZE];

	switch (ceremony->making) {
	case MAKING_SAVE_AGAIN:
		place_share_file(ceremony, plan_file(ceremony), name);
		ret->kind = PROMPT_TELL;
		text_format(ret->text, sizeof ret->text,
			_("The share file %s could not be saved in the folder %s. Nobody has seen a share yet, and no "
			  "device was changed. Make room, or move aside what is in the way, then go on: it is saved "
			  "again."),
			name, ceremony->plan.folder);
		break;
	case MAKING_READ_BACK:
		step_ask_work(ceremony, ret,
			plan_is_quorum(ceremony)
				? _("The share file is on the disk. It is read back and opened again, before anybody "
				    "is shown a share of its password.")
				: _("The share file is on the disk. It is read back and opened again with your "
				    "password."));
		break;
	default:
		step_ask_work(ceremony, ret,
			ceremony->old.is_open
				? _("A new share file is being made for the same key. Opening it takes this long on "
				    "purpose: it slows down whoever would guess passwords.")
			: plan_is_quorum(ceremony)
				? _("The key of the key domain was drawn, and its share file is being made. Opening it "
				    "takes this long on purpose: it slows down whoever would guess passwords.")
				: _("A share of the key was drawn, and your share file is being made. Opening it takes "
				    "this long on purpose: it slows down whoever would guess passwords."));
	}
}
