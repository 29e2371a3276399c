#include "groups.h"

#include <quorate/file.h>
#include <quorate/journal_read.h>
#include <quorate/text.h>

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], path[PATH_MAX];

static int
make_folder(void **state)
{
	(void)state;
	text_format(folder, sizeof folder, "/tmp/quorate-journal-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	text_format(path, sizeof path, "%s/journal.jsonl", folder);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void
write_three(void)
{
	const struct journal_field fields[] = { { "reader", "Reader\x1b[2J 1", 0 }, { "tries", NULL, 14 } };
	char first[JOURNAL_DIGEST_TEXT_SIZE], last[JOURNAL_DIGEST_TEXT_SIZE];
	struct journal *journal;

	assert_int_equal(journal_create(&journal, path), DONE);
	assert_int_equal(journal_append(journal, "begun", NULL, 0), DONE);
	journal_digest(journal, first);
	assert_int_equal(journal_append(journal, "device", fields, 2), DONE);
	assert_int_equal(journal_append(journal, "done", NULL, 0), DONE);
	journal_digest(journal, last);
	assert_int_equal(strlen(last), 64);
	assert_string_not_equal(first, last);
	journal_close(&journal);
	assert_null(journal);
}

/* The file's bytes and a NUL; the next call overwrites them. */
static char *
contents(size_t *ret_size)
{
	static char text[8192];
	uint8_t *bytes;

	assert_int_equal(file_read(path, sizeof text - 1, &bytes, ret_size), DONE);
	memcpy(text, bytes, *ret_size + 1);
	free(bytes);
	return text;
}

static void
overwrite(const char *bytes, size_t size)
{
	int descriptor = open(path, O_WRONLY | O_TRUNC);

	assert_true(descriptor >= 0);
	assert_int_equal(file_write_all(descriptor, bytes, size), DONE);
	close(descriptor);
}

static void
expect(enum outcome outcome, size_t lines, bool is_torn)
{
	struct journal_record *record;

	assert_int_equal(journal_read(&record, path), DONE);
	assert_int_equal(record->verdict, outcome);
	assert_int_equal(record->line_count, lines);
	assert_int_equal(record->is_torn, is_torn);
	journal_record_free(&record);
	assert_null(record);
}

static void
test_whole(void **state)
{
	struct journal *journal;
	struct stat status;
	size_t size;
	char *text;

	(void)state;
	write_three();
	expect(DONE, 3, false);
	text = contents(&size);
	assert_non_null(strstr(text, "\"tries\":14"));
	assert_non_null(strstr(text, "{\"n\":1,\"utc\":\""));
	assert_non_null(
		strstr(text, "\"chain\":\"0000000000000000000000000000000000000000000000000000000000000000\"}\n"));
	/* What a reader calls itself never reaches a terminal as it is. */
	assert_null(strchr(text, '\x1b'));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(journal_create(&journal, path), FAIL_FILE_EXISTS);
	assert_null(journal);
	assert_int_equal(journal_create(&journal, "/nowhere/at/all"), FAIL_FILE_MISSING);
}

static void
test_torn(void **state)
{
	size_t size;
	char *text;

	(void)state;
	write_three();
	text = contents(&size);
	overwrite(text, size - 1);
	expect(DONE, 2, true);
	overwrite(text, 10);
	expect(DONE, 0, true);
	overwrite(text, 0);
	expect(DONE, 0, false);
}

static void
test_changed(void **state)
{
	char *text, *second, *third, *at, saved;
	size_t size;

	(void)state;
	write_three();
	text = contents(&size);
	second = strchr(text, '\n') + 1;
	third = strchr(second, '\n') + 1;

	at = strstr(second, ":14");
	at[2] = '5';
	overwrite(text, size);
	expect(FAIL_JOURNAL_CHAIN, 1, false);
	at[2] = '4';

	/* The link itself: the next line vouches no more, so it was this one. */
	at = strstr(second, "\"chain\":\"") + 9;
	saved = *at;
	*at = saved == '0' ? '1' : '0';
	overwrite(text, size);
	expect(FAIL_JOURNAL_CHAIN, 1, false);
	*at = saved;

	/* A line that no longer is one. */
	second[0] = '[';
	overwrite(text, size);
	expect(FAIL_JOURNAL_CHAIN, 1, false);
	second[0] = '{';

	/* A line taken out. */
	overwrite(text, size);
	expect(DONE, 3, false);
	memmove(second, third, strlen(third) + 1);
	overwrite(text, strlen(text));
	expect(FAIL_JOURNAL_CHAIN, 1, false);

	overwrite("hello\n", 6);
	expect(FAIL_JOURNAL_FORM, 0, false);
	overwrite("{\"n\":1}\n", 8);
	expect(FAIL_JOURNAL_FORM, 0, false);
}

static void
test_refused(void **state)
{
	const struct journal_field own = { "chain", "x", 0 };
	struct journal *journal;
	struct rlimit before, none;

	(void)state;
	assert_int_equal(journal_create(&journal, path), DONE);
	assert_int_equal(journal_append(journal, "x", &own, 1), FAIL_INTERNAL);
	assert_int_equal(journal_append(journal, "begun", NULL, 0), DONE);
	/* No room for another byte: the line is refused, and every later one with it. */
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_equal(journal_append(journal, "lost", NULL, 0), FAIL_JOURNAL_WRITE);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(journal_append(journal, "late", NULL, 0), FAIL_JOURNAL_WRITE);
	journal_close(&journal);
	expect(DONE, 1, false);
}

static void
test_read(void **state)
{
	struct journal_record *record;
	char words[512];

	(void)state;
	write_three();
	assert_int_equal(journal_read(&record, path), DONE);
	assert_string_equal(record->lines[1].event, "device");
	assert_int_equal(record->lines[1].number, 2);
	assert_int_equal(record->lines[1].field_count, 2);
	assert_string_equal(journal_read_text(&record->lines[1], "reader"), "Reader?[2J 1");
	assert_null(journal_read_text(&record->lines[1], "tries"));
	assert_int_equal(journal_read_number(&record->lines[1], "tries", -1), 14);
	assert_int_equal(journal_read_number(&record->lines[1], "reader", -1), -1);
	assert_string_equal(record->digest, record->lines[2].digest);
	assert_int_equal(record->clock_back, 0);
	assert_ptr_equal(journal_read_last(record, "begun", 0), &record->lines[0]);
	assert_ptr_equal(journal_read_last(record, "done", 0), &record->lines[2]);
	assert_null(journal_read_last(record, "done", 3));
	/* What the sentence does not name follows it; what it names and is not there is said. */
	assert_true(journal_words(&record->lines[1], words, sizeof words));
	assert_string_equal(words,
		"The device: serial number (not told), in the reader Reader?[2J 1, label (not told), "
		"(not told). [tries 14]");
	journal_record_free(&record);
	assert_int_equal(journal_read(&record, "/nowhere"), FAIL_FILE_MISSING);
	assert_null(record);
}

/* Lines made by hand, with a clock that was set back in the middle. */
static void
test_clock_back(void **state)
{
	struct journal_record *record;
	struct journal *journal;
	char *text, *at;
	bool is_mended;
	size_t size;

	(void)state;
	write_three();
	text = contents(&size);
	at = strstr(text, "\"utc\":\"") + 7;
	*at = '9';
	overwrite(text, strchr(text, '\n') + 1 - text);
	assert_int_equal(journal_continue(&journal, path, &is_mended), DONE);
	assert_int_equal(journal_append(journal, "done", NULL, 0), DONE);
	journal_close(&journal);
	assert_int_equal(journal_read(&record, path), DONE);
	assert_int_equal(record->verdict, DONE);
	assert_int_equal(record->clock_back, 2);
	journal_record_free(&record);
}

static void
test_continue(void **state)
{
	struct journal *journal, *other;
	bool is_mended;
	size_t size, before;
	char *text;

	(void)state;
	write_three();
	text = contents(&size);
	overwrite(text, size - 7);
	assert_false(journal_is_busy(path));
	assert_int_equal(journal_continue(&journal, path, &is_mended), DONE);
	assert_true(is_mended);
	/* Nobody else at the same time; and whoever asks does not set it free. */
	assert_true(journal_is_busy(path));
	assert_true(journal_is_busy(path));
	assert_int_equal(journal_continue(&other, path, &is_mended), FAIL_JOURNAL_BUSY);
	expect(DONE, 2, false);
	assert_int_equal(journal_append(journal, "resumed", NULL, 0), DONE);
	journal_close(&journal);
	expect(DONE, 3, false);
	assert_int_equal(journal_continue(&journal, path, &is_mended), DONE);
	assert_false(is_mended);
	journal_close(&journal);
	/* Nothing is added to a record that was changed, and nothing is taken from it. */
	text = contents(&size);
	*strstr(text, "begun") = 'v';
	overwrite(text, --size);
	before = size;
	assert_int_equal(journal_continue(&journal, path, &is_mended), FAIL_JOURNAL_CHAIN);
	assert_null(journal);
	contents(&size);
	assert_int_equal(size, before);
	overwrite("", 0);
	assert_int_equal(journal_continue(&journal, path, &is_mended), FAIL_JOURNAL_FORM);
	assert_int_equal(journal_continue(&journal, "/nowhere", &is_mended), FAIL_FILE_MISSING);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

TEST_GROUP(journal, TEST(test_whole), TEST(test_torn), TEST(test_changed), TEST(test_refused), TEST(test_read),
	TEST(test_clock_back), TEST(test_continue));
