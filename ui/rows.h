/* Texts broken into lines by the columns that they take. */
#ifndef UI_ROWS_H
#define UI_ROWS_H

#include <stdbool.h>
#include <stddef.h>

/* The next line at *at of at most columns (>= 2) columns: *ret_line, *ret_length bytes. Breaks at blanks and at '\n'; a
   word longer than a line is cut. Moves *at on; false at the end of the text. */
bool rows_next(const char **at, int columns, const char **ret_line, size_t *ret_length);

/* How many lines a text takes. */
int rows_count(const char *text, int columns);

/* Columns of the one character at *at, which is moved past it. */
int rows_character(const char **at);

#endif
