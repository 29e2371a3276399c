/* Sheets as PDF, by libharu: DejaVu embedded, QR symbols as vector squares with their quiet zone, the same bytes for
 * the same sheets. */
#ifndef QUORATE_PDF_H
#define QUORATE_PDF_H

#include <quorate/sheet.h>

enum paper_size { PAPER_A4, PAPER_LETTER };

/* All sheets in one document, each beginning on a page of its own and going on to further ones where it must ("page 2
 * of 2"). *ret is the caller's (free). FAIL_FONT, FAIL_GLYPH, FAIL_QR, FAIL_SHEET_OVERFLOW, FAIL_PDF, FAIL_MEMORY. */
enum outcome pdf_make(
	const struct sheet *const *sheets, size_t count, enum paper_size size, uint8_t **ret, size_t *ret_size);

/* The same with DejaVuSans.ttf, DejaVuSans-Bold.ttf and DejaVuSansMono.ttf from another folder than the one that was
 * set when quorate was built. */
enum outcome pdf_make_with_fonts(const char *folder, const struct sheet *const *sheets, size_t count,
	enum paper_size size, uint8_t **ret, size_t *ret_size);

/* The same with what fills the boxes of filled sheets: no byte of it outside *ret, which is the caller's (locked_free);
 * all that libharu takes meanwhile is locked and wiped, and pages are not compressed, for zlib would keep a copy. Also
 * FAIL_LOCKED_MEMORY. */
enum outcome pdf_make_filled(
	const struct sheet *const *sheets, size_t count, enum paper_size size, struct locked **ret);

/* Whether a name can stand on a sheet, asked when it is typed: FAIL_GLYPH for a character that the font lacks, that
 * joins its neighbours or runs from right to left, and for combining marks, which the font does not place. */
enum outcome pdf_check_text(const char *text);

/* Foreign text for a sheet: what the font cannot draw becomes its code, "[U+5317]", so that nothing is lost. What does
   not fit is cut. */
void pdf_spell_text(const char *text, char *ret, size_t size);

#endif
