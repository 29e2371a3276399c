/* Records of ceremonies as the Journal screen shows them. */
#ifndef UI_JOURNAL_TEXT_H
#define UI_JOURNAL_TEXT_H

#include "theme.h"

#include <quorate/ceremony.h>

struct journal_entry {
	char path[CEREMONY_PATH_SIZE];
	char title[160];
	char stamp[CLOCK_STAMP_SIZE];
	bool is_right; /* its chain is */
};

/* The records in the folders of a folder, the latest first, at most most; returns how many. */
size_t journal_list(const char *folder, struct journal_entry *ret, size_t most);

/* A record in words: what became of its chain in the first line, then a line for each of its own, then its digest. The
   caller's (free); NULL without memory. */
char *journal_text(const char *path, enum meaning *ret_meaning);

/* Whether the ceremony has come to its end, well or not. */
bool journal_text_is_over(const char *path);

#endif
