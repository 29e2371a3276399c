#include "page.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

#define TITLE_SIZE 15.0
#define TITLE_AGAIN_SIZE 9.0
#define FOOT_SIZE 8.0
#define FOOT_Y (11 * MM)
/* Behind text, light enough to read through and dark enough for a copier. */
#define SHADE 0.9

double
page_width(const struct page *page)
{
	return page->paper_width - PAGE_LEFT - PAGE_RIGHT;
}

double
page_height(const struct page *page)
{
	return page->paper_height - PAGE_TOP - PAGE_BOTTOM - 4 * TITLE_SIZE;
}

HPDF_Page
page_now(const struct page *page)
{
	return page->pages[page->count - 1];
}

double
page_measure(const void *context, const char *text, size_t length)
{
	const struct page_measure *measure = context;

	return HPDF_Font_TextWidth(measure->font, (const HPDF_BYTE *)text, (HPDF_UINT)length).width * measure->size /
	       1000;
}

void
page_text(struct page *page, HPDF_Font font, double size, double x, double y, const char *text, size_t length)
{
	HPDF_Page now = page_now(page);
	char line[1024];

	/* libharu wants a NUL. No line of a page is longer than this. */
	text_format(line, sizeof line, "%.*s", (int)length, text);
	HPDF_Page_BeginText(now);
	HPDF_Page_SetFontAndSize(now, font, (HPDF_REAL)size);
	HPDF_Page_TextOut(now, (HPDF_REAL)x, (HPDF_REAL)y, line);
	HPDF_Page_EndText(now);
}

/* REHEARSAL from corner to corner, drawn before anything else so that it lies behind it. */
static void
draw_shade(struct page *page)
{
	const char *word = _("REHEARSAL");
	struct page_measure measure = { page->fonts.bold, 1 };
	HPDF_Page now = page_now(page);
	double cosine = page->paper_width / page->paper_diagonal, sine = page->paper_height / page->paper_diagonal;
	double length = 0.8 * page->paper_diagonal;
	double size = length / page_measure(&measure, word, strlen(word)), rise = 0.36 * size;
	double x = page->paper_width / 2 - cosine * length / 2 + sine * rise;
	double y = page->paper_height / 2 - sine * length / 2 - cosine * rise;

	HPDF_Page_SetGrayFill(now, (HPDF_REAL)SHADE);
	HPDF_Page_BeginText(now);
	HPDF_Page_SetFontAndSize(now, page->fonts.bold, (HPDF_REAL)size);
	HPDF_Page_SetTextMatrix(now, (HPDF_REAL)cosine, (HPDF_REAL)sine, (HPDF_REAL)-sine, (HPDF_REAL)cosine,
		(HPDF_REAL)x, (HPDF_REAL)y);
	HPDF_Page_ShowText(now, word);
	HPDF_Page_EndText(now);
	HPDF_Page_SetGrayFill(now, 0);
}

static void
draw_head(struct page *page)
{
	const char *title = page->sheet->title;
	double size = page->count == 1 ? TITLE_SIZE : TITLE_AGAIN_SIZE;
	struct page_measure measure = { page->fonts.bold, size };
	struct wrap wrap = { page_measure, &measure, page_width(page) };
	HPDF_Page now = page_now(page);

	if (page->sheet->is_rehearsal) {
		const char *warning = _("REHEARSAL: this protects no real key");

		page->y -= 9;
		page_text(page, page->fonts.bold, 9, PAGE_LEFT, page->y, warning, strlen(warning));
		page->y -= 4;
	}
	while (wrap_next(&wrap, &title)) {
		page->y -= size;
		page_text(page, page->fonts.bold, size, PAGE_LEFT, page->y, wrap.line, wrap.length);
		page->y -= 0.3 * size;
	}
	page->y -= 2;
	HPDF_Page_SetLineWidth(now, 1);
	HPDF_Page_MoveTo(now, (HPDF_REAL)PAGE_LEFT, (HPDF_REAL)page->y);
	HPDF_Page_LineTo(now, (HPDF_REAL)(PAGE_LEFT + page_width(page)), (HPDF_REAL)page->y);
	HPDF_Page_Stroke(now);
	page->y -= 8;
}

static enum outcome
turn(struct page *page)
{
	HPDF_Page next;

	if (page->count == PAGE_MOST)
		return FAIL_SHEET_OVERFLOW;
	next = HPDF_AddPage(page->document);
	if (next == NULL)
		return FAIL_PDF;
	HPDF_Page_SetWidth(next, (HPDF_REAL)page->paper_width);
	HPDF_Page_SetHeight(next, (HPDF_REAL)page->paper_height);
	page->pages[page->count++] = next;
	page->y = page->paper_height - PAGE_TOP;
	if (page->sheet->is_rehearsal)
		draw_shade(page);
	draw_head(page);
	/* A title that fills the page. */
	return page->y < page->paper_height / 2 ? FAIL_SHEET_OVERFLOW : DONE;
}

enum outcome
page_begin(struct page *page, const struct sheet *sheet)
{
	page->sheet = sheet;
	page->count = 0;
	return turn(page);
}

enum outcome
page_need(struct page *page, double height)
{
	return page->y - height >= PAGE_BOTTOM ? DONE : turn(page);
}

void
page_end(struct page *page)
{
	struct page_measure measure = { page->fonts.regular, FOOT_SIZE };
	unsigned count = page->count;

	for (page->count = 1; page->count <= count; page->count++) {
		double right = PAGE_LEFT + page_width(page);
		const char *name = page->sheet->file_name;
		struct wrap wrap = { page_measure, &measure, 0.7 * page_width(page) };
		char number[64];

		text_format(number, sizeof number, _("page %u of %u"), page->count, count);
		page_text(page, page->fonts.regular, FOOT_SIZE, right - page_measure(&measure, number, strlen(number)),
			FOOT_Y, number, strlen(number));
		/* SHEET_NAME_MOST bytes take two lines at most. */
		for (double y = FOOT_Y; wrap_next(&wrap, &name); y -= 1.2 * FOOT_SIZE)
			page_text(page, page->fonts.regular, FOOT_SIZE, PAGE_LEFT, y, wrap.line, wrap.length);
	}
	page->count = count;
}
