#include "plans.h"

#include <quorate/ceremony.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static struct plans_entry entries[PLANS_MOST];
static size_t entry_count;

static int
is_plan(const struct dirent *entry)
{
	const char *ending = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && ending != NULL && strcmp(ending, ".ini") == 0;
}

static void
read_one(const char *folder, const char *file, struct plans_entry *ret)
{
	char path[2 * LIMIT_FILE_NAME + LIMIT_TEXT_INPUT];
	struct plan_faults faults;
	enum outcome outcome;

	text_format(path, sizeof path, "%s/%s", folder, file);
	text_clean(file, strlen(file), ret->file, sizeof ret->file);
	outcome = plan_file_read(&ret->plan, path, &faults);
	if (outcome == FAIL_PLAN && faults.list[0].line != 0)
		text_format(ret->fault, sizeof ret->fault, _("Line %u: %s"), faults.list[0].line, faults.list[0].text);
	else
		text_format(ret->fault, sizeof ret->fault, "%s",
			outcome == FAIL_PLAN ? faults.list[0].text
			: outcome == DONE    ? ""
					     : outcome_text(outcome));
}

size_t
plans_read(const char *folder, const struct plans_entry **ret)
{
	struct dirent **found;
	int count = scandir(folder, &found, is_plan, alphasort);

	plans_close();
	for (int i = 0; i < count; i++) {
		if (entry_count < PLANS_MOST)
			read_one(folder, found[i]->d_name, &entries[entry_count++]);
		free(found[i]);
	}
	if (count >= 0)
		free(found);
	*ret = entries;
	return entry_count;
}

void
plans_close(void)
{
	for (size_t i = 0; i < entry_count; i++)
		plan_file_free(&entries[i].plan);
	memset(entries, 0, sizeof entries);
	entry_count = 0;
}

unsigned
plans_begin(struct console *console, const struct plan_file *plan)
{
	const struct ceremony_kind *kinds;
	size_t count = ceremony_kinds(&kinds);

	console->plan = plan;
	console->resume[0] = '\0';
	for (size_t i = 0; i < count; i++)
		if (strcmp(kinds[i].name, plan->ceremony) == 0)
			console->chosen = i;
	return screen_begin_ceremony(console);
}
