#include "groups.h"

#include "play.h"

#include <quorate/clock.h>
#include <quorate/file.h>
#include <quorate/journal.h>
#include <quorate/share_file.h>
#include <quorate/share_text.h>
#include <quorate/text.h>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* file_save, made to fail: the linker leads every call here (--wrap). */
static struct {
	const char *ending; /* of the names to which it happens */
	unsigned times;
	enum outcome outcome;
} file_fault;

enum outcome __real_file_save(const char *path, const void *bytes, size_t size);
enum outcome __wrap_file_save(const char *path, const void *bytes, size_t size);

enum outcome
__wrap_file_save(const char *path, const void *bytes, size_t size)
{
	size_t length = strlen(path);

	if (file_fault.times > 0 && length >= strlen(file_fault.ending) &&
		strcmp(path + length - strlen(file_fault.ending), file_fault.ending) == 0) {
		file_fault.times--;
		return file_fault.outcome;
	}
	return __real_file_save(path, bytes, size);
}

static void
expect(const struct play *play, const char *step, enum prompt_kind kind, enum outcome verdict)
{
	assert_string_equal(play->prompt.step, step);
	assert_int_equal(play->prompt.verdict, verdict);
	assert_int_equal(play->prompt.kind, kind);
	assert_int_equal(play->prompt.verdict_text[0] != '\0', verdict != DONE);
}

/* The record as text, the caller's. */
static char *
record_text(const struct play *play)
{
	char path[160], stamp[32];
	uint8_t *bytes;
	size_t size;

	clock_stamp(stamp);
	text_format(path, sizeof path, "%s/" PLAY_LABEL "-%.10s/journal.jsonl", play->folder, stamp);
	assert_int_equal(file_read(path, 1 << 20, &bytes, &size), DONE);
	return (char *)bytes;
}

static void
expect_in_record(const struct play *play, const char *text, bool is_there)
{
	char *lines = record_text(play);
	bool is_found = strstr(lines, text) != NULL;

	free(lines);
	if (is_found != is_there)
		fail_msg("%s is %s the record", text, is_there ? "not in" : "in");
}

/* To the end, and what must be true there. */
static void
finish(struct play *play)
{
	char kcv[DKEK_KCV_TEXT_SIZE];

	play_until(play, "done", PROMPT_DONE);
	assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], 1);
	assert_int_equal(play->fake.reader.hsm.dkek_outstanding, 0);
	assert_string_equal(play->fake.user_pin, PLAY_USER_PIN);
	assert_string_equal(play->fake.so_pin, play->so_pin);
	dkek_kcv_text(play->fake.reader.hsm.kcv, kcv);
	if (!play->fake.never_tells_kcv)
		assert_non_null(strstr(play->prompt.text, kcv));
	assert_int_equal(play->prompt.number, play->prompt.count);
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
	expect_in_record(play, "\"event\":\"done\"", true);
	/* Neither PINs nor what stood on the sheets. */
	expect_in_record(play, PLAY_USER_PIN, false);
	expect_in_record(play, play->so_pin, false);
	expect_in_record(play, play->sheets[0].value, false);
	expect_in_record(play, play->sheets[0].word, false);
}

static void
test_2_of_3(void **state)
{
	struct play *play = *state;

	play_open(play, 2, 3);
	assert_non_null(strstr(play->prompt.stop_text, "No device was changed."));
	play_until(play, "turns", PROMPT_SHOW_SHARE);
	/* Nobody sees a share before the file was opened again and the device initialised. */
	expect_in_record(play, "\"event\":\"share-file-proven\"", true);
	expect_in_record(play, "\"event\":\"so-pin-proven\"", true);
	assert_int_equal(play->prompt.number, 16);
	assert_int_equal(play->prompt.count, 21);
	finish(play);
	assert_int_equal(play->fake.acts[TOKEN_INITIALISE], 1);
	expect_in_record(play, "\"of_device\":\"equal\"", true);
}

/* What the people hold in the end opens the file that lies on the disk, with any m shares. */
static void
open_with(const struct play *play, unsigned first)
{
	struct shamir_share shares[3] = { { 0, NULL } };
	struct secret *prime, *text, *combined, *password, *key, *share;
	char path[160], stamp[32];
	struct share_file file;
	uint8_t kcv[DKEK_KCV_SIZE];

	clock_stamp(stamp);
	text_format(path, sizeof path, "%s/" PLAY_LABEL "-%.10s/" PLAY_LABEL ".pbe", play->folder, stamp);
	assert_int_equal(share_file_load(path, &file), DONE);
	for (unsigned i = 0; i < 3; i++) {
		const struct sheet_of_paper *sheet = &play->sheets[(first + i) % 5];

		assert_int_equal(secret_new(&text, 32), DONE);
		for (const char *at = sheet->value; *at != '\0'; at++)
			secret_push(text, (uint8_t)*at);
		assert_int_equal(share_text_read_value(text, &shares[i].value), DONE);
		secret_free(&text);
		shares[i].id = (unsigned)atoi(sheet->id);
	}
	assert_int_equal(secret_new(&text, 32), DONE);
	for (const char *at = play->sheets[0].prime; *at != '\0'; at++)
		secret_push(text, (uint8_t)*at);
	assert_int_equal(share_text_read_prime(text, &prime), DONE);
	assert_int_equal(shamir_combine(prime, shares, 3, &combined), DONE);
	assert_int_equal(shamir_password(prime, combined, 0, &password), DONE);
	assert_int_equal(derivation_run(password, file.salt, play->world.iterations, &key), DONE);
	assert_int_equal(share_file_open(&file, key, &share), DONE);
	assert_int_equal(dkek_kcv(share, kcv), DONE);
	assert_memory_equal(kcv, play->fake.reader.hsm.kcv, sizeof kcv);
	for (unsigned i = 0; i < 3; i++)
		secret_free(&shares[i].value);
	secret_free(&text);
	secret_free(&prime);
	secret_free(&combined);
	secret_free(&password);
	secret_free(&key);
	secret_free(&share);
}

static void
test_3_of_5(void **state)
{
	struct play *play = *state;

	fake_token_used(&play->fake, "1111222233334444");
	play->so_pin = "1111222233334444";
	play_open(play, 3, 5);
	play_until(play, "so-pin", PROMPT_PIN);
	assert_false(play->prompt.of.pin.is_new);
	assert_int_equal(play->prompt.of.pin.tries_left, 15);
	play_until(play, "initialise", PROMPT_CONFIRM);
	assert_string_equal(play->prompt.of.confirm.word, "old-label");
	assert_non_null(strstr(play->prompt.text, "3 keys and 1 certificate"));
	assert_non_null(strstr(play->prompt.text, "DENK0199999"));
	assert_non_null(strstr(play->prompt.text, "Fake reader"));
	play_word(play, "y");
	expect(play, "initialise", PROMPT_CONFIRM, FAIL_WORD);
	assert_int_equal(play->fake.acts[TOKEN_INITIALISE], 0);
	finish(play);
	for (unsigned first = 0; first < 5; first++)
		open_with(play, first);
}

static void
test_ids_of_ten_and_more(void **state)
{
	struct play *play = *state;
	unsigned shown = 0;

	play_open(play, 2, 11);
	while (play->prompt.kind != PROMPT_DONE && play->prompt.kind != PROMPT_FAILED) {
		if (play->prompt.kind == PROMPT_SHOW_SHARE) {
			shown++;
			assert_int_equal(
				strstr(play->prompt.text, "in sc-hsm-tool: a") != NULL, play->prompt.of.show.id == 10);
			assert_int_equal(
				strstr(play->prompt.text, "in sc-hsm-tool: b") != NULL, play->prompt.of.show.id == 11);
		}
		play_right(play);
	}
	assert_int_equal(shown, 11);
	finish(play);
}

/* The rehearsal's card through the tokens' room: new in the first ceremony, used in the second. */
static void
test_rehearsed_card(void **state)
{
	struct play *play = *state;
	char path[160];

	text_format(path, sizeof path, "%s/card", play->folder);
	card_door_open(&play->rehearsed, path);
	play_open(play, 2, 3);
	play_until(play, "proof", PROMPT_TELL);
	assert_non_null(strstr(play->prompt.text, "rehearsal's device"));
	play_until(play, "so-pin", PROMPT_PIN);
	assert_true(play->prompt.of.pin.is_new);
	play_until(play, "done", PROMPT_DONE);
	expect_in_record(play, "\"of_device\":\"equal\"", true);
	ceremony_free(&play->ceremony);

	play->so_pin = "9999888877776666";
	play_open(play, 2, 2);
	play_until(play, "so-pin", PROMPT_PIN);
	assert_false(play->prompt.of.pin.is_new);
	play_until(play, "initialise", PROMPT_CONFIRM);
	play_right(play);
	expect(play, "so-pin", PROMPT_PIN, FAIL_SO_PIN_WRONG);
	assert_int_equal(play->prompt.of.pin.tries_left, 14);
	play->so_pin = PLAY_SO_PIN;
	play_until(play, "done", PROMPT_DONE);
}

/* Another hex digit in the place of one. */
static char
other_digit(char digit)
{
	return digit == '0' ? '1' : '0';
}

static void
test_mistyped(void **state)
{
	struct play *play = *state;
	struct sheet_of_paper *sheet;
	char value[20];

	play_open(play, 2, 3);
	play_until(play, "turns", PROMPT_ENTER_SHARE);
	sheet = &play->sheets[0];
	assert_null(play->prompt.of.enter.prime);

	/* The 7th digit: behind one blank of the groups. */
	text_format(value, sizeof value, "%s", sheet->value);
	value[7] = other_digit(value[7]);
	play_share(play, sheet->prime, sheet->id, value, sheet->word);
	expect(play, "turns", PROMPT_ENTER_SHARE, FAIL_CHECK_WORD);
	assert_int_equal(play->prompt.of.enter.where.count, 1);
	assert_int_equal(play->prompt.of.enter.where.places[0].field, CHECK_VALUE);
	assert_int_equal(play->prompt.of.enter.where.places[0].digit, 7);
	assert_non_null(strstr(play->prompt.verdict_text, "Digit 7 of the value is probably wrong."));
	/* The prime was right and is not asked for again. */
	assert_non_null(play->prompt.of.enter.prime);

	play_share(play, NULL, sheet->id, "zz", sheet->word);
	expect(play, "turns", PROMPT_ENTER_SHARE, FAIL_HEX);
	assert_int_equal(play->prompt.of.enter.where.count, 0);
	play_share(play, NULL, sheet->id, "", sheet->word);
	expect(play, "turns", PROMPT_ENTER_SHARE, FAIL_EMPTY);
	play_share(play, NULL, sheet->id, "0123 4567 89ab cdef 0", sheet->word);
	expect(play, "turns", PROMPT_ENTER_SHARE, FAIL_SHARE_VALUE_LENGTH);
	play_share(play, NULL, sheet->id, "12", sheet->word);
	expect(play, "turns", PROMPT_ENTER_SHARE, FAIL_CHECK_WORD);
	play_share(play, NULL, sheet->id, sheet->value, "abc");
	expect(play, "turns", PROMPT_ENTER_SHARE, FAIL_CHECK_WORD_LENGTH);
	play_share(play, NULL, "0", sheet->value, sheet->word);
	expect(play, "turns", PROMPT_ENTER_SHARE, FAIL_SHARE_ID_ZERO);

	/* Shown once more, written down, typed right. */
	play_again(play);
	expect(play, "turns", PROMPT_SHOW_SHARE, DONE);
	play_right(play);
	play_right(play);
	expect(play, "turns", PROMPT_GATE, DONE);
	assert_true(play->prompt.of.gate.is_leaving);
	assert_int_equal(play->prompt.of.gate.custodian, 1);

	/* The second custodian types the first one's sheet: right in itself, and not the one that was shown. */
	play_next(play);
	play_until(play, "turns", PROMPT_ENTER_SHARE);
	play_share(play, NULL, sheet->id, sheet->value, sheet->word);
	expect(play, "turns", PROMPT_ENTER_SHARE, FAIL_SHARE_DIFFERS);
	assert_non_null(strstr(play->prompt.verdict_text, "share 2 was shown"));
	finish(play);
	expect_in_record(play, "\"custodian\":1,\"outcome\":\"FAIL_CHECK_WORD\"", true);
	expect_in_record(play, "\"custodian\":2,\"outcome\":\"FAIL_SHARE_DIFFERS\"", true);
}

static void
test_pins(void **state)
{
	struct play *play = *state;

	play_open(play, 2, 3);
	play_until(play, "label", PROMPT_TEXT);
	play_text(play, "");
	expect(play, "label", PROMPT_TEXT, FAIL_EMPTY);
	play_text(play, "a label of 23 bytes ...");
	expect(play, "label", PROMPT_TEXT, FAIL_TOO_LONG);
	play_text(play, "\xe9\x8d\xb5");
	expect(play, "label", PROMPT_TEXT, FAIL_GLYPH);
	play_until(play, "keyboard", PROMPT_TEXT);
	play_text(play, "zy ZY");
	expect(play, "keyboard", PROMPT_TEXT, FAIL_KEYBOARD);
	play_until(play, "so-pin", PROMPT_PIN);
	assert_true(play->prompt.of.pin.is_new);
	play_pin(play, "314159265358979");
	expect(play, "so-pin", PROMPT_PIN, FAIL_SO_PIN_LENGTH);
	play_pin(play, "3537363231383830");
	expect(play, "so-pin", PROMPT_PIN, FAIL_SO_PIN_FACTORY);
	play_pin(play, PLAY_SO_PIN);
	expect(play, "so-pin", PROMPT_PIN, DONE);
	assert_true(play->prompt.of.pin.is_again);
	play_pin(play, "3141592653589794");
	expect(play, "so-pin", PROMPT_PIN, FAIL_PIN_MISMATCH);
	assert_false(play->prompt.of.pin.is_again);
	play_until(play, "user-pin", PROMPT_PIN);
	play_pin(play, "12345");
	expect(play, "user-pin", PROMPT_PIN, FAIL_PIN_LENGTH);
	/* Only advice: it can be kept, or another be chosen. */
	play_pin(play, "654321");
	play_pin(play, "654321");
	expect(play, "user-pin", PROMPT_CHOOSE, DONE);
	play_choose(play, 1);
	expect(play, "user-pin", PROMPT_PIN, DONE);
	finish(play);
}

static void
test_wrong_so_pin(void **state)
{
	struct play *play = *state;

	fake_token_used(&play->fake, "1111222233334444");
	play->so_pin = "9999888877776666";
	play_open(play, 2, 3);
	play_until(play, "initialise", PROMPT_CONFIRM);
	play_right(play);
	expect(play, "so-pin", PROMPT_PIN, FAIL_SO_PIN_WRONG);
	assert_int_equal(play->prompt.of.pin.tries_left, 14);
	assert_non_null(strstr(play->prompt.verdict_text, "14 tries are left"));
	assert_int_equal(play->fake.reader.hsm.key_count, 3);
	/* The right one; and nothing is tried before the word was typed again. */
	play->so_pin = "1111222233334444";
	play_right(play);
	expect(play, "initialise", PROMPT_CONFIRM, DONE);
	assert_int_equal(play->fake.acts[TOKEN_INITIALISE], 1);
	finish(play);
	assert_int_equal(play->fake.acts[TOKEN_INITIALISE], 2);
	assert_int_equal(play->fake.acts[TOKEN_PROVE_SO_PIN], 1);
}

static void
test_last_so_pin_try(void **state)
{
	struct play *play = *state;

	fake_token_used(&play->fake, "1111222233334444");
	play->fake.reader.hsm.so_pin.tries_left = 1;
	play_open(play, 2, 3);
	play_until(play, "so-pin", PROMPT_CONFIRM);
	play_word(play, "yes");
	expect(play, "so-pin", PROMPT_CONFIRM, FAIL_WORD);
	play_right(play);
	expect(play, "so-pin", PROMPT_PIN, DONE);
	play_until(play, "initialise", PROMPT_CONFIRM);
	play_right(play);
	expect(play, "initialise", PROMPT_FAILED, DONE);
	assert_non_null(strstr(play->prompt.text, outcome_text(FAIL_SO_PIN_LOCKED)));
}

static void
test_devices(void **state)
{
	struct play *play = *state;

	fake_token_used(&play->fake, "1111222233334444");
	play->fake.reader.hsm.proof = DEVICE_UNPROVEN;
	play->fake.reader.hsm.so_pin = (struct pin_status){ PIN_LOCKED, 0 };
	play->fake.reader.has_card = false;
	play->so_pin = "1111222233334444";
	play_open(play, 2, 2);
	play_next(play);
	expect(play, "device", PROMPT_INSERT_TOKEN, DONE);
	play->fake.reader.has_card = true;
	play_next(play);
	expect(play, "device", PROMPT_CHOOSE, DONE);
	assert_true(play->prompt.of.choose.items[0].is_closed);
	assert_int_equal(
		ceremony_answer(play->ceremony, &(struct answer){ .kind = ANSWER_CHOICE, .choice = 0 }), FAIL_USAGE);
	assert_int_equal(
		ceremony_answer(play->ceremony, &(struct answer){ .kind = ANSWER_CHOICE, .choice = 2 }), FAIL_USAGE);
	assert_int_equal(ceremony_answer(play->ceremony, &(struct answer){ .kind = ANSWER_NEXT }), FAIL_USAGE);
	play->fake.reader.hsm.so_pin = (struct pin_status){ PIN_SET, 15 };
	play_choose(play, 1);
	play_choose(play, 0);
	expect(play, "proof", PROMPT_CONFIRM, DONE);
	assert_non_null(strstr(play->prompt.text, "nothing proves that this device is genuine"));
	play_word(play, "ok");
	expect(play, "proof", PROMPT_CONFIRM, FAIL_WORD);
	finish(play);
	expect_in_record(play, "\"event\":\"unproven-device-accepted\"", true);
}

static void
lose(struct play *play, enum token_act act, bool is_after, bool is_removed)
{
	play->fake.fault.act = act;
	play->fake.fault.outcome = is_removed ? FAIL_TOKEN_GONE : FAIL_WORKER_GONE;
	play->fake.fault.is_set = true;
	play->fake.fault.is_after = is_after;
	play->fake.fault.is_removed = is_removed;
}

static void
test_import_lost_before(void **state)
{
	struct play *play = *state;

	play_open(play, 2, 3);
	play_until(play, "turns", PROMPT_GATE);
	lose(play, TOKEN_IMPORT_DKEK, false, false);
	play_until(play, "import", PROMPT_TELL);
	assert_non_null(strstr(play->prompt.text, "still waits for its DKEK share"));
	assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], 0);
	finish(play);
}

static void
test_import_lost_after(void **state)
{
	struct play *play = *state;

	play_open(play, 2, 3);
	play_until(play, "turns", PROMPT_GATE);
	lose(play, TOKEN_IMPORT_DKEK, true, true);
	play_until(play, "import", PROMPT_INSERT_TOKEN);
	assert_non_null(strstr(play->prompt.text, "DENK0199999"));
	/* Another device does not do. */
	text_format(play->fake.reader.hsm.serial, TOKEN_SERIAL_SIZE, "DENK0200000");
	play->fake.reader.has_card = true;
	play_next(play);
	expect(play, "import", PROMPT_INSERT_TOKEN, FAIL_TOKEN_OTHER);
	text_format(play->fake.reader.hsm.serial, TOKEN_SERIAL_SIZE, "DENK0199999");
	/* It may come back in another reader. */
	text_format(play->fake.reader.name, TOKEN_NAME_SIZE, "Other reader");
	finish(play);
	expect_in_record(play, "\"event\":\"import-found-done\"", true);
}

/* Each of the other acts loses its answer, before and after; the ceremony ends well all the same. */
static void
test_other_answers_lost(void **state)
{
	static const enum token_act acts[] = { TOKEN_DESCRIBE, TOKEN_RANDOM, TOKEN_INITIALISE, TOKEN_VERIFY_USER_PIN,
		TOKEN_PROVE_SO_PIN };
	struct play *play = *state;

	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
		for (int is_after = 0; is_after < 2; is_after++) {
			fake_token_new(&play->fake);
			play_open(play, 2, 2);
			/* The card that did it is gone as well; the one that did not is still there. */
			lose(play, acts[i], is_after, is_after);
			while (play->prompt.kind != PROMPT_DONE && play->prompt.kind != PROMPT_FAILED) {
				if (play->prompt.kind == PROMPT_INSERT_TOKEN)
					play->fake.reader.has_card = true;
				play_right(play);
			}
			assert_int_equal(play->prompt.kind, PROMPT_DONE);
			assert_false(play->fake.fault.is_set);
			assert_int_equal(play->fake.acts[TOKEN_INITIALISE], 1);
			assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], 1);
			ceremony_free(&play->ceremony);
		}
	}
}

static void
test_kcv_told_late(void **state)
{
	struct play *play = *state;

	play->fake.wants_login_for_kcv = true;
	play_open(play, 2, 2);
	finish(play);
	expect_in_record(play, "\"of_device\":\"equal\"", true);
}

static void
test_kcv_never_told(void **state)
{
	struct play *play = *state;

	play->fake.never_tells_kcv = true;
	play_open(play, 2, 2);
	play_until(play, "import", PROMPT_TELL);
	assert_non_null(strstr(play->prompt.text, "could not be compared"));
	finish(play);
	assert_non_null(strstr(play->prompt.text, "did not tell"));
	expect_in_record(play, "\"of_device\":\"not told\"", true);
}

static void
test_wrong_kcv(void **state)
{
	struct play *play = *state;

	play_open(play, 2, 2);
	play_until(play, "turns", PROMPT_GATE);
	/* A device that had something in it already. */
	play->fake.dkek[0] = 1;
	while (play->prompt.kind != PROMPT_FAILED)
		play_right(play);
	expect(play, "import", PROMPT_FAILED, DONE);
	assert_non_null(strstr(play->prompt.text, outcome_text(FAIL_KCV)));
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
}

static void
refused_user(struct play *play, const char *path)
{
	char locked[160];
	uid_t user = geteuid();

	text_format(locked, sizeof locked, "%s/locked", play->folder);
	assert_int_equal(mkdir(locked, 0500), 0);
	assert_int_equal(chmod(play->folder, 0755), 0);
	if (user == 0)
		assert_int_equal(seteuid(65534), 0);
	play_text(play, path);
	if (user == 0)
		assert_int_equal(seteuid(0), 0);
}

static void
test_folder(void **state)
{
	struct play *play = *state;
	char path[160];

	play_open(play, 2, 2);
	play_until(play, "folder", PROMPT_TEXT);
	play_text(play, "");
	expect(play, "folder", PROMPT_TEXT, FAIL_EMPTY);
	play_text(play, "somewhere");
	expect(play, "folder", PROMPT_TEXT, FAIL_ARGUMENT);
	assert_string_equal(play->prompt.of.text_line.initial, "somewhere");
	play_text(play, "/proc/nowhere");
	expect(play, "folder", PROMPT_TEXT, FAIL_FILE_MISSING);
	/* A file in the way. */
	text_format(path, sizeof path, "%s/file", play->folder);
	assert_int_equal(file_save(path, "x", 1), DONE);
	play_text(play, path);
	assert_int_not_equal(play->prompt.verdict, DONE);
	assert_string_equal(play->prompt.step, "folder");
	/* Without permission; the superuser has to step down to be refused anything. */
	text_format(path, sizeof path, "%s/locked/within", play->folder);
	refused_user(play, path);
	expect(play, "folder", PROMPT_TEXT, FAIL_FILE_ACCESS);
	/* A folder with another ceremony's record. */
	text_format(path, sizeof path, "%s/taken", play->folder);
	assert_int_equal(file_make_folder(path), DONE);
	text_append(path, sizeof path, "/journal.jsonl");
	assert_int_equal(file_save(path, "", 0), DONE);
	text_format(path, sizeof path, "%s/taken", play->folder);
	play_text(play, path);
	expect(play, "folder", PROMPT_TEXT, FAIL_FILE_EXISTS);
	text_format(path, sizeof path, "%s/" PLAY_LABEL "-2026", play->folder);
	play_text(play, path);
	expect(play, "file-name", PROMPT_TEXT, DONE);
	play_text(play, "a/b");
	expect(play, "file-name", PROMPT_TEXT, FAIL_TEXT_CHARACTER);
	play_text(play, "journal.jsonl");
	expect(play, "file-name", PROMPT_TEXT, FAIL_FILE_EXISTS);
	play_text(play, "share.pbe");
	play_until(play, "done", PROMPT_DONE);
}

static void
test_disk_full(void **state)
{
	static const char *const endings[] = { "share-sheets.pdf", "share-sheets.txt", ".pbe", "share-file-sheet.pdf" };
	static const char *const steps[] = { "share-sheets", "share-sheets", "create", "file-sheet" };
	struct play *play = *state;

	play_open(play, 2, 2);
	for (size_t i = 0; i < 4; i++) {
		file_fault.ending = endings[i];
		file_fault.times = 2;
		file_fault.outcome = FAIL_DISK_FULL;
		play_until(play, steps[i], PROMPT_TELL);
		expect(play, steps[i], PROMPT_TELL, FAIL_DISK_FULL);
		play_next(play);
		expect(play, steps[i], PROMPT_TELL, FAIL_DISK_FULL);
		if (i < 3)
			assert_int_equal(play->fake.acts[TOKEN_INITIALISE], 0);
	}
	finish(play);
}

/* Nothing is done without a record: here as the first share is typed back. */
static void
test_record_lost(void **state)
{
	struct play *play = *state;
	struct rlimit before, none;

	play_open(play, 2, 2);
	play_until(play, "turns", PROMPT_ENTER_SHARE);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	play_right(play);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	expect(play, "turns", PROMPT_FAILED, DONE);
	assert_non_null(strstr(play->prompt.text, outcome_text(FAIL_JOURNAL_WRITE)));
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
	assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], 0);
}

/* Stopped at the first prompt, at the second, ... at the last: nothing secret is left, and the record says so. */
static void
test_stop_everywhere(void **state)
{
	struct play *play = *state;
	bool is_through = false;
	unsigned stops = 0;

	for (unsigned answers = 0; !is_through; answers++) {
		fake_token_new(&play->fake);
		play_open(play, 2, 2);
		for (unsigned i = 0; i < answers && play->prompt.kind != PROMPT_DONE; i++)
			play_right(play);
		is_through = play->prompt.kind == PROMPT_DONE;
		if (!is_through) {
			assert_true(play->prompt.stop_text[0] != '\0');
			play_stop(play);
			expect(play, play->prompt.step, PROMPT_FAILED, DONE);
			assert_non_null(strstr(play->prompt.text, outcome_text(FAIL_CANCELLED)));
			stops++;
		}
		assert_int_equal(CRYPTO_secure_used(), play->secure_before);
		ceremony_free(&play->ceremony);
	}
	assert_int_equal(stops, 25);
}

/* And in the middle of a derivation. */
static void
test_stop_work(void **state)
{
	struct play *play = *state;
	struct answer stop = { .kind = ANSWER_STOP };

	play_open(play, 2, 2);
	play_until(play, "share-sheets", PROMPT_PRINT);
	play->world.iterations = LIMIT_DKEK_ITERATIONS;
	assert_int_equal(ceremony_answer(play->ceremony, &(struct answer){ .kind = ANSWER_NEXT }), DONE);
	assert_int_equal(ceremony_prompt(play->ceremony, &play->prompt), DONE);
	assert_int_equal(play->prompt.kind, PROMPT_WORK);
	/* The device is at work, and is not interrupted. */
	assert_false(play->prompt.of.work.may_stop);
	assert_int_equal(ceremony_answer(play->ceremony, &stop), FAIL_USAGE);
	assert_true(ceremony_advance(play->ceremony));
	assert_int_equal(ceremony_prompt(play->ceremony, &play->prompt), DONE);
	assert_int_equal(play->prompt.kind, PROMPT_WORK);
	assert_true(play->prompt.of.work.may_stop);
	assert_true(play->prompt.of.work.fraction >= 0 && play->prompt.of.work.fraction < 0.5);
	assert_false(ceremony_advance(play->ceremony));
	assert_int_equal(ceremony_answer(play->ceremony, &stop), DONE);
	assert_int_equal(ceremony_prompt(play->ceremony, &play->prompt), DONE);
	expect(play, "create", PROMPT_FAILED, DONE);
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, play_setup, play_teardown)

TEST_GROUP(ceremony, TEST(test_2_of_3), TEST(test_3_of_5), TEST(test_ids_of_ten_and_more), TEST(test_rehearsed_card),
	TEST(test_mistyped), TEST(test_pins), TEST(test_wrong_so_pin), TEST(test_last_so_pin_try), TEST(test_devices),
	TEST(test_import_lost_before), TEST(test_import_lost_after), TEST(test_other_answers_lost),
	TEST(test_kcv_told_late), TEST(test_kcv_never_told), TEST(test_wrong_kcv), TEST(test_folder),
	TEST(test_disk_full), TEST(test_record_lost), TEST(test_stop_everywhere), TEST(test_stop_work));
