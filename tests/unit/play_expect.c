#include "groups.h"

#include "play.h"

#include <quorate/clock.h>
#include <quorate/file.h>
#include <quorate/text.h>

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

void
play_expect(const struct play *play, const char *step, enum prompt_kind kind, enum outcome verdict)
{
	assert_string_equal(play->prompt.step, step);
	assert_int_equal(play->prompt.verdict, verdict);
	assert_int_equal(play->prompt.kind, kind);
	assert_int_equal(play->prompt.verdict_text[0] != '\0', verdict != DONE);
}

/* The record as text, the caller's. */
static char *
record_text(const struct play *play)
{
	char path[160], stamp[32];
	uint8_t *bytes;
	size_t size;

	clock_stamp(stamp);
	text_format(path, sizeof path, "%s/" PLAY_LABEL "-%.10s/journal.jsonl", play->folder, stamp);
	assert_int_equal(file_read(path, 1 << 20, &bytes, &size), DONE);
	return (char *)bytes;
}

void
play_expect_in_record(const struct play *play, const char *text, bool is_there)
{
	char *lines = record_text(play);
	bool is_found = strstr(lines, text) != NULL;

	free(lines);
	if (is_found != is_there)
		fail_msg("%s is %s the record", text, is_there ? "not in" : "in");
}

void
play_finish(struct play *play)
{
	char kcv[DKEK_KCV_TEXT_SIZE];

	play_until(play, "done", PROMPT_DONE);
	assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], 1);
	assert_int_equal(play->fake.reader.hsm.dkek_outstanding, 0);
	assert_string_equal(play->fake.user_pin, PLAY_USER_PIN);
	assert_string_equal(play->fake.so_pin, play->so_pin);
	dkek_kcv_text(play->fake.reader.hsm.kcv, kcv);
	if (!play->fake.never_tells_kcv)
		assert_non_null(strstr(play->prompt.text, kcv));
	assert_int_equal(play->prompt.number, play->prompt.count);
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
	play_expect_in_record(play, "\"event\":\"done\"", true);
	/* Neither PINs nor what stood on the sheets. */
	play_expect_in_record(play, PLAY_USER_PIN, false);
	play_expect_in_record(play, play->so_pin, false);
	play_expect_in_record(play, play->sheets[0].value, false);
	play_expect_in_record(play, play->sheets[0].word, false);
}
