/* What was printed is read back while everybody is still there: only then is it known to be a backup. */
#include "steps.h"

#include <quorate/hex.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/sha.h>
#include <string.h>

enum { BACK_WAY, BACK_LINES, BACK_PICTURE, BACK_RIGHT };

static void
back_enter(struct ceremony *ceremony)
{
	ceremony->reading.number = 1;
	reading_begin(ceremony);
}

static void
ask_way(const struct ceremony *ceremony, struct prompt *ret)
{
	reading_ask_way(ceremony, ret,
		_("Take a share-file sheet as it came out of the printer, and read it back: a print that was never "
		  "read is a hope, not a backup."),
		_("Do not read it back now"),
		_("It stands in the record that nobody did. The same can be done later: quorate read-back."));
}

/* Digest and file as the sheet has to have them. */
static enum outcome
load(const struct ceremony *ceremony, char *ret_name, uint8_t ret_bytes[SHARE_FILE_SIZE],
	uint8_t ret_digest[SHA256_DIGEST_LENGTH])
{
	char path[STEP_PATH_SIZE];
	struct share_file file;
	enum outcome outcome;

	place_share_file(ceremony, ceremony->reading.number, ret_name);
	place_path(ceremony, ret_name, path);
	outcome = share_file_load(path, &file);
	if (outcome != DONE)
		return outcome;
	share_file_write(&file, ret_bytes);
	SHA256(ret_bytes, SHARE_FILE_SIZE, ret_digest);
	return DONE;
}

static void
ask_right(const struct ceremony *ceremony, struct prompt *ret)
{
	char name[STEP_FILE_NAME_SIZE], digest_text[2 * SHA256_DIGEST_LENGTH + 1] = "", kcv[DKEK_KCV_TEXT_SIZE];
	uint8_t bytes[SHARE_FILE_SIZE], digest[SHA256_DIGEST_LENGTH];

	ret->kind = PROMPT_TELL;
	if (load(ceremony, name, bytes, digest) == DONE)
		hex_encode(digest, sizeof digest, digest_text);
	dkek_kcv_text(ceremony->kcv, kcv);
	text_format(ret->text, sizeof ret->text,
		_("The sheet is right: its lines are the share file %s, byte by byte.\nCompare two more fields of the "
		  "sheet with the screen. SHA-256 of the file:\n"),
		name);
	for (size_t i = 0; digest_text[i] != '\0'; i += 4)
		text_append(ret->text, sizeof ret->text, "%.4s%s", digest_text + i, i % 32 == 28 ? "\n" : " ");
	text_append(ret->text, sizeof ret->text, _("Key check value (KCV): %s\nIf one of them differs, stop with Esc."),
		kcv);
}

static void
back_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	if (plan_files(ceremony) > 1)
		text_format(ret->title, sizeof ret->title, _("Sheet %u of %u is read back"), ceremony->reading.number,
			plan_files(ceremony));
	switch (ceremony->part) {
	case BACK_WAY:
		ask_way(ceremony, ret);
		break;
	case BACK_RIGHT:
		ask_right(ceremony, ret);
		break;
	default:
		reading_ask_lines(ceremony, ret, ceremony->part == BACK_PICTURE);
	}
}

static bool
record_sheet_read(struct ceremony *ceremony, const char *event, const char *name, const uint8_t *digest)
{
	char text[2 * SHA256_DIGEST_LENGTH + 1];
	const struct journal_field fields[] = { { "file", name, 0 }, { "sha256", text, 0 } };

	hex_encode(digest, SHA256_DIGEST_LENGTH, text);
	return record(ceremony, event, fields, sizeof fields / sizeof fields[0]);
}

/* All lines are there: is it the file? */
static void
judge(struct ceremony *ceremony)
{
	char name[STEP_FILE_NAME_SIZE];
	uint8_t bytes[SHARE_FILE_SIZE], digest[SHA256_DIGEST_LENGTH], found[READ_BACK_BYTES_MOST];
	size_t size = 0;
	enum outcome outcome = load(ceremony, name, bytes, digest);

	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return;
	}
	outcome = read_back_bytes(&ceremony->reading.back, found, &size);
	if (outcome == DONE && (size != sizeof bytes || memcmp(found, bytes, size) != 0))
		outcome = FAIL_READ_BACK_DIGEST;
	if (outcome == DONE && record_sheet_read(ceremony, "sheet-read-back", name, digest)) {
		ceremony->verdict = DONE;
		ceremony->part = BACK_RIGHT;
	} else if (outcome != DONE && record_sheet_read(ceremony, "sheet-differs", name, digest)) {
		ceremony->part = BACK_WAY;
		reading_refuse(ceremony, outcome);
	}
}

static void
next_sheet(struct ceremony *ceremony)
{
	if (ceremony->reading.number == plan_files(ceremony)) {
		step_next(ceremony);
		return;
	}
	ceremony->reading.number++;
	ceremony->part = BACK_WAY;
	reading_begin(ceremony);
}

static void
leave_out(struct ceremony *ceremony)
{
	char name[STEP_FILE_NAME_SIZE];
	const struct journal_field fields[] = { { "file", name, 0 }, { "lines", NULL, ceremony->reading.back.got } };

	place_share_file(ceremony, ceremony->reading.number, name);
	if (record(ceremony, "sheet-not-read-back", fields, sizeof fields / sizeof fields[0]))
		next_sheet(ceremony);
}

static void
back_take(struct ceremony *ceremony, struct answer *answer)
{
	switch (ceremony->part) {
	case BACK_WAY:
		if (answer->choice == READING_LEAVE)
			leave_out(ceremony);
		else
			ceremony->part = answer->choice == READING_TYPE ? BACK_LINES : BACK_PICTURE;
		break;
	case BACK_RIGHT:
		next_sheet(ceremony);
		break;
	default:
		if (answer->kind == ANSWER_AGAIN) {
			reading_pause(ceremony);
			ceremony->part = BACK_WAY;
		} else if (reading_take(ceremony, answer->lines)) {
			judge(ceremony);
		}
	}
}

static bool
has_sheet(const struct ceremony *ceremony)
{
	return agreed_has_sheet(ceremony, PLAN_SHEET_SHARE_FILE);
}

const struct step step_read_back = {
	.name = "read-back",
	.title = N_("The sheet is read back"),
	.event = "read-back-done",
	.is_wanted = has_sheet,
	.enter = back_enter,
	.ask = back_ask,
	.take = back_take,
	.resume = resume_in_set,
};
