#include "groups.h"

#include <quorate/base64.h>
#include <quorate/clock.h>
#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
test_hex(void **state)
{
	uint8_t bytes[4];
	char text[9];

	(void)state;
	for (int c = 0; c < 256; c++) {
		const char *digits = "0123456789abcdef",
			   *found = c == 0 ? NULL : strchr(digits, c | (c >= 'A' && c <= 'F' ? 0x20 : 0));

		assert_int_equal(hex_digit(c), found == NULL ? -1 : (int)(found - digits));
	}
	assert_int_equal(hex_decode("00fFa9Bc", 8, bytes, 4), DONE);
	assert_memory_equal(bytes, "\x00\xff\xa9\xbc", 4);
	hex_encode(bytes, 4, text);
	assert_string_equal(text, "00ffa9bc");
	assert_int_equal(hex_decode("00ffa9b", 7, bytes, 4), FAIL_TOO_SHORT);
	assert_int_equal(hex_decode("00ffa9bc0", 9, bytes, 4), FAIL_TOO_LONG);
	assert_int_equal(hex_decode("00ffa9bg", 8, bytes, 4), FAIL_HEX);
}

/* RFC 4648, section 10. */
static void
test_base64(void **state)
{
	static const struct {
		const char *plain, *coded;
	} vectors[] = { { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" } };
	static const char *const bad[] = { "Z", "Zg",
		"Zg=", "Zg===", "Z===", "====", "Zh==", "Zm9=", "Zg==Zg==", "Zg==Z", "Zm-v", "Zm=v", "Zm9v=" };
	char text[16];
	uint8_t bytes[16];
	size_t size;

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		size_t length = strlen(vectors[i].plain);

		base64_encode((const uint8_t *)vectors[i].plain, length, text);
		assert_string_equal(text, vectors[i].coded);
		assert_int_equal(strlen(text), BASE64_LENGTH(length));
		assert_int_equal(base64_decode(text, strlen(text), bytes, length, &size), DONE);
		assert_int_equal(size, length);
		assert_memory_equal(bytes, vectors[i].plain, length);
		if (length > 0)
			assert_int_equal(base64_decode(text, strlen(text), bytes, length - 1, &size), FAIL_TOO_LONG);
	}
	assert_int_equal(base64_decode(" Zm9v\r\n Yg=\t=\n", 14, bytes, sizeof bytes, &size), DONE);
	assert_int_equal(size, 4);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(base64_decode(bad[i], strlen(bad[i]), bytes, sizeof bytes, &size), FAIL_BASE64);
}

static void
test_text_clean(void **state)
{
	char clean[16];

	(void)state;
	text_clean("label           ", 16, clean, sizeof clean);
	assert_string_equal(clean, "label");
	text_clean("\033[2Ja\xc2\x9b"
		   "b\xe2\x80\xae"
		   "c\xff"
		   "d",
		14, clean, sizeof clean);
	assert_string_equal(clean, "?[2Ja?b?c?d");
	/* Never half a character. */
	text_clean("1234567890123\xc3\xa4\xc3\xa4", 17, clean, sizeof clean);
	assert_string_equal(clean, "1234567890123\xc3\xa4");
	text_clean("12345678901234\xc3\xa4", 16, clean, sizeof clean);
	assert_string_equal(clean, "12345678901234");
	/* Overlong, surrogate, beyond Unicode, torn. */
	text_clean("\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82", 11, clean, sizeof clean);
	assert_string_equal(clean, "???????????");
}

static void
test_text_columns(void **state)
{
	(void)state;
	assert_int_equal(text_columns("abc"), 3);
	assert_int_equal(text_columns("\xc3\xa4\xce\xb1\xd0\xb0"), 3);
	assert_int_equal(text_columns("\xe6\xbc\xa2\xe5\xad\x97"), 4);
	assert_int_equal(text_columns("e\xcc\x81"), 1);
}

static void
test_text_format(void **state)
{
	char text[8];

	(void)state;
	text_format(text, sizeof text, "%s", "123456\xc3\xa4");
	assert_string_equal(text, "123456");
	text_format(text, sizeof text, "ab");
	text_append(text, sizeof text, "%d", 12);
	assert_string_equal(text, "ab12");
	text_append(text, sizeof text, "3456789");
	assert_string_equal(text, "ab12345");
}

static void
test_clock(void **state)
{
	char stamp[CLOCK_STAMP_SIZE], minute[CLOCK_MINUTE_SIZE];
	int64_t before = clock_steady_ms();

	(void)state;
	clock_stamp(stamp);
	assert_int_equal(strlen(stamp), CLOCK_STAMP_SIZE - 1);
	assert_int_equal(stamp[19], 'Z');
	clock_minute(minute);
	assert_int_equal(strlen(minute), CLOCK_MINUTE_SIZE - 1);
	assert_in_range(clock_next_minute_ms(), 1, 60000);
	assert_true(clock_steady_ms() >= before);
}

static void
test_outcomes(void **state)
{
	char code[80];

	(void)state;
	for (int i = 0; i < OUTCOME_COUNT; i++) {
		size_t length = strlen(outcome_text((enum outcome)i));

		assert_in_range(length, 5, 300);
		assert_int_equal(outcome_text((enum outcome)i)[length - 1], '.');
	}
	assert_string_equal(outcome_name(FAIL_MEMORY), "FAIL_MEMORY");
	assert_string_equal(outcome_name((enum outcome)9999), "FAIL_INTERNAL");
	outcome_code_text((struct code){ CODE_STATUS_WORD, 0x6983 }, code, sizeof code);
	assert_string_equal(code, "SW 6983");
	outcome_code_text((struct code){ CODE_NONE, 0 }, code, sizeof code);
	assert_string_equal(code, "");
}

static char folder[64];

static const char *
path(const char *name)
{
	static char full[128];

	snprintf(full, sizeof full, "%s/%s", folder, name);
	return full;
}

static int
make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/quorate-test-XXXXXX");
	return mkdtemp(folder) == NULL;
}

static int
remove_folder(void **state)
{
	(void)state;
	unlink(path("a"));
	unlink(path("link"));
	rmdir(path("sub/deep"));
	rmdir(path("sub"));
	/* Fails, and the test with it, if a temporary file was left behind. */
	return rmdir(folder);
}

static void
test_file_save(void **state)
{
	struct stat status;
	uint8_t *bytes;
	size_t size;

	(void)state;
	assert_int_equal(file_save(path("a"), "12345", 5), DONE);
	assert_int_equal(stat(path("a"), &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(file_save(path("a"), "other", 5), FAIL_FILE_EXISTS);
	assert_int_equal(symlink("nowhere", path("link")), 0);
	assert_int_equal(file_save(path("link"), "x", 1), FAIL_FILE_EXISTS);
	assert_int_equal(file_read(path("a"), 5, &bytes, &size), DONE);
	assert_int_equal(size, 5);
	assert_string_equal((char *)bytes, "12345");
	free(bytes);
	assert_int_equal(file_read(path("a"), 4, &bytes, &size), FAIL_FILE_SIZE);
	assert_null(bytes);
	assert_int_equal(file_replace(path("a"), "6", 1), DONE);
	assert_int_equal(file_read(path("a"), 5, &bytes, &size), DONE);
	assert_string_equal((char *)bytes, "6");
	free(bytes);
	assert_int_equal(file_save(path("missing/a"), "x", 1), FAIL_FILE_MISSING);
	assert_int_equal(file_save(path("a/b"), "x", 1), FAIL_FILE_MISSING);
	assert_int_equal(file_save("/proc/quorate", "x", 1), FAIL_FILE_MISSING);
	assert_int_equal(file_save(folder, "x", 1), FAIL_FILE_EXISTS);
	assert_int_equal(file_read(folder, 5, &bytes, &size), FAIL_FILE_KIND);
	assert_int_equal(file_read("/dev/null", 5, &bytes, &size), FAIL_FILE_KIND);
	assert_int_equal(file_read(path("nothing"), 5, &bytes, &size), FAIL_FILE_MISSING);
}

static void
test_file_folder(void **state)
{
	(void)state;
	assert_int_equal(file_make_folder(path("sub/deep")), DONE);
	assert_int_equal(file_make_folder(path("sub/deep")), DONE);
	assert_int_equal(file_make_folder(""), FAIL_FILE_MISSING);
	assert_int_equal(file_make_folder("/dev/null/x"), FAIL_FILE_KIND);
}

TEST_GROUP(base, cmocka_unit_test(test_hex), cmocka_unit_test(test_base64), cmocka_unit_test(test_text_clean),
	cmocka_unit_test(test_text_columns), cmocka_unit_test(test_text_format), cmocka_unit_test(test_clock),
	cmocka_unit_test(test_outcomes), cmocka_unit_test_setup_teardown(test_file_save, make_folder, remove_folder),
	cmocka_unit_test_setup_teardown(test_file_folder, make_folder, remove_folder));
