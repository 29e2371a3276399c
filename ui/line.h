/* A field for a line of text that is not secret. */
#ifndef UI_LINE_H
#define UI_LINE_H

#include "keys.h"
#include "paint.h"

#include <quorate/limits.h>

/* A QR symbol of a sheet is scanned into one. */
#define LINE_FIELD_SIZE 320

struct line_field {
	char text[LINE_FIELD_SIZE];
	size_t size, most, cursor; /* bytes; the cursor stands before a character or at the end */
};

enum line_result { LINE_UNKNOWN, LINE_TAKEN, LINE_FULL, LINE_REFUSED };

/* most: bytes, cut to what fits; 0: as much as a text that people type. */
void line_open(struct line_field *line, const char *initial, size_t most);
enum line_result line_key(struct line_field *line, const struct press *press);
void line_draw(const struct line_field *line, int row, int column, int columns);

#endif
