/* Custodians change: from sheets of quorate and of sc-hsm-tool, with slips, with the wrong file, and stopped. */
#include "groups.h"

#include "play.h"

#include <quorate/file.h>
#include <quorate/share_file.h>
#include <quorate/share_text.h>
#include <quorate/text.h>

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An old set as the first ceremony makes it. */
static void
make_old(struct play *play, unsigned threshold, unsigned total)
{
	play_open(play, threshold, total);
	play_finish(play);
}

static void
expect_kcv_in_text(const struct play *play)
{
	char kcv[DKEK_KCV_TEXT_SIZE];

	dkek_kcv_text(play->fake.reader.hsm.kcv, kcv);
	assert_non_null(strstr(play->prompt.text, kcv));
}

static void
test_3_of_5_to_2_of_3(void **state)
{
	struct play *play = *state;
	uint8_t *before, *after;
	char path[160];
	size_t size;
	unsigned acts;

	make_old(play, 3, 5);
	acts = play->fake.acts[TOKEN_RANDOM];
	play_change(play, 2, 3);
	assert_non_null(strstr(play->prompt.text, "open the same key for ever"));
	assert_int_equal(file_read(play->old.file, 1024, &before, &size), DONE);
	/* Any of them, in any order: 4, 5, 1. */
	play->old.next = 3;
	play_until(play, "open", PROMPT_TELL);
	expect_kcv_in_text(play);
	assert_int_equal(play->prompt.number, 11);
	/* 22 steps, two more old turns, two more new ones. */
	assert_int_equal(play->prompt.count, 26);
	play_until(play, "old-sheets", PROMPT_TEXT);
	play_expect_in_record(play, "\"event\":\"set-proven\"", true);
	play_text(play, "2");
	play_expect(play, "old-sheets", PROMPT_TEXT, FAIL_ARGUMENT);
	play_text(play, "many");
	play_expect(play, "old-sheets", PROMPT_TEXT, FAIL_ARGUMENT);
	play_text(play, "5");
	play_text(play, "");
	play_expect(play, "old-sheets", PROMPT_TEXT, FAIL_EMPTY);
	play_text(play, "6");
	play_expect(play, "old-sheets", PROMPT_TEXT, FAIL_ARGUMENT);
	play_text(play, "3");
	play_text(play, "1");
	play_finish(play);
	assert_non_null(strstr(play->prompt.text, "Of 5 old sheets 3 were destroyed, and 2 are still out there."));
	assert_non_null(strstr(play->prompt.text, "That is fewer than open the old file"));
	play_expect_in_record(play, "\"sheets\":5,\"destroyed\":3,\"still_out\":2,\"file_copies_destroyed\":1", true);
	play_expect_in_record(play, "\"event\":\"old-share-typed\",\"share\":4", true);
	play_expect_in_record(play, play->old.sheets[3].value, false);
	/* A device that happens to be there gives random numbers and nothing else. */
	assert_int_equal(play->fake.acts[TOKEN_RANDOM], acts + 1);
	play_expect_in_record(play, "\"event\":\"random\",\"of_device\":\"yes\"", true);

	play_path(play, PLAY_LABEL ".pbe", path, sizeof path);
	assert_int_not_equal(strcmp(play->sheets[0].prime, play->old.sheets[0].prime), 0);
	for (unsigned first = 0; first < 3; first++)
		play_expect_opens(path, play, play->sheets, 3, first, 2);
	/* The old file is what it was, and its shares have their power. */
	play_expect_opens(play->old.file, play, play->old.sheets, 5, 1, 3);
	assert_int_equal(file_read(play->old.file, 1024, &after, &size), DONE);
	assert_memory_equal(before, after, SHARE_FILE_SIZE);
	free(before);
	free(after);
}

/* A set without check words, whose password has lost its leading zero byte. */
static void
make_tool_set(struct play *play)
{
	struct secret *password, *shorter, *key, *dkek;
	uint8_t bytes[] = { 0, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde }, file_bytes[SHARE_FILE_SIZE];
	struct shamir_set *set;
	struct share_file file;

	assert_int_equal(dkek_new(&dkek), DONE);
	assert_int_equal(dkek_kcv(dkek, play->fake.reader.hsm.kcv), DONE);
	assert_int_equal(secret_new(&shorter, 7), DONE);
	for (size_t i = 1; i < sizeof bytes; i++)
		secret_push(shorter, bytes[i]);
	assert_int_equal(secret_take(&password, bytes, sizeof bytes), DONE);
	assert_int_equal(shamir_split(password, 2, 3, &set), DONE);
	assert_int_equal(share_file_new(&file), DONE);
	assert_int_equal(derivation_run(shorter, file.salt, 20, &key), DONE);
	assert_int_equal(share_file_seal(&file, key, dkek), DONE);
	share_file_write(&file, file_bytes);
	text_format(play->old.file, sizeof play->old.file, "%s/" PLAY_LABEL ".pbe", play->folder);
	assert_int_equal(file_save(play->old.file, file_bytes, sizeof file_bytes), DONE);
	for (unsigned i = 0; i < 3; i++) {
		struct sheet_of_paper *sheet = &play->old.sheets[i];
		struct secret *text;

		assert_int_equal(share_text_write(set->prime, &text), DONE);
		text_format(sheet->prime, sizeof sheet->prime, "%.*s", (int)text->size, (const char *)text->bytes);
		secret_free(&text);
		assert_int_equal(share_text_write(set->shares[i].value, &text), DONE);
		text_format(sheet->value, sizeof sheet->value, "%.*s", (int)text->size, (const char *)text->bytes);
		secret_free(&text);
		text_format(sheet->id, sizeof sheet->id, "%u", i + 1);
	}
	play->old.threshold = 2;
	play->old.total = 3;
	shamir_set_free(&set);
	secret_free(&password);
	secret_free(&shorter);
	secret_free(&key);
	secret_free(&dkek);
}

static void
play_to_end(struct play *play)
{
	play_until(play, "done", PROMPT_DONE);
	expect_kcv_in_text(play);
	assert_int_equal(play->prompt.number, play->prompt.count);
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
}

static void
test_sheets_of_the_tool(void **state)
{
	struct play *play = *state;
	const struct sheet_of_paper *sheet = play->old.sheets;
	char folder[160];

	make_tool_set(play);
	play_change_from(play, 2, 2);
	play_until(play, "folder", PROMPT_TEXT);
	/* Where play_path looks. */
	text_format(folder, sizeof folder, "%s-2", play->prompt.of.text_line.initial);
	play_text(play, folder);
	play_until(play, "old-turns", PROMPT_ENTER_SHARE);
	assert_false(play->prompt.of.enter.wants_check_word);
	assert_false(play->prompt.of.enter.may_show_again);
	play_right(play);
	play_until(play, "old-turns", PROMPT_ENTER_SHARE);
	assert_non_null(play->prompt.of.enter.prime);
	/* The same sheet once more, and none at all. */
	play_share(play, NULL, sheet->id, sheet->value, NULL);
	play_expect(play, "old-turns", PROMPT_ENTER_SHARE, FAIL_SHARE_ID_TWICE);
	play_share(play, NULL, "2", "", NULL);
	play_expect(play, "old-turns", PROMPT_ENTER_SHARE, FAIL_EMPTY);
	play_share(play, NULL, "2", "ffffffffffffffff", NULL);
	play_expect(play, "old-turns", PROMPT_ENTER_SHARE, FAIL_SHARE_VALUE);
	play_to_end(play);
	play_expect_in_record(
		play, "\"event\":\"old-share-mistyped\",\"share\":1,\"outcome\":\"FAIL_SHARE_ID_TWICE\"", true);
}

/* The same shares on new sheets, with check words; a wrong one, and one twice, are refused. */
static void
test_renew(void **state)
{
	struct play *play = *state;
	const struct sheet_of_paper *old = play->old.sheets;
	char value[20];

	make_tool_set(play);
	play_renew(play);
	play_until(play, "renew-turns", PROMPT_GATE);
	assert_string_equal(play->prompt.title, "New sheet 1 of 3");
	play->old.next = 0;
	play_until(play, "renew-turns", PROMPT_SHOW_SHARE);
	assert_int_equal(play->prompt.of.show.id, 1);
	assert_memory_equal(play->prompt.of.show.value->bytes, old[0].value, strlen(old[0].value));
	play_right(play);
	play_share(play, NULL, "1", old[0].value, NULL);
	play_expect(play, "renew-turns", PROMPT_ENTER_SHARE, FAIL_CHECK_WORD_LENGTH);
	play_right(play);
	play_expect(play, "renew-turns", PROMPT_GATE, DONE);
	play_next(play);
	play_next(play);
	play_share(play, NULL, "1", old[0].value, NULL);
	play_expect(play, "renew-turns", PROMPT_ENTER_SHARE, FAIL_SHARE_ID_TWICE);
	/* Share 3 opened nothing so far, and is seen to be wrong all the same. */
	text_format(value, sizeof value, "%s", old[2].value);
	value[18] = value[18] == '0' ? '1' : '0';
	play_share(play, NULL, "3", value, NULL);
	play_expect(play, "renew-turns", PROMPT_ENTER_SHARE, FAIL_SHARES_NAMED);
	play->old.next = 2;
	play_until(play, "renew-turns", PROMPT_GATE);
	play_next(play);
	play->old.next = 1;
	play_until(play, "done", PROMPT_DONE);
	expect_kcv_in_text(play);
	assert_int_equal(play->prompt.number, play->prompt.count);
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
	for (unsigned i = 0; i < 3; i++) {
		assert_string_equal(play->sheets[i].value, old[i].value);
		assert_int_equal(strlen(play->sheets[i].word), 6);
	}
}

/* What cannot be seen at the keyboard: the file tells, and one share only is typed again. */
static void
test_wrong_share(void **state)
{
	struct play *play = *state;
	const struct sheet_of_paper *sheet;
	char value[20];

	make_tool_set(play);
	play_change_from(play, 2, 3);
	play_until(play, "old-turns", PROMPT_ENTER_SHARE);
	play_right(play);
	play_until(play, "old-turns", PROMPT_ENTER_SHARE);
	sheet = &play->old.sheets[1];
	text_format(value, sizeof value, "%s", sheet->value);
	value[18] = value[18] == '0' ? '1' : '0';
	play_share(play, NULL, "2", value, NULL);
	play_next(play);
	play_expect(play, "open", PROMPT_CHOOSE, FAIL_SHARES_FILE_KEY);
	assert_non_null(strstr(play->prompt.text, "There are three causes"));
	assert_int_equal(play->prompt.of.choose.count, 5);
	assert_string_equal(play->prompt.of.choose.items[4].label, "Type share 2 again");
	play_choose(play, 4);
	play_expect(play, "old-turns", PROMPT_GATE, DONE);
	play->old.next = 1;
	play_until(play, "old-turns", PROMPT_ENTER_SHARE);
	assert_non_null(play->prompt.of.enter.prime);
	play_right(play);
	play_next(play);
	play_expect(play, "open", PROMPT_TELL, DONE);
	play_to_end(play);
}

static void
test_mistyped_digit(void **state)
{
	struct play *play = *state;
	const struct sheet_of_paper *sheet = play->old.sheets;
	char value[20];

	make_old(play, 2, 3);
	play_change(play, 2, 2);
	play_until(play, "old-turns", PROMPT_ENTER_SHARE);
	text_format(value, sizeof value, "%s", sheet->value);
	value[7] = value[7] == '0' ? '1' : '0';
	play_share(play, sheet->prime, sheet->id, value, sheet->word);
	play_expect(play, "old-turns", PROMPT_ENTER_SHARE, FAIL_CHECK_WORD);
	assert_int_equal(play->prompt.of.enter.where.count, 1);
	assert_int_equal(play->prompt.of.enter.where.places[0].digit, 7);
	assert_non_null(strstr(play->prompt.verdict_text, "Digit 7 of the value is probably wrong."));
	play_share(play, "e28c4e2a93cca875", sheet->id, sheet->value, NULL);
	play_expect(play, "old-turns", PROMPT_ENTER_SHARE, FAIL_PRIME_NOT_SAFE);
	play_share(play, sheet->prime, sheet->id, sheet->value, "abc");
	play_expect(play, "old-turns", PROMPT_ENTER_SHARE, FAIL_CHECK_WORD_LENGTH);
	play_finish(play);
}

static void
test_too_few(void **state)
{
	struct play *play = *state;

	make_old(play, 3, 5);
	play_change(play, 2, 2);
	play->old.threshold = 2;
	play_until(play, "open", PROMPT_CHOOSE);
	play_expect(play, "open", PROMPT_CHOOSE, FAIL_SHARES_FILE_KEY);
	play->old.threshold = 3;
	play_choose(play, 0);
	play_expect(play, "old-threshold", PROMPT_CHOOSE, DONE);
	play_right(play);
	/* Two are there; the third is asked for. */
	play_expect(play, "old-turns", PROMPT_GATE, DONE);
	assert_string_equal(play->prompt.title, "Old share 3 of 3");
	play_finish(play);
	play_expect_in_record(play, "\"event\":\"old-file-not-opened\"", true);
}

static void
test_wrong_file(void **state)
{
	struct play *play = *state;
	char right[160], wrong[160];
	uint8_t *bytes;
	size_t size;

	make_old(play, 2, 3);
	play_change(play, 2, 2);
	text_format(right, sizeof right, "%s", play->old.file);
	text_format(wrong, sizeof wrong, "%s/" PLAY_LABEL ".pbe", play->folder);
	assert_int_equal(file_read(right, 1024, &bytes, &size), DONE);
	bytes[40] ^= 1;
	bytes[50] ^= 1;
	assert_int_equal(file_save(wrong, bytes, size), DONE);
	bytes[0] = 'X';
	text_append(wrong, sizeof wrong, ".other");
	assert_int_equal(file_save(wrong, bytes, size), DONE);
	free(bytes);
	play_until(play, "old-file", PROMPT_TEXT);
	play_text(play, "");
	play_expect(play, "old-file", PROMPT_TEXT, FAIL_EMPTY);
	play_text(play, "old.pbe");
	play_expect(play, "old-file", PROMPT_TEXT, FAIL_ARGUMENT);
	play_text(play, "/nowhere/old.pbe");
	play_expect(play, "old-file", PROMPT_TEXT, FAIL_FILE_MISSING);
	play_text(play, wrong);
	play_expect(play, "old-file", PROMPT_TEXT, FAIL_SHARE_FILE_MAGIC);
	wrong[strlen(wrong) - strlen(".other")] = '\0';
	text_format(play->old.file, sizeof play->old.file, "%s", wrong);
	play_until(play, "open", PROMPT_CHOOSE);
	play_expect(play, "open", PROMPT_CHOOSE, FAIL_SHARES_FILE_KEY);
	/* The shares typed stay. */
	play_choose(play, 2);
	play_expect(play, "old-file", PROMPT_TEXT, DONE);
	play_text(play, right);
	play_expect(play, "open", PROMPT_TELL, DONE);
	play_finish(play);
}

static void
test_expected_kcv(void **state)
{
	struct play *play = *state;
	char kcv[DKEK_KCV_TEXT_SIZE];

	make_old(play, 2, 2);
	dkek_kcv_text(play->fake.reader.hsm.kcv, kcv);
	play_change(play, 2, 2);
	play_until(play, "expected-kcv", PROMPT_TEXT);
	play_text(play, "0000 0000 0000 0000");
	play_expect(play, "expected-kcv", PROMPT_TEXT, FAIL_HEX);
	play_text(play, "12 34");
	play_expect(play, "expected-kcv", PROMPT_TEXT, FAIL_HEX);
	assert_string_equal(play->prompt.of.text_line.initial, "12 34");
	play_text(play, "1122334455667788");
	play_until(play, "open", PROMPT_CHOOSE);
	play_expect(play, "open", PROMPT_CHOOSE, FAIL_KCV);
	expect_kcv_in_text(play);
	/* It was mistyped: nobody types a share again. */
	play_choose(play, 0);
	play_expect(play, "expected-kcv", PROMPT_TEXT, DONE);
	play_text(play, kcv);
	play_expect(play, "open", PROMPT_TELL, DONE);
	assert_non_null(strstr(play->prompt.text, "the one that was expected"));
	play_finish(play);
	play_expect_in_record(play, "\"expected\":\"equal\"", true);
}

static void
test_another_key(void **state)
{
	struct play *play = *state;

	make_old(play, 2, 2);
	play_change(play, 2, 2);
	play_until(play, "expected-kcv", PROMPT_TEXT);
	play_text(play, "1122334455667788");
	play_until(play, "open", PROMPT_CHOOSE);
	play_choose(play, 1);
	play_expect(play, "old-file", PROMPT_TEXT, DONE);
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
	play_right(play);
	play_expect(play, "old-turns", PROMPT_GATE, DONE);
	play_until(play, "old-turns", PROMPT_ENTER_SHARE);
	assert_null(play->prompt.of.enter.prime);
}

/* Stopped at the first prompt, at the second, ... at the last: nothing secret is left. */
static void
test_stop_everywhere(void **state)
{
	struct play *play = *state;
	bool is_through = false, is_over = false;
	unsigned stops = 0;

	make_old(play, 2, 2);
	play_change(play, 2, 2);
	for (unsigned answers = 0; !is_through; answers++) {
		play_change_from(play, 2, 2);
		for (unsigned i = 0; i < answers && play->prompt.kind != PROMPT_DONE; i++)
			play_right(play);
		is_through = play->prompt.kind == PROMPT_DONE;
		if (!is_through) {
			assert_true(play->prompt.stop_text[0] != '\0');
			assert_non_null(strstr(play->prompt.stop_text, "the old share file is as it was"));
			is_over = strcmp(play->prompt.step, "record-sheet") == 0;
			play_stop(play);
			/* With the record closed nothing can be stopped any more. */
			play_expect(play, play->prompt.step, is_over ? PROMPT_DONE : PROMPT_FAILED, DONE);
			stops++;
		}
		assert_int_equal(CRYPTO_secure_used(), play->secure_before);
	}
	assert_int_equal(stops, 33);
	play_expect_opens(play->old.file, play, play->old.sheets, 2, 0, 2);
}

/* What stands in a file opens with that password, to the same key. */
static void
expect_password_opens(const struct play *play, const char *text)
{
	struct secret *password, *key, *share;
	char path[160], copy[64];
	struct share_file file;
	uint8_t kcv[DKEK_KCV_SIZE];

	play_path(play, PLAY_LABEL ".pbe", path, sizeof path);
	text_format(copy, sizeof copy, "%s", text);
	assert_int_equal(secret_take(&password, copy, strlen(text)), DONE);
	assert_int_equal(share_file_load(path, &file), DONE);
	assert_int_equal(derivation_run(password, file.salt, play->world.iterations, &key), DONE);
	assert_int_equal(share_file_open(&file, key, &share), DONE);
	assert_int_equal(dkek_kcv(share, kcv), DONE);
	assert_memory_equal(kcv, play->fake.reader.hsm.kcv, sizeof kcv);
	secret_free(&password);
	secret_free(&key);
	secret_free(&share);
}

/* From shares to one person's password, from that to another one, and back to shares; the key stays. */
static void
test_passwords(void **state)
{
	struct play *play = *state;
	char path[160];

	make_old(play, 2, 3);
	play->is_new_by_password = true;
	play_change(play, 0, 0);
	play_until(play, "sheets", PROMPT_PRINT);
	/* The script, and one for the password. */
	assert_int_equal(play->prompt.of.print.count, 2);
	play_until(play, "passwords", PROMPT_GATE);
	assert_string_equal(play->prompt.title, "The new password");
	play_to_end(play);
	assert_non_null(strstr(play->prompt.text, "The new password opens the new file."));
	play_expect_in_record(play, "\"opened_by\":\"passwords\"", true);
	expect_password_opens(play, "The password no. 10");

	play_path(play, PLAY_LABEL ".pbe", path, sizeof path);
	text_format(play->old.file, sizeof play->old.file, "%s/" PLAY_LABEL ".pbe", play->folder);
	assert_int_equal(rename(path, play->old.file), 0);
	ceremony_free(&play->ceremony);
	play_remove(play);
	play->is_by_passwords = true;
	play_change_from(play, 0, 0);
	play_until(play, "old-file", PROMPT_TEXT);
	play_text(play, play->old.file);
	play_until(play, "old-password", PROMPT_PASSWORD);
	play_pin(play, "The password no. 10");
	play_until(play, "old-sheets", PROMPT_TEXT);
	assert_non_null(strstr(play->prompt.text, "paper with the old password"));
	play_text(play, "0");
	play_text(play, "1");
	play_expect(play, "old-sheets", PROMPT_TEXT, FAIL_ARGUMENT);
	play_text(play, "0");
	play_text(play, "2");
	play_to_end(play);
	assert_non_null(strstr(play->prompt.text, "whoever knows it does"));
	play_expect_in_record(play, "\"sheets\":0,\"destroyed\":0,\"still_out\":0,\"file_copies_destroyed\":2", true);
	expect_password_opens(play, "The password no. 10");

	assert_int_equal(remove(play->old.file), 0);
	assert_int_equal(rename(path, play->old.file), 0);
	ceremony_free(&play->ceremony);
	play_remove(play);
	play->is_new_by_password = false;
	play_change_from(play, 2, 3);
	play_until(play, "old-file", PROMPT_TEXT);
	play_text(play, play->old.file);
	play_until(play, "old-password", PROMPT_PASSWORD);
	play_pin(play, "The password no. 10");
	play_until(play, "old-sheets", PROMPT_TEXT);
	play_to_end(play);
	play_expect_opens(path, play, play->sheets, 3, 1, 2);
}

TEST_GROUP(ceremony_change, PLAY_TEST(test_3_of_5_to_2_of_3), PLAY_TEST(test_sheets_of_the_tool), PLAY_TEST(test_renew),
	PLAY_TEST(test_wrong_share), PLAY_TEST(test_mistyped_digit), PLAY_TEST(test_too_few),
	PLAY_TEST(test_wrong_file), PLAY_TEST(test_expected_kcv), PLAY_TEST(test_another_key),
	PLAY_TEST(test_passwords), PLAY_TEST(test_stop_everywhere));
