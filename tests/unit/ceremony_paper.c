/* Sheets in ceremonies: which there are, read back after printing, and a key restored from them. */
#include "groups.h"

#include "play.h"

#include <quorate/file.h>
#include <quorate/line_check.h>
#include <quorate/share_file.h>
#include <quorate/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MOST 8

/* The lines of the share-file sheet as they stand in the text that was saved. */
static unsigned
read_sheet(struct play *play, const char *name, char ret[LINES_MOST][64])
{
	uint8_t *text;
	char path[160], *rest, *line;
	unsigned count = 0;
	size_t size;

	play_path(play, name, path, sizeof path);
	assert_int_equal(file_read(path, LIMIT_FILE_READ, &text, &size), DONE);
	for (rest = (char *)text; (line = strsep(&rest, "\n")) != NULL && count < LINES_MOST;) {
		char characters[LINE_CHECK_CHARACTERS + 1];

		if (line_check_read(count + 1, line, characters) == DONE)
			text_format(ret[count++], 64, "%s", line);
	}
	free(text);
	return count;
}

static void
expect_sheet(struct play *play, const char *name, const char *title, bool is_there)
{
	uint8_t *text;
	char path[160];
	size_t size;

	play_path(play, name, path, sizeof path);
	assert_int_equal(file_read(path, LIMIT_FILE_READ, &text, &size), DONE);
	assert_int_equal(strstr((char *)text, title) != NULL, is_there);
	free(text);
}

static void
test_every_ceremony_has_its_sheets(void **state)
{
	struct play *play = *state;

	play_open(play, 2, 3);
	play_until(play, "sheets", PROMPT_PRINT);
	/* Script, three shares, PINs. */
	assert_int_equal(play->prompt.of.print.count, 5);
	expect_sheet(play, "sheets-before.txt", "Script of a ceremony", true);
	expect_sheet(play, "sheets-before.txt", "Custodian 3 of 3: share seen alone", true);
	expect_sheet(play, "sheets-before.txt", "Share of custodian 3", true);
	expect_sheet(play, "sheets-before.txt", "User PIN and SO-PIN of a device", true);
	expect_sheet(play, "sheets-before.txt", "Password of a DKEK share file", false);
	play_until(play, "results", PROMPT_PRINT);
	assert_int_equal(play->prompt.of.print.count, 3);
	expect_sheet(play, "sheets-after.txt", "DKEK share file", true);
	expect_sheet(play, "sheets-after.txt", "Device record", true);
	expect_sheet(play, "sheets-after.txt", "Recovery instructions", true);
	play_until(play, "record-sheet", PROMPT_PRINT);
	expect_sheet(play, "record-sheet.txt", "Sign-off", true);
	expect_sheet(play, "record-sheet.txt", "The ceremony is complete.", true);
	expect_sheet(play, "record-sheet.txt", "Another way than planned", true);
	/* Once its digest is on paper, the record takes nothing more. */
	assert_int_equal(ceremony_answer(play->ceremony, &(struct answer){ .kind = ANSWER_NOTE, .text = "late" }),
		FAIL_NOTES_LATE);
	assert_int_equal(ceremony_answer(play->ceremony, &(struct answer){ .kind = ANSWER_PAUSE }), DONE);
	play_expect_in_record(play, "\"event\":\"paused\"", false);
	play_until(play, "done", PROMPT_DONE);
	ceremony_free(&play->ceremony);
	play_remove(play);

	play->is_by_passwords = true;
	fake_token_new(&play->fake);
	play_open(play, 2, 2);
	play_until(play, "sheets", PROMPT_PRINT);
	assert_int_equal(play->prompt.of.print.count, 4);
	expect_sheet(play, "sheets-before.txt", "Password of a DKEK share file", true);
	expect_sheet(play, "sheets-before.txt", "Share of custodian", false);
	play_until(play, "results", PROMPT_PRINT);
	assert_int_equal(play->prompt.of.print.count, 4);
	play_until(play, "done", PROMPT_DONE);
}

static void
test_read_back(void **state)
{
	struct play *play = *state;
	char lines[LINES_MOST][64], several[512];
	unsigned count;

	play_create(play, 2, 3);
	play_until(play, "read-back", PROMPT_CHOOSE);
	count = read_sheet(play, "sheets-after.txt", lines);
	assert_int_equal(count, 6);
	play_choose(play, 0);
	play_expect(play, "read-back", PROMPT_ENTER_LINES, DONE);
	/* From the last one on, and one of them wrong. */
	play_lines(play, lines[5]);
	assert_int_equal(play->prompt.of.lines.back->got, 1);
	lines[1][5] = lines[1][5] == 'x' ? 'y' : 'x';
	play_lines(play, lines[1]);
	play_expect(play, "read-back", PROMPT_ENTER_LINES, FAIL_LINE_CHECK);
	assert_string_equal(play->prompt.of.lines.refused, lines[1]);
	play_lines(play, lines[0]);
	assert_int_equal(play->prompt.of.lines.expected, 2);
	play_lines(play, lines[1]);
	play_expect(play, "read-back", PROMPT_ENTER_LINES, FAIL_LINE_CHECK);
	assert_non_null(strstr(play->prompt.verdict_text, "Line 2: character"));
	/* What was right stays on the way round. */
	play_again(play);
	play_expect(play, "read-back", PROMPT_CHOOSE, DONE);
	assert_non_null(strstr(play->prompt.text, "2 of 6 lines. Missing: 2-5"));
	play_choose(play, 0);
	assert_int_equal(read_sheet(play, "sheets-after.txt", lines), 6);
	text_format(several, sizeof several, "%s\n%s\n%s\n%s\n", lines[4], lines[2], lines[1], lines[3]);
	play_lines(play, several);
	play_expect(play, "read-back", PROMPT_TELL, DONE);
	assert_non_null(strstr(play->prompt.text, "byte by byte"));
	play_expect_in_record(play, "\"event\":\"sheet-read-back\"", true);
	play_next(play);
	play_expect_in_record(play, "\"event\":\"sheet-not-read-back\"", false);
	play_until(play, "done", PROMPT_DONE);
}

/* A share file's sheet as well, but of another one. */
static void
test_another_sheet(void **state)
{
	struct play *play = *state;
	uint8_t bytes[SHARE_FILE_SIZE];
	struct share_file file;
	char *lines;

	play_create(play, 2, 2);
	play_until(play, "read-back", PROMPT_CHOOSE);
	assert_int_equal(share_file_new(&file), DONE);
	share_file_write(&file, bytes);
	assert_int_equal(line_check_write(bytes, sizeof bytes, &lines), DONE);
	play_choose(play, 0);
	play_lines(play, lines);
	free(lines);
	play_expect(play, "read-back", PROMPT_CHOOSE, FAIL_READ_BACK_DIGEST);
	play_expect_in_record(play, "\"event\":\"sheet-differs\"", true);
	play_until(play, "done", PROMPT_DONE);
	play_expect_in_record(play, "\"event\":\"sheet-not-read-back\"", true);
}

static void
test_restore(void **state)
{
	struct play *play = *state;
	uint8_t kcv[DKEK_KCV_SIZE];

	play_open(play, 2, 3);
	play_finish(play);
	memcpy(kcv, play->fake.reader.hsm.kcv, sizeof kcv);
	play_make_old(play);
	fake_token_new(&play->fake);
	ceremony_free(&play->ceremony);
	play_kind(play, "restore", 2, 3);
	play_until(play, "restore-file", PROMPT_ENTER_LINES);
	play_lines(play, "this is no line");
	assert_int_not_equal(play->prompt.verdict, DONE);
	play_right(play);
	play_expect(play, "restore-file", PROMPT_TEXT, DONE);
	play_text(play, "0123 4567");
	play_expect(play, "restore-file", PROMPT_TEXT, FAIL_READ_BACK_DIGEST);
	play_until(play, "open", PROMPT_TELL);
	play_until(play, "restore-keys", PROMPT_CHOOSE);
	play_expect_in_record(play, "\"event\":\"share-file-restored\",\"file\":\"restored-1.pbe\"", true);
	play_until(play, "done", PROMPT_DONE);
	assert_memory_equal(play->fake.reader.hsm.kcv, kcv, sizeof kcv);
}

TEST_GROUP(ceremony_paper, PLAY_TEST(test_every_ceremony_has_its_sheets), PLAY_TEST(test_read_back),
	PLAY_TEST(test_another_sheet), PLAY_TEST(test_restore));
