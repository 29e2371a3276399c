/* Ceremonies on disks that refuse, and ceremonies that are stopped. */
#include "groups.h"

#include "play.h"

#include <quorate/file.h>
#include <quorate/text.h>

#include <openssl/crypto.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* file_save, made to fail: the linker leads every call here (--wrap). */
static struct {
	const char *ending; /* of the names to which it happens */
	unsigned times;
	enum outcome outcome;
} file_fault;

enum outcome __real_file_save(const char *path, const void *bytes, size_t size);
enum outcome __wrap_file_save(const char *path, const void *bytes, size_t size);

enum outcome
__wrap_file_save(const char *path, const void *bytes, size_t size)
{
	size_t length = strlen(path);

	if (file_fault.times > 0 && length >= strlen(file_fault.ending) &&
		strcmp(path + length - strlen(file_fault.ending), file_fault.ending) == 0) {
		file_fault.times--;
		return file_fault.outcome;
	}
	return __real_file_save(path, bytes, size);
}

static void
refused_user(struct play *play, const char *path)
{
	char locked[160];
	uid_t user = geteuid();

	text_format(locked, sizeof locked, "%s/locked", play->folder);
	assert_int_equal(mkdir(locked, 0500), 0);
	assert_int_equal(chmod(play->folder, 0755), 0);
	if (user == 0)
		assert_int_equal(seteuid(65534), 0);
	play_text(play, path);
	if (user == 0)
		assert_int_equal(seteuid(0), 0);
}

static void
test_folder(void **state)
{
	struct play *play = *state;
	char path[160];

	play_open(play, 2, 2);
	play_until(play, "folder", PROMPT_TEXT);
	play_text(play, "");
	play_expect(play, "folder", PROMPT_TEXT, FAIL_EMPTY);
	play_text(play, "somewhere");
	play_expect(play, "folder", PROMPT_TEXT, FAIL_ARGUMENT);
	assert_string_equal(play->prompt.of.text_line.initial, "somewhere");
	play_text(play, "/proc/nowhere");
	play_expect(play, "folder", PROMPT_TEXT, FAIL_FILE_MISSING);
	/* A file in the way. */
	text_format(path, sizeof path, "%s/file", play->folder);
	assert_int_equal(file_save(path, "x", 1), DONE);
	play_text(play, path);
	assert_int_not_equal(play->prompt.verdict, DONE);
	assert_string_equal(play->prompt.step, "folder");
	/* Without permission; the superuser has to step down to be refused anything. */
	text_format(path, sizeof path, "%s/locked/within", play->folder);
	refused_user(play, path);
	play_expect(play, "folder", PROMPT_TEXT, FAIL_FILE_ACCESS);
	/* A folder with another ceremony's record. */
	text_format(path, sizeof path, "%s/taken", play->folder);
	assert_int_equal(file_make_folder(path), DONE);
	text_append(path, sizeof path, "/journal.jsonl");
	assert_int_equal(file_save(path, "", 0), DONE);
	text_format(path, sizeof path, "%s/taken", play->folder);
	play_text(play, path);
	play_expect(play, "folder", PROMPT_TEXT, FAIL_FILE_EXISTS);
	text_format(path, sizeof path, "%s/" PLAY_LABEL "-2026", play->folder);
	play_text(play, path);
	play_expect(play, "file-name", PROMPT_TEXT, DONE);
	play_text(play, "a/b");
	play_expect(play, "file-name", PROMPT_TEXT, FAIL_TEXT_CHARACTER);
	play_text(play, "journal.jsonl");
	play_expect(play, "file-name", PROMPT_TEXT, FAIL_FILE_EXISTS);
	play_text(play, "share.pbe");
	play_until(play, "done", PROMPT_DONE);
}

static void
test_disk_full(void **state)
{
	static const char *const endings[] = { "sheets-before.pdf", "sheets-before.txt", ".pbe", "sheets-after.pdf",
		"record-sheet.txt" };
	static const char *const steps[] = { "sheets", "sheets", "create", "results", "record-sheet" };
	struct play *play = *state;

	play_open(play, 2, 2);
	for (size_t i = 0; i < 5; i++) {
		file_fault.ending = endings[i];
		file_fault.times = 2;
		file_fault.outcome = FAIL_DISK_FULL;
		play_until(play, steps[i], PROMPT_TELL);
		play_expect(play, steps[i], PROMPT_TELL, FAIL_DISK_FULL);
		play_next(play);
		play_expect(play, steps[i], PROMPT_TELL, FAIL_DISK_FULL);
		if (i < 3)
			assert_int_equal(play->fake.acts[TOKEN_INITIALISE], 0);
	}
	play_finish(play);
}

/* Nothing is done without a record: here as the first share is typed back. */
static void
test_record_lost(void **state)
{
	struct play *play = *state;
	struct rlimit before, none;

	play_open(play, 2, 2);
	play_until(play, "turns", PROMPT_ENTER_SHARE);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	play_right(play);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	play_expect(play, "turns", PROMPT_FAILED, DONE);
	assert_non_null(strstr(play->prompt.text, outcome_text(FAIL_JOURNAL_WRITE)));
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
	assert_int_equal(play->fake.acts[TOKEN_IMPORT_DKEK], 0);
}

/* Stopped at the first prompt, at the second, ... at the last: nothing secret is left, and the record says so. */
static void
test_stop_everywhere(void **state)
{
	struct play *play = *state;
	bool is_through = false, is_over = false;
	unsigned stops = 0;

	for (unsigned answers = 0; !is_through; answers++) {
		fake_token_new(&play->fake);
		play_open(play, 2, 2);
		for (unsigned i = 0; i < answers && play->prompt.kind != PROMPT_DONE; i++)
			play_right(play);
		is_through = play->prompt.kind == PROMPT_DONE;
		if (!is_through) {
			assert_true(play->prompt.stop_text[0] != '\0');
			is_over = strcmp(play->prompt.step, "record-sheet") == 0;
			play_stop(play);
			/* With the record closed nothing can be stopped any more. */
			play_expect(play, play->prompt.step, is_over ? PROMPT_DONE : PROMPT_FAILED, DONE);
			assert_true(is_over || strstr(play->prompt.text, outcome_text(FAIL_CANCELLED)) != NULL);
			stops++;
		}
		assert_int_equal(CRYPTO_secure_used(), play->secure_before);
		ceremony_free(&play->ceremony);
	}
	assert_int_equal(stops, 30);
}

/* And in the middle of a derivation. */
static void
test_stop_work(void **state)
{
	struct play *play = *state;
	struct answer stop = { .kind = ANSWER_STOP };

	play_open(play, 2, 2);
	play_until(play, "sheets", PROMPT_PRINT);
	play->world.iterations = LIMIT_DKEK_ITERATIONS;
	assert_int_equal(ceremony_answer(play->ceremony, &(struct answer){ .kind = ANSWER_NEXT }), DONE);
	assert_int_equal(ceremony_prompt(play->ceremony, &play->prompt), DONE);
	assert_int_equal(play->prompt.kind, PROMPT_WORK);
	/* The device is at work, and is not interrupted. */
	assert_false(play->prompt.of.work.may_stop);
	assert_int_equal(ceremony_answer(play->ceremony, &stop), FAIL_USAGE);
	assert_true(ceremony_advance(play->ceremony));
	assert_int_equal(ceremony_prompt(play->ceremony, &play->prompt), DONE);
	assert_int_equal(play->prompt.kind, PROMPT_WORK);
	assert_true(play->prompt.of.work.may_stop);
	assert_true(play->prompt.of.work.fraction >= 0 && play->prompt.of.work.fraction < 0.5);
	assert_false(ceremony_advance(play->ceremony));
	assert_int_equal(ceremony_answer(play->ceremony, &stop), DONE);
	assert_int_equal(ceremony_prompt(play->ceremony, &play->prompt), DONE);
	play_expect(play, "create", PROMPT_FAILED, DONE);
	assert_int_equal(CRYPTO_secure_used(), play->secure_before);
}

/* A note before there is a record, one in it, and a pause; none of them where a secret is at hand. */
static void
test_notes(void **state)
{
	struct play *play = *state;
	struct answer note = { .kind = ANSWER_NOTE, .text = "Bob is ten minutes late" };

	play_open(play, 2, 2);
	assert_int_equal(ceremony_answer(play->ceremony, &note), DONE);
	play_until(play, "so-pin", PROMPT_PIN);
	assert_int_equal(ceremony_answer(play->ceremony, &note), FAIL_USAGE);
	assert_int_equal(ceremony_answer(play->ceremony, &(struct answer){ .kind = ANSWER_PAUSE }), FAIL_USAGE);
	play_until(play, "turns", PROMPT_GATE);
	text_format(note.text, sizeof note.text, "%s", "");
	assert_int_equal(ceremony_answer(play->ceremony, &note), FAIL_EMPTY);
	text_format(note.text, sizeof note.text, "The camera was covered late");
	assert_int_equal(ceremony_answer(play->ceremony, &note), DONE);
	assert_int_equal(ceremony_answer(play->ceremony, &(struct answer){ .kind = ANSWER_PAUSE }), DONE);
	assert_int_equal(ceremony_prompt(play->ceremony, &play->prompt), DONE);
	play_expect(play, "pause", PROMPT_CONFIRM, DONE);
	play_word(play, "here");
	play_expect(play, "pause", PROMPT_CONFIRM, FAIL_WORD);
	play_word(play, "present");
	play_expect(play, "turns", PROMPT_GATE, DONE);
	play_until(play, "turns", PROMPT_SHOW_SHARE);
	assert_int_equal(ceremony_answer(play->ceremony, &note), FAIL_USAGE);
	play_finish(play);
	play_expect_in_record(play, "\"text\":\"Bob is ten minutes late\"", true);
	play_expect_in_record(play, "\"step\":\"turns\",\"text\":\"The camera was covered late\"", true);
	play_expect_in_record(play, "\"event\":\"paused\",\"step\":\"turns\"", true);
	play_expect_in_record(play, "\"event\":\"everybody-present\"", true);
}

TEST_GROUP(ceremony_faults, PLAY_TEST(test_folder), PLAY_TEST(test_disk_full), PLAY_TEST(test_record_lost),
	PLAY_TEST(test_stop_everywhere), PLAY_TEST(test_stop_work), PLAY_TEST(test_notes));
