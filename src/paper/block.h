/* The blocks of a sheet as they stand on a PDF page. */
#ifndef SRC_PAPER_BLOCK_H
#define SRC_PAPER_BLOCK_H

#include "page.h"

/* Draws the block at index, on the next page where it does not fit this one. FAIL_SHEET_OVERFLOW for what fits no page,
 * FAIL_QR, FAIL_PDF, FAIL_MEMORY. */
enum outcome block_draw(struct page *page, size_t index);

#endif
