/* What was planned before an interruption, and the custodians of whom the record tells. */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

/* Where each file has custodians of its own, those of one follow those of the other. */
static unsigned
custodians_before(const struct ceremony *ceremony, unsigned file)
{
	unsigned before = 0;

	for (unsigned i = 1; plan_is_mixed(ceremony) && i < file && i <= plan_files(ceremony); i++)
		before += ceremony->plan.each[i - 1].total;
	return before;
}

void
resume_list(const struct ceremony *ceremony, uint64_t bits, char *ret, size_t size)
{
	if (!plan_is_mixed(ceremony)) {
		calling_list(bits, ret, size);
		return;
	}
	ret[0] = '\0';
	for (unsigned file = 1; file <= plan_files(ceremony); file++)
		for (unsigned i = 0; i < ceremony->plan.each[file - 1].total; i++)
			if (bits >> (custodians_before(ceremony, file) + i) & 1)
				text_append(ret, size, _("%s%u of file %u"), ret[0] == '\0' ? "" : ", ", i + 1, file);
}

uint64_t
resume_custodians(const struct ceremony *ceremony, const char *event)
{
	const struct journal_record *past = resume_telling_past(ceremony);
	uint64_t found = 0;

	for (size_t i = 0; i < past->line_count; i++) {
		int64_t number =
			journal_read_number(&past->lines[i], "custodian", 0) +
			custodians_before(ceremony, (unsigned)journal_read_number(&past->lines[i], "share_file", 1));

		if (strcmp(past->lines[i].event, "set-void") == 0)
			found = 0;
		else if (strcmp(past->lines[i].event, event) == 0 && number >= 1 && number <= LIMIT_CUSTODIANS)
			found |= (uint64_t)1 << (number - 1);
	}
	return found;
}

/* Each file's own way; none is known where one of them cannot be. */
static bool
restore_files(struct ceremony *ceremony)
{
	const struct journal_record *past = ceremony->resumed.past;
	struct plan *plan = &ceremony->plan;
	unsigned people = 0;

	for (size_t i = 0; i < past->line_count; i++) {
		const struct journal_line *line = &past->lines[i];
		int64_t file = journal_read_number(line, "share_file", 0);

		if (strcmp(line->event, "plan-of-file") != 0 || file < 1 || file > plan->files)
			continue;
		plan->each[file - 1].total = (unsigned)journal_read_number(line, "custodians", 0);
		plan->each[file - 1].threshold = (unsigned)journal_read_number(line, "threshold", 0);
	}
	for (unsigned i = 0; i < plan->files; i++) {
		unsigned total = plan->each[i].total, threshold = plan->each[i].threshold;
		bool is_password = threshold == 0 && total == 1;

		if (total > LIMIT_CUSTODIANS ||
			(!is_password && (threshold < LIMIT_THRESHOLD_MIN || threshold > total)))
			return false;
		people += total;
	}
	return people <= LIMIT_CUSTODIANS;
}

static void
restore_form(struct ceremony *ceremony, const struct journal_line *plan_line)
{
	const char *opened_by = journal_read_text(plan_line, "opened_by");
	struct plan *plan = &ceremony->plan;

	if (opened_by == NULL || !ceremony_has(ceremony, &step_take_passwords))
		return;
	plan->files = (unsigned)journal_read_number(plan_line, "share_files", 1);
	if (plan->files == 0 || plan->files > LIMIT_SHARE_FILES)
		plan->files = 1;
	if (strcmp(opened_by, "passwords") == 0)
		plan->form = BACKUP_PASSWORDS;
	if (strcmp(opened_by, "each its own") == 0 && plan->files > 1) {
		plan->form = BACKUP_MIXED;
		if (!restore_files(ceremony))
			plan->total = plan->threshold = 0;
	}
}

void
resume_plan(struct ceremony *ceremony)
{
	const struct journal_line *plan = journal_read_last(resume_telling_past(ceremony), "plan", 0);

	ceremony->plan.total = (unsigned)journal_read_number(plan, "custodians", 0);
	ceremony->plan.threshold = (unsigned)journal_read_number(plan, "threshold", 0);
	ceremony->plan.files = (unsigned)journal_read_number(resume_find(ceremony, "begun"), "share_files", 1);
	if (ceremony->plan.files == 0 || ceremony->plan.files > LIMIT_SHARE_FILES)
		ceremony->plan.files = 1;
	restore_form(ceremony, plan);
	/* Asked anew where the record says what cannot be. */
	if (ceremony->plan.total > LIMIT_CUSTODIANS || ceremony->plan.threshold > ceremony->plan.total ||
		(plan_is_single(ceremony) && ceremony->plan.threshold < LIMIT_THRESHOLD_MIN))
		ceremony->plan.total = ceremony->plan.threshold = 0;
	agreed_apply(ceremony);
}
