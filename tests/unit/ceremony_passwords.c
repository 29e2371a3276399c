/* A key in several share files, each with a password: made, imported one after the other, and joined from them. */
#include "groups.h"

#include "play.h"

#include <quorate/password.h>
#include <quorate/text.h>

#include <stdio.h>
#include <string.h>

static void
file_of(const struct play *play, unsigned number, char *ret, size_t size)
{
	char name[64];

	text_format(name, sizeof name, PLAY_LABEL "-%u.pbe", number);
	play_path(play, name, ret, size);
}

static void
expect_files_open(const struct play *play, unsigned count)
{
	char stem[160];

	play_path(play, PLAY_LABEL, stem, sizeof stem);
	play_expect_files_open(play, stem, count);
}

static void
finish(struct play *play, unsigned count)
{
	char kcv[DKEK_KCV_TEXT_SIZE];

	play_until(play, "done", PROMPT_DONE);
	assert_int_equal(play->prompt.number, play->prompt.count);
	assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], count);
	assert_int_equal(play->fake.reader.hsm.dkek_total, count);
	assert_int_equal(play->fake.reader.hsm.dkek_outstanding, 0);
	dkek_kcv_text(play->fake.reader.hsm.kcv, kcv);
	assert_non_null(strstr(play->prompt.text, kcv));
	play_expect_in_record(play, "\"of_device\":\"equal\"", true);
	play_expect_in_record(play, "The password", false);
}

static void
test_up_to_5(void **state)
{
	struct play *play = *state;

	play->is_by_passwords = true;
	for (unsigned count = 2; count <= 5; count++) {
		fake_token_new(&play->fake);
		play->is_in_any_order = count > 2;
		play_open(play, count, count);
		play_until(play, "passwords", PROMPT_GATE);
		assert_int_equal(play->fake.acts[TOKEN_INITIALISE], 0);
		finish(play, count);
		expect_files_open(play, count);
		ceremony_free(&play->ceremony);
		if (count < 5)
			play_remove(play);
	}
}

static void
test_slips(void **state)
{
	struct play *play = *state;

	play->is_by_passwords = true;
	play_open(play, 2, 2);
	play_until(play, "passwords", PROMPT_PASSWORD);
	play_pin(play, "short");
	play_expect(play, "passwords", PROMPT_PASSWORD, FAIL_PASSWORD_LENGTH);
	play_pin(play, "a tab\tin it");
	play_expect(play, "passwords", PROMPT_PASSWORD, FAIL_PASSWORD_CHARACTER);
	play_pin(play, "The password no. 1");
	assert_true(play->prompt.of.password.is_again);
	play_pin(play, "The password no. 2");
	play_expect(play, "passwords", PROMPT_PASSWORD, FAIL_PIN_MISMATCH);
	assert_true(play->prompt.of.password.is_new);
	/* Only advice: it can be kept, or another be chosen. */
	play_pin(play, "12345678");
	play_pin(play, "12345678");
	play_expect(play, "passwords", PROMPT_CHOOSE, DONE);
	assert_non_null(strstr(play->prompt.text, "It is short."));
	play_choose(play, 1);
	play_expect(play, "passwords", PROMPT_PASSWORD, DONE);
	finish(play, 2);
	play_expect_in_record(play, "\"event\":\"password-mistyped\",\"custodian\":1", true);
}

/* Shown like a share, written down, typed back. */
static void
test_generated(void **state)
{
	struct play *play = *state;
	char password[PASSWORD_GENERATED_LENGTH + 1];

	play->is_by_passwords = true;
	play_open(play, 2, 2);
	play_until(play, "passwords", PROMPT_CHOOSE);
	play_choose(play, 1);
	play_expect(play, "passwords", PROMPT_SHOW_SHARE, DONE);
	assert_null(play->prompt.of.show.prime);
	assert_int_equal(play->prompt.of.show.value->size, PASSWORD_GENERATED_LENGTH);
	memcpy(password, play->prompt.of.show.value->bytes, PASSWORD_GENERATED_LENGTH);
	password[PASSWORD_GENERATED_LENGTH] = '\0';
	for (size_t i = 0; i < PASSWORD_GENERATED_LENGTH; i++)
		assert_non_null(strchr(i % 5 == 4 ? "-" : "abcdefghjkmnpqrstuvwxyz23456789", password[i]));
	play_next(play);
	play_pin(play, "not what was shown");
	play_expect(play, "passwords", PROMPT_SHOW_SHARE, FAIL_PASSWORD_DIFFERS);
	play_next(play);
	play_pin(play, password);
	play_expect(play, "passwords", PROMPT_GATE, DONE);
	assert_true(play->prompt.of.gate.is_leaving);
	finish(play, 2);
	play_expect_in_record(play, password, false);
}

static void
lose(struct play *play, bool is_after)
{
	play->fake.fault.act = TOKEN_IMPORT_DKEK;
	play->fake.fault.outcome = FAIL_WORKER_GONE;
	play->fake.fault.is_set = true;
	play->fake.fault.is_after = is_after;
}

/* The first import's answer is lost, before and after it happened: each share goes in once. */
static void
test_answer_lost(void **state)
{
	struct play *play = *state;

	play->is_by_passwords = true;
	for (int is_after = 0; is_after < 2; is_after++) {
		fake_token_new(&play->fake);
		play_open(play, 3, 3);
		play_until(play, "prove-pins", PROMPT_TELL);
		lose(play, is_after);
		finish(play, 3);
		expect_files_open(play, 3);
		ceremony_free(&play->ceremony);
		if (is_after == 0)
			play_remove(play);
	}
}

/* A share from elsewhere went in beside ours. */
static void
test_share_from_elsewhere(void **state)
{
	struct play *play = *state;

	play->is_by_passwords = true;
	play_open(play, 3, 3);
	play_until(play, "prove-pins", PROMPT_TELL);
	play->fake.reader.hsm.dkek_outstanding--;
	play_next(play);
	assert_int_equal(play->prompt.kind, PROMPT_FAILED);
	assert_non_null(strstr(play->prompt.text, outcome_text(FAIL_DKEK_COUNT)));
	assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], 0);
	assert_non_null(strstr(play->prompt.text, "All 3 share files were made"));
}

static void
test_join(void **state)
{
	struct play *play = *state;
	char path[160], right[DKEK_KCV_TEXT_SIZE];
	uint8_t kcv[DKEK_KCV_SIZE];

	play->is_by_passwords = true;
	play_open(play, 2, 2);
	finish(play, 2);
	memcpy(kcv, play->fake.reader.hsm.kcv, sizeof kcv);
	dkek_kcv_text(kcv, right);
	file_of(play, 1, path, sizeof path);
	fake_token_new(&play->fake);
	play_join(play);
	play_until(play, "expected-kcv", PROMPT_TEXT);
	play_text(play, "1122334455667788");
	play_until(play, "old-file", PROMPT_TEXT);
	assert_string_equal(play->prompt.title, "Share file 1 of 2");
	play_text(play, path);
	/* A wrong password; the same file twice. */
	play_until(play, "old-password", PROMPT_PASSWORD);
	play_pin(play, "The password no. 7");
	play_next(play);
	play_expect(play, "open", PROMPT_CHOOSE, FAIL_SHARE_FILE_KEY);
	play_choose(play, 0);
	play_until(play, "open", PROMPT_TELL);
	assert_non_null(strstr(play->prompt.text, "Share file 1 of 2 is open"));
	play_next(play);
	play_expect(play, "old-file", PROMPT_TEXT, DONE);
	play_text(play, path);
	play->old.next = 0;
	play_until(play, "open", PROMPT_TELL);
	play_expect(play, "open", PROMPT_TELL, FAIL_SHARE_FILE_TWICE);
	play_next(play);
	play_expect(play, "old-file", PROMPT_TEXT, DONE);
	path[strlen(path) - strlen("1.pbe")] = '2';
	play_text(play, path);
	play->old.next = 1;
	play_until(play, "open", PROMPT_CHOOSE);
	play_expect(play, "open", PROMPT_CHOOSE, FAIL_KCV);
	play_choose(play, 0);
	play_text(play, right);
	play_expect(play, "open", PROMPT_TELL, DONE);
	assert_non_null(strstr(play->prompt.text, right));
	assert_int_equal(play->fake.acts[TOKEN_INITIALISE], 0);
	finish(play, 2);
	assert_memory_equal(kcv, play->fake.reader.hsm.kcv, sizeof kcv);
}

/* One of the files is opened by shares, the other by a password. */
static void
test_join_mixed(void **state)
{
	struct play *play = *state;
	char quorum_file[160], other[160], moved[160];

	play->is_by_passwords = true;
	play_open(play, 2, 2);
	play_until(play, "done", PROMPT_DONE);
	ceremony_free(&play->ceremony);
	file_of(play, 1, other, sizeof other);
	text_format(moved, sizeof moved, "%s/other.pbe", play->folder);
	assert_int_equal(rename(other, moved), 0);
	play_remove(play);
	play->is_by_passwords = false;
	fake_token_new(&play->fake);
	play_open(play, 2, 3);
	play_finish(play);
	fake_token_new(&play->fake);
	play_join(play);
	play_until(play, "files", PROMPT_CHOOSE);
	play_choose(play, 1);
	text_format(quorum_file, sizeof quorum_file, "%s", play->old.file);
	play_until(play, "old-file", PROMPT_TEXT);
	play_text(play, quorum_file);
	play_until(play, "open", PROMPT_TELL);
	play_next(play);
	play_expect(play, "old-file", PROMPT_TEXT, DONE);
	play_text(play, moved);
	play_choose(play, 1);
	play_expect(play, "old-password", PROMPT_GATE, DONE);
	play_next(play);
	play_pin(play, "The password no. 1");
	play_until(play, "done", PROMPT_DONE);
	assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], 2);
	play_expect_in_record(play, "\"of_device\":\"equal\"", true);
}

TEST_GROUP(ceremony_passwords, PLAY_TEST(test_up_to_5), PLAY_TEST(test_slips), PLAY_TEST(test_generated),
	PLAY_TEST(test_answer_lost), PLAY_TEST(test_share_from_elsewhere), PLAY_TEST(test_join),
	PLAY_TEST(test_join_mixed));
