/* A share file that is left on paper only: typed or scanned from its sheet, compared with the digest there, and saved
 * in the ceremony's folder. From there on it is a file like any other. */
#include "steps.h"

#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/sha.h>
#include <string.h>
#include <unistd.h>

enum { RESTORE_WAY, RESTORE_LINES, RESTORE_PICTURE, RESTORE_DIGEST, RESTORE_PATH };

#define RESTORED "restored"

static void
restore_file_enter(struct ceremony *ceremony)
{
	reading_begin(ceremony);
}

static void
restore_file_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	unsigned number = ceremony->secrets.collected_count + 1, files = plan_files(ceremony);

	if (files > 1)
		text_format(ret->title, sizeof ret->title, _("Share-file sheet %u of %u"), number, files);
	switch (ceremony->part) {
	case RESTORE_WAY:
		reading_ask_way(ceremony, ret,
			_("Take the share-file sheet: the one with the file in base64. It is not secret. Nothing is "
			  "lost "
			  "by a mistake here: every line is checked, and in the end the whole."),
			_("The file is on a disk or a stick after all"), _("Its name is asked, and it is only read."));
		break;
	case RESTORE_DIGEST:
		ret->kind = PROMPT_TEXT;
		text_format(ret->text, sizeof ret->text, "%s",
			_("All lines are there and right. Now the first eight digits, or more, of what stands on the "
			  "sheet under SHA-256 of the file. Leave it empty if that cannot be read."));
		ret->of.text_line.most = LIMIT_TEXT_INPUT - 1;
		break;
	case RESTORE_PATH:
		ret->kind = PROMPT_TEXT;
		text_format(ret->text, sizeof ret->text, "%s",
			_("Write the whole name of the share file, with the folder; it begins with a slash ( / ). "
			  "Leave it empty to go back to the sheet."));
		ret->of.text_line.most = LIMIT_TEXT_INPUT - 1;
		break;
	default:
		reading_ask_lines(ceremony, ret, ceremony->part == RESTORE_PICTURE);
	}
}

/* The file is whole; where it lies stands in ceremony->old. */
static bool
record_file(struct ceremony *ceremony, const char *name, const char *compared)
{
	char digest_text[2 * SHA256_DIGEST_LENGTH + 1];
	uint8_t bytes[SHARE_FILE_SIZE], digest[SHA256_DIGEST_LENGTH];
	const struct journal_field fields[] = {
		{ "file", name, 0 },
		{ "sha256", digest_text, 0 },
		{ "digest", compared, 0 },
	};

	share_file_write(&ceremony->old.file, bytes);
	SHA256(bytes, sizeof bytes, digest);
	hex_encode(digest, sizeof digest, digest_text);
	return record(ceremony, "share-file-restored", fields, sizeof fields / sizeof fields[0]);
}

/* A name that is free: of an attempt before an interruption one may be there. */
static void
name_file(const struct ceremony *ceremony, char ret_name[STEP_FILE_NAME_SIZE], char ret_path[STEP_PATH_SIZE])
{
	for (unsigned i = 1; i < 100; i++) {
		text_format(ret_name, STEP_FILE_NAME_SIZE, RESTORED "-%u" SHARE_FILE_ENDING, i);
		place_path(ceremony, ret_name, ret_path);
		if (access(ret_path, F_OK) != 0)
			return;
	}
}

static void
take_digest(struct ceremony *ceremony, const char *digits)
{
	uint8_t bytes[READ_BACK_BYTES_MOST];
	char name[STEP_FILE_NAME_SIZE], path[STEP_PATH_SIZE];
	size_t size = 0;
	enum outcome outcome = read_back_bytes(&ceremony->reading.back, bytes, &size);

	if (outcome == DONE && digits[0] != '\0')
		outcome = read_back_check_digest(bytes, size, digits);
	if (outcome != DONE) {
		step_refuse(ceremony, outcome);
		return;
	}
	name_file(ceremony, name, path);
	outcome = file_save(path, bytes, size);
	if (outcome == DONE)
		outcome = share_file_load(path, &ceremony->old.file);
	if (outcome != DONE) {
		step_refuse(ceremony, outcome);
		return;
	}
	text_format(ceremony->old.path, sizeof ceremony->old.path, "%s", path);
	if (record_file(ceremony, name, digits[0] == '\0' ? "not known" : "equal"))
		step_next(ceremony);
}

static void
take_path(struct ceremony *ceremony, const char *path)
{
	enum outcome outcome = path[0] == '\0' ? DONE : place_check_name(path, LIMIT_TEXT_INPUT - 1);

	if (path[0] == '\0') {
		ceremony->part = RESTORE_WAY;
		return;
	}
	if (outcome == DONE)
		outcome = share_file_load(path, &ceremony->old.file);
	if (outcome != DONE) {
		step_refuse(ceremony, outcome);
		return;
	}
	text_format(ceremony->old.path, sizeof ceremony->old.path, "%s", path);
	if (record_file(ceremony, path, "not known"))
		step_next(ceremony);
}

static void
take_lines(struct ceremony *ceremony, const struct answer *answer)
{
	if (answer->kind == ANSWER_AGAIN) {
		reading_pause(ceremony);
		ceremony->part = RESTORE_WAY;
	} else if (reading_take(ceremony, answer->lines)) {
		ceremony->part = RESTORE_DIGEST;
		if (ceremony->reading.back.kind == READ_BACK_SHARE_FILE)
			return;
		ceremony->part = RESTORE_WAY;
		reading_begin(ceremony);
		step_refuse_with(ceremony, FAIL_READ_BACK_KIND, "%s",
			_("This is the sheet of a wrapped key. It is asked for later; first comes the share-file "
			  "sheet."));
	}
}

static void
restore_file_take(struct ceremony *ceremony, struct answer *answer)
{
	static const unsigned parts[] = {
		[READING_TYPE] = RESTORE_LINES, [READING_PICTURE] = RESTORE_PICTURE, [READING_LEAVE] = RESTORE_PATH
	};

	switch (ceremony->part) {
	case RESTORE_WAY:
		ceremony->part = parts[answer->choice];
		break;
	case RESTORE_DIGEST:
		take_digest(ceremony, answer->text);
		break;
	case RESTORE_PATH:
		take_path(ceremony, answer->text);
		break;
	default:
		take_lines(ceremony, answer);
	}
}

const struct step *
restore_file_step(const struct ceremony *ceremony)
{
	return ceremony_has(ceremony, &step_restore_file) ? &step_restore_file : &step_choose_old_file;
}

const struct step step_restore_file = {
	.name = "restore-file",
	.title = N_("The share-file sheet"),
	.event = "old-file-chosen",
	.enter = restore_file_enter,
	.ask = restore_file_ask,
	.take = restore_file_take,
	.resume = old_set_resume,
};
