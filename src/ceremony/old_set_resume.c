/* After an interruption: whether the set that was there before is needed once more. */
#include "steps.h"

#include <quorate/hex.h>

#include <string.h>

bool
old_set_is_done(const struct ceremony *ceremony)
{
	if (old_set_is_replaced(ceremony))
		return ceremony->resumed.is_usable;
	if (ceremony_has(ceremony, &step_import_share))
		return resume_is_imported(ceremony);
	if (ceremony_has(ceremony, &step_renew_turns))
		return renew_sheets_are_done(ceremony);
	return resume_find(ceremony, step_check_wrapped.event) != NULL;
}

/* The old key is needed once more unless all is done for which it is. */
bool
old_set_resume(struct ceremony *ceremony, const struct step *step)
{
	const struct journal_line *line = resume_find(ceremony, "old-file-opened");
	const char *kcv = journal_read_text(resume_find(ceremony, "key-check-value"), "old");
	bool is_passed = old_set_is_done(ceremony);

	(void)step;
	if (is_passed && line != NULL) {
		ceremony->old.is_open = true;
		ceremony->old.is_by_password = journal_read_number(line, "shares", 1) == 0;
	}
	if (is_passed && kcv != NULL && hex_decode(kcv, strlen(kcv), ceremony->kcv, sizeof ceremony->kcv) != DONE)
		return false;
	return is_passed;
}
