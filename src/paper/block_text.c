#include "block_inside.h"

#define HEADING_SIZE 11.5
#define HEADING_ABOVE 10.0
#define HEADING_LEADING 15.0
#define HEADING_BELOW 2.0

struct wrap
block_wrap(const struct page_measure *measure, double width)
{
	return (struct wrap){ page_measure, measure, width };
}

void
block_column(struct page *page, HPDF_Font font, double x, double y, double width, const char *text)
{
	struct page_measure measure = { font, TEXT_SIZE };
	struct wrap wrap = block_wrap(&measure, width);

	for (; wrap_next(&wrap, &text); y -= LEADING)
		page_text(page, font, TEXT_SIZE, x, y - TEXT_SIZE, wrap.line, wrap.length);
}

void
block_line(struct page *page, double x, double y, double width)
{
	HPDF_Page now = page_now(page);

	HPDF_Page_SetLineWidth(now, 0.5F);
	HPDF_Page_MoveTo(now, (HPDF_REAL)x, (HPDF_REAL)y);
	HPDF_Page_LineTo(now, (HPDF_REAL)(x + width), (HPDF_REAL)y);
	HPDF_Page_Stroke(now);
}

enum outcome
block_paragraph_draw(struct page *page, const struct sheet_block *block)
{
	struct page_measure measure = { page->fonts.regular, TEXT_SIZE };
	struct wrap wrap = block_wrap(&measure, page_width(page));
	const char *text = block->text;

	while (wrap_next(&wrap, &text)) {
		enum outcome outcome = page_need(page, LEADING);

		if (outcome != DONE)
			return outcome;
		page_text(page, measure.font, TEXT_SIZE, PAGE_LEFT, page->y - TEXT_SIZE, wrap.line, wrap.length);
		page->y -= LEADING;
	}
	page->y -= PARAGRAPH_GAP;
	return DONE;
}

double
block_paragraph_height(const struct page *page, const struct sheet_block *block)
{
	struct page_measure measure = { page->fonts.regular, TEXT_SIZE };

	return LEADING * (double)wrap_count(block_wrap(&measure, page_width(page)), block->text) + PARAGRAPH_GAP;
}

/* Of a long paragraph, two lines stay together; a short one whole. */
double
block_paragraph_least(const struct page *page, const struct sheet_block *block)
{
	double height = block_paragraph_height(page, block);

	return height > 5 * LEADING ? 2 * LEADING : height;
}

enum outcome
block_heading_draw(struct page *page, const struct sheet_block *block)
{
	struct page_measure measure = { page->fonts.bold, HEADING_SIZE };
	struct wrap wrap = block_wrap(&measure, page_width(page));
	const char *text = block->text;

	page->y -= HEADING_ABOVE;
	while (wrap_next(&wrap, &text)) {
		page_text(page, measure.font, HEADING_SIZE, PAGE_LEFT, page->y - HEADING_SIZE, wrap.line, wrap.length);
		page->y -= HEADING_LEADING;
	}
	page->y -= HEADING_BELOW;
	return DONE;
}

double
block_heading_least(const struct page *page, const struct sheet_block *block)
{
	struct page_measure measure = { page->fonts.bold, HEADING_SIZE };

	return HEADING_ABOVE + HEADING_BELOW +
	       HEADING_LEADING * (double)wrap_count(block_wrap(&measure, page_width(page)), block->text);
}

/* Label and text side by side, from the same first line. */
double
block_field_least(const struct page *page, const struct sheet_block *block)
{
	struct page_measure bold = { page->fonts.bold, TEXT_SIZE }, regular = { page->fonts.regular, TEXT_SIZE };
	size_t left = wrap_count(block_wrap(&bold, LABEL_WIDTH - 2 * MM), block->label);
	size_t right = wrap_count(block_wrap(&regular, page_width(page) - LABEL_WIDTH), block->text);
	double height = LEADING * (double)(left > right ? left : right) + 2;

	if (*block->text != '\0')
		return height;
	return (height < BLANK_HEIGHT ? BLANK_HEIGHT : height) + BLANK_GAP;
}

enum outcome
block_field_draw(struct page *page, const struct sheet_block *block)
{
	bool is_blank = *block->text == '\0';
	double below = is_blank ? BLANK_GAP : 0, height = block_field_least(page, block) - below;
	double width = page_width(page) - LABEL_WIDTH;
	/* The label of a line to write on stands low, beside the line. */
	double top = is_blank && height == BLANK_HEIGHT ? page->y - BLANK_HEIGHT + LEADING : page->y;

	block_column(page, page->fonts.bold, PAGE_LEFT, top, LABEL_WIDTH - 2 * MM, block->label);
	if (is_blank)
		block_line(page, PAGE_LEFT + LABEL_WIDTH, page->y - height + 1, width);
	else
		block_column(page, page->fonts.regular, PAGE_LEFT + LABEL_WIDTH, page->y, width, block->text);
	page->y -= height + below;
	return DONE;
}
