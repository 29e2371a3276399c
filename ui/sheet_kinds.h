/* The sheets that quorate sheet makes, each from what its file says; one table. */
#ifndef UI_SHEET_KINDS_H
#define UI_SHEET_KINDS_H

#include "options.h"

#include <quorate/forms.h>

/* What a sheet is made from. */
struct sheet_order {
	const struct options *options;
	struct form_facts facts;
	const char *label, *fingerprint; /* of a key */
	char *text;                      /* the file, NULL for kinds without one; cut into pieces while it is read */
	size_t size;
};

struct sheet_kind {
	const char *name;
	const char *file; /* what the file is, marked for translation; NULL: there is none */
	enum outcome (*make)(struct sheet_order *order, struct sheet **ret);
};

/* NULL for an unknown name. */
const struct sheet_kind *sheet_kinds_find(const char *name);

/* All names, a blank between them. */
void sheet_kinds_names(char *ret, size_t size);

/* Asks on the terminal for one share, after the people agreed to what it means, and writes its sheet with the boxes
   filled to standard output, as PDF. FAIL_FILLED_OUTPUT unless that is a pipe or a device; FAIL_WORD; outcomes of
   ask_open. */
enum outcome sheet_filled(struct sheet_order *order);

#endif
