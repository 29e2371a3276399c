/* Every custodian types the own sheet once more; and what is out of use is destroyed before witnesses. */
#include "groups.h"

#include "play.h"

#include <quorate/file.h>
#include <quorate/sheet.h>
#include <quorate/text.h>

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/* A set of the first ceremony, whose sheets are confirmed. */
static void
begin(struct play *play, unsigned threshold, unsigned total)
{
	play_open(play, threshold, total);
	play_finish(play);
	play_make_old(play);
	ceremony_free(&play->ceremony);
	play_kind(play, "confirm-receipt", threshold, total);
}

static void
type(struct play *play, const struct sheet_of_paper *sheet, const char *value)
{
	play_share(play, NULL, sheet->id, value, sheet->word[0] == '\0' ? NULL : sheet->word);
}

static void
test_all_are_right(void **state)
{
	struct play *play = *state;
	unsigned acts;
	char kcv[DKEK_KCV_TEXT_SIZE];

	begin(play, 2, 4);
	acts = play->fake.acts[TOKEN_IMPORT_DKEK];
	/* Numbers 3 and 4 open the file. */
	play->old.next = 2;
	play_until(play, "confirm-turns", PROMPT_GATE);
	assert_string_equal(play->prompt.title, "Sheet 3 of 4");
	play_next(play);
	assert_false(play->prompt.of.enter.may_show_again);
	type(play, &play->old.sheets[0], play->old.sheets[0].value);
	play_expect(play, "confirm-turns", PROMPT_GATE, DONE);
	assert_true(play->prompt.of.gate.is_leaving);
	play_next(play);
	assert_string_equal(play->prompt.title, "Sheet 4 of 4");
	play_next(play);
	type(play, &play->old.sheets[1], play->old.sheets[1].value);
	play_next(play);
	play_until(play, "done", PROMPT_DONE);
	assert_int_equal(play->prompt.number, play->prompt.count);
	dkek_kcv_text(play->fake.reader.hsm.kcv, kcv);
	assert_non_null(strstr(play->prompt.text, kcv));
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
	assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], acts);
	for (unsigned i = 0; i < 4; i++) {
		char line[64];

		text_format(line, sizeof line, "\"event\":\"receipt-confirmed\",\"share\":%u,", i + 1);
		play_expect_in_record(play, line, true);
		play_expect_in_record(play, play->old.sheets[i].value, false);
	}
	play_expect_opens(play->old.file, play, play->old.sheets, 4, 1, 2);
}

/* One with a wrong digit, one without its check word, one twice, and one of another set. */
static void
test_what_is_wrong_is_named(void **state)
{
	struct play *play = *state;
	struct sheet_of_paper bare;
	char value[20];

	begin(play, 2, 3);
	play->old.next = 0;
	play_until(play, "confirm-turns", PROMPT_GATE);
	play_next(play);
	/* It opened the file already: the same sheet does not stand for another one. */
	type(play, &play->old.sheets[1], play->old.sheets[1].value);
	play_expect(play, "confirm-turns", PROMPT_ENTER_SHARE, FAIL_SHARE_ID_TWICE);
	text_format(value, sizeof value, "%s", play->old.sheets[2].value);
	value[6] = value[6] == '0' ? '1' : '0';
	type(play, &play->old.sheets[2], value);
	play_expect(play, "confirm-turns", PROMPT_ENTER_SHARE, FAIL_CHECK_WORD);
	assert_int_equal(play->prompt.of.enter.where.count, 1);
	bare = play->old.sheets[2];
	bare.word[0] = '\0';
	/* No check word tells of it; the shares that opened the file do. */
	type(play, &bare, value);
	play_expect(play, "confirm-turns", PROMPT_ENTER_SHARE, FAIL_SHARES_NAMED);
	text_format(bare.id, sizeof bare.id, "7");
	type(play, &bare, play->old.sheets[2].value);
	play_expect(play, "confirm-turns", PROMPT_ENTER_SHARE, FAIL_SHARES_NAMED);
	play_expect_in_record(play, "\"event\":\"receipts-confirmed\"", false);
	type(play, &play->old.sheets[2], play->old.sheets[2].value);
	play_until(play, "done", PROMPT_DONE);
	play_expect_in_record(play, "\"event\":\"receipts-confirmed\"", true);
}

/* As many as there are opened the file: nobody is left. */
static void
test_all_opened_it(void **state)
{
	struct play *play = *state;

	begin(play, 2, 2);
	play_until(play, "sheet-count", PROMPT_CHOOSE);
	play_choose(play, 0);
	play_until(play, "done", PROMPT_DONE);
	assert_int_equal(play->prompt.number, play->prompt.count);
	play_expect_in_record(play, "\"event\":\"receipt-confirmed\",\"share\":2", true);
}

static void
test_stop_everywhere(void **state)
{
	struct play *play = *state;
	bool is_through = false;

	begin(play, 2, 3);
	for (unsigned answers = 0; !is_through; answers++) {
		ceremony_free(&play->ceremony);
		play->old.next = 0;
		play_kind(play, "confirm-receipt", 2, 3);
		for (unsigned i = 0; i < answers && play->prompt.kind != PROMPT_DONE; i++) {
			if (strcmp(play->prompt.step, "confirm-turns") == 0 && play->prompt.kind == PROMPT_ENTER_SHARE)
				type(play, &play->old.sheets[2], play->old.sheets[2].value);
			else
				play_right(play);
		}
		is_through = play->prompt.kind == PROMPT_DONE;
		if (!is_through)
			play_stop(play);
		assert_int_equal(CRYPTO_secure_used(), play->secure_before);
	}
}

static void
test_destruction(void **state)
{
	struct play *play = *state;
	char path[200];
	uint8_t *text;
	size_t size;

	play_kind(play, "destroy", 0, 0);
	play_until(play, "folder", PROMPT_TEXT);
	text_format(path, sizeof path, "%s/gone", play->folder);
	play_text(play, path);
	play_expect(play, "destroy", PROMPT_TEXT, DONE);
	play_text(play, "");
	play_expect(play, "destroy", PROMPT_TEXT, FAIL_EMPTY);
	play_text(play, "a\033[31m sheet");
	play_expect(play, "destroy", PROMPT_TEXT, FAIL_TEXT_CHARACTER);
	play_text(play, "Share sheet 2 of 3 of Harbour");
	play_expect(play, "destroy", PROMPT_CONFIRM, DONE);
	play_word(play, "yes");
	play_expect(play, "destroy", PROMPT_CONFIRM, FAIL_WORD);
	play_word(play, "destroyed");
	play_expect(play, "destroy", PROMPT_TEXT, DONE);
	play_text(play, "Nitrokey HSM, serial number DENK0105702");
	play_word(play, "destroyed");
	play_text(play, "");
	play_expect(play, "results", PROMPT_PRINT, DONE);
	assert_int_equal(play->prompt.of.print.count, 1);
	assert_int_equal(file_read(play->prompt.of.print.plain, 1 << 16, &text, &size), DONE);
	assert_non_null(strstr((char *)text, "Share sheet 2 of 3 of Harbour"));
	assert_non_null(strstr((char *)text, "DENK0105702"));
	free(text);
	play_until(play, "done", PROMPT_DONE);
	assert_non_null(strstr(play->prompt.text, "2 things were destroyed"));
	text_append(path, sizeof path, "/journal.jsonl");
	assert_int_equal(file_read(path, 1 << 16, &text, &size), DONE);
	assert_non_null(strstr((char *)text, "\"event\":\"destroyed\",\"thing\":\"Share sheet 2 of 3 of Harbour\""));
	free(text);
}

TEST_GROUP(ceremony_confirm, PLAY_TEST(test_all_are_right), PLAY_TEST(test_what_is_wrong_is_named),
	PLAY_TEST(test_all_opened_it), PLAY_TEST(test_stop_everywhere), PLAY_TEST(test_destruction));
