/* Painting into the screen that is being put together; nothing is sent to the terminal here. Texts are UTF-8 and clean
 * (text_clean). */
#ifndef UI_PAINT_H
#define UI_PAINT_H

#include "theme.h"

#include <quorate/secret.h>

/* A rectangle of cells, rows and columns counted from 0. */
struct area {
	int row, column, rows, columns;
};

/* At most columns cells of text, cut with a mark if it is longer; returns how many cells were painted. */
int paint_text(int row, int column, int columns, enum meaning meaning, const char *text);

/* The same with the rest of the columns blanked in the same meaning. */
void paint_bar(int row, int column, int columns, enum meaning meaning, const char *text);

/* Wrapped text from its line skip on; returns how many rows of the area were used. */
int paint_wrapped(struct area area, int skip, enum meaning meaning, const char *text);

/* A frame with a title; returns the inside, one column of air left and right. */
struct area paint_panel(struct area area, const char *title, enum meaning meaning);

/* One glyph. */
void paint_glyph(int row, int column, enum meaning meaning, enum glyph glyph);

/* One character of a secret, put singly, so that no buffer holds the whole. Remembered, see paint_has_secret. */
void paint_secret(int row, int column, enum meaning meaning, const struct secret *secret, size_t at);

/* Begins a new picture: an empty screen without secrets. */
void paint_begin(void);

/* Whether the picture holds characters of a secret. */
bool paint_has_secret(void);

/* Overwrites the terminal and curses' memory of it: varied filler everywhere, shown, then an empty screen, shown. */
void paint_over(void);

#endif
