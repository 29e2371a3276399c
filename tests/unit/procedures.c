/* The procedures on a token, on the rehearsal's card: what is asked, what the card was really asked, and that a record
 * is kept only where it is wanted. */
#include "groups.h"

#include "procedure_play.h"

#include <quorate/file.h>
#include <quorate/text.h>

#include <dirent.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static char shown[32]; /* the PIN that was shown last */

static void
read_shown(const struct play *play)
{
	const struct secret *pin = play->prompt.of.show_pin.pin;

	assert_int_equal(play->prompt.kind, PROMPT_SHOW_PIN);
	assert_in_range(pin->size, 1, sizeof shown - 1);
	memcpy(shown, pin->bytes, pin->size);
	shown[pin->size] = '\0';
	assert_int_equal(strspn(shown, "0123456789"), pin->size);
}

static unsigned
count_folders(const struct play *play)
{
	DIR *folder = opendir(play->folder);
	struct dirent *entry;
	unsigned count = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL)
		count += entry->d_name[0] != '.' && strcmp(entry->d_name, "card") != 0;
	closedir(folder);
	return count;
}

static void
test_initialise(void **state)
{
	struct play *play = *state;
	const struct hsm_status *hsm;

	procedure_insert(play);
	procedure_begin(play, "initialise-token");
	play_next(play);
	play_text(play, PLAY_LABEL);
	procedure_try_keyboard(play);
	procedure_choose_new(play, SO_PIN);
	/* A PIN made here: shown, typed back wrong, shown once more, the same. */
	play_choose(play, 1);
	read_shown(play);
	assert_int_equal(strlen(shown), 8);
	play_next(play);
	play_pin(play, "00000001");
	play_expect(play, "new-user-pin", PROMPT_SHOW_PIN, FAIL_PIN_MISMATCH);
	{
		char before[sizeof shown];

		memcpy(before, shown, sizeof before);
		read_shown(play);
		assert_string_equal(shown, before);
	}
	play_next(play);
	play_pin(play, shown);
	assert_string_equal(play->prompt.step, "folder");
	play_text(play, play->prompt.of.text_line.initial);
	play_word(play, "yes");
	play_expect(play, "initialise", PROMPT_CONFIRM, FAIL_WORD);
	play_right(play);
	play_expect(play, "prove-pins", PROMPT_TELL, DONE);
	hsm = &play->rehearsed.answer.after;
	assert_string_equal(hsm->label, PLAY_LABEL);
	assert_false(hsm->has_dkek);
	play_next(play);
	play_expect(play, "done", PROMPT_DONE, DONE);
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
	play_expect_in_record(play, "\"event\":\"initialised\"", true);
	play_expect_in_record(play, "\"event\":\"done\"", true);
	play_expect_in_record(play, shown, false);
	play_expect_in_record(play, SO_PIN, false);
	/* It writes the label, then proves both. */
	procedure_expect_tries(play, "user-PIN right 10\nuser-PIN right 10\nSO-PIN right 15\n");
}

/* Cut off as the card was being initialised: whatever is begun on that token next says so first, and only once. */
static void
test_cut_off(void **state)
{
	struct play *play = *state;

	procedure_insert(play);
	procedure_begin(play, "initialise-token");
	play_next(play);
	play_text(play, PLAY_LABEL);
	procedure_try_keyboard(play);
	procedure_choose_new(play, SO_PIN);
	procedure_choose_new(play, USER_PIN);
	play_text(play, play->prompt.of.text_line.initial);
	play_right(play);
	play_expect(play, "prove-pins", PROMPT_TELL, DONE);
	/* As after a kill: the record ends in the middle. */
	procedure_begin(play, "verify-user-pin");
	play_expect(play, "token", PROMPT_TELL, DONE);
	assert_non_null(strstr(play->prompt.text, "Work on this token was cut off"));
	assert_non_null(strstr(play->prompt.text, "The device took the SO-PIN."));
	assert_non_null(strstr(play->prompt.text, PLAY_LABEL));
	play_next(play);
	play_expect(play, "give-user-pin", PROMPT_PIN, DONE);
	play_expect_in_record(play, "\"event\":\"told-later\",\"on_beginning\":\"verify-user-pin\"", true);
	procedure_begin(play, "verify-user-pin");
	play_expect(play, "give-user-pin", PROMPT_PIN, DONE);
}

static void
test_present_pins(void **state)
{
	struct play *play = *state;

	procedure_insert(play);
	procedure_initialise(play);
	procedure_expect_tries(play, "user-PIN right 10\nuser-PIN right 10\nSO-PIN right 15\n");
	procedure_begin(play, "verify-user-pin");
	play_expect(play, "give-user-pin", PROMPT_PIN, DONE);
	assert_int_equal(play->prompt.of.pin.tries_left, 10);
	play_pin(play, "123");
	play_expect(play, "give-user-pin", PROMPT_PIN, FAIL_PIN_LENGTH);
	play_pin(play, "94715287");
	play_expect(play, "give-user-pin", PROMPT_PIN, FAIL_PIN_WRONG);
	assert_non_null(strstr(play->prompt.verdict_text, "9 tries are left"));
	assert_int_equal(play->prompt.of.pin.tries_left, 9);
	play_pin(play, USER_PIN);
	play_expect(play, "done", PROMPT_DONE, DONE);
	assert_non_null(strstr(play->prompt.text, "9 tries were left"));
	procedure_expect_tries(play, "user-PIN wrong 9\nuser-PIN right 10\n");

	procedure_begin(play, "prove-so-pin");
	play_pin(play, "1928374650918274");
	play_expect(play, "give-so-pin", PROMPT_PIN, FAIL_SO_PIN_WRONG);
	assert_int_equal(play->prompt.of.pin.tries_left, 14);
	play_pin(play, SO_PIN);
	play_expect(play, "done", PROMPT_DONE, DONE);
	assert_non_null(strstr(play->prompt.text, "14 before, 15 now"));
	procedure_expect_tries(play, "SO-PIN wrong 14\nSO-PIN right 15\n");
	/* A login for what it shows alone, with the tries told. */
	procedure_begin(play, "list-private");
	play_expect(play, "give-user-pin", PROMPT_PIN, DONE);
	assert_int_equal(play->prompt.of.pin.tries_left, 10);
	play_pin(play, "94715287");
	play_expect(play, "give-user-pin", PROMPT_PIN, FAIL_PIN_WRONG);
	play_pin(play, USER_PIN);
	play_expect(play, "done", PROMPT_DONE, DONE);
	assert_non_null(strstr(play->prompt.text, "0 objects are on it"));
	assert_non_null(strstr(play->prompt.text, "9 before, 10 now"));
	procedure_expect_tries(play, "user-PIN wrong 9\nuser-PIN right 10\n");
	/* Only the initialisation has left something on the disk. */
	assert_int_equal(count_folders(play), 1);
}

static void
test_change(void **state)
{
	struct play *play = *state;

	procedure_insert(play);
	procedure_initialise(play);
	procedure_begin(play, "change-user-pin");
	play_pin(play, USER_PIN);
	assert_string_equal(play->prompt.step, "new-user-pin");
	play_choose(play, 0);
	play_pin(play, "11223344");
	play_pin(play, "11223345");
	play_expect(play, "new-user-pin", PROMPT_PIN, FAIL_PIN_MISMATCH);
	play_pin(play, "11223344");
	play_pin(play, "11223344");
	play_expect(play, "done", PROMPT_DONE, DONE);
	procedure_begin(play, "verify-user-pin");
	play_pin(play, USER_PIN);
	play_expect(play, "give-user-pin", PROMPT_PIN, FAIL_PIN_WRONG);
	play_pin(play, "11223344");
	play_expect(play, "done", PROMPT_DONE, DONE);

	procedure_begin(play, "change-so-pin");
	play_pin(play, "0000111122223333");
	play_choose(play, 0);
	play_pin(play, "3537363231383830");
	play_expect(play, "new-so-pin", PROMPT_PIN, FAIL_SO_PIN_FACTORY);
	play_pin(play, "5566778899001122");
	play_pin(play, "5566778899001122");
	/* The present one was wrong: it alone is asked for again. */
	play_expect(play, "give-so-pin", PROMPT_PIN, FAIL_SO_PIN_WRONG);
	play_pin(play, SO_PIN);
	play_expect(play, "done", PROMPT_DONE, DONE);
	procedure_begin(play, "prove-so-pin");
	play_pin(play, "5566778899001122");
	play_expect(play, "done", PROMPT_DONE, DONE);
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
}

static void
lock(struct play *play)
{
	procedure_begin(play, "verify-user-pin");
	for (int left = 9; left >= 2; left--)
		play_pin(play, "00000000");
	/* The last try but one, and the last one, are confirmed in words. */
	play_expect(play, "give-user-pin", PROMPT_CONFIRM, FAIL_PIN_WRONG);
	play_word(play, "yes");
	play_expect(play, "give-user-pin", PROMPT_CONFIRM, FAIL_WORD);
	play_word(play, "two tries left");
	play_pin(play, "00000000");
	play_expect(play, "give-user-pin", PROMPT_CONFIRM, FAIL_PIN_WRONG);
	play_word(play, "last try");
	assert_int_equal(play->prompt.of.pin.tries_left, 1);
	play_pin(play, "00000000");
	assert_int_equal(play->prompt.kind, PROMPT_FAILED);
	assert_non_null(strstr(play->prompt.text, outcome_text(FAIL_PIN_LOCKED)));
}

static void
test_reset(void **state)
{
	struct play *play = *state;
	const struct hsm_status *hsm = &play->rehearsed.answer.after;

	procedure_insert(play);
	procedure_initialise(play);
	lock(play);
	assert_int_equal(ceremony_fits(procedure_kind("verify-user-pin"), hsm, NULL), FAIL_PIN_LOCKED);
	assert_int_equal(ceremony_fits(procedure_kind("change-user-pin"), hsm, NULL), FAIL_PIN_LOCKED);
	assert_int_equal(ceremony_fits(procedure_kind("reset-user-pin"), hsm, NULL), DONE);
	procedure_begin(play, "verify-user-pin");
	assert_int_equal(play->prompt.kind, PROMPT_FAILED);
	procedure_begin(play, "reset-user-pin");
	play_pin(play, SO_PIN);
	procedure_choose_new(play, "55667788");
	play_expect(play, "done", PROMPT_DONE, DONE);
	procedure_begin(play, "verify-user-pin");
	assert_int_equal(play->prompt.of.pin.tries_left, 10);
	play_pin(play, "55667788");
	play_expect(play, "done", PROMPT_DONE, DONE);
}

/* A maintainer's own PIN: set with the SO-PIN, chosen alone, proven, and on record with whose it is. */
static void
test_personal_pin(void **state)
{
	struct play *play = *state;
	unsigned folders;

	procedure_insert(play);
	procedure_initialise(play);
	folders = count_folders(play);
	procedure_begin(play, "personal-pin");
	play_expect(play, "person", PROMPT_TEXT, DONE);
	play_text(play, "");
	play_expect(play, "person", PROMPT_TEXT, FAIL_EMPTY);
	play_text(play, "Mara Maintainer");
	play_expect(play, "folder", PROMPT_TEXT, DONE);
	play_right(play);
	assert_int_equal(count_folders(play), folders + 1);
	while (strcmp(play->prompt.step, "give-so-pin") != 0)
		play_right(play);
	/* A wrong SO-PIN costs one try, is said, and asked for again. */
	play_pin(play, "0000000000000000");
	play_expect(play, "hand-over", PROMPT_GATE, DONE);
	assert_non_null(strstr(play->prompt.text, "Mara Maintainer: come to the keyboard"));
	play_next(play);
	procedure_choose_new(play, "55667788");
	play_expect(play, "give-so-pin", PROMPT_PIN, FAIL_SO_PIN_WRONG);
	play_pin(play, SO_PIN);
	play_expect(play, "done", PROMPT_DONE, DONE);
	assert_non_null(strstr(play->prompt.text, "the user PIN that Mara Maintainer chose, and took it"));
	procedure_begin(play, "verify-user-pin");
	play_pin(play, "55667788");
	play_expect(play, "done", PROMPT_DONE, DONE);
}

/* The last try of the SO-PIN wants its sentence in full. */
static void
test_last_so_pin_try(void **state)
{
	struct play *play = *state;

	procedure_insert(play);
	procedure_initialise(play);
	procedure_begin(play, "prove-so-pin");
	for (int left = 14; left >= 2; left--)
		play_pin(play, "0000000000000000");
	play_word(play, "two tries left");
	play_pin(play, "0000000000000000");
	play_expect(play, "give-so-pin", PROMPT_CONFIRM, FAIL_SO_PIN_WRONG);
	play_word(play, "last try");
	play_expect(play, "give-so-pin", PROMPT_CONFIRM, FAIL_WORD);
	play_word(play, "I risk the last try");
	play_pin(play, SO_PIN);
	play_expect(play, "done", PROMPT_DONE, DONE);
	assert_non_null(strstr(play->prompt.text, "1 before, 15 now"));
}

/* As a device is delivered whose maker chose its user PIN. */
static void
deliver_with_transport_pin(struct play *play)
{
	static const uint8_t initialise[] = { 0x80, 0x50, 0x00, 0x00, 0x1f, 0x80, 0x02, 0x00, 0x03, 0x81, 0x08, '1',
		'1', '1', '1', '2', '2', '2', '2', 0x82, 0x08, 0x19, 0x28, 0x37, 0x46, 0x50, 0x91, 0x82, 0x73, 0x91,
		0x01, 0x0a, 0x92, 0x01, 0x01 };
	const struct card *card = virtual_card_door(play->rehearsed.card);
	uint8_t command[sizeof initialise], answer[64];
	size_t size = sizeof answer;
	struct code code;

	memcpy(command, initialise, sizeof command);
	command[4] = sizeof initialise - 5;
	assert_int_equal(card->transmit(card->context, command, sizeof command, answer, &size, &code), DONE);
	assert_int_equal(size, 2);
	assert_int_equal(answer[0], 0x90);
}

static void
test_transport_pin(void **state)
{
	struct play *play = *state;

	procedure_insert(play);
	procedure_begin(play, "initialise-token");
	deliver_with_transport_pin(play);
	procedure_begin(play, "verify-user-pin");
	assert_int_equal(play->prompt.kind, PROMPT_FAILED);
	assert_non_null(strstr(play->prompt.text, outcome_text(FAIL_PIN_TRANSPORT)));
	procedure_begin(play, "set-transport-pin");
	procedure_try_keyboard(play);
	play_pin(play, "11112223");
	procedure_choose_new(play, USER_PIN);
	play_expect(play, "give-transport-pin", PROMPT_PIN, FAIL_PIN_WRONG);
	play_pin(play, "11112222");
	play_expect(play, "done", PROMPT_DONE, DONE);
	procedure_begin(play, "verify-user-pin");
	play_pin(play, USER_PIN);
	play_expect(play, "done", PROMPT_DONE, DONE);
	procedure_begin(play, "set-transport-pin");
	assert_int_equal(play->prompt.kind, PROMPT_FAILED);
	assert_non_null(strstr(play->prompt.text, outcome_text(FAIL_NOT_TRANSPORT)));
}

/* A device that goes in the middle of it: a sentence, and nothing claimed. */
static void
test_gone(void **state)
{
	struct play *play = *state;

	fake_token_used(&play->fake, SO_PIN);
	text_format(play->fake.user_pin, sizeof play->fake.user_pin, USER_PIN);
	play->rehearsed.door = play->fake.door;
	procedure_begin(play, "verify-user-pin");
	assert_int_equal(play->prompt.kind, PROMPT_FAILED);
	assert_non_null(strstr(play->prompt.text, outcome_text(FAIL_TOKEN_OTHER)));
	text_format(play->fake.reader.hsm.serial, TOKEN_SERIAL_SIZE, "REHE0000001");
	procedure_begin(play, "prove-so-pin");
	play->fake.fault.act = TOKEN_PROVE_SO_PIN;
	play->fake.fault.outcome = FAIL_TOKEN_GONE;
	play->fake.fault.is_set = play->fake.fault.is_removed = true;
	play_pin(play, SO_PIN);
	assert_int_equal(play->prompt.kind, PROMPT_FAILED);
	assert_non_null(strstr(play->prompt.text, outcome_text(FAIL_TOKEN_GONE)));
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
	assert_int_equal(count_folders(play), 0);
}

TEST_GROUP(procedures, PLAY_TEST(test_initialise), PLAY_TEST(test_cut_off), PLAY_TEST(test_present_pins),
	PLAY_TEST(test_change), PLAY_TEST(test_reset), PLAY_TEST(test_personal_pin), PLAY_TEST(test_last_so_pin_try),
	PLAY_TEST(test_transport_pin), PLAY_TEST(test_gone));
