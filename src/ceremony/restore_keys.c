/* Wrapped keys from their sheets into the device that has their DKEK again. */
#include "steps.h"

#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/key_backup.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/sha.h>
#include <string.h>
#include <unistd.h>

enum { KEYS_WAY, KEYS_LINES, KEYS_PICTURE, KEYS_DIGEST, KEYS_SEND, KEYS_RIGHT };

static void
send_key(struct ceremony *ceremony)
{
	const struct journal_field file = { "file", ceremony->reading.file, 0 };

	ceremony->part = KEYS_SEND;
	if (record(ceremony, "paper-key-intended", &file, 1))
		card_begin(ceremony, TOKEN_UNWRAP_KEY);
}

static void
restore_keys_enter(struct ceremony *ceremony)
{
	/* Come back to with the user PIN. */
	if (ceremony->reading.is_key_ready) {
		send_key(ceremony);
		return;
	}
	ceremony->reading.number = 0;
	reading_begin(ceremony);
}

static void
ask_right(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct token_object *object = &ceremony->procedure.object;

	ret->kind = PROMPT_TELL;
	text_format(ret->text, sizeof ret->text,
		_("The key %s is in the device. Before it is relied on, let it sign something: on the Token screen, or "
		  "with the programs that use it."),
		object->label[0] == '\0' ? ceremony->reading.file : object->label);
}

static void
restore_keys_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	switch (ceremony->part) {
	case KEYS_WAY:
		reading_ask_way(ceremony, ret,
			_("The device has the DKEK again, and takes back the keys that were wrapped under it. Take a "
			  "wrapped-key sheet, if there is one."),
			ceremony->reading.number == 0 ? _("There is no wrapped-key sheet") : _("That was the last one"),
			_("Wrapped keys in files are put back on the Token screen."));
		break;
	case KEYS_DIGEST:
		ret->kind = PROMPT_TEXT;
		text_format(ret->text, sizeof ret->text, "%s",
			_("All lines are there and right. Now the first eight digits, or more, of what stands on the "
			  "sheet under SHA-256 of the file. Leave it empty if that cannot be read."));
		ret->of.text_line.most = LIMIT_TEXT_INPUT - 1;
		break;
	case KEYS_RIGHT:
		ask_right(ceremony, ret);
		break;
	case KEYS_SEND:
		procedure_ask_work(ceremony, ret);
		break;
	default:
		reading_ask_lines(ceremony, ret, ceremony->part == KEYS_PICTURE);
	}
}

static void
begin_again(struct ceremony *ceremony, enum outcome outcome)
{
	ceremony->part = KEYS_WAY;
	ceremony->reading.is_key_ready = false;
	reading_refuse(ceremony, outcome);
}

/* A file that lies beside the others from here on, and as what goes into the device. */
static enum outcome
take_key(struct ceremony *ceremony, const uint8_t *bytes, size_t size)
{
	struct procedure *procedure = &ceremony->procedure;
	char path[STEP_PATH_SIZE];
	struct key_backup backup;
	struct wrapped_file file;
	enum outcome outcome = key_backup_read(bytes, size, &backup);

	if (outcome == DONE && memcmp(backup.kcv, ceremony->kcv, sizeof backup.kcv) != 0)
		outcome = FAIL_WRAPPED_KEY_DKEK;
	if (outcome == DONE)
		outcome = wrapped_file_parse(bytes, size, &file);
	if (outcome != DONE)
		return outcome;
	for (unsigned i = 1; i < 100; i++) {
		text_format(ceremony->reading.file, sizeof ceremony->reading.file, "restored-key-%u.bin", i);
		place_path(ceremony, ceremony->reading.file, path);
		if (access(path, F_OK) != 0)
			break;
	}
	outcome = file_save(path, bytes, size);
	if (outcome == DONE)
		outcome = token_bytes_set(&procedure->data, file.blob, file.blob_size);
	if (outcome == DONE)
		outcome = token_bytes_set(&procedure->description, file.description, file.description_size);
	if (outcome == DONE)
		outcome = token_bytes_set(&procedure->certificate, file.certificate, file.certificate_size);
	procedure->object = backup.key;
	/* The next place that is free. */
	procedure->object.key_reference = 0;
	return outcome;
}

static bool
record_key(struct ceremony *ceremony, const uint8_t *bytes, size_t size, const char *compared)
{
	char digest_text[2 * SHA256_DIGEST_LENGTH + 1];
	uint8_t digest[SHA256_DIGEST_LENGTH];
	const struct journal_field fields[] = {
		{ "file", ceremony->reading.file, 0 },
		{ "sha256", digest_text, 0 },
		{ "digest", compared, 0 },
	};

	SHA256(bytes, size, digest);
	hex_encode(digest, sizeof digest, digest_text);
	return record(ceremony, "wrapped-key-read", fields, sizeof fields / sizeof fields[0]);
}

static void
take_digest(struct ceremony *ceremony, const char *digits)
{
	uint8_t bytes[READ_BACK_BYTES_MOST];
	size_t size = 0;
	enum outcome outcome = read_back_bytes(&ceremony->reading.back, bytes, &size);

	if (outcome == DONE && digits[0] != '\0')
		outcome = read_back_check_digest(bytes, size, digits);
	if (outcome == FAIL_READ_BACK_DIGEST || outcome == FAIL_HEX || outcome == FAIL_TOO_SHORT ||
		outcome == FAIL_TOO_LONG) {
		/* The digits may be mistyped as well as the lines of another sheet. */
		step_refuse(ceremony, outcome);
		return;
	}
	if (outcome == DONE)
		outcome = take_key(ceremony, bytes, size);
	if (outcome != DONE) {
		begin_again(ceremony, outcome);
		return;
	}
	if (!record_key(ceremony, bytes, size, digits[0] == '\0' ? "not known" : "equal"))
		return;
	ceremony->reading.is_key_ready = true;
	if (ceremony->secrets.user_pin == NULL)
		step_go(ceremony, &step_give_user_pin, &step_restore_keys);
	else
		send_key(ceremony);
}

static void
take_lines(struct ceremony *ceremony, const struct answer *answer)
{
	if (answer->kind == ANSWER_AGAIN) {
		reading_pause(ceremony);
		ceremony->part = KEYS_WAY;
		return;
	}
	if (!reading_take(ceremony, answer->lines))
		return;
	if (ceremony->reading.back.kind == READ_BACK_WRAPPED_KEY)
		ceremony->part = KEYS_DIGEST;
	else
		begin_again(ceremony, FAIL_WRAPPED_KEY);
}

static void
restore_keys_take(struct ceremony *ceremony, struct answer *answer)
{
	switch (ceremony->part) {
	case KEYS_WAY:
		if (answer->choice == READING_LEAVE) {
			secret_free(&ceremony->secrets.user_pin);
			step_next(ceremony);
		} else {
			ceremony->part = answer->choice == READING_TYPE ? KEYS_LINES : KEYS_PICTURE;
		}
		break;
	case KEYS_DIGEST:
		take_digest(ceremony, answer->text);
		break;
	case KEYS_RIGHT:
		ceremony->part = KEYS_WAY;
		reading_begin(ceremony);
		break;
	default:
		take_lines(ceremony, answer);
	}
}

/* A key whose answer was lost may be in the device: that is said, and nothing is repeated. */
static void
restore_keys_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	enum outcome outcome = was_lost ? FAIL_CARD_SILENT : answer->outcome;

	ceremony->reading.is_key_ready = false;
	if (!record_card(
		    ceremony, outcome == DONE ? "paper-key-unwrapped" : "paper-key-refused", outcome, answer->code))
		return;
	if (outcome != DONE) {
		begin_again(ceremony, outcome);
		return;
	}
	ceremony->reading.number++;
	ceremony->part = KEYS_RIGHT;
}

const struct step step_restore_keys = {
	.name = "restore-keys",
	.title = N_("The wrapped keys"),
	.event = "paper-keys-done",
	.enter = restore_keys_enter,
	.ask = restore_keys_ask,
	.take = restore_keys_take,
	.settled = restore_keys_settled,
};
