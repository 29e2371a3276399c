#include "block_inside.h"

#include <quorate/qr.h>

/* Six dots of a 150 dpi scan a module; a large symbol has four, and never less than the three that a reader needs. */
#define MODULE (1.0 * MM)
#define MODULE_LARGE (0.75 * MM)
#define MODULE_MIN (0.5 * MM)
#define LARGE 57
#define QUIET 4
#define QR_LABEL_GAP (5 * MM)

/* The side of one module, or 0 when the symbol does not fit. */
static double
module_side(const struct page *page, const struct qr *qr)
{
	double fits = page_width(page) / (qr->width + 2 * QUIET), wanted = qr->width < LARGE ? MODULE : MODULE_LARGE;

	return fits >= wanted ? wanted : fits >= MODULE_MIN ? fits : 0;
}

/* Squares of dark modules, those side by side as one, on white: neither shade nor seams disturb a reader. */
static void
draw_modules(struct page *page, const struct qr *qr, double module)
{
	HPDF_Page now = page_now(page);
	double side = (qr->width + 2 * QUIET) * module;

	HPDF_Page_SetGrayFill(now, 1);
	HPDF_Page_Rectangle(now, (HPDF_REAL)PAGE_LEFT, (HPDF_REAL)(page->y - side), (HPDF_REAL)side, (HPDF_REAL)side);
	HPDF_Page_Fill(now);
	HPDF_Page_SetGrayFill(now, 0);
	for (unsigned y = 0; y < qr->width; y++) {
		const uint8_t *row = qr->modules + (size_t)y * qr->width;

		for (unsigned x = 0, end; x < qr->width; x = end) {
			for (end = x + 1; end < qr->width && row[end] == row[x]; end++)
				;
			if (row[x])
				HPDF_Page_Rectangle(now, (HPDF_REAL)(PAGE_LEFT + (x + QUIET) * module),
					(HPDF_REAL)(page->y - (y + QUIET + 1) * module),
					(HPDF_REAL)((end - x) * module), (HPDF_REAL)module);
		}
	}
	HPDF_Page_Fill(now);
}

/* The symbol, and its label to the right of it. */
enum outcome
block_qr_draw(struct page *page, const struct sheet_block *block)
{
	struct page_measure measure = { page->fonts.regular, TEXT_SIZE };
	enum outcome outcome;
	double module, side, x, label;
	struct qr qr;

	outcome = qr_make(&qr, block->text, strlen(block->text), QR_FOR_PAPER);
	if (outcome != DONE)
		return outcome;
	module = module_side(page, &qr);
	side = (qr.width + 2 * QUIET) * module;
	if (module == 0) {
		outcome = FAIL_SHEET_OVERFLOW;
		goto out;
	}
	x = side + QR_LABEL_GAP;
	/* A symbol that leaves no column for its label has it below. */
	if (page_width(page) - x < LABEL_WIDTH)
		x = 0;
	label = LEADING * (double)wrap_count(block_wrap(&measure, page_width(page) - x), block->label);
	outcome = page_need(page, x > 0 ? (label > side ? label : side) : side + label);
	if (outcome != DONE)
		goto out;
	draw_modules(page, &qr, module);
	block_column(page, page->fonts.regular, PAGE_LEFT + x,
		page->y - (x == 0                ? side
				  : label > side ? 0
						 : (side - label) / 2),
		page_width(page) - x, block->label);
	page->y -= x > 0 && label > side ? label : x > 0 ? side : side + label;
	page->y -= 4;
out:
	qr_clear(&qr);
	return outcome;
}

/* What cannot be made needs no room: draw_qr tells why. */
double
block_qr_least(const struct page *page, const struct sheet_block *block)
{
	struct qr qr;
	double side;

	if (qr_make(&qr, block->text, strlen(block->text), QR_FOR_PAPER) != DONE)
		return 0;
	side = (qr.width + 2 * QUIET) * module_side(page, &qr);
	qr_clear(&qr);
	return side;
}
