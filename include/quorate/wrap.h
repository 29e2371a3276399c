/* Breaks a text into lines at its blanks, by whatever measure the drawer has: columns or points. */
#ifndef QUORATE_WRAP_H
#define QUORATE_WRAP_H

#include <stdbool.h>
#include <stddef.h>

struct wrap {
	double (*measure)(const void *context, const char *text, size_t length);
	const void *context;
	double width;     /* what fits a line, in the unit of measure */
	const char *line; /* the line, not terminated */
	size_t length;    /* its bytes, without blanks at the end */
};

/* Takes the next line off *text; false when there is none left. A line ends at '\n' in any case; blanks at the
 * beginning of such a paragraph stay. A word longer than a line is cut between characters; a line holds at least one
 * character however narrow it is. */
bool wrap_next(struct wrap *wrap, const char **text);

/* How many lines the text takes. */
size_t wrap_count(struct wrap wrap, const char *text);

/* A measure: the columns of a terminal; without a context. */
double wrap_columns(const void *context, const char *text, size_t length);

#endif
