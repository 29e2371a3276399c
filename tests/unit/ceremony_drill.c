/* The drill, on the share file and the wrapped key that a real device made, and on what is wrong with such files. */
#include "groups.h"

#include "play.h"
#include "published.h"

#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/limits.h>
#include <quorate/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define WRAPPED_MOST 1024

/* Saves bytes given in hex, with one of them changed; below 0: none. */
static void
save(const struct play *play, const char *name, const char *hex, long changed)
{
	uint8_t bytes[WRAPPED_MOST];
	size_t size = strlen(hex) / 2;
	char path[160];

	assert_true(size <= sizeof bytes);
	assert_int_equal(hex_decode(hex, 2 * size, bytes, size), DONE);
	if (changed >= 0)
		bytes[changed] ^= 1;
	text_format(path, sizeof path, "%s/%s", play->folder, name);
	assert_int_equal(file_save(path, bytes, size), DONE);
}

/* Where hex stands in the published file, counted in bytes; the last place. */
static long
place_of(const char *hex)
{
	const char *at = NULL, *next = PUBLISHED_WRAPPED_FILE;

	while ((next = strstr(next, hex)) != NULL)
		at = next++;
	assert_non_null(at);
	return (at - PUBLISHED_WRAPPED_FILE) / 2;
}

static void
test_drill(void **state)
{
	struct play *play = *state;
	char path[160];

	save(play, "published.pbe", PUBLISHED_SHARE_FILE, -1);
	text_format(play->old.file, sizeof play->old.file, "%s/published.pbe", play->folder);
	text_format(path, sizeof path, "%s/keys", play->folder);
	assert_int_equal(mkdir(path, 0700), 0);
	save(play, "keys/a-good", PUBLISHED_WRAPPED_FILE, -1);
	save(play, "keys/b-flipped", PUBLISHED_WRAPPED_FILE, 200);
	/* The point in the request, not in the wrapped key, which is encrypted. */
	save(play, "keys/c-other-certificate", PUBLISHED_WRAPPED_FILE, place_of(PUBLISHED_POINT) + 10);
	/* The first byte of the key check value. */
	save(play, "keys/d-other-domain", PUBLISHED_WRAPPED_FILE, place_of("ecc92c62e3f6189e0c"));
	save(play, "keys/e-note", "68656c6c6f", -1);

	play_drill(play);
	play->world.iterations = LIMIT_DKEK_ITERATIONS;
	play_until(play, "expected-kcv", PROMPT_TEXT);
	play_text(play, PUBLISHED_KCV_TEXT);
	play_until(play, "old-form", PROMPT_CHOOSE);
	play_choose(play, 1);
	play_until(play, "old-password", PROMPT_PASSWORD);
	play_pin(play, PUBLISHED_PASSWORD);
	play_until(play, "open", PROMPT_TELL);
	play_until(play, "wrapped-keys", PROMPT_TEXT);
	play_text(play, "/nowhere");
	play_expect(play, "wrapped-keys", PROMPT_TEXT, FAIL_FILE_MISSING);
	play_text(play, path);
	play_expect(play, "wrapped-keys", PROMPT_TELL, FAIL_WRAPPED_KEY);
	assert_non_null(strstr(play->prompt.verdict_text, "3 files are not good backups"));
	assert_non_null(strstr(play->prompt.text, "1 wrapped key was opened with this DKEK and is whole."));
	assert_non_null(strstr(play->prompt.text, "1 other file is no wrapped key"));
	assert_null(strstr(play->prompt.text, "a-good"));
	assert_non_null(strstr(play->prompt.text, "b-flipped: This is not a wrapped key"));
	assert_non_null(strstr(play->prompt.text, "c-other-certificate: The certificate in this file belongs to"));
	assert_non_null(strstr(play->prompt.text, "d-other-domain: This wrapped key belongs to another DKEK"));
	play_next(play);
	play_expect(play, "record-sheet", PROMPT_PRINT, DONE);
	play_next(play);
	assert_int_equal(play->prompt.kind, PROMPT_DONE);
	assert_non_null(strstr(play->prompt.text, PUBLISHED_KCV_TEXT));
	assert_non_null(strstr(play->prompt.text, "Wrapped keys that are whole: 1; that are not good: 3."));
	for (size_t act = 0; act < TOKEN_ACT_COUNT; act++)
		assert_int_equal(play->fake.acts[act], 0);
}

TEST_GROUP(ceremony_drill, PLAY_TEST(test_drill));
