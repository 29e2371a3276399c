#include "groups.h"

#include "play.h"

#include <quorate/clock.h>
#include <quorate/file.h>
#include <quorate/share_file.h>
#include <quorate/share_text.h>
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

void
play_path(const struct play *play, const char *name, char *ret, size_t size)
{
	char stamp[32];

	clock_stamp(stamp);
	text_format(
		ret, size, "%s/" PLAY_LABEL "-%.10s%s/%s", play->folder, stamp, play->old.total == 0 ? "" : "-2", name);
}

static void
read_text(const char *written, struct secret **ret, enum outcome (*read)(const struct secret *, struct secret **))
{
	struct secret *text;

	assert_int_equal(secret_new(&text, 32), DONE);
	for (; *written != '\0'; written++)
		secret_push(text, (uint8_t)*written);
	assert_int_equal(read(text, ret), DONE);
	secret_free(&text);
}

void
play_expect_opens(const char *path, const struct play *play, const struct sheet_of_paper *sheets, unsigned total,
	unsigned first, unsigned count)
{
	struct shamir_share shares[PLAY_CUSTODIANS_MOST] = { { 0, NULL } };
	struct secret *prime, *combined, *password, *key, *share;
	struct share_file file;
	uint8_t kcv[DKEK_KCV_SIZE];

	assert_int_equal(share_file_load(path, &file), DONE);
	for (unsigned i = 0; i < count; i++) {
		const struct sheet_of_paper *sheet = &sheets[(first + i) % total];

		read_text(sheet->value, &shares[i].value, share_text_read_value);
		shares[i].id = (unsigned)atoi(sheet->id);
	}
	read_text(sheets[0].prime, &prime, share_text_read_prime);
	assert_int_equal(shamir_combine(prime, shares, count, &combined), DONE);
	assert_int_equal(shamir_password(prime, combined, 0, &password), DONE);
	assert_int_equal(derivation_run(password, file.salt, play->world.iterations, &key), DONE);
	assert_int_equal(share_file_open(&file, key, &share), DONE);
	assert_int_equal(dkek_kcv(share, kcv), DONE);
	assert_memory_equal(kcv, play->fake.reader.hsm.kcv, sizeof kcv);
	for (unsigned i = 0; i < count; i++)
		secret_free(&shares[i].value);
	secret_free(&prime);
	secret_free(&combined);
	secret_free(&password);
	secret_free(&key);
	secret_free(&share);
}

void
play_expect_files_open(const struct play *play, const char *stem, unsigned count)
{
	struct secret *dkek;
	uint8_t kcv[DKEK_KCV_SIZE];

	assert_int_equal(dkek_zero(&dkek), DONE);
	for (unsigned i = 1; i <= count; i++) {
		char text[64], path[512];
		struct secret *password, *key, *share;
		struct share_file file;

		text_format(text, sizeof text, "The password no. %u", i);
		text_format(path, sizeof path, "%s-%u.pbe", stem, i);
		assert_int_equal(secret_take(&password, text, strlen(text)), DONE);
		assert_int_equal(share_file_load(path, &file), DONE);
		assert_int_equal(derivation_run(password, file.salt, play->world.iterations, &key), DONE);
		assert_int_equal(share_file_open(&file, key, &share), DONE);
		dkek_add(dkek, share);
		secret_free(&password);
		secret_free(&key);
		secret_free(&share);
	}
	assert_int_equal(dkek_kcv(dkek, kcv), DONE);
	assert_memory_equal(kcv, play->fake.reader.hsm.kcv, sizeof kcv);
	secret_free(&dkek);
}

/* The record as text, the caller's. */
static char *
record_text(const struct play *play)
{
	char path[160];
	uint8_t *bytes;
	size_t size;

	play_path(play, "journal.jsonl", path, sizeof path);
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
