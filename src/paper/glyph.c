#include "glyph.h"

#include <quorate/pdf.h>
#include <quorate/text.h>

#include <string.h>

/* Latin, Greek, Cyrillic, punctuation and currency signs that both DejaVu Sans and DejaVu Sans Bold 2.37 have; without
 * the soft hyphen, the no-break space and combining marks. */
static const struct {
	uint32_t first, last;
} drawable[] = { { 0x20, 0x7e }, { 0xa1, 0xac }, { 0xae, 0x24f }, { 0x370, 0x377 }, { 0x37a, 0x37f }, { 0x384, 0x38a },
	{ 0x38c, 0x38c }, { 0x38e, 0x3a1 }, { 0x3a3, 0x482 }, { 0x48a, 0x525 }, { 0x1e00, 0x1efb }, { 0x1f00, 0x1f15 },
	{ 0x1f18, 0x1f1d }, { 0x1f20, 0x1f45 }, { 0x1f48, 0x1f4d }, { 0x1f50, 0x1f57 }, { 0x1f59, 0x1f59 },
	{ 0x1f5b, 0x1f5b }, { 0x1f5d, 0x1f5d }, { 0x1f5f, 0x1f7d }, { 0x1f80, 0x1fb4 }, { 0x1fb6, 0x1fc4 },
	{ 0x1fc6, 0x1fd3 }, { 0x1fd6, 0x1fdb }, { 0x1fdd, 0x1fef }, { 0x1ff2, 0x1ff4 }, { 0x1ff6, 0x1ffe },
	{ 0x2010, 0x2027 }, { 0x2030, 0x205e }, { 0x20a0, 0x20b5 }, { 0x20b8, 0x20ba }, { 0x20bd, 0x20bd },
	{ 0x2116, 0x2116 }, { 0x2122, 0x2122 }, { 0x2126, 0x2126 } };

static bool
is_drawable(uint32_t character)
{
	for (size_t i = 0; i < sizeof drawable / sizeof drawable[0]; i++)
		if (character >= drawable[i].first && character <= drawable[i].last)
			return true;
	return false;
}

enum outcome
pdf_check_text(const char *text)
{
	const char *end = text + strlen(text);

	while (text < end)
		if (!is_drawable(text_next(&text, end)))
			return FAIL_GLYPH;
	return DONE;
}

void
pdf_spell_text(const char *text, char *ret, size_t size)
{
	const char *end = text + strlen(text);

	ret[0] = '\0';
	while (text < end) {
		const char *from = text;
		uint32_t character = text_next(&text, end);

		if (is_drawable(character))
			text_append(ret, size, "%.*s", (int)(text - from), from);
		else if (character == UINT32_MAX)
			text_append(ret, size, "?");
		else
			text_append(ret, size, "[U+%04X]", (unsigned)character);
	}
}

static bool
is_code_drawable(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text != '\n' && !text_is_ascii(text, 1))
			return false;
	return true;
}

enum outcome
glyph_check_sheet(const struct sheet *sheet)
{
	enum outcome outcome = pdf_check_text(sheet->title);

	if (outcome == DONE)
		outcome = pdf_check_text(sheet->file_name);
	for (size_t i = 0; i < sheet->count && outcome == DONE; i++) {
		const struct sheet_block *block = &sheet->blocks[i];

		outcome = pdf_check_text(block->label);
		if (outcome != DONE)
			break;
		if (block->kind == SHEET_CODE)
			outcome = is_code_drawable(block->text) ? DONE : FAIL_GLYPH;
		else if (block->kind != SHEET_QR)
			outcome = pdf_check_text(block->text);
	}
	return outcome;
}
