/* Plans that lie in the ceremonies' folder: they are offered with the ceremonies. */
#ifndef UI_PLANS_H
#define UI_PLANS_H

#include "screen.h"

#include <quorate/plan_file.h>

#define PLANS_MOST 16

struct plans_entry {
	char file[LIMIT_FILE_NAME + 1]; /* its name, clean */
	struct plan_file *plan;         /* NULL: it cannot be followed */
	char fault[LIMIT_TEXT_INPUT];   /* why */
};

/* Reads them anew; returns how many. They stay until the next time, or plans_close. */
size_t plans_read(const char *folder, const struct plans_entry **ret);
void plans_close(void);

/* Begins the ceremony of a plan. */
unsigned plans_begin(struct console *console, const struct plan_file *plan);

#endif
