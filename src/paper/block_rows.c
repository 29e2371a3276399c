#include "block_inside.h"

/* The rows of scripts and records: steps to tick, lines of a list, and who signs. */

#define TICK (4.2 * MM)
#define NUMBER_WIDTH (9 * MM)
#define ROOM_WIDTH (19 * MM)
#define ROOM_GAP (3 * MM)
#define STEP_GAP 7.0
#define ENTRY_SIZE 7.5
#define ENTRY_LEADING 10.0
#define ENTRY_LABEL (36 * MM)
#define SIGN_ABOVE 4.0
#define SIGN_HEIGHT (11 * MM)
#define SIGN_GAP (4 * MM)
/* Shares of the width for name and signature; the date has the rest. */
#define SIGN_NAME 0.36
#define SIGN_SIGNATURE 0.42

#include <quorate/tongue.h>

/* Left of the two lines for time and initials. */
static double
step_width(const struct page *page)
{
	return page_width(page) - TICK - 2 * MM - NUMBER_WIDTH - 2 * (ROOM_WIDTH + ROOM_GAP);
}

static double
step_text_height(const struct page *page, const struct sheet_block *block)
{
	struct page_measure measure = { page->fonts.regular, TEXT_SIZE };
	size_t lines = wrap_count(block_wrap(&measure, step_width(page)), block->text);

	return LEADING * (double)(lines > 1 ? lines : 1);
}

double
block_step_least(const struct page *page, const struct sheet_block *block)
{
	double text = step_text_height(page, block), room = BLANK_HEIGHT + NUMBER_SIZE;

	return (text > room ? text : room) + STEP_GAP;
}

/* A line with what it is for in small type under it. */
static void
draw_room(struct page *page, double x, double y, double width, const char *label)
{
	block_line(page, x, y, width);
	page_text(page, page->fonts.regular, NUMBER_SIZE, x, y - NUMBER_SIZE - 1, label, strlen(label));
}

enum outcome
block_step_draw(struct page *page, const struct sheet_block *block)
{
	double x = PAGE_LEFT, right = PAGE_LEFT + page_width(page), height = block_step_least(page, block);
	double low = page->y - BLANK_HEIGHT;
	HPDF_Page now = page_now(page);

	HPDF_Page_SetLineWidth(now, 0.7F);
	HPDF_Page_Rectangle(now, (HPDF_REAL)x, (HPDF_REAL)(page->y - TICK), (HPDF_REAL)TICK, (HPDF_REAL)TICK);
	HPDF_Page_Stroke(now);
	x += TICK + 2 * MM;
	page_text(page, page->fonts.bold, TEXT_SIZE, x, page->y - TEXT_SIZE, block->label, strlen(block->label));
	x += NUMBER_WIDTH;
	block_column(page, page->fonts.regular, x, page->y, step_width(page), block->text);
	draw_room(page, right - 2 * ROOM_WIDTH - ROOM_GAP, low, ROOM_WIDTH, _("time"));
	draw_room(page, right - ROOM_WIDTH, low, ROOM_WIDTH, _("initials"));
	page->y -= height;
	return DONE;
}

static double
entry_height(const struct page *page, const struct sheet_block *block)
{
	struct page_measure bold = { page->fonts.bold, ENTRY_SIZE }, regular = { page->fonts.regular, ENTRY_SIZE };
	size_t left = wrap_count(block_wrap(&bold, ENTRY_LABEL - 2 * MM), block->label);
	size_t right = wrap_count(block_wrap(&regular, page_width(page) - ENTRY_LABEL), block->text);

	return ENTRY_LEADING * (double)(left > right ? left : right) + 1;
}

/* A long entry goes on on the next page. */
double
block_entry_least(const struct page *page, const struct sheet_block *block)
{
	double height = entry_height(page, block);

	return height > 8 * ENTRY_LEADING ? 2 * ENTRY_LEADING : height;
}

enum outcome
block_entry_draw(struct page *page, const struct sheet_block *block)
{
	struct page_measure bold = { page->fonts.bold, ENTRY_SIZE }, regular = { page->fonts.regular, ENTRY_SIZE };
	struct wrap left = block_wrap(&bold, ENTRY_LABEL - 2 * MM);
	struct wrap right = block_wrap(&regular, page_width(page) - ENTRY_LABEL);
	const char *label = block->label, *text = block->text;

	for (;;) {
		bool has_left = wrap_next(&left, &label), has_right = wrap_next(&right, &text);
		enum outcome outcome;

		if (!has_left && !has_right)
			break;
		outcome = page_need(page, ENTRY_LEADING);
		if (outcome != DONE)
			return outcome;
		if (has_left)
			page_text(page, bold.font, ENTRY_SIZE, PAGE_LEFT, page->y - ENTRY_SIZE, left.line, left.length);
		if (has_right)
			page_text(page, regular.font, ENTRY_SIZE, PAGE_LEFT + ENTRY_LABEL, page->y - ENTRY_SIZE,
				right.line, right.length);
		page->y -= ENTRY_LEADING;
	}
	page->y -= 1;
	return DONE;
}

static double
sign_label_height(const struct page *page, const struct sheet_block *block)
{
	struct page_measure bold = { page->fonts.bold, TEXT_SIZE };

	return LEADING * (double)wrap_count(block_wrap(&bold, page_width(page)), block->label);
}

double
block_sign_least(const struct page *page, const struct sheet_block *block)
{
	return SIGN_ABOVE + sign_label_height(page, block) + SIGN_HEIGHT;
}

enum outcome
block_sign_draw(struct page *page, const struct sheet_block *block)
{
	double height = block_sign_least(page, block);
	double width = page_width(page) - 2 * SIGN_GAP, x = PAGE_LEFT;
	double y = page->y - height + NUMBER_SIZE + 4;

	block_column(page, page->fonts.bold, PAGE_LEFT, page->y - SIGN_ABOVE, page_width(page), block->label);
	draw_room(page, x, y, SIGN_NAME * width, _("name"));
	x += SIGN_NAME * width + SIGN_GAP;
	draw_room(page, x, y, SIGN_SIGNATURE * width, _("signature"));
	x += SIGN_SIGNATURE * width + SIGN_GAP;
	draw_room(page, x, y, PAGE_LEFT + page_width(page) - x, _("date"));
	page->y -= height;
	return DONE;
}
