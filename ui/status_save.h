/* What the Status screen shows, in a file: rows as they are filtered and sorted, or facts; in full, not as cut for the
 * screen. */
#ifndef UI_STATUS_SAVE_H
#define UI_STATUS_SAVE_H

#include "facts.h"
#include "table.h"

/* A name that ends in .json makes a JSON file, any other a text. facts NULL: the rows that table shows. Nothing that is
   there is overwritten. What file_save says; FAIL_EMPTY without a name, FAIL_MEMORY. */
enum outcome status_save(const char *path, const char *title, const struct facts *facts, const struct table *table,
	const struct table_rows *rows);

#endif
