/* What writing and reading a record have in common. */
#ifndef JOURNAL_LINE_H
#define JOURNAL_LINE_H

#include <quorate/journal.h>
#include <stddef.h>

/* SHA-256 of a line's bytes, as text; and what the first line carries instead. */
void line_digest(const void *bytes, size_t size, char ret[JOURNAL_DIGEST_TEXT_SIZE]);
void line_digest_none(char ret[JOURNAL_DIGEST_TEXT_SIZE]);

/* Whether it is one of the fields that every line has. */
bool line_is_own_name(const char *name);

#endif
