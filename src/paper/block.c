#include "block.h"

#include <quorate/qr.h>
#include <quorate/text.h>

#include <string.h>

#define TEXT_SIZE 9.5
#define LEADING 13.0
#define PARAGRAPH_GAP 4.0
#define HEADING_SIZE 11.5
#define HEADING_ABOVE 10.0
#define HEADING_LEADING 15.0
#define HEADING_BELOW 2.0
#define LABEL_WIDTH (46 * MM)
/* A line to write on by hand. */
#define BLANK_HEIGHT (9.5 * MM)
#define BLANK_GAP (1.2 * MM)
#define BOX_WIDTH (7 * MM)
#define BOX_HEIGHT (9 * MM)
#define GROUP_GAP (3 * MM)
#define NUMBER_SIZE 6.0
/* DejaVu Sans Mono: every character is as wide as this share of its height. */
#define FIXED_WIDTH 0.602
#define CODE_SIZE_MAX 10.5
#define CODE_SIZE_MIN 7.5
/* Six dots of a 150 dpi scan a module; never less than the three that a reader needs. */
#define MODULE (1.0 * MM)
#define MODULE_MIN (0.5 * MM)
#define QUIET 4
#define QR_LABEL_GAP (5 * MM)

static struct wrap
text_wrap(const struct page_measure *measure, double width)
{
	return (struct wrap){ page_measure, measure, width };
}

static enum outcome
draw_paragraph(struct page *page, const struct sheet_block *block)
{
	struct page_measure measure = { page->fonts.regular, TEXT_SIZE };
	struct wrap wrap = text_wrap(&measure, page_width(page));
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

static double
height_paragraph(const struct page *page, const struct sheet_block *block)
{
	struct page_measure measure = { page->fonts.regular, TEXT_SIZE };

	return LEADING * (double)wrap_count(text_wrap(&measure, page_width(page)), block->text) + PARAGRAPH_GAP;
}

/* Of a long paragraph, two lines stay together; a short one whole. */
static double
least_paragraph(const struct page *page, const struct sheet_block *block)
{
	double height = height_paragraph(page, block);

	return height > 5 * LEADING ? 2 * LEADING : height;
}

static enum outcome
draw_heading(struct page *page, const struct sheet_block *block)
{
	struct page_measure measure = { page->fonts.bold, HEADING_SIZE };
	struct wrap wrap = text_wrap(&measure, page_width(page));
	const char *text = block->text;

	page->y -= HEADING_ABOVE;
	while (wrap_next(&wrap, &text)) {
		page_text(page, measure.font, HEADING_SIZE, PAGE_LEFT, page->y - HEADING_SIZE, wrap.line, wrap.length);
		page->y -= HEADING_LEADING;
	}
	page->y -= HEADING_BELOW;
	return DONE;
}

static double
least_heading(const struct page *page, const struct sheet_block *block)
{
	struct page_measure measure = { page->fonts.bold, HEADING_SIZE };

	return HEADING_ABOVE + HEADING_BELOW +
	       HEADING_LEADING * (double)wrap_count(text_wrap(&measure, page_width(page)), block->text);
}

/* Label and text side by side, from the same first line. */
static double
least_field(const struct page *page, const struct sheet_block *block)
{
	struct page_measure bold = { page->fonts.bold, TEXT_SIZE }, regular = { page->fonts.regular, TEXT_SIZE };
	size_t left = wrap_count(text_wrap(&bold, LABEL_WIDTH - 2 * MM), block->label);
	size_t right = wrap_count(text_wrap(&regular, page_width(page) - LABEL_WIDTH), block->text);
	double height = LEADING * (double)(left > right ? left : right) + 2;

	if (*block->text != '\0')
		return height;
	return (height < BLANK_HEIGHT ? BLANK_HEIGHT : height) + BLANK_GAP;
}

static void
draw_column(struct page *page, HPDF_Font font, double x, double y, double width, const char *text)
{
	struct page_measure measure = { font, TEXT_SIZE };
	struct wrap wrap = text_wrap(&measure, width);

	for (; wrap_next(&wrap, &text); y -= LEADING)
		page_text(page, font, TEXT_SIZE, x, y - TEXT_SIZE, wrap.line, wrap.length);
}

static enum outcome
draw_field(struct page *page, const struct sheet_block *block)
{
	bool is_blank = *block->text == '\0';
	double below = is_blank ? BLANK_GAP : 0, height = least_field(page, block) - below;
	double width = page_width(page) - LABEL_WIDTH;
	/* The label of a line to write on stands low, beside the line. */
	double top = is_blank && height == BLANK_HEIGHT ? page->y - BLANK_HEIGHT + LEADING : page->y;

	draw_column(page, page->fonts.bold, PAGE_LEFT, top, LABEL_WIDTH - 2 * MM, block->label);
	if (is_blank) {
		HPDF_Page now = page_now(page);
		HPDF_REAL y = (HPDF_REAL)(page->y - height + 1);

		HPDF_Page_SetLineWidth(now, 0.5F);
		HPDF_Page_MoveTo(now, (HPDF_REAL)(PAGE_LEFT + LABEL_WIDTH), y);
		HPDF_Page_LineTo(now, (HPDF_REAL)(PAGE_LEFT + LABEL_WIDTH + width), y);
		HPDF_Page_Stroke(now);
	} else {
		draw_column(page, page->fonts.regular, PAGE_LEFT + LABEL_WIDTH, page->y, width, block->text);
	}
	page->y -= height + below;
	return DONE;
}

/* Rows of boxes beside the label; *ret_rows says how many. Draws them when is_drawing, else only counts. */
static void
lay_boxes(struct page *page, const struct sheet_block *block, bool is_drawing, size_t *ret_rows)
{
	double left = PAGE_LEFT + LABEL_WIDTH, right = PAGE_LEFT + page_width(page), x = left, y = page->y;
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
		}
		x += width + GROUP_GAP;
		number += block->groups[i];
	}
	if (ret_rows != NULL)
		*ret_rows = rows;
}

static double
least_boxes(const struct page *page, const struct sheet_block *block)
{
	struct page_measure measure = { page->fonts.bold, TEXT_SIZE };
	size_t lines = wrap_count(text_wrap(&measure, LABEL_WIDTH - 2 * MM), block->label), rows;
	struct page copy = *page;
	double label, boxes;

	lay_boxes(&copy, block, false, &rows);
	label = LEADING * (double)lines + NUMBER_SIZE;
	boxes = (BOX_HEIGHT + 2 * NUMBER_SIZE) * (double)rows + 2;
	return label > boxes ? label : boxes;
}

static enum outcome
draw_boxes(struct page *page, const struct sheet_block *block)
{
	double height = least_boxes(page, block);

	draw_column(page, page->fonts.bold, PAGE_LEFT, page->y - NUMBER_SIZE, LABEL_WIDTH - 2 * MM, block->label);
	lay_boxes(page, block, true, NULL);
	page->y -= height;
	return DONE;
}

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
static double
least_code(const struct page *page, const struct sheet_block *block)
{
	struct code_shape shape = shape_code(page, block->text);
	double height = shape.leading * (double)shape.lines + 6;

	return height <= page_height(page) ? height : shape.leading;
}

static enum outcome
draw_code(struct page *page, const struct sheet_block *block)
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

/* The side of one module, or 0 when the symbol does not fit. */
static double
module_side(const struct page *page, const struct qr *qr)
{
	double fits = page_width(page) / (qr->width + 2 * QUIET);

	return fits >= MODULE ? MODULE : fits >= MODULE_MIN ? fits : 0;
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
static enum outcome
draw_qr(struct page *page, const struct sheet_block *block)
{
	struct page_measure measure = { page->fonts.regular, TEXT_SIZE };
	enum outcome outcome;
	double module, side, x, label;
	struct qr qr;

	outcome = qr_make(&qr, block->text, strlen(block->text));
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
	label = LEADING * (double)wrap_count(text_wrap(&measure, page_width(page) - x), block->label);
	outcome = page_need(page, x > 0 ? (label > side ? label : side) : side + label);
	if (outcome != DONE)
		goto out;
	draw_modules(page, &qr, module);
	draw_column(page, page->fonts.regular, PAGE_LEFT + x,
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
static double
least_qr(const struct page *page, const struct sheet_block *block)
{
	struct qr qr;
	double side;

	if (qr_make(&qr, block->text, strlen(block->text)) != DONE)
		return 0;
	side = (qr.width + 2 * QUIET) * module_side(page, &qr);
	qr_clear(&qr);
	return side;
}

static const struct {
	/* The height that must not be torn apart. */
	double (*least)(const struct page *page, const struct sheet_block *block);
	enum outcome (*draw)(struct page *page, const struct sheet_block *block);
} kinds[] = {
	[SHEET_HEADING] = { least_heading, draw_heading },
	[SHEET_PARAGRAPH] = { least_paragraph, draw_paragraph },
	[SHEET_FIELD] = { least_field, draw_field },
	[SHEET_BOXES] = { least_boxes, draw_boxes },
	[SHEET_CODE] = { least_code, draw_code },
	[SHEET_QR] = { least_qr, draw_qr },
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
		least += block->kind == SHEET_PARAGRAPH ? height_paragraph(page, block)
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
