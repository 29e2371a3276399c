#include "block_inside.h"

/* DejaVu Sans Mono: every character is as wide as this share of its height. */
#define FIXED_WIDTH 0.602
#define CODE_SIZE_MAX 10.5
#define CODE_SIZE_MIN 7.5

struct code_shape {
	size_t lines, columns;
	double size, leading;
};

static struct code_shape
shape_code(const struct page *page, const char *text)
{
	struct code_shape shape = { .size = CODE_SIZE_MAX };

	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		shape.lines++;
		if (length > shape.columns)
			shape.columns = length;
		text += length + (text[length] == '\n');
	}
	if ((double)shape.columns * FIXED_WIDTH * shape.size > page_width(page))
		shape.size = page_width(page) / ((double)shape.columns * FIXED_WIDTH);
	shape.leading = 1.3 * shape.size;
	return shape;
}

/* Code stays on one page where it can. */
double
block_code_least(const struct page *page, const struct sheet_block *block)
{
	struct code_shape shape = shape_code(page, block->text);
	double height = shape.leading * (double)shape.lines + 6;

	return height <= page_height(page) ? height : shape.leading;
}

enum outcome
block_code_draw(struct page *page, const struct sheet_block *block)
{
	struct code_shape shape = shape_code(page, block->text);
	const char *text = block->text;

	if (shape.size < CODE_SIZE_MIN)
		return FAIL_SHEET_OVERFLOW;
	page->y -= 2;
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		enum outcome outcome = page_need(page, shape.leading);

		if (outcome != DONE)
			return outcome;
		page_text(page, page->fonts.fixed, shape.size, PAGE_LEFT, page->y - shape.size, text, length);
		page->y -= shape.leading;
		text += length + (text[length] == '\n');
	}
	page->y -= 4;
	return DONE;
}
