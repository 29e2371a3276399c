#include <quorate/pdf.h>

#include "arena.h"
#include "block.h"
#include "glyph.h"
#include "page.h"

#include <quorate/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Points. */
static const struct {
	double width, height, diagonal;
} papers[] = { [PAPER_A4] = { 210 * MM, 297 * MM, 363.743 * MM }, [PAPER_LETTER] = { 612, 792, 1000.904 } };

/*
 * libharu embeds the glyphs that were measured, but not the parts that an accented letter is made of; these are
 * therefore measured too: base letters, and the marks that no sheet uses by themselves.
 */
static const struct {
	HPDF_UINT16 first, last;
} parts[] = { { 0x41, 0x5a }, { 0x61, 0x7a }, { 0xa8, 0xa8 }, { 0xaf, 0xb8 }, { 0x131, 0x131 }, { 0x18f, 0x18f },
	{ 0x19f, 0x19f }, { 0x237, 0x237 }, { 0x259, 0x259 }, { 0x275, 0x275 }, { 0x2b9, 0x2dd }, { 0x300, 0x345 },
	{ 0x384, 0x385 }, { 0x391, 0x3c9 }, { 0x400, 0x45f }, { 0x4d8, 0x4d9 }, { 0x4e8, 0x4e9 }, { 0x1fbd, 0x1ffe } };

static void
measure_parts(HPDF_Font font)
{
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		for (HPDF_UINT16 c = parts[i].first; c <= parts[i].last; c++) {
			HPDF_BYTE text[3] = { (HPDF_BYTE)c };
			HPDF_UINT length = 1;

			if (c >= 0x800) {
				text[0] = (HPDF_BYTE)(0xe0 | c >> 12);
				text[1] = (HPDF_BYTE)(0x80 | (c >> 6 & 0x3f));
				text[2] = (HPDF_BYTE)(0x80 | (c & 0x3f));
				length = 3;
			} else if (c >= 0x80) {
				text[0] = (HPDF_BYTE)(0xc0 | c >> 6);
				text[1] = (HPDF_BYTE)(0x80 | (c & 0x3f));
				length = 2;
			}
			HPDF_Font_TextWidth(font, text, length);
		}
}

static enum outcome
load_font(HPDF_Doc document, const char *folder, const char *file, HPDF_Font *ret)
{
	char path[4096];
	const char *name;

	text_format(path, sizeof path, "%s/%s", folder, file);
	name = HPDF_LoadTTFontFromFile(document, path, HPDF_TRUE);
	*ret = name == NULL ? NULL : HPDF_GetFont(document, name, "UTF-8");
	if (*ret == NULL)
		return HPDF_GetError(document) == HPDF_FAILD_TO_ALLOC_MEM ? FAIL_MEMORY : FAIL_FONT;
	return DONE;
}

static enum outcome
load_fonts(HPDF_Doc document, const char *folder, struct page_fonts *ret)
{
	enum outcome outcome;

	HPDF_UseUTFEncodings(document);
	outcome = load_font(document, folder, "DejaVuSans.ttf", &ret->regular);
	if (outcome == DONE)
		outcome = load_font(document, folder, "DejaVuSans-Bold.ttf", &ret->bold);
	if (outcome == DONE)
		outcome = load_font(document, folder, "DejaVuSansMono.ttf", &ret->fixed);
	if (outcome == DONE) {
		measure_parts(ret->regular);
		measure_parts(ret->bold);
		/* The glyphs that a font is embedded with do not tell which characters fill boxes. */
		for (HPDF_BYTE c = ' '; c <= '~'; c++)
			HPDF_Font_TextWidth(ret->fixed, &c, 1);
	}
	return outcome;
}

static enum outcome
draw_sheet(struct page *page, const struct sheet *sheet)
{
	enum outcome outcome = glyph_check_sheet(sheet);

	if (outcome == DONE)
		outcome = page_begin(page, sheet);
	for (size_t i = 0; i < sheet->count && outcome == DONE; i++)
		outcome = block_draw(page, i);
	if (outcome == DONE)
		page_end(page);
	return outcome;
}

/* The finished document as libharu's stream. */
static enum outcome
finish(HPDF_Doc document, HPDF_UINT32 *ret_size)
{
	HPDF_SaveToStream(document);
	/* libharu keeps the first error of all that was drawn. */
	if (HPDF_GetError(document) != HPDF_OK)
		return HPDF_GetError(document) == HPDF_FAILD_TO_ALLOC_MEM ? FAIL_MEMORY : FAIL_PDF;
	*ret_size = HPDF_GetStreamSize(document);
	return DONE;
}

static enum outcome
save(HPDF_Doc document, uint8_t **ret, size_t *ret_size)
{
	HPDF_UINT32 size, taken;
	uint8_t *bytes;
	enum outcome outcome = finish(document, &size);

	if (outcome != DONE)
		return outcome;
	bytes = malloc(size);
	if (bytes == NULL)
		return FAIL_MEMORY;
	taken = size;
	HPDF_ReadFromStream(document, bytes, &taken);
	if (taken != size) {
		free(bytes);
		return FAIL_PDF;
	}
	*ret = bytes;
	*ret_size = size;
	return DONE;
}

static enum outcome
save_filled(HPDF_Doc document, struct locked **ret)
{
	struct locked *kept;
	HPDF_UINT32 size, taken;
	enum outcome outcome = finish(document, &size);

	if (outcome == DONE)
		outcome = locked_new(&kept, size);
	if (outcome != DONE)
		return outcome;
	taken = size;
	HPDF_ReadFromStream(document, kept->bytes, &taken);
	if (taken != size) {
		locked_free(&kept);
		return FAIL_PDF;
	}
	kept->size = size;
	*ret = kept;
	return DONE;
}

/* Draws all sheets; *ret is libharu's and to be freed, whatever the outcome, unless NULL. */
static enum outcome
draw(const char *folder, const struct sheet *const *sheets, size_t count, enum paper_size size, bool is_filled,
	HPDF_Doc *ret)
{
	struct page page = { .paper_width = papers[size].width,
		.paper_height = papers[size].height,
		.paper_diagonal = papers[size].diagonal,
		.is_filled = is_filled };
	enum outcome outcome;

	/* Without a handler libharu notes its error and goes on; a date, which it would take from the clock, is left
	 * out. */
	*ret = page.document = HPDF_NewEx(NULL, arena_take, arena_leave, 0, NULL);
	if (*ret == NULL)
		return FAIL_MEMORY;
	/* zlib has memory of its own, where what it compresses is left behind. */
	HPDF_SetCompressionMode(*ret, is_filled ? HPDF_COMP_IMAGE | HPDF_COMP_METADATA : HPDF_COMP_ALL);
	outcome = load_fonts(*ret, folder, &page.fonts);
	for (size_t i = 0; i < count && outcome == DONE; i++)
		outcome = draw_sheet(&page, sheets[i]);
	return outcome;
}

enum outcome
pdf_make_with_fonts(const char *folder, const struct sheet *const *sheets, size_t count, enum paper_size size,
	uint8_t **ret, size_t *ret_size)
{
	enum outcome outcome;
	HPDF_Doc document;

	arena_open(false);
	outcome = draw(folder, sheets, count, size, false, &document);
	if (outcome == DONE)
		outcome = save(document, ret, ret_size);
	if (document != NULL)
		HPDF_Free(document);
	arena_close();
	return outcome;
}

enum outcome
pdf_make(const struct sheet *const *sheets, size_t count, enum paper_size size, uint8_t **ret, size_t *ret_size)
{
	return pdf_make_with_fonts(FONT_FOLDER, sheets, count, size, ret, ret_size);
}

enum outcome
pdf_make_filled(const struct sheet *const *sheets, size_t count, enum paper_size size, struct locked **ret)
{
	enum outcome outcome;
	HPDF_Doc document;

	arena_open(true);
	outcome = draw(FONT_FOLDER, sheets, count, size, true, &document);
	if (outcome == DONE)
		outcome = save_filled(document, ret);
	if (document != NULL)
		HPDF_Free(document);
	if (outcome != DONE && arena_is_lock_refused())
		outcome = FAIL_LOCKED_MEMORY;
	arena_close();
	return outcome;
}
