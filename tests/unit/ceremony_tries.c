/* PIN tries in the card's own log are those of the record, one for one and in its order: in every ceremony that tries.
 */
#include "groups.h"

#include "play.h"

#include <quorate/file.h>
#include <quorate/journal_read.h>
#include <quorate/text.h>

#include <stdlib.h>
#include <string.h>

#define TRIES_SIZE 2048

static void
open_card(struct play *play)
{
	char path[160];

	text_format(path, sizeof path, "%s/card", play->folder);
	card_door_open(&play->rehearsed, path);
}

static void
add(char *tries, const char *try)
{
	text_append(tries, TRIES_SIZE, "%s\n", try);
}

/* What the record says of tries, as the card would log them. */
static void
read_record(const struct play *play, char *ret)
{
	struct journal_record *record;
	const char *so_pin = "";
	char path[160];

	play_path(play, "journal.jsonl", path, sizeof path);
	assert_int_equal(journal_read(&record, path), DONE);
	for (size_t i = 0; i < record->line_count; i++) {
		const struct journal_line *line = &record->lines[i];
		const char *outcome = journal_read_text(line, "outcome");

		if (strcmp(line->event, "initialise-intended") == 0)
			so_pin = journal_read_text(line, "so_pin");
		/* The label is written with the user PIN; a device that has an SO-PIN wants it. */
		if (strcmp(line->event, "initialised") == 0) {
			if (strcmp(so_pin, "set") == 0)
				add(ret, "SO-PIN right");
			add(ret, "user-PIN right");
		} else if (strcmp(line->event, "not-initialised") == 0 && strcmp(outcome, "FAIL_SO_PIN_WRONG") == 0) {
			add(ret, "SO-PIN wrong");
		} else if (strcmp(line->event, "imported") == 0) {
			/* The share is in, whatever became of the user PIN, which follows it. */
			add(ret, strcmp(outcome, "FAIL_PIN_WRONG") == 0 ? "user-PIN wrong" : "user-PIN right");
		} else if (strcmp(line->event, "user-pin-proven") == 0) {
			add(ret, "user-PIN right");
		} else if (strcmp(line->event, "user-pin-refused") == 0) {
			add(ret, "user-PIN wrong");
		} else if (strcmp(line->event, "so-pin-proven") == 0) {
			add(ret, "SO-PIN right");
		} else if (strcmp(line->event, "so-pin-refused") == 0) {
			add(ret, "SO-PIN wrong");
		}
	}
	journal_record_free(&record);
}

/* The card's log, without the counts; it begins anew. */
static void
read_log(const struct play *play, char *ret)
{
	char path[160];
	uint8_t *bytes = NULL;
	size_t size = 0;

	text_format(path, sizeof path, "%s/card/pin-log", play->folder);
	assert_int_equal(file_read(path, 1 << 16, &bytes, &size), DONE);
	for (char *line = strtok((char *)bytes, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		*strrchr(line, ' ') = '\0';
		add(ret, line);
	}
	free(bytes);
	assert_int_equal(file_replace(path, "", 0), DONE);
}

static void
expect_equal(const struct play *play, unsigned least)
{
	char of_record[TRIES_SIZE] = "", of_card[TRIES_SIZE] = "";
	unsigned count = 0;

	read_record(play, of_record);
	read_log(play, of_card);
	assert_string_equal(of_record, of_card);
	for (const char *at = of_card; *at != '\0'; at++)
		count += *at == '\n';
	assert_true(count >= least);
}

static void
test_new_and_used(void **state)
{
	struct play *play = *state;

	open_card(play);
	play_open(play, 2, 3);
	play_until(play, "done", PROMPT_DONE);
	expect_equal(play, 4);
	ceremony_free(&play->ceremony);
	play_remove(play);

	/* The same device again, and its SO-PIN wrong at first. */
	play->so_pin = "9999888877776666";
	play->is_by_passwords = true;
	play_open(play, 3, 3);
	play_until(play, "initialise", PROMPT_CONFIRM);
	play_right(play);
	play_expect(play, "so-pin", PROMPT_PIN, FAIL_SO_PIN_WRONG);
	play->so_pin = PLAY_SO_PIN;
	play_until(play, "done", PROMPT_DONE);
	expect_equal(play, 8);
}

static void
test_join(void **state)
{
	struct play *play = *state;

	play_create(play, 2, 2);
	play_until(play, "done", PROMPT_DONE);
	ceremony_free(&play->ceremony);
	open_card(play);
	play_join(play);
	play_until(play, "done", PROMPT_DONE);
	expect_equal(play, 4);
}

/* Interrupted, and the user PIN typed wrong from paper afterwards. */
static void
test_resumed(void **state)
{
	struct play *play = *state;

	open_card(play);
	play_open(play, 2, 2);
	play_until(play, "initialise", PROMPT_CONFIRM);
	play_right(play);
	play_expect(play, "prove-pins", PROMPT_TELL, DONE);
	ceremony_free(&play->ceremony);
	memset(play->sheets, 0, sizeof play->sheets);
	assert_true(play_resume(play));
	play_until(play, "user-pin", PROMPT_PIN);
	play_pin(play, "13572468");
	play_until(play, "done", PROMPT_DONE);
	play_expect_in_record(play, "FAIL_PIN_WRONG", true);
	expect_equal(play, 4);
}

TEST_GROUP(ceremony_tries, PLAY_TEST(test_new_and_used), PLAY_TEST(test_join), PLAY_TEST(test_resumed));
