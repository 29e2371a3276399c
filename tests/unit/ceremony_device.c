/* Ceremonies with devices that are used, locked, unproven, or vanish in the middle of an act. */
#include "groups.h"

#include "play.h"

#include <quorate/text.h>

#include <openssl/crypto.h>
#include <string.h>

static void
test_wrong_so_pin(void **state)
{
	struct play *play = *state;

	fake_token_used(&play->fake, "1111222233334444");
	play->so_pin = "9999888877776666";
	play_open(play, 2, 3);
	play_until(play, "initialise", PROMPT_CONFIRM);
	play_right(play);
	play_expect(play, "so-pin", PROMPT_PIN, FAIL_SO_PIN_WRONG);
	assert_int_equal(play->prompt.of.pin.tries_left, 14);
	assert_non_null(strstr(play->prompt.verdict_text, "14 tries are left"));
	assert_int_equal(play->fake.reader.hsm.key_count, 3);
	/* The right one; and nothing is tried before the word was typed again. */
	play->so_pin = "1111222233334444";
	play_right(play);
	play_expect(play, "initialise", PROMPT_CONFIRM, DONE);
	assert_int_equal(play->fake.acts[TOKEN_INITIALISE], 1);
	play_finish(play);
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
	play_expect(play, "so-pin", PROMPT_CONFIRM, FAIL_WORD);
	play_right(play);
	play_expect(play, "so-pin", PROMPT_PIN, DONE);
	play_until(play, "initialise", PROMPT_CONFIRM);
	play_right(play);
	play_expect(play, "initialise", PROMPT_FAILED, DONE);
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
	play_expect(play, "device", PROMPT_INSERT_TOKEN, DONE);
	play->fake.reader.has_card = true;
	play_next(play);
	play_expect(play, "device", PROMPT_CHOOSE, DONE);
	assert_true(play->prompt.of.choose.items[0].is_closed);
	assert_int_equal(
		ceremony_answer(play->ceremony, &(struct answer){ .kind = ANSWER_CHOICE, .choice = 0 }), FAIL_USAGE);
	assert_int_equal(
		ceremony_answer(play->ceremony, &(struct answer){ .kind = ANSWER_CHOICE, .choice = 2 }), FAIL_USAGE);
	assert_int_equal(ceremony_answer(play->ceremony, &(struct answer){ .kind = ANSWER_NEXT }), FAIL_USAGE);
	play->fake.reader.hsm.so_pin = (struct pin_status){ PIN_SET, 15 };
	play_choose(play, 1);
	play_choose(play, 0);
	play_expect(play, "proof", PROMPT_CONFIRM, DONE);
	assert_non_null(strstr(play->prompt.text, "nothing proves that this device is genuine"));
	play_word(play, "ok");
	play_expect(play, "proof", PROMPT_CONFIRM, FAIL_WORD);
	play_finish(play);
	play_expect_in_record(play, "\"event\":\"unproven-device-accepted\"", true);
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
	play_finish(play);
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
	play_expect(play, "import", PROMPT_INSERT_TOKEN, FAIL_TOKEN_OTHER);
	text_format(play->fake.reader.hsm.serial, TOKEN_SERIAL_SIZE, "DENK0199999");
	/* It may come back in another reader. */
	text_format(play->fake.reader.name, TOKEN_NAME_SIZE, "Other reader");
	play_finish(play);
	play_expect_in_record(play, "\"event\":\"import-found-done\"", true);
}

/* The card is pulled before it told its count: what the door answers then is that nothing is proven. The count decides
   once it is back. */
static void
test_import_unproven(void **state)
{
	struct play *play = *state;

	for (int is_after = 0; is_after < 2; is_after++) {
		fake_token_new(&play->fake);
		play_open(play, 2, 3);
		play_until(play, "turns", PROMPT_GATE);
		lose(play, TOKEN_IMPORT_DKEK, is_after == 1, true);
		play->fake.fault.outcome = FAIL_DKEK_UNPROVEN;
		play_until(play, "import", PROMPT_INSERT_TOKEN);
		play->fake.reader.has_card = true;
		play_next(play);
		if (is_after == 0) {
			play_expect(play, "import", PROMPT_TELL, DONE);
			assert_non_null(strstr(play->prompt.text, "still waits for its DKEK share"));
		}
		play_finish(play);
		play_expect_in_record(play, "\"event\":\"import-found-done\"", is_after == 1);
		ceremony_free(&play->ceremony);
		play_remove(play);
	}
}

/* A device that looked before as it would afterwards: whether it was initialised once more cannot be told, so it is
   confirmed and done again, and no try of a PIN goes on finding out. */
static void
test_initialised_alike(void **state)
{
	struct play *play = *state;

	for (int is_after = 0; is_after < 2; is_after++) {
		fake_token_used(&play->fake, "1111222233334444");
		play->so_pin = "1111222233334444";
		play->fake.reader.hsm.key_count = 0;
		text_format(play->fake.reader.hsm.label, TOKEN_LABEL_SIZE, PLAY_LABEL);
		play->fake.reader.hsm.has_dkek = true;
		play->fake.reader.hsm.dkek_total = play->fake.reader.hsm.dkek_outstanding = 1;
		play_open(play, 2, 2);
		play_until(play, "initialise", PROMPT_CONFIRM);
		lose(play, TOKEN_INITIALISE, is_after == 1, false);
		play_right(play);
		play_expect(play, "initialise", PROMPT_CONFIRM, FAIL_WORKER_GONE);
		assert_non_null(strstr(play->prompt.verdict_text, "looks as it did before"));
		assert_int_equal(play->fake.acts[TOKEN_VERIFY_USER_PIN], 0);
		play_finish(play);
		assert_int_equal(play->fake.acts[TOKEN_INITIALISE], 1 + is_after);
		assert_int_equal(play->fake.acts[TOKEN_PROVE_SO_PIN], 1);
		ceremony_free(&play->ceremony);
		play_remove(play);
	}
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

/* Killed as the device was being initialised; before the people come back, somebody makes a key on it. */
static void
test_keys_since(void **state)
{
	struct play *play = *state;

	play_open(play, 2, 2);
	play_until(play, "initialise", PROMPT_CONFIRM);
	lose(play, TOKEN_INITIALISE, false, true);
	play_right(play);
	play_expect(play, "initialise", PROMPT_INSERT_TOKEN, DONE);
	ceremony_free(&play->ceremony);
	play->fake.reader.has_card = true;
	play->fake.reader.hsm.key_count = 1;
	assert_true(play_resume(play));
	while (play->prompt.kind != PROMPT_FAILED && play->prompt.kind != PROMPT_DONE)
		play_right(play);
	play_expect(play, "initialise", PROMPT_FAILED, DONE);
	assert_non_null(strstr(play->prompt.text, outcome_text(FAIL_KEYS_SINCE)));
	assert_int_equal(play->fake.acts[TOKEN_INITIALISE], 0);
	assert_int_equal(play->fake.reader.hsm.key_count, 1);
}

/* What came back into the reader just before the share goes in is not what was looked at: said in red, and asked. */
static void
test_suspect_before_import(void **state)
{
	struct play *play = *state;

	for (int is_by_passwords = 0; is_by_passwords < 2; is_by_passwords++) {
		fake_token_new(&play->fake);
		play->is_by_passwords = is_by_passwords;
		play_open(play, 2, 2);
		if (!is_by_passwords)
			play_until(play, "turns", PROMPT_GATE);
		if (is_by_passwords)
			play_until(play, "prove-pins", PROMPT_TELL);
		else
			while (play->prompt.kind != PROMPT_GATE || !play->prompt.of.gate.is_leaving ||
				play->prompt.of.gate.custodian != 2)
				play_right(play);
		lose(play, TOKEN_DESCRIBE, false, true);
		play_until(play, "import", PROMPT_INSERT_TOKEN);
		play->fake.reader.has_card = true;
		play->fake.reader.hsm.proof = DEVICE_UNPROVEN;
		play_next(play);
		play_expect(play, "proof", PROMPT_CONFIRM, DONE);
		assert_true(play->prompt.is_alarm);
		assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], 0);
		play_word(play, "yes");
		play_expect(play, "proof", PROMPT_CONFIRM, FAIL_WORD);
		assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], 0);
		play_until(play, "done", PROMPT_DONE);
		assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], is_by_passwords ? 2 : 1);
		play_expect_in_record(play, "\"event\":\"unproven-device-accepted\"", true);
		ceremony_free(&play->ceremony);
		if (is_by_passwords == 0)
			play_remove(play);
	}
}

/* The same where a device joins; whoever stops there has put no share into it. */
static void
test_suspect_before_joining(void **state)
{
	struct play *play = *state;

	play_create(play, 2, 2);
	play_until(play, "done", PROMPT_DONE);
	ceremony_free(&play->ceremony);
	play_join(play);
	play_until(play, "prove-pins", PROMPT_TELL);
	play->fake.reader.hsm.proof = DEVICE_UNPROVEN;
	play_next(play);
	play_expect(play, "proof", PROMPT_CONFIRM, DONE);
	assert_true(play->prompt.is_alarm);
	play_stop(play);
	assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], 0);
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
	play_expect_in_record(play, "\"event\":\"import-intended\"", false);
}

static void
test_kcv_told_late(void **state)
{
	struct play *play = *state;

	play->fake.wants_login_for_kcv = true;
	play_open(play, 2, 2);
	play_finish(play);
	play_expect_in_record(play, "\"of_device\":\"equal\"", true);
}

static void
test_kcv_never_told(void **state)
{
	struct play *play = *state;

	play->fake.never_tells_kcv = true;
	play_open(play, 2, 2);
	play_until(play, "import", PROMPT_TELL);
	assert_non_null(strstr(play->prompt.text, "could not be compared"));
	play_finish(play);
	assert_non_null(strstr(play->prompt.text, "did not tell"));
	play_expect_in_record(play, "\"of_device\":\"not told\"", true);
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
	play_expect(play, "import", PROMPT_FAILED, DONE);
	assert_non_null(strstr(play->prompt.text, outcome_text(FAIL_KCV)));
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
}

TEST_GROUP(ceremony_device, PLAY_TEST(test_wrong_so_pin), PLAY_TEST(test_last_so_pin_try), PLAY_TEST(test_devices),
	PLAY_TEST(test_import_lost_before), PLAY_TEST(test_import_lost_after), PLAY_TEST(test_import_unproven),
	PLAY_TEST(test_initialised_alike), PLAY_TEST(test_other_answers_lost), PLAY_TEST(test_keys_since),
	PLAY_TEST(test_suspect_before_import), PLAY_TEST(test_suspect_before_joining), PLAY_TEST(test_kcv_told_late),
	PLAY_TEST(test_kcv_never_told), PLAY_TEST(test_wrong_kcv));
