/* Texts broken into lines by the columns that they take. */
#ifndef UI_ROWS_H
#define UI_ROWS_H

#include <quorate/wrap.h>

/* Lines of at most columns columns, for wrap_next. */
struct wrap rows_wrap(int columns);

/* How many lines a text takes. */
int rows_count(const char *text, int columns);

/* Columns of the one character at *at, which is moved past it. */
int rows_character(const char **at);

#endif
