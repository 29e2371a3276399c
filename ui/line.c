#include "line.h"

#include "rows.h"

#include <curses.h>
#include <quorate/text.h>
#include <string.h>

void
line_open(struct line_field *line, const char *initial, size_t most)
{
	*line = (struct line_field){ .most = most == 0                ? LIMIT_TEXT_INPUT - 1
					     : most < LINE_FIELD_SIZE ? most
								      : LINE_FIELD_SIZE - 1 };
	text_format(line->text, line->most + 1, "%s", initial);
	line->size = line->cursor = strlen(line->text);
}

static size_t
before(const struct line_field *line, size_t at)
{
	while (at > 0 && ((unsigned char)line->text[--at] & 0xc0) == 0x80)
		;
	return at;
}

static size_t
after(const struct line_field *line, size_t at)
{
	const char *here = line->text + at;

	if (at < line->size)
		text_next(&here, line->text + line->size);
	return (size_t)(here - line->text);
}

static void
take_out(struct line_field *line, size_t from, size_t to)
{
	memmove(line->text + from, line->text + to, line->size - to + 1);
	line->size -= to - from;
	line->cursor = from;
}

static size_t
encode(uint32_t c, char ret[4])
{
	if (c < 0x80) {
		ret[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		ret[0] = (char)(0xc0 | c >> 6);
		ret[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		ret[0] = (char)(0xe0 | c >> 12);
		ret[1] = (char)(0x80 | (c >> 6 & 0x3f));
		ret[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	ret[0] = (char)(0xf0 | c >> 18);
	ret[1] = (char)(0x80 | (c >> 12 & 0x3f));
	ret[2] = (char)(0x80 | (c >> 6 & 0x3f));
	ret[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static enum line_result
put(struct line_field *line, uint32_t character)
{
	char bytes[4], cleaned[8];
	size_t length;

	/* Without UTF-8 a byte beyond ASCII has no meaning that we could know. */
	if (character > 0x10ffff || (character > 0x7e && !theme_is_unicode()))
		return LINE_REFUSED;
	length = encode(character, bytes);
	text_clean(bytes, length, cleaned, sizeof cleaned);
	if (character != ' ' && (strlen(cleaned) != length || memcmp(cleaned, bytes, length) != 0))
		return LINE_REFUSED;
	if (line->size + length > line->most)
		return LINE_FULL;
	memmove(line->text + line->cursor + length, line->text + line->cursor, line->size - line->cursor + 1);
	memcpy(line->text + line->cursor, bytes, length);
	line->size += length;
	line->cursor += length;
	return LINE_TAKEN;
}

enum line_result
line_key(struct line_field *line, const struct press *press)
{
	switch (press->request) {
	case REQUEST_ERASE:
		take_out(line, before(line, line->cursor), line->cursor);
		return LINE_TAKEN;
	case REQUEST_DELETE:
		take_out(line, line->cursor, after(line, line->cursor));
		return LINE_TAKEN;
	case REQUEST_CLEAR:
		take_out(line, 0, line->size);
		return LINE_TAKEN;
	case REQUEST_LEFT:
		line->cursor = before(line, line->cursor);
		return LINE_TAKEN;
	case REQUEST_RIGHT:
		line->cursor = after(line, line->cursor);
		return LINE_TAKEN;
	case REQUEST_HOME:
		line->cursor = 0;
		return LINE_TAKEN;
	case REQUEST_END:
		line->cursor = line->size;
		return LINE_TAKEN;
	default:
		return press->character != 0 ? put(line, press->character) : LINE_UNKNOWN;
	}
}

void
line_draw(const struct line_field *line, int row, int column, int columns)
{
	const char *from = line->text, *cursor = line->text + line->cursor;
	int ahead = 0;

	for (const char *at = from; at < cursor;)
		ahead += rows_character(&at);
	/* The cursor stays in sight, with what stands before it. */
	while (ahead > columns - 2)
		ahead -= rows_character(&from);
	for (int i = 0; i < columns; i++)
		paint_text(row, column + i, 1, MEANING_MUTED, "_");
	paint_text(row, column, columns, MEANING_FIELD, from);
	move(row, column + ahead);
	curs_set(1);
}
