/* What DejaVu draws as it stands: no joining, no right-to-left, no combining marks, nothing that it lacks. */
#ifndef SRC_PAPER_GLYPH_H
#define SRC_PAPER_GLYPH_H

#include <quorate/sheet.h>

/* Title, file name and every text of the sheet; lines of SHEET_CODE, in the fixed-width font, are ASCII. FAIL_GLYPH. */
enum outcome glyph_check_sheet(const struct sheet *sheet);

#endif
