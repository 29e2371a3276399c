/* What the record and the device know of a ceremony that was interrupted. */
#include "steps.h"

#include <string.h>

const struct journal_record *
resume_telling_past(const struct ceremony *ceremony)
{
	return ceremony->resumed.private_past != NULL ? ceremony->resumed.private_past : ceremony->resumed.past;
}

const struct journal_line *
resume_find(const struct ceremony *ceremony, const char *event)
{
	return ceremony->resumed.past == NULL ? NULL : journal_read_last(ceremony->resumed.past, event, 0);
}

const struct journal_line *
resume_find_in_set(const struct ceremony *ceremony, const char *event)
{
	const struct journal_line *line = resume_find(ceremony, event), *void_set = resume_find(ceremony, "set-void");

	if (line == NULL || ceremony->resumed.is_void || (void_set != NULL && void_set->number > line->number))
		return NULL;
	return line;
}

bool
resume_in_set(struct ceremony *ceremony, const struct step *step)
{
	return resume_find_in_set(ceremony, step->event) != NULL;
}

bool
resume_is_later(const struct journal_line *line, const struct journal_line *than)
{
	return line != NULL && (than == NULL || line->number > than->number);
}

unsigned
resume_imports(const struct ceremony *ceremony)
{
	const struct journal_record *past = ceremony->resumed.past;
	unsigned imports = 0;

	for (size_t i = 0; i < past->line_count; i++) {
		const char *event = past->lines[i].event;

		if (strcmp(event, "initialised") == 0 || strcmp(event, "initialise-found-done") == 0)
			imports = 0;
		else if (strcmp(event, "imported") == 0 || strcmp(event, "import-found-done") == 0)
			imports++;
	}
	return imports;
}

bool
resume_is_partial(const struct ceremony *ceremony)
{
	const struct hsm_status *hsm = &ceremony->device.hsm;

	return resume_find(ceremony, "import-intended") != NULL && hsm->has_dkek && hsm->dkek_outstanding > 0 &&
	       hsm->dkek_outstanding < hsm->dkek_total;
}

bool
resume_begins_anew(const struct ceremony *ceremony)
{
	return resume_is_partial(ceremony) && !ceremony->resumed.is_usable;
}

bool
resume_is_imported(const struct ceremony *ceremony)
{
	const struct hsm_status *hsm = &ceremony->device.hsm;

	if (resume_compared(ceremony) != NULL || resume_find(ceremony, "import-vouched-for") != NULL)
		return true;
	if (resume_find(ceremony, "import-intended") == NULL)
		return false;
	if (hsm->has_dkek)
		return hsm->dkek_total == plan_files(ceremony) && hsm->dkek_outstanding == 0;
	return resume_imports(ceremony) >= plan_files(ceremony);
}

const struct journal_line *
resume_compared(const struct ceremony *ceremony)
{
	const struct journal_line *line = resume_find(ceremony, "key-check-value");

	return journal_read_text(line, "predicted") == NULL ? NULL : line;
}
