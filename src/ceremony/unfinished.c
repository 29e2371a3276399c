/* Ceremonies that were interrupted, found by their records. */
#include "steps.h"

#include <quorate/text.h>

#include <dirent.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
look(const char *path, bool is_rehearsal, struct ceremony_unfinished *ret)
{
	const struct ceremony_kind *kind = NULL;
	struct journal_record *past;

	if (access(path, F_OK) != 0 || journal_is_busy(path) || journal_read(&past, path) != DONE)
		return false;
	private_sweep(path, past);
	kind = resume_kind(past, is_rehearsal);
	if (kind != NULL) {
		const struct journal_line *begun = journal_read_last(past, "begun", 0);
		const char *at = journal_read_text(begun, "at"), *label = journal_read_text(begun, "label");

		ret->kind = kind;
		text_format(ret->path, sizeof ret->path, "%s", path);
		text_format(ret->stamp, sizeof ret->stamp, "%s", at == NULL ? begun->utc : at);
		text_format(ret->label, sizeof ret->label, "%s", label == NULL ? "" : label);
	}
	journal_record_free(&past);
	return kind != NULL;
}

size_t
ceremony_unfinished(const struct ceremony_world *world, struct ceremony_unfinished *ret, size_t most)
{
	struct dirent **entries;
	int entry_count = scandir(world->folder, &entries, NULL, alphasort);
	size_t count = 0;

	for (int i = 0; i < entry_count; i++) {
		char path[STEP_PATH_SIZE];

		text_format(path, sizeof path, "%s/%s/" RECORD_FILE, world->folder, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.' && count < most && look(path, world->is_rehearsal, &ret[count]))
			count++;
		free(entries[i]);
	}
	if (entry_count >= 0)
		free(entries);
	return count;
}
