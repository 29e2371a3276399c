/* Ceremonies that go well, and what people mistype on the way. */
#include "groups.h"

#include "play.h"

#include <quorate/text.h>

#include <string.h>

static void
test_2_of_3(void **state)
{
	struct play *play = *state;

	play_open(play, 2, 3);
	assert_non_null(strstr(play->prompt.stop_text, "No device was changed."));
	play_until(play, "turns", PROMPT_SHOW_SHARE);
	/* Nobody sees a share before the file was opened again and the device initialised. */
	play_expect_in_record(play, "\"event\":\"share-file-proven\"", true);
	play_expect_in_record(play, "\"event\":\"so-pin-proven\"", true);
	assert_int_equal(play->prompt.number, 19);
	assert_int_equal(play->prompt.count, 26);
	play_finish(play);
	assert_int_equal(play->fake.acts[TOKEN_INITIALISE], 1);
	play_expect_in_record(play, "\"of_device\":\"equal\"", true);
}

/* What the people hold in the end opens the file that lies on the disk, with any m shares. */
static void
test_3_of_5(void **state)
{
	struct play *play = *state;
	char path[160];

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
	play_expect(play, "initialise", PROMPT_CONFIRM, FAIL_WORD);
	assert_int_equal(play->fake.acts[TOKEN_INITIALISE], 0);
	play_finish(play);
	play_path(play, PLAY_LABEL ".pbe", path, sizeof path);
	for (unsigned first = 0; first < 5; first++)
		play_expect_opens(path, play, play->sheets, 5, first, 3);
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
	play_finish(play);
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
	play_expect_in_record(play, "\"of_device\":\"equal\"", true);
	ceremony_free(&play->ceremony);

	play->so_pin = "9999888877776666";
	play_open(play, 2, 2);
	play_until(play, "so-pin", PROMPT_PIN);
	assert_false(play->prompt.of.pin.is_new);
	play_until(play, "initialise", PROMPT_CONFIRM);
	play_right(play);
	play_expect(play, "so-pin", PROMPT_PIN, FAIL_SO_PIN_WRONG);
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
	play_expect(play, "turns", PROMPT_ENTER_SHARE, FAIL_CHECK_WORD);
	assert_int_equal(play->prompt.of.enter.where.count, 1);
	assert_int_equal(play->prompt.of.enter.where.places[0].field, CHECK_VALUE);
	assert_int_equal(play->prompt.of.enter.where.places[0].digit, 7);
	assert_non_null(strstr(play->prompt.verdict_text, "Digit 7 of the value is probably wrong."));
	/* The prime was right and is not asked for again. */
	assert_non_null(play->prompt.of.enter.prime);

	play_share(play, NULL, sheet->id, "zz", sheet->word);
	play_expect(play, "turns", PROMPT_ENTER_SHARE, FAIL_HEX);
	assert_int_equal(play->prompt.of.enter.where.count, 0);
	play_share(play, NULL, sheet->id, "", sheet->word);
	play_expect(play, "turns", PROMPT_ENTER_SHARE, FAIL_EMPTY);
	play_share(play, NULL, sheet->id, "0123 4567 89ab cdef 0", sheet->word);
	play_expect(play, "turns", PROMPT_ENTER_SHARE, FAIL_SHARE_VALUE_LENGTH);
	play_share(play, NULL, sheet->id, "12", sheet->word);
	play_expect(play, "turns", PROMPT_ENTER_SHARE, FAIL_CHECK_WORD);
	play_share(play, NULL, sheet->id, sheet->value, "abc");
	play_expect(play, "turns", PROMPT_ENTER_SHARE, FAIL_CHECK_WORD_LENGTH);
	play_share(play, NULL, "0", sheet->value, sheet->word);
	play_expect(play, "turns", PROMPT_ENTER_SHARE, FAIL_SHARE_ID_ZERO);

	/* Shown once more, written down, typed right. */
	play_again(play);
	play_expect(play, "turns", PROMPT_SHOW_SHARE, DONE);
	play_right(play);
	play_right(play);
	play_expect(play, "turns", PROMPT_GATE, DONE);
	assert_true(play->prompt.of.gate.is_leaving);
	assert_int_equal(play->prompt.of.gate.custodian, 1);

	/* The second custodian types the first one's sheet: right in itself, and not the one that was shown. */
	play_next(play);
	play_until(play, "turns", PROMPT_ENTER_SHARE);
	play_share(play, NULL, sheet->id, sheet->value, sheet->word);
	play_expect(play, "turns", PROMPT_ENTER_SHARE, FAIL_SHARE_DIFFERS);
	assert_non_null(strstr(play->prompt.verdict_text, "share 2 was shown"));
	play_finish(play);
	play_expect_in_record(play, "\"custodian\":1,\"outcome\":\"FAIL_CHECK_WORD\"", true);
	play_expect_in_record(play, "\"custodian\":2,\"outcome\":\"FAIL_SHARE_DIFFERS\"", true);
}

/* The first one is late, the third leaves the room and comes back: everybody has the own share in the end. */
static void
test_any_order(void **state)
{
	struct play *play = *state;
	char path[160];
	unsigned number;

	play_open(play, 2, 4);
	play_until(play, "turns", PROMPT_GATE);
	assert_int_equal(play->prompt.of.gate.custodian, 1);
	assert_true(play->prompt.of.gate.may_call_another);
	number = play->prompt.number;
	assert_non_null(strstr(play->prompt.text, "Still to come: 2, 3, 4"));
	play_call(play, 3);
	assert_int_equal(play->prompt.of.gate.custodian, 3);
	assert_non_null(strstr(play->prompt.text, "Still to come: 1, 2, 4"));
	play_call(play, 2);
	play_call(play, 2);
	assert_int_equal(play->prompt.of.gate.custodian, 2);
	assert_int_equal(play->prompt.number, number);
	play_until(play, "turns", PROMPT_SHOW_SHARE);
	assert_int_equal(play->prompt.of.show.id, 2);
	for (unsigned custodian = 3; custodian <= 5; custodian++) {
		play_right(play);
		play_until(play, "turns", PROMPT_SHOW_SHARE);
		assert_int_equal(play->prompt.of.show.id, custodian == 5 ? 1 : custodian);
		assert_int_equal(play->prompt.number, number + custodian - 2);
	}
	/* Nobody else is left to be called. */
	play_right(play);
	play_right(play);
	assert_false(play->prompt.of.gate.may_call_another);
	assert_int_equal(ceremony_answer(play->ceremony, &(struct answer){ .kind = ANSWER_ANOTHER }), FAIL_USAGE);
	play_finish(play);
	play_path(play, PLAY_LABEL ".pbe", path, sizeof path);
	for (unsigned first = 0; first < 4; first++)
		play_expect_opens(path, play, play->sheets, 4, first, 2);
	play_expect_in_record(play, "\"event\":\"turn-put-off\",\"custodian\":1,\"called\":3", true);
	play_expect_in_record(play, "\"event\":\"turn-put-off\",\"custodian\":3,\"called\":2", true);
	play_expect_in_record(play, "\"custodian\":2,\"called\":2", false);
}

static void
test_pins(void **state)
{
	struct play *play = *state;

	play_open(play, 2, 3);
	play_until(play, "label", PROMPT_TEXT);
	play_text(play, "");
	play_expect(play, "label", PROMPT_TEXT, FAIL_EMPTY);
	play_text(play, "a label of 23 bytes ...");
	play_expect(play, "label", PROMPT_TEXT, FAIL_TOO_LONG);
	play_text(play, "\xe9\x8d\xb5");
	play_expect(play, "label", PROMPT_TEXT, FAIL_GLYPH);
	play_until(play, "keyboard", PROMPT_TEXT);
	play_text(play, "zy ZY");
	play_expect(play, "keyboard", PROMPT_TEXT, FAIL_KEYBOARD);
	play_until(play, "so-pin", PROMPT_PIN);
	assert_true(play->prompt.of.pin.is_new);
	play_pin(play, "314159265358979");
	play_expect(play, "so-pin", PROMPT_PIN, FAIL_SO_PIN_LENGTH);
	play_pin(play, "3537363231383830");
	play_expect(play, "so-pin", PROMPT_PIN, FAIL_SO_PIN_FACTORY);
	play_pin(play, PLAY_SO_PIN);
	play_expect(play, "so-pin", PROMPT_PIN, DONE);
	assert_true(play->prompt.of.pin.is_again);
	play_pin(play, "3141592653589794");
	play_expect(play, "so-pin", PROMPT_PIN, FAIL_PIN_MISMATCH);
	assert_false(play->prompt.of.pin.is_again);
	play_until(play, "user-pin", PROMPT_PIN);
	play_pin(play, "12345");
	play_expect(play, "user-pin", PROMPT_PIN, FAIL_PIN_LENGTH);
	/* Only advice: it can be kept, or another be chosen. */
	play_pin(play, "654321");
	play_pin(play, "654321");
	play_expect(play, "user-pin", PROMPT_CHOOSE, DONE);
	play_choose(play, 1);
	play_expect(play, "user-pin", PROMPT_PIN, DONE);
	play_finish(play);
}

TEST_GROUP(ceremony, PLAY_TEST(test_2_of_3), PLAY_TEST(test_3_of_5), PLAY_TEST(test_ids_of_ten_and_more),
	PLAY_TEST(test_rehearsed_card), PLAY_TEST(test_mistyped), PLAY_TEST(test_any_order), PLAY_TEST(test_pins));
