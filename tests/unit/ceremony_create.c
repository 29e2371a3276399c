/* A share file made without a device: it opens with what stands on the sheets, and not before that is proven is it
 * called done. */
#include "groups.h"

#include "play.h"

#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/journal.h>
#include <quorate/share_file.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The key check value that the people are told in the end, as if a device had it. */
static void
take_kcv(struct play *play)
{
	const char *sentence = "Its key check value is ", *at = strstr(play->prompt.text, sentence);
	char digits[2 * DKEK_KCV_SIZE];
	size_t length = 0;

	assert_non_null(at);
	for (at += strlen(sentence); length < sizeof digits; at++)
		if (*at != ' ')
			digits[length++] = *at;
	assert_int_equal(hex_decode(digits, length, play->fake.reader.hsm.kcv, DKEK_KCV_SIZE), DONE);
}

static void
create(struct play *play, unsigned threshold, unsigned total)
{
	play_create(play, threshold, total);
	assert_non_null(strstr(play->prompt.stop_text, "No device was changed."));
	play_until(play, "done", PROMPT_DONE);
	take_kcv(play);
}

/* Random numbers that do not come, before or after, are noted, and nobody is asked for a device. */
static void
test_random_lost(void **state)
{
	struct play *play = *state;

	play->fake.fault.act = TOKEN_RANDOM;
	play->fake.fault.outcome = FAIL_TOKEN_GONE;
	play->fake.fault.is_set = play->fake.fault.is_removed = true;
	create(play, 2, 3);
	assert_false(play->fake.fault.is_set);
	play_expect_in_record(play, "\"event\":\"random\",\"of_device\":\"no\"", true);
	ceremony_free(&play->ceremony);
	play_remove(play);
	/* No device at all. */
	create(play, 2, 3);
	play_expect_in_record(play, "\"event\":\"random\",\"of_device\":\"no\"", true);
}

static void
test_any_shares_open_it(void **state)
{
	static const unsigned sizes[][2] = { { 2, 2 }, { 3, 5 }, { 5, 9 } };
	struct play *play = *state;

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		char path[160];

		create(play, sizes[i][0], sizes[i][1]);
		play_path(play, PLAY_LABEL ".pbe", path, sizeof path);
		for (unsigned first = 0; first < sizes[i][1]; first++)
			play_expect_opens(path, play, play->sheets, sizes[i][1], first, sizes[i][0]);
		play_expect_in_record(play, "\"event\":\"set-proven\"", true);
		play_expect_in_record(play, play->sheets[0].value, false);
		for (size_t act = 0; act < TOKEN_ACT_COUNT; act++)
			assert_int_equal(play->fake.acts[act], act == TOKEN_RANDOM ? i + 1 : 0);
		if (i + 1 < sizeof sizes / sizeof sizes[0]) {
			ceremony_free(&play->ceremony);
			play_remove(play);
		}
	}
}

/* The disk changes after the shares were written down: that is found out while everybody is still there. */
static void
test_a_file_that_changed(void **state)
{
	struct play *play = *state;
	uint8_t *bytes;
	char path[160];
	size_t size;

	play_create(play, 2, 3);
	play_until(play, "turns", PROMPT_SHOW_SHARE);
	play_path(play, PLAY_LABEL ".pbe", path, sizeof path);
	assert_int_equal(file_read(path, 1024, &bytes, &size), DONE);
	bytes[SHARE_FILE_SIZE - 1] ^= 1;
	assert_int_equal(remove(path), 0);
	assert_int_equal(file_save(path, bytes, size), DONE);
	free(bytes);
	while (play->prompt.kind != PROMPT_FAILED) {
		assert_int_not_equal(play->prompt.kind, PROMPT_DONE);
		play_right(play);
	}
	play_expect(play, "prove-set", PROMPT_FAILED, DONE);
	assert_non_null(strstr(play->prompt.text, "were not proven together"));
	play_expect_in_record(play, "\"event\":\"set-proven\"", false);
}

/* What was made without a device goes into one afterwards. */
static void
test_a_device_joins_later(void **state)
{
	struct play *play = *state;
	uint8_t kcv[DKEK_KCV_SIZE];

	create(play, 2, 3);
	memcpy(kcv, play->fake.reader.hsm.kcv, sizeof kcv);
	memset(play->fake.reader.hsm.kcv, 0, sizeof kcv);
	play_join(play);
	play_until(play, "done", PROMPT_DONE);
	assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], 1);
	assert_memory_equal(play->fake.reader.hsm.kcv, kcv, sizeof kcv);
}

/* A record that says what cannot be: one share that opens the file alone. It is asked again. */
static void
test_a_threshold_that_cannot_be(void **state)
{
	static const struct journal_field begun[] = { { "ceremony", "create-share", 0 }, { "rehearsal", "no", 0 },
		{ "label", PLAY_LABEL, 0 }, { "share_files", NULL, 1 }, { "at", "2026-11-23T09:52:00Z", 0 } };
	static const struct journal_field plan[] = { { "custodians", NULL, 3 }, { "threshold", NULL, 1 } };
	static const char *const events[] = { "domain-named", "custodians-chosen", "threshold-chosen",
		"folder-chosen" };
	struct play *play = *state;
	struct journal *journal;
	char path[160];

	play_path(play, "", path, sizeof path);
	assert_int_equal(file_make_folder(path), DONE);
	play_path(play, "journal.jsonl", path, sizeof path);
	assert_int_equal(journal_create(&journal, path), DONE);
	assert_int_equal(journal_append(journal, "begun", begun, 5), DONE);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(journal_append(journal, events[i], NULL, 0), DONE);
	assert_int_equal(journal_append(journal, "plan", plan, 2), DONE);
	journal_close(&journal);
	assert_true(play_resume(play));
	play->total = 3;
	play->threshold = 2;
	play_until(play, "custodians", PROMPT_CHOOSE);
	play_until(play, "threshold", PROMPT_CHOOSE);
	assert_string_equal(play->prompt.of.choose.items[0].label, "2 of 3");
	play_until(play, "done", PROMPT_DONE);
}

TEST_GROUP(ceremony_create, PLAY_TEST(test_any_shares_open_it), PLAY_TEST(test_random_lost),
	PLAY_TEST(test_a_file_that_changed), PLAY_TEST(test_a_device_joins_later),
	PLAY_TEST(test_a_threshold_that_cannot_be));
