/* A plan that was reviewed before: its choices are taken as they stand, shown once, and not asked again. */
#include "steps.h"

#include <quorate/file.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

void
agreed_apply(struct ceremony *ceremony)
{
	const struct plan_file *agreed = ceremony->agreed;
	struct plan *plan = &ceremony->plan;

	if (agreed == NULL)
		return;
	if (agreed->label[0] != '\0')
		text_format(plan->label, sizeof plan->label, "%s", agreed->label);
	plan->private_facts = agreed->private_facts;
	if (agreed->custodians == 0)
		return;
	plan->form = agreed->form == PLAN_FORM_PASSWORDS ? BACKUP_PASSWORDS : BACKUP_QUORUM;
	plan->total = agreed->custodians;
	plan->threshold = agreed->threshold;
	plan->files = plan_is_quorum(ceremony) ? 1 : plan->total;
}

enum outcome
agreed_take(struct ceremony *ceremony, const struct plan_file *plan)
{
	struct plan_faults faults;
	enum outcome outcome = plan_file_parse(&ceremony->agreed, plan->bytes, plan->size, &faults);

	if (outcome == DONE)
		agreed_apply(ceremony);
	return outcome;
}

enum outcome
agreed_resume(struct ceremony *ceremony)
{
	const struct journal_line *line = resume_find(ceremony, "plan-agreed");
	const char *digest = journal_read_text(line, "sha256");
	struct plan_faults faults;
	char path[STEP_PATH_SIZE];

	plan_file_free(&ceremony->agreed);
	if (line == NULL)
		return DONE;
	place_path(ceremony, AGREED_FILE, path);
	if (digest == NULL || plan_file_read(&ceremony->agreed, path, &faults) != DONE ||
		strcmp(digest, ceremony->agreed->digest) != 0)
		return FAIL_PLAN_CHANGED;
	agreed_apply(ceremony);
	return DONE;
}

bool
agreed_is_there(const struct ceremony *ceremony)
{
	return ceremony->agreed != NULL;
}

bool
agreed_has_label(const struct ceremony *ceremony)
{
	return ceremony->agreed->label[0] != '\0';
}

bool
agreed_has_custodians(const struct ceremony *ceremony)
{
	return ceremony->agreed->custodians != 0;
}

const char *
agreed_organisation(const struct ceremony *ceremony)
{
	const struct plan_file *agreed = ceremony->agreed;

	if (agreed == NULL)
		return NULL;
	return agreed->organisation_romanised[0] != '\0' ? agreed->organisation_romanised : agreed->organisation;
}

bool
agreed_has_sheet(const struct ceremony *ceremony, enum plan_sheet sheet)
{
	return ceremony->agreed == NULL || (ceremony->agreed->sheets & sheet) != 0;
}

enum outcome
agreed_judge_device(const struct ceremony *ceremony, const struct hsm_status *hsm)
{
	const struct plan_file *agreed = ceremony->agreed;

	if (agreed == NULL)
		return DONE;
	if (agreed->wants_new_device && !card_is_new(hsm))
		return FAIL_PLAN_DEVICE;
	return agreed->serial[0] == '\0' || strcmp(agreed->serial, hsm->serial) == 0 ? DONE : FAIL_PLAN_DEVICE;
}

/* The plan stays with the ceremony: what goes on after an interruption goes on with the same one. */
enum outcome
agreed_keep(const struct ceremony *ceremony)
{
	char path[STEP_PATH_SIZE];

	if (ceremony->agreed == NULL)
		return DONE;
	place_path(ceremony, AGREED_FILE, path);
	return file_save(path, ceremony->agreed->bytes, ceremony->agreed->size);
}

static void
show_plan_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_TELL;
	text_format(ret->text, sizeof ret->text, "%s\n",
		_("This ceremony follows a plan. Compare it, and its digest, with the copy that was reviewed. If "
		  "anything "
		  "differs, stop here: nothing has been done yet."));
	plan_file_tell(ceremony->agreed, ret->text, sizeof ret->text);
}

const struct step step_show_plan = {
	.name = "plan",
	.title = N_("The plan"),
	.event = "plan-seen",
	.is_wanted = agreed_is_there,
	.ask = show_plan_ask,
	.take = step_take_read,
};

size_t
ceremony_outline(const struct plan_file *plan, struct ceremony_outline *ret, size_t most)
{
	const struct ceremony_world world = { .plan = plan };
	const struct ceremony_kind *kinds;
	struct ceremony *ceremony = NULL;
	size_t kind_count = ceremony_kinds(&kinds), count = 0;

	for (size_t i = 0; i < kind_count && ceremony == NULL; i++)
		if (strcmp(kinds[i].name, plan->ceremony) == 0 && kinds[i].open(&ceremony, &world) != DONE)
			ceremony = NULL;
	for (size_t i = 0; ceremony != NULL && i < ceremony->step_count && count < most; i++) {
		const struct step *step = ceremony->steps[i];
		bool is_decided = step->is_planned != NULL && step->is_planned(ceremony);

		if (step->is_wanted == NULL || step->is_wanted(ceremony))
			ret[count++] = (struct ceremony_outline){ _(step->title), is_decided };
	}
	ceremony_free(&ceremony);
	return count;
}
