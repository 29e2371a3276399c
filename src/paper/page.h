/* Pages of a PDF and the strokes on them: where the next line goes, when a new page begins, head and foot. Lengths are
 * points (1/72 inch), y counts upward from the foot of the page as in PDF. */
#ifndef SRC_PAPER_PAGE_H
#define SRC_PAPER_PAGE_H

#include <quorate/pdf.h>
#include <quorate/wrap.h>

#include <hpdf.h>

#define MM (72 / 25.4)
/* A margin that can be punched on the left, and what every printer leaves white elsewhere. */
#define PAGE_LEFT (22 * MM)
#define PAGE_RIGHT (18 * MM)
#define PAGE_TOP (16 * MM)
#define PAGE_BOTTOM (20 * MM)
/* More than any sheet needs; a sheet beyond it is a mistake. */
#define PAGE_MOST 500

struct page_fonts {
	HPDF_Font regular, bold, fixed;
};

struct page {
	HPDF_Doc document;
	struct page_fonts fonts;
	const struct sheet *sheet;
	bool is_filled; /* what fills the boxes is drawn */
	double paper_width, paper_height, paper_diagonal;
	double y;                   /* the upper edge of what is drawn next */
	HPDF_Page pages[PAGE_MOST]; /* of this sheet; the last one is drawn on */
	unsigned count;
};

/* Begins the sheet on a page of its own, with its head. FAIL_PDF. */
enum outcome page_begin(struct page *page, const struct sheet *sheet);

/* Makes sure that height is left on this page, or begins the next. FAIL_SHEET_OVERFLOW, FAIL_PDF. */
enum outcome page_need(struct page *page, double height);

/* Writes the feet of the sheet's pages, now that their number is known. */
void page_end(struct page *page);

/* Width and height between the margins, below the head. */
double page_width(const struct page *page);
double page_height(const struct page *page);

/* The page that is drawn on. */
HPDF_Page page_now(const struct page *page);

/* Text with its base line at y. */
void page_text(struct page *page, HPDF_Font font, double size, double x, double y, const char *text, size_t length);

/* A font at a size, as a measure for wrap.h. */
struct page_measure {
	HPDF_Font font;
	double size;
};
double page_measure(const void *context, const char *text, size_t length);

#endif
