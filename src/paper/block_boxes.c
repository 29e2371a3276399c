#include "block_inside.h"

#include <quorate/text.h>

#define BOX_WIDTH (7 * MM)
#define BOX_HEIGHT (9 * MM)
#define GROUP_GAP (3 * MM)
#define FILLING_SIZE 15.0

/* Character by character: none of a secret is ever beside another but in the document. */
static void
fill_box(struct page *page, double x, double y, uint8_t character)
{
	struct page_measure measure = { page->fonts.fixed, FILLING_SIZE };
	char text[] = { (char)character, '\0' };

	page_text(page, page->fonts.fixed, FILLING_SIZE, x + (BOX_WIDTH - page_measure(&measure, text, 1)) / 2,
		y + (BOX_HEIGHT - 0.73 * FILLING_SIZE) / 2, text, 1);
}

/* Rows of boxes beside the label; *ret_rows says how many. Draws them when is_drawing, else only counts. */
static void
lay_boxes(struct page *page, const struct sheet_block *block, bool is_drawing, size_t *ret_rows)
{
	double left = PAGE_LEFT + LABEL_WIDTH, right = PAGE_LEFT + page_width(page), x = left, y = page->y;
	const struct secret *filling = page->is_filled ? block->filling : NULL;
	unsigned number = 1;
	size_t rows = 1;

	for (size_t i = 0; i < SHEET_GROUPS_MOST && block->groups[i] != 0; i++) {
		double width = block->groups[i] * BOX_WIDTH;

		if (x > left && x + width > right) {
			x = left;
			y -= BOX_HEIGHT + 2 * NUMBER_SIZE;
			rows++;
		}
		if (is_drawing) {
			char text[16];

			text_format(text, sizeof text, "%u", number);
			page_text(page, page->fonts.regular, NUMBER_SIZE, x + 1, y - NUMBER_SIZE, text, strlen(text));
			HPDF_Page_SetLineWidth(page_now(page), 0.7F);
			for (unsigned box = 0; box < block->groups[i]; box++)
				HPDF_Page_Rectangle(page_now(page), (HPDF_REAL)(x + box * BOX_WIDTH),
					(HPDF_REAL)(y - NUMBER_SIZE - 2 - BOX_HEIGHT), (HPDF_REAL)BOX_WIDTH,
					(HPDF_REAL)BOX_HEIGHT);
			HPDF_Page_Stroke(page_now(page));
			for (unsigned box = 0; filling != NULL && box < block->groups[i]; box++)
				if (number - 1 + box < filling->size)
					fill_box(page, x + box * BOX_WIDTH, y - NUMBER_SIZE - 2 - BOX_HEIGHT,
						filling->bytes[number - 1 + box]);
		}
		x += width + GROUP_GAP;
		number += block->groups[i];
	}
	if (ret_rows != NULL)
		*ret_rows = rows;
}

double
block_boxes_least(const struct page *page, const struct sheet_block *block)
{
	struct page_measure measure = { page->fonts.bold, TEXT_SIZE };
	size_t lines = wrap_count(block_wrap(&measure, LABEL_WIDTH - 2 * MM), block->label), rows;
	struct page copy = *page;
	double label, boxes;

	lay_boxes(&copy, block, false, &rows);
	label = LEADING * (double)lines + NUMBER_SIZE;
	boxes = (BOX_HEIGHT + 2 * NUMBER_SIZE) * (double)rows + 2;
	return label > boxes ? label : boxes;
}

enum outcome
block_boxes_draw(struct page *page, const struct sheet_block *block)
{
	double height = block_boxes_least(page, block);

	block_column(page, page->fonts.bold, PAGE_LEFT, page->y - NUMBER_SIZE, LABEL_WIDTH - 2 * MM, block->label);
	lay_boxes(page, block, true, NULL);
	page->y -= height;
	return DONE;
}
