#include "paint.h"

#include "rows.h"

#include <curses.h>
#include <quorate/text.h>
#include <string.h>

static bool has_secret;

/* Paints length bytes of text into at most columns cells; each character is placed by our own count of columns, so that
   a terminal that counts otherwise shifts nothing but that character. */
static int
paint_bytes(int row, int column, int columns, const char *text, size_t length)
{
	const char *end = text + length;
	int used = 0;

	while (text < end) {
		const char *from = text;
		int width = rows_character(&text);

		if (used + width > columns)
			break;
		if (width > 0)
			move(row, column + used);
		if (theme_is_unicode() || (unsigned char)*from < 0x80) {
			addnstr(from, (int)(text - from));
		} else if (width > 0) {
			const char *at = from;

			addstr(theme_likeness(text_next(&at, text)));
			if (width == 2)
				addch(' ');
		}
		used += width;
	}
	return used;
}

int
paint_text(int row, int column, int columns, enum meaning meaning, const char *text)
{
	int used;

	if (columns <= 0)
		return 0;
	attrset((int)theme_attributes(meaning));
	if ((int)text_columns(text) <= columns) {
		used = paint_bytes(row, column, columns, text, strlen(text));
	} else {
		used = paint_bytes(row, column, columns - 1, text, strlen(text));
		mvaddstr(row, column + used, theme_glyph(GLYPH_MORE));
		used++;
	}
	attrset(A_NORMAL);
	return used;
}

void
paint_bar(int row, int column, int columns, enum meaning meaning, const char *text)
{
	if (columns <= 0)
		return;
	attrset((int)theme_attributes(meaning));
	mvhline(row, column, ' ' | (chtype)theme_attributes(meaning), columns);
	paint_text(row, column, columns, meaning, text);
}

int
paint_wrapped(struct area area, int skip, enum meaning meaning, const char *text)
{
	struct wrap wrap = rows_wrap(area.columns);
	int row = 0;

	attrset((int)theme_attributes(meaning));
	for (int i = 0; row < area.rows && wrap_next(&wrap, &text); i++) {
		if (i < skip)
			continue;
		paint_bytes(area.row + row, area.column, area.columns, wrap.line, wrap.length);
		row++;
	}
	attrset(A_NORMAL);
	return row;
}

void
paint_glyph(int row, int column, enum meaning meaning, enum glyph glyph)
{
	attrset((int)theme_attributes(meaning));
	mvaddstr(row, column, theme_glyph(glyph));
	attrset(A_NORMAL);
}

struct area
paint_panel(struct area area, const char *title, enum meaning meaning)
{
	int last_row = area.row + area.rows - 1, last_column = area.column + area.columns - 1;

	for (int i = area.column + 1; i < last_column; i++) {
		paint_glyph(area.row, i, meaning, GLYPH_ACROSS);
		paint_glyph(last_row, i, meaning, GLYPH_ACROSS);
	}
	for (int i = area.row + 1; i < last_row; i++) {
		paint_glyph(i, area.column, meaning, GLYPH_DOWN);
		paint_glyph(i, last_column, meaning, GLYPH_DOWN);
	}
	paint_glyph(area.row, area.column, meaning, GLYPH_TOP_LEFT);
	paint_glyph(area.row, last_column, meaning, GLYPH_TOP_RIGHT);
	paint_glyph(last_row, area.column, meaning, GLYPH_BOTTOM_LEFT);
	paint_glyph(last_row, last_column, meaning, GLYPH_BOTTOM_RIGHT);
	if (*title != '\0') {
		int used = paint_text(area.row, area.column + 2, area.columns - 4, MEANING_ACCENT, title);

		mvaddch(area.row, area.column + 1, ' ');
		mvaddch(area.row, area.column + 2 + used, ' ');
	}
	return (struct area){ area.row + 1, area.column + 2, area.rows - 2, area.columns - 4 };
}

void
paint_secret(int row, int column, enum meaning meaning, const struct secret *secret, size_t at)
{
	has_secret = true;
	mvaddch(row, column, (chtype)secret->bytes[at] | (chtype)theme_attributes(meaning));
}

void
paint_begin(void)
{
	has_secret = false;
	attrset(A_NORMAL);
	erase();
}

bool
paint_has_secret(void)
{
	return has_secret;
}

void
paint_over(void)
{
	/* No digit or letter: every cell of a secret changes. Changing attributes make the output longer than curses'
	   own output buffer, so that it is overwritten from end to end. */
	static const char filler[] = ".:-=+*#%";
	unsigned state = 1;

	for (int row = 0; row < LINES; row++)
		for (int column = 0; column < COLS; column++) {
			state = state * 1103515245u + 12345u;
			mvaddch(row, column,
				(chtype)(unsigned char)filler[state >> 16 & 7] | (state >> 20 & 1 ? A_BOLD : A_NORMAL));
		}
	clearok(stdscr, TRUE);
	refresh();
	erase();
	refresh();
	has_secret = false;
}
