/* A key in several share files, each with a password or with custodians of its own: made with and without a device,
   and brought into another device. */
#include "groups.h"

#include "play.h"

#include <quorate/share_file.h>
#include <quorate/text.h>

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#define FILES 3

/* What the custodians of each file wrote down. */
static struct sheet_of_paper papers[FILES][PLAY_CUSTODIANS_MOST];

static void
plan(struct play *play)
{
	play->file_count = FILES;
	play->files[0].total = 3;
	play->files[0].threshold = 2;
	play->files[1].total = 1;
	play->files[1].threshold = 0;
	play->files[2].total = 4;
	play->files[2].threshold = 4;
}

/* Until all files are made. */
static void
make_files(struct play *play)
{
	for (unsigned file = 0; file < FILES; file++) {
		char title[32];

		play_until(play, "begin-file", PROMPT_TELL);
		text_format(title, sizeof title, "Share file %u of %u", file + 1, FILES);
		assert_string_equal(play->prompt.title, title);
		play_next(play);
		while (strcmp(play->prompt.step, "turns") == 0 || strcmp(play->prompt.step, "password-of-file") == 0) {
			assert_int_equal(play->fake.acts[TOKEN_INITIALISE], 0);
			play_right(play);
		}
		memcpy(papers[file], play->sheets, sizeof papers[file]);
	}
}

/* All of them, opened in another order, give the key. */
static void
join(struct play *play, const uint8_t kcv[DKEK_KCV_SIZE])
{
	static const unsigned order[] = { 1, 2, 0 };
	char name[64], folder[160];

	play_path(play, "", folder, sizeof folder);
	fake_token_new(&play->fake);
	play_join(play);
	play_until(play, "files", PROMPT_CHOOSE);
	play_choose(play, FILES - 1);
	for (unsigned i = 0; i < FILES; i++) {
		unsigned file = order[i];

		play_until(play, "old-file", PROMPT_TEXT);
		text_format(name, sizeof name, PLAY_LABEL "-%u.pbe", file + 1);
		text_format(play->old.file, sizeof play->old.file, "%s%s", folder, name);
		memcpy(play->old.sheets, papers[file], sizeof papers[file]);
		play->is_by_passwords = play->files[file].threshold == 0;
		play->old.threshold = play->files[file].threshold;
		play->old.total = play->files[file].total;
		play->old.next = play->is_by_passwords ? file : 1;
		play_until(play, "open", PROMPT_TELL);
		play_next(play);
	}
	play_until(play, "done", PROMPT_DONE);
	assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], FILES);
	assert_memory_equal(play->fake.reader.hsm.kcv, kcv, DKEK_KCV_SIZE);
}

static void
test_with_a_device(void **state)
{
	struct play *play = *state;
	uint8_t kcv[DKEK_KCV_SIZE];
	char text[DKEK_KCV_TEXT_SIZE];

	plan(play);
	play_open(play, 0, 0);
	play_until(play, "sheets", PROMPT_PRINT);
	/* The script, for 3, 1 and 4 people, and the PINs. */
	assert_int_equal(play->prompt.of.print.count, 10);
	make_files(play);
	play_until(play, "done", PROMPT_DONE);
	assert_int_equal(play->prompt.number, play->prompt.count);
	assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], FILES);
	assert_int_equal(play->fake.reader.hsm.dkek_total, FILES);
	assert_int_equal(play->fake.reader.hsm.dkek_outstanding, 0);
	memcpy(kcv, play->fake.reader.hsm.kcv, sizeof kcv);
	dkek_kcv_text(kcv, text);
	assert_non_null(strstr(play->prompt.text, text));
	play_expect_in_record(play, "\"of_device\":\"equal\"", true);
	play_expect_in_record(
		play, "\"event\":\"plan-of-file\",\"share_file\":3,\"custodians\":4,\"threshold\":4", true);
	play_expect_in_record(
		play, "\"event\":\"share-written\",\"custodian\":4,\"outcome\":\"DONE\",\"share_file\":3", true);
	for (unsigned i = 0; i < 4; i++) {
		play_expect_in_record(play, papers[2][i].value, false);
		play_expect_in_record(play, papers[2][i].word, false);
	}
	/* Each of the sets is one of its own. */
	assert_int_not_equal(strcmp(papers[0][0].prime, papers[2][0].prime), 0);
	join(play, kcv);
}

static void
test_without_a_device(void **state)
{
	struct play *play = *state;
	char text[DKEK_KCV_TEXT_SIZE];
	const char *at;
	uint8_t kcv[DKEK_KCV_SIZE];

	plan(play);
	play_create(play, 0, 0);
	make_files(play);
	play_until(play, "results", PROMPT_PRINT);
	/* And the recovery instructions. */
	assert_int_equal(play->prompt.of.print.count, FILES + 1);
	play_until(play, "done", PROMPT_DONE);
	assert_int_equal(play->prompt.number, play->prompt.count);
	at = strstr(play->prompt.text, "key check value is ");
	assert_non_null(at);
	text_format(text, sizeof text, "%.19s", at + strlen("key check value is "));
	for (size_t i = 0; i < sizeof kcv; i++) {
		unsigned byte;

		assert_int_equal(sscanf(text + 2 * i + i / 2, "%2x", &byte), 1);
		kcv[i] = (uint8_t)byte;
	}
	for (size_t act = 0; act < TOKEN_ACT_COUNT; act++)
		assert_true(act == TOKEN_RANDOM || play->fake.acts[act] == 0);
	join(play, kcv);
}

/* The same by passwords alone, without a device. */
static void
test_passwords_without_a_device(void **state)
{
	struct play *play = *state;

	play->is_by_passwords = true;
	play_create(play, 3, 3);
	play_until(play, "sheets", PROMPT_PRINT);
	assert_int_equal(play->prompt.of.print.count, 4);
	play_until(play, "done", PROMPT_DONE);
	assert_int_equal(play->prompt.number, play->prompt.count);
	assert_non_null(strstr(play->prompt.text, "All 3 share files are there"));
	play_expect_in_record(play, "\"event\":\"all-files-proven\"", true);
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
}

/* No more people than a table has: what would be too many cannot be chosen. */
static void
test_people_have_an_end(void **state)
{
	struct play *play = *state;

	play->file_count = 4;
	play_create(play, 0, 0);
	play_until(play, "plan-files", PROMPT_CHOOSE);
	play_choose(play, 2);
	for (unsigned file = 0; file < 2; file++) {
		play_choose(play, 1);
		/* Two files are still to come after the second. */
		assert_int_equal(play->prompt.of.choose.count, file == 0 ? 28 : 14);
		play_choose(play, 13);
		play_choose(play, 13);
	}
	play_choose(play, 0);
	assert_string_equal(play->prompt.title, "Share file 4 of 4");
	assert_true(play->prompt.of.choose.items[1].is_closed);
	play_choose(play, 0);
	play_expect(play, "folder", PROMPT_TEXT, DONE);
}

/* Stopped at every prompt: nothing secret is left, and what the files are worth is said. */
static void
test_stop_everywhere(void **state)
{
	struct play *play = *state;
	bool is_through = false, is_over;

	plan(play);
	play->file_count = 2;
	for (unsigned answers = 1; !is_through; answers += 3) {
		unsigned number = 0;

		fake_token_new(&play->fake);
		play_open(play, 0, 0);
		for (unsigned i = 0; i < answers && play->prompt.kind != PROMPT_DONE; i++) {
			/* The steps count up, whatever file is at hand. */
			assert_true(play->prompt.number >= number);
			number = play->prompt.number;
			play_right(play);
		}
		is_through = play->prompt.kind == PROMPT_DONE;
		if (!is_through) {
			assert_true(play->prompt.stop_text[0] != '\0');
			is_over = strcmp(play->prompt.step, "record-sheet") == 0;
			play_stop(play);
			assert_int_equal(play->prompt.kind, is_over ? PROMPT_DONE : PROMPT_FAILED);
		}
		assert_int_equal(CRYPTO_secure_used(), play->secure_before);
		ceremony_free(&play->ceremony);
	}
}

TEST_GROUP(ceremony_files, PLAY_TEST(test_with_a_device), PLAY_TEST(test_without_a_device),
	PLAY_TEST(test_passwords_without_a_device), PLAY_TEST(test_people_have_an_end),
	PLAY_TEST(test_stop_everywhere));
