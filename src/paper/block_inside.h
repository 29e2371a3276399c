/* What the kinds of blocks have in common, and the table's two columns: the height that must not be torn apart, and the
 * drawing. */
#ifndef SRC_PAPER_BLOCK_INSIDE_H
#define SRC_PAPER_BLOCK_INSIDE_H

#include "page.h"

#include <string.h>

#define TEXT_SIZE 9.5
#define LEADING 13.0
#define PARAGRAPH_GAP 4.0
#define LABEL_WIDTH (46 * MM)
/* A line to write on by hand. */
#define BLANK_HEIGHT (9.5 * MM)
#define BLANK_GAP (1.2 * MM)
/* Labels under lines, numbers above boxes. */
#define NUMBER_SIZE 6.0

struct wrap block_wrap(const struct page_measure *measure, double width);

/* Lines of text below each other, the first one's upper edge at y. */
void block_column(struct page *page, HPDF_Font font, double x, double y, double width, const char *text);

/* A thin line to write on. */
void block_line(struct page *page, double x, double y, double width);

#define BLOCK_KIND(kind)                                                                                               \
	double block_##kind##_least(const struct page *page, const struct sheet_block *block);                         \
	enum outcome block_##kind##_draw(struct page *page, const struct sheet_block *block)

BLOCK_KIND(heading);
BLOCK_KIND(paragraph);
BLOCK_KIND(field);
BLOCK_KIND(boxes);
BLOCK_KIND(code);
BLOCK_KIND(qr);
BLOCK_KIND(step);
BLOCK_KIND(entry);
BLOCK_KIND(sign);

/* All of a paragraph. */
double block_paragraph_height(const struct page *page, const struct sheet_block *block);

#endif
