#include "groups.h"

#include "procedure_play.h"

#include <quorate/file.h>
#include <quorate/text.h>

#include <stdlib.h>
#include <string.h>

static bool is_keyboard_tried;

const struct ceremony_kind *
procedure_kind(const char *name)
{
	const struct ceremony_kind *kinds;
	size_t at = 0, count = ceremony_kinds(&kinds);

	while (at < count && strcmp(kinds[at].name, name) != 0)
		at++;
	assert_true(at < count);
	assert_true(kinds[at].is_procedure);
	return &kinds[at];
}

void
procedure_begin(struct play *play, const char *name)
{
	ceremony_free(&play->ceremony);
	play->world = (struct ceremony_world){
		.token = &play->rehearsed.door,
		.iterations = 20,
		.folder = play->folder,
		.version = "test",
		.target = { .reader = "Rehearsal card 1", .serial = "REHE0000001" },
		.is_keyboard_tried = &is_keyboard_tried,
	};
	assert_int_equal(procedure_kind(name)->open(&play->ceremony, &play->world), DONE);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(ceremony_prompt(play->ceremony, &play->prompt), DONE);
		if (play->prompt.kind != PROMPT_WORK)
			return;
		ceremony_advance(play->ceremony);
	}
	fail_msg("%s does not begin", name);
}

void
procedure_insert(struct play *play)
{
	char path[160];

	text_format(path, sizeof path, "%s/card", play->folder);
	card_door_open(&play->rehearsed, path);
	is_keyboard_tried = false;
}

void
procedure_choose_new(struct play *play, const char *pin)
{
	play_choose(play, 0);
	play_pin(play, pin);
	assert_true(play->prompt.of.pin.is_again);
	play_pin(play, pin);
}

void
procedure_try_keyboard(struct play *play)
{
	assert_string_equal(play->prompt.step, "keyboard");
	play_text(play, strrchr(play->prompt.text, '\n') + 1);
	assert_true(is_keyboard_tried);
}

void
procedure_initialise(struct play *play)
{
	procedure_begin(play, "initialise-token");
	assert_string_equal(play->prompt.step, "proof");
	play_next(play);
	play_text(play, PLAY_LABEL);
	procedure_try_keyboard(play);
	procedure_choose_new(play, SO_PIN);
	procedure_choose_new(play, USER_PIN);
	play_text(play, play->prompt.of.text_line.initial);
	assert_string_equal(play->prompt.step, "initialise");
	play_right(play);
	play_expect(play, "prove-pins", PROMPT_TELL, DONE);
	play_next(play);
	play_expect(play, "done", PROMPT_DONE, DONE);
}

/* The card's own log, a line for each try since it was read last. */
void
procedure_expect_tries(const struct play *play, const char *expected)
{
	char path[160];
	uint8_t *bytes = NULL;
	size_t size = 0;

	text_format(path, sizeof path, "%s/card/pin-log", play->folder);
	assert_int_equal(file_read(path, 1 << 16, &bytes, &size), DONE);
	assert_string_equal((const char *)bytes, expected);
	free(bytes);
	assert_int_equal(file_replace(path, "", 0), DONE);
}
