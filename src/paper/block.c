#include "block.h"

#include "block_inside.h"

static const struct {
	/* The height that must not be torn apart. */
	double (*least)(const struct page *page, const struct sheet_block *block);
	enum outcome (*draw)(struct page *page, const struct sheet_block *block);
} kinds[] = {
	[SHEET_HEADING] = { block_heading_least, block_heading_draw },
	[SHEET_PARAGRAPH] = { block_paragraph_least, block_paragraph_draw },
	[SHEET_FIELD] = { block_field_least, block_field_draw },
	[SHEET_BOXES] = { block_boxes_least, block_boxes_draw },
	[SHEET_CODE] = { block_code_least, block_code_draw },
	[SHEET_QR] = { block_qr_least, block_qr_draw },
	[SHEET_STEP] = { block_step_least, block_step_draw },
	[SHEET_ENTRY] = { block_entry_least, block_entry_draw },
	[SHEET_SIGN] = { block_sign_least, block_sign_draw },
};

/* A heading never stands alone at the foot of a page, nor what leads to code without the code. */
static bool
leads_to_next(const struct sheet *sheet, size_t index)
{
	if (index + 1 == sheet->count)
		return false;
	return sheet->blocks[index].kind == SHEET_HEADING ||
	       (sheet->blocks[index].kind == SHEET_PARAGRAPH && sheet->blocks[index + 1].kind == SHEET_CODE);
}

/* What the block and all that it leads to need together. */
static double
least_together(const struct page *page, size_t index)
{
	double least = 0;

	for (;; index++) {
		const struct sheet_block *block = &page->sheet->blocks[index];

		if (!leads_to_next(page->sheet, index))
			return least + kinds[block->kind].least(page, block);
		least += block->kind == SHEET_PARAGRAPH ? block_paragraph_height(page, block)
							: kinds[block->kind].least(page, block);
	}
}

enum outcome
block_draw(struct page *page, size_t index)
{
	const struct sheet_block *block = &page->sheet->blocks[index];
	double together = least_together(page, index), least = kinds[block->kind].least(page, block);
	enum outcome outcome;

	if (least > page_height(page))
		return FAIL_SHEET_OVERFLOW;
	outcome = page_need(page, together <= page_height(page) ? together : least);
	return outcome == DONE ? kinds[block->kind].draw(page, block) : outcome;
}
