/* A file typed back from its sheet: in any order, in parts, with slips. */
#include "groups.h"

#include <quorate/base64.h>
#include <quorate/hex.h>
#include <quorate/read_back.h>
#include <quorate/text.h>

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
	uint8_t bytes[READ_BACK_BYTES_MOST];
	size_t size;
	char lines[READ_BACK_LINES_MOST][48];
	unsigned count;
} sheet;
static struct read_back back;
static struct read_back_news news;

static void
print_sheet(size_t size)
{
	char *text = NULL, *at, *line;

	for (size_t i = 0; i < size; i++)
		sheet.bytes[i] = (uint8_t)(i * 37 + 11);
	if (size == 64) {
		memcpy(sheet.bytes, "Salted__", 8);
	} else {
		const uint8_t head[] = { 0x30, 0x82, (uint8_t)((size - 4) >> 8), (uint8_t)(size - 4) };

		memcpy(sheet.bytes, head, sizeof head);
	}
	sheet.size = size;
	sheet.count = 0;
	assert_int_equal(line_check_write(sheet.bytes, size, &text), DONE);
	for (at = text; (line = strsep(&at, "\n")) != NULL;)
		text_format(sheet.lines[sheet.count++], sizeof sheet.lines[0], "%s", line);
	free(text);
	read_back_begin(&back);
}

static void
expect_whole(enum read_back_kind kind)
{
	uint8_t bytes[READ_BACK_BYTES_MOST];
	size_t size;

	assert_int_equal(back.kind, kind);
	assert_int_equal(read_back_missing(&back, 0), 0);
	assert_int_equal(read_back_bytes(&back, bytes, &size), DONE);
	assert_int_equal(size, sheet.size);
	assert_memory_equal(bytes, sheet.bytes, size);
}

static void
test_read_back_orders(void **state)
{
	static const unsigned order[] = { 4, 2, 6, 1, 3, 5 };
	uint8_t bytes[READ_BACK_BYTES_MOST];
	char missing[64];
	size_t size;

	(void)state;
	print_sheet(64);
	assert_int_equal(sheet.count, 6);
	for (size_t i = 0; i < 6; i++) {
		/* Without its number: the check alone says which line it is, whatever is expected. */
		assert_int_equal(read_back_bytes(&back, bytes, &size), FAIL_READ_BACK_LINES);
		assert_int_equal(read_back_take(&back, sheet.lines[order[i] - 1] + 3, 1, &news), DONE);
		assert_int_equal(news.line, order[i]);
		assert_false(news.is_known);
		read_back_tell_missing(&back, missing, sizeof missing);
		if (i == 2)
			assert_string_equal(missing, "");
		if (i == 3) {
			assert_string_equal(missing, "3, 5");
			assert_int_equal(read_back_missing(&back, 4), 5);
			assert_int_equal(read_back_missing(&back, 5), 3);
		}
	}
	expect_whole(READ_BACK_SHARE_FILE);
	assert_int_equal(read_back_take(&back, sheet.lines[2], 1, &news), DONE);
	assert_true(news.is_known);
	assert_int_equal(back.got, 6);
}

static void
test_read_back_longest(void **state)
{
	char coded[BASE64_LENGTH(READ_BACK_BYTES_MOST) + 1];

	(void)state;
	print_sheet(READ_BACK_BYTES_MOST);
	for (unsigned i = sheet.count; i-- > 0;)
		assert_int_equal(read_back_take(&back, sheet.lines[i], i + 1, &news), DONE);
	expect_whole(READ_BACK_WRAPPED_KEY);
	/* As its QR symbol gives it, in one go. */
	read_back_begin(&back);
	base64_encode(sheet.bytes, sheet.size, coded);
	assert_int_equal(read_back_take(&back, coded, 1, &news), DONE);
	assert_int_equal(news.line, 0);
	expect_whole(READ_BACK_WRAPPED_KEY);
	/* Symbol after symbol; one that was scanned already, or a last one before its time, is refused. */
	read_back_begin(&back);
	for (size_t at = 0; at < strlen(coded); at += READ_BACK_PART) {
		char part[READ_BACK_PART + 1], last[READ_BACK_PART + 1];

		text_format(part, sizeof part, "%.256s", coded + at);
		text_format(last, sizeof last, "%.100s", coded + at);
		assert_int_equal(read_back_take(&back, last, read_back_missing(&back, 0), &news), FAIL_READ_BACK_PART);
		assert_int_equal(read_back_take(&back, part, read_back_missing(&back, 0), &news), DONE);
		assert_int_equal(news.line, at / 16 + 1);
	}
	expect_whole(READ_BACK_WRAPPED_KEY);
	assert_int_equal(read_back_take(&back, coded, 1, &news), DONE);
}

/* One line typed with a slip: refused under its own number, and nothing is taken; or it means the same as before. */
static bool
is_noticed(const char *typed, unsigned line)
{
	char right[48], *to = right;
	enum outcome outcome = read_back_take(&back, typed, line, &news);

	assert_int_equal(news.line, line);
	if (outcome != DONE) {
		assert_int_equal(back.got, 0);
		return true;
	}
	for (const char *at = sheet.lines[line - 1] + 4; to - right < (line < 6 ? 16 : 8); at++)
		if (*at != ' ')
			*to++ = *at;
	*to = '\0';
	assert_string_equal(back.lines[line - 1], right);
	read_back_begin(&back);
	return false;
}

/* Every character of the sheet taken for every other one is noticed, and the line named; mostly the place, too. Only a
   line without its number, and a check in capitals, mean the same. */
static void
test_read_back_slips(void **state)
{
	unsigned slips = 0, meant = 0, placed = 0, places = 0;

	(void)state;
	print_sheet(64);
	for (unsigned line = 1; line <= 6; line++)
		for (size_t at = 0; sheet.lines[line - 1][at] != '\0'; at++)
			for (char c = ' '; c <= '~'; c++) {
				char typed[48];
				size_t check = strlen(sheet.lines[line - 1]) - 6;

				text_format(typed, sizeof typed, "%s", sheet.lines[line - 1]);
				if (typed[at] == c)
					continue;
				typed[at] = c;
				if (!is_noticed(typed, line)) {
					assert_true(at == 1 || (at >= check && c >= 'A' && c <= 'F'));
					meant++;
					continue;
				}
				slips++;
				if (at < 4 || at >= check - 2 || sheet.lines[line - 1][at] == ' ' ||
					news.character == 0)
					continue;
				places++;
				placed += news.character == (at - 4) - (at - 4) / 5 + 1;
			}
	assert_int_equal(meant, 6 + 18);
	assert_in_range(slips, 6 * 25 * 94, 6 * 33 * 94);
	/* Where a place is told it is the right one, but for a few in a thousand. */
	assert_in_range(places, 88 * 60, 88 * 94);
	assert_in_range(placed, places - places / 100, places);
}

/* A line of which only a part is there, lines that changed places, and neighbours that did. */
static void
test_read_back_torn(void **state)
{
	char typed[96];

	(void)state;
	print_sheet(64);
	for (unsigned line = 1; line <= 6; line++) {
		const char *whole = sheet.lines[line - 1];

		for (size_t length = 0; length < strlen(whole); length++) {
			text_format(typed, sizeof typed, "%.*s", (int)length, whole);
			assert_true(is_noticed(typed, line));
			if (length <= 4)
				continue;
			/* And the other half. */
			assert_true(is_noticed(whole + length + (whole[length] == ' '), line));
		}
		for (size_t at = 4; whole[at + 1] != '\0'; at++) {
			text_format(typed, sizeof typed, "%s", whole);
			typed[at] = whole[at + 1];
			typed[at + 1] = whole[at];
			if (whole[at] != whole[at + 1] && whole[at] != ' ' && whole[at + 1] != ' ')
				assert_true(is_noticed(typed, line));
		}
		/* Two lines under each other's numbers. */
		for (unsigned other = 1; other <= 6; other++) {
			text_format(typed, sizeof typed, "%2u%s", line, sheet.lines[other - 1] + 2);
			if (other != line)
				assert_true(is_noticed(typed, line));
		}
	}
	/* Two halves of neighbouring lines. */
	text_format(typed, sizeof typed, "%.13s%s", sheet.lines[0], sheet.lines[1] + 13);
	assert_true(is_noticed(typed, 1));
}

static void
test_read_back_refused(void **state)
{
	static const uint8_t other[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
	char *text = NULL, first[48];

	(void)state;
	print_sheet(64);
	assert_int_equal(read_back_take(&back, "", 1, &news), FAIL_EMPTY);
	assert_int_equal(read_back_take(&back, "U2Fs_", 1, &news), FAIL_BASE64);
	/* The first line of what is no such file. */
	assert_int_equal(line_check_write(other, sizeof other, &text), DONE);
	assert_int_equal(read_back_take(&back, text, 1, &news), FAIL_READ_BACK_KIND);
	free(text);
	/* A line of another sheet is right in itself. */
	assert_int_equal(read_back_take(&back, sheet.lines[0], 1, &news), DONE);
	text_format(first, sizeof first, "%s", sheet.lines[0]);
	print_sheet(512);
	assert_int_equal(read_back_take(&back, first, 1, &news), DONE);
	assert_int_equal(read_back_take(&back, sheet.lines[0], 1, &news), FAIL_LINE_OTHER);
	assert_int_equal(read_back_take(&back, sheet.lines[20], 2, &news), FAIL_LINE_OTHER);
	assert_int_equal(back.got, 1);
	read_back_begin(&back);
	assert_int_equal(read_back_take(&back, sheet.lines[20], 2, &news), DONE);
	assert_int_equal(read_back_take(&back, first, 1, &news), FAIL_LINE_OTHER);
	assert_int_equal(back.got, 1);
}

static void
test_read_back_digest(void **state)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	char digits[80], typed[96] = "";

	(void)state;
	print_sheet(64);
	assert_int_equal(EVP_Digest(sheet.bytes, 64, digest, NULL, EVP_sha256(), NULL), 1);
	hex_encode(digest, 32, digits);
	for (size_t i = 0; i < 64; i++)
		text_append(typed, sizeof typed, "%s%c", i > 0 && i % 4 == 0 ? " " : "", digits[i]);
	assert_int_equal(read_back_check_digest(sheet.bytes, 64, typed), DONE);
	typed[9] = '\0';
	assert_int_equal(read_back_check_digest(sheet.bytes, 64, typed), DONE);
	typed[8] = '\0';
	assert_int_equal(read_back_check_digest(sheet.bytes, 64, typed), FAIL_TOO_SHORT);
	assert_int_equal(read_back_check_digest(sheet.bytes, 64, "no digest"), FAIL_HEX);
	digits[63] = digits[63] == '0' ? '1' : '0';
	assert_int_equal(read_back_check_digest(sheet.bytes, 64, digits), FAIL_READ_BACK_DIGEST);
}

TEST_GROUP(read_back, cmocka_unit_test(test_read_back_orders), cmocka_unit_test(test_read_back_longest),
	cmocka_unit_test(test_read_back_slips), cmocka_unit_test(test_read_back_torn),
	cmocka_unit_test(test_read_back_refused), cmocka_unit_test(test_read_back_digest));
