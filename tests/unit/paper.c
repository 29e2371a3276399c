#include "groups.h"

#include <quorate/base64.h>
#include <quorate/forms.h>
#include <quorate/line_check.h>
#include <quorate/pdf.h>
#include <quorate/qr.h>
#include <quorate/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* vectors of a real Nitrokey HSM: davidbarkhuizen/nitrokey-hsm, doc/btc-key-export.md */
static const uint8_t share_file_bytes[SHARE_FILE_SIZE] = {
	0x53,
	0x61,
	0x6c,
	0x74,
	0x65,
	0x64,
	0x5f,
	0x5f,
	0xa2,
	0x4f,
	0x5a,
	0x8a,
	0xef,
	0x8e,
	0x39,
	0x84, //
	0x45,
	0x56,
	0x83,
	0x10,
	0xe4,
	0xa6,
	0x99,
	0x66,
	0x76,
	0x42,
	0xa6,
	0x14,
	0xff,
	0x11,
	0xbd,
	0xc8, //
	0x54,
	0xcc,
	0xd1,
	0xec,
	0xa8,
	0x41,
	0x64,
	0xd2,
	0xbc,
	0x53,
	0xea,
	0x68,
	0x2c,
	0xda,
	0x98,
	0xaf, //
	0x60,
	0x80,
	0xd0,
	0xf3,
	0x7e,
	0xf6,
	0xd7,
	0xa5,
	0xce,
	0xb0,
	0x9d,
	0x20,
	0x2a,
	0x39,
	0xab,
	0xdd,
};
static const char characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The check value of CRC-24/OPENPGP, and RFC 4880's own start value for no bytes at all. */
static void
test_paper_crc(void **state)
{
	(void)state;
	assert_int_equal(line_check_crc("123456789", 9), 0x21cf02);
	assert_int_equal(line_check_crc("", 0), 0xb704ce);
	assert_int_equal(line_check(12, "3456789", 7), line_check_crc("12:3456789", 10));
}

static void
test_paper_line_slips(void **state)
{
	char line[] = "U2FsdGVkX1+iT1qK", got[LINE_CHECK_CHARACTERS + 1], typed[64];
	uint32_t right = line_check(1, line, 16);
	unsigned slips = 0;

	(void)state;
	for (size_t place = 0; place < 16; place++) {
		char kept = line[place];

		for (const char *c = characters; *c != '\0'; c++) {
			line[place] = *c;
			if (*c != kept) {
				assert_int_not_equal(line_check(1, line, 16), right);
				slips++;
			}
		}
		line[place] = kept;
		if (place > 0 && line[place - 1] != kept) {
			line[place] = line[place - 1];
			line[place - 1] = kept;
			text_format(typed, sizeof typed, "%s%06x", line, (unsigned)right);
			assert_int_equal(line_check_read(1, typed, got), FAIL_LINE_CHECK);
			line[place - 1] = line[place];
			line[place] = kept;
		}
	}
	assert_int_equal(slips, 16 * 63);
	assert_string_equal(line, "U2FsdGVkX1+iT1qK");
	/* A line in another's place. */
	assert_int_not_equal(line_check(2, line, 16), right);
}

static void
test_paper_lines_back(void **state)
{
	uint8_t bytes[SHARE_FILE_SIZE];
	char *text = NULL, *at, *line, whole[BASE64_LENGTH(SHARE_FILE_SIZE) + 1] = "";
	unsigned number = 0;
	size_t size;

	(void)state;
	assert_int_equal(line_check_write(share_file_bytes, sizeof share_file_bytes, &text), DONE);
	for (at = text; (line = strsep(&at, "\n")) != NULL;) {
		char got[LINE_CHECK_CHARACTERS + 1], bare[64] = "";

		assert_int_equal(line_check_read(++number, line, got), DONE);
		strncat(whole, got, sizeof whole - strlen(whole) - 1);
		/* Without its number, without blanks, the check in capitals. */
		for (const char *c = line + 2; *c != '\0'; c++)
			if (*c != ' ')
				text_append(bare, sizeof bare, "%c",
					strlen(bare) >= strlen(got) ? *c & ~(*c > '9' ? 0x20 : 0) : *c);
		assert_int_equal(line_check_read(number, bare, got), DONE);
		assert_int_equal(line_check_read(number + 1, bare, got), FAIL_LINE_CHECK);
	}
	assert_int_equal(number, 6);
	assert_int_equal(base64_decode(whole, strlen(whole), bytes, sizeof bytes, &size), DONE);
	assert_int_equal(size, sizeof bytes);
	assert_memory_equal(bytes, share_file_bytes, sizeof bytes);
	free(text);
}

static void
test_paper_line_refused(void **state)
{
	static const struct {
		const char *typed;
		enum outcome outcome;
	} cases[] = { { "", FAIL_EMPTY }, { " \t", FAIL_EMPTY }, { "4f0c1a", FAIL_LINE_CHECK },
		{ "U2Fs dGVk X1+i T1qK", FAIL_LINE_CHECK }, { "U2Fs-dGVk", FAIL_BASE64 },
		{ "U2Fs dGVk X1+i T1qK T1qK dd4c07", FAIL_TOO_LONG },
		{ "AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA dd4c07", FAIL_TOO_LONG },
		{ "U2Fs dGVk X1+i T1qK dd4c0g", FAIL_LINE_CHECK }, { "1 U2Fs dGVk X1+i T1qK dd4c08", FAIL_LINE_CHECK },
		{ "1 U2Fs dGVk X1+i T1q dd4c07", FAIL_LINE_CHECK }, { "1 U2Fs dGVk X1+i T1qK dd4c07", DONE } };
	char got[LINE_CHECK_CHARACTERS + 1];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(line_check_read(1, cases[i].typed, got), cases[i].outcome);
}

static void
test_paper_sheet_texts(void **state)
{
	static const char *const refused[] = { "a\nb", "a\tb", "\x1b[2J", "\xff", "\xc3",
		"a\xe2\x80\xae"
		"b" };
	const unsigned char too_many[] = { SHEET_BOXES_MOST + 1 }, none[] = { 4, 0 };
	struct sheet *sheet = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		assert_int_equal(sheet_new(&sheet, refused[i], "name", false), FAIL_TEXT_CHARACTER);
		assert_int_equal(sheet_new(&sheet, "title", refused[i], false), FAIL_TEXT_CHARACTER);
	}
	assert_int_equal(
		sheet_new(&sheet, "title", "1234567890123456789012345678901234567890123456789012345678901234", false),
		DONE);
	sheet_free(&sheet);
	assert_int_equal(
		sheet_new(&sheet, "title", "12345678901234567890123456789012345678901234567890123456789012345", false),
		FAIL_TOO_LONG);
	assert_int_equal(sheet_new(&sheet, "title", "name", false), DONE);
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		assert_int_equal(sheet_paragraph(sheet, refused[i]), FAIL_TEXT_CHARACTER);
		assert_int_equal(sheet_field(sheet, refused[i], ""), FAIL_TEXT_CHARACTER);
	}
	assert_int_equal(sheet_code(sheet, "a\nb"), DONE);
	assert_int_equal(sheet_boxes(sheet, "", too_many, 1), FAIL_ARGUMENT);
	assert_int_equal(sheet_boxes(sheet, "", none, 2), FAIL_ARGUMENT);
	assert_int_equal(sheet_boxes(sheet, "", none, 0), FAIL_ARGUMENT);
	assert_int_equal(sheet->count, 1);
	sheet_free(&sheet);
	assert_null(sheet);
	sheet_free(&sheet);
}

static void
test_paper_plain(void **state)
{
	const unsigned char groups[] = { 4, 2 };
	const struct sheet *sheets[1];
	struct sheet *sheet = NULL;
	char *text = NULL, wide[82];
	size_t size = 0;

	(void)state;
	assert_int_equal(sheet_new(&sheet, "Title", "name", true), DONE);
	assert_int_equal(sheet_field(sheet, "Label", "value"), DONE);
	assert_int_equal(sheet_field(sheet, "Blank", ""), DONE);
	assert_int_equal(sheet_boxes(sheet, "Boxes", groups, sizeof groups), DONE);
	assert_int_equal(sheet_code(sheet, "  code\n\nmore"), DONE);
	sheets[0] = sheet;
	assert_int_equal(sheet_plain(sheets, 1, &text, &size), DONE);
	assert_int_equal(size, strlen(text));
	assert_non_null(strstr(text, "REHEARSAL"));
	assert_non_null(strstr(text, "\nLabel                 value\nBlank                 ______"));
	assert_non_null(strstr(text, "Boxes\n   1             5\n  [_][_][_][_]  [_][_]\n"));
	assert_non_null(strstr(text, "\n  code\n\nmore\n"));
	assert_string_equal(text + size - 6, "name\n\f");
	free(text);
	memset(wide, 'x', 81);
	wide[81] = '\0';
	assert_int_equal(sheet_code(sheet, wide), DONE);
	assert_int_equal(sheet_plain(sheets, 1, &text, &size), FAIL_SHEET_OVERFLOW);
	sheet_free(&sheet);
}

/* ISO/IEC 18004, 7.9: the first two format bits, at the left end of row 8, are the level (M 0, L 1, H 2, Q 3) masked
 * with binary 10. */
static unsigned
qr_level(const struct qr *qr)
{
	return (unsigned)(qr->modules[8 * qr->width] << 1 | qr->modules[8 * qr->width + 1]) ^ 2;
}

static void
test_paper_qr(void **state)
{
	char coded[BASE64_LENGTH(SHARE_FILE_SIZE) + 1], *text = NULL, *line, *at;
	static const struct {
		size_t size;
		unsigned level;
	} levels[] = { { 1, 2 }, { 7, 2 }, { 8, 3 }, { 11, 3 }, { 12, 0 }, { 14, 0 }, { 15, 1 } };
	static uint8_t huge[4000];
	struct qr qr = { 0 };
	unsigned rows = 0;

	(void)state;
	base64_encode(share_file_bytes, sizeof share_file_bytes, coded);
	/* 88 bytes: version 5 holds 106 at level L, 84 at M. */
	assert_int_equal(qr_make(&qr, coded, strlen(coded), QR_FOR_SCREEN), DONE);
	assert_int_equal(qr.width, 17 + 4 * 5);
	assert_int_equal(qr_level(&qr), 1);
	for (unsigned i = 0; i < 7; i++)
		assert_int_equal(qr.modules[i], 1);
	assert_int_equal(qr.modules[7], 0);
	assert_int_equal(qr_text(&qr, false, false, 4, 1, &text), DONE);
	for (at = text; (line = strsep(&at, "\n")) != NULL && *line != '\0'; rows++)
		assert_int_equal(strlen(line), 2 * 45);
	assert_int_equal(rows, 45);
	free(text);
	qr_clear(&qr);
	assert_null(qr.modules);
	/* Version 1 holds 7 bytes at level H, 11 at Q, 14 at M, 17 at L. */
	for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
		assert_int_equal(qr_make(&qr, "quorate console", levels[i].size, QR_FOR_SCREEN), DONE);
		assert_int_equal(qr.width, 21);
		assert_int_equal(qr_level(&qr), levels[i].level);
		qr_clear(&qr);
	}
	assert_int_equal(qr_make(&qr, "", 0, QR_FOR_PAPER), FAIL_QR);
	assert_int_equal(qr_make(&qr, huge, sizeof huge, QR_FOR_SCREEN), FAIL_QR);
}

/* The same symbol, drawn four ways, has the same modules. */
static void
test_paper_qr_text(void **state)
{
	struct qr qr = { 0 };

	(void)state;
	assert_int_equal(qr_make(&qr, "quorate", 7, QR_FOR_SCREEN), DONE);
	for (int way = 0; way < 4; way++) {
		bool is_unicode = way & 1, is_inverted = way & 2;
		unsigned side = qr.width + 4;
		char *text = NULL;
		const char *at;

		assert_int_equal(qr_text(&qr, is_unicode, is_inverted, 2, 1, &text), DONE);
		at = text;
		for (unsigned y = 0; y < side; y += is_unicode ? 2 : 1) {
			for (unsigned x = 0; x < side; x++) {
				for (unsigned below = 0; below < (is_unicode ? 2 : 1); below++) {
					unsigned row = y + below;
					bool is_in = x >= 2 && row >= 2 && x < 2 + qr.width && row < 2 + qr.width;
					bool is_dark = is_in && qr.modules[(row - 2) * qr.width + x - 2];
					const char *full = "\xe2\x96\x88",
						   *half = below == 0 ? "\xe2\x96\x80" : "\xe2\x96\x84";
					bool is_ink = is_unicode ? memcmp(at, full, 3) == 0 || memcmp(at, half, 3) == 0
								 : *at == '#';

					assert_int_equal(is_ink, is_dark != is_inverted);
				}
				at += !is_unicode ? 2 : *at == ' ' ? 1 : 3;
			}
			assert_int_equal(*at++, '\n');
		}
		assert_int_equal(*at, '\0');
		free(text);
	}
	qr_clear(&qr);
}

static void
test_paper_glyphs(void **state)
{
	static const char *const drawn[] = { "", "Zoë Łukasz Đặng", "Жанна Ёлкина Ґудзь", "Ελένη Ὀδυσσεύς",
		"№ 5 – “x” €" };
	static const char *const refused[] = { "שלום", "مرحبا", "日本", "e\xcc\x81", "नमस्ते", "😀", "\xc2\xa0",
		"\xc2\xad", "\x01", "\xff" };

	(void)state;
	for (size_t i = 0; i < sizeof drawn / sizeof drawn[0]; i++)
		assert_int_equal(pdf_check_text(drawn[i]), DONE);
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		assert_int_equal(pdf_check_text(refused[i]), FAIL_GLYPH);
}

/* Draws one sheet, which is freed. */
static enum outcome
draw(struct sheet *sheet, const char *folder)
{
	const struct sheet *const sheets[] = { sheet };
	enum outcome outcome;
	uint8_t *bytes = NULL;
	size_t size = 0;

	outcome = folder == NULL ? pdf_make(sheets, 1, PAPER_A4, &bytes, &size)
				 : pdf_make_with_fonts(folder, sheets, 1, PAPER_A4, &bytes, &size);
	if (outcome == DONE)
		assert_memory_equal(bytes, "%PDF-", 5);
	else
		assert_null(bytes);
	free(bytes);
	sheet_free(&sheet);
	return outcome;
}

static struct sheet *
empty_sheet(void)
{
	struct sheet *sheet = NULL;

	assert_int_equal(sheet_new(&sheet, "Title", "name", false), DONE);
	return sheet;
}

static void
test_paper_pdf_outcomes(void **state)
{
	char *text = malloc(200001);
	struct sheet *sheet;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 200000);
	assert_int_equal(draw(empty_sheet(), NULL), DONE);
	assert_int_equal(draw(empty_sheet(), "/nonexistent"), FAIL_FONT);
	sheet = empty_sheet();
	assert_int_equal(sheet_field(sheet, "Custodian", "日本"), DONE);
	assert_int_equal(draw(sheet, NULL), FAIL_GLYPH);
	sheet = empty_sheet();
	assert_int_equal(sheet_code(sheet, "é"), DONE);
	assert_int_equal(draw(sheet, NULL), FAIL_GLYPH);
	sheet = empty_sheet();
	text[120] = '\0';
	assert_int_equal(sheet_code(sheet, text), DONE);
	assert_int_equal(draw(sheet, NULL), FAIL_SHEET_OVERFLOW);
	text[120] = 'x';
	text[20000] = '\0';
	/* A field is never torn, and this one is longer than a page. */
	sheet = empty_sheet();
	assert_int_equal(sheet_field(sheet, "Custodian", text), DONE);
	assert_int_equal(draw(sheet, NULL), FAIL_SHEET_OVERFLOW);
	sheet = empty_sheet();
	assert_int_equal(sheet_qr(sheet, "", text), DONE);
	assert_int_equal(draw(sheet, NULL), FAIL_QR);
	text[20000] = 'x';
	memset(text, '\n', 200000);
	text[200000] = '\0';
	sheet = empty_sheet();
	assert_int_equal(sheet_code(sheet, text), DONE);
	assert_int_equal(draw(sheet, NULL), FAIL_SHEET_OVERFLOW);
	free(text);
}

/* Every character of a whole sheet's lines, checks included, replaced by every other: noticed in its own line. */
static void
test_paper_sheet_slips(void **state)
{
	uint8_t bytes[64];
	char *lines, *at, got[LINE_CHECK_CHARACTERS + 1];
	unsigned number = 0, slips = 0;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 37 + 11);
	assert_int_equal(line_check_write(bytes, sizeof bytes, &lines), DONE);
	for (at = strtok(lines, "\n"); at != NULL; at = strtok(NULL, "\n")) {
		size_t length = strlen(at), first = strspn(at, " 0123456789") == 0 ? 0 : 2;

		assert_int_equal(line_check_read(++number, at, got), DONE);
		for (size_t place = first; place < length; place++) {
			const char *others = place >= length - 6 ? "0123456789abcdef" : characters;
			char kept = at[place];

			if (kept == ' ')
				continue;
			for (; *others != '\0'; others++) {
				if (*others == kept)
					continue;
				at[place] = *others;
				assert_int_not_equal(line_check_read(number, at, got), DONE);
				slips++;
			}
			at[place] = kept;
		}
	}
	assert_int_equal(number, 6);
	assert_in_range(slips, 88 * 63 + 36 * 15 - 200, 88 * 64 + 36 * 15);
	free(lines);
}
TEST_GROUP(paper, cmocka_unit_test(test_paper_sheet_slips), cmocka_unit_test(test_paper_crc),
	cmocka_unit_test(test_paper_line_slips), cmocka_unit_test(test_paper_lines_back),
	cmocka_unit_test(test_paper_line_refused), cmocka_unit_test(test_paper_sheet_texts),
	cmocka_unit_test(test_paper_plain), cmocka_unit_test(test_paper_qr), cmocka_unit_test(test_paper_qr_text),
	cmocka_unit_test(test_paper_glyphs), cmocka_unit_test(test_paper_pdf_outcomes));
