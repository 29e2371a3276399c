/*
 * A key in several share files of which each is opened in its own way: by a password, or by m of n custodians of its
 * own. The people plan all of them; then one file after the other is begun, made, and seen to open, and its share of
 * the key stays in memory until the last is there.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#define FILES_FEWEST 2
#define FEWEST LIMIT_THRESHOLD_MIN

/* The questions about the files; from the second on once for each. */
enum { PLAN_COUNT, PLAN_FORM, PLAN_TOTAL, PLAN_THRESHOLD };
enum { FORM_PASSWORD, FORM_SHARES };

static unsigned
people_before(const struct plan *plan)
{
	unsigned people = 0;

	for (unsigned i = 0; i + 1 < plan->file; i++)
		people += plan->each[i].total;
	return people;
}

/* Custodians that the file at hand can have, so that one is left for each of those to come. */
static unsigned
most_custodians(const struct ceremony *ceremony)
{
	const struct plan *plan = &ceremony->plan;

	return LIMIT_CUSTODIANS - people_before(plan) - (plan_files(ceremony) - plan->file);
}

static void
add(struct prompt *ret, const char *label)
{
	text_format(
		ret->of.choose.items[ret->of.choose.count++].label, sizeof ret->of.choose.items[0].label, "%s", label);
}

static void
plan_files_enter(struct ceremony *ceremony)
{
	ceremony->plan.file = 1;
}

static void
plan_files_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct plan *plan = &ceremony->plan;
	char label[64];

	ret->kind = PROMPT_CHOOSE;
	if (ceremony->part != PLAN_COUNT)
		text_format(ret->title, sizeof ret->title, _("Share file %u of %u"), plan->file, plan_files(ceremony));
	switch (ceremony->part) {
	case PLAN_COUNT:
		text_format(ret->text, sizeof ret->text, "%s",
			_("How many share files shall there be? All of them are needed to bring the key into a device "
			  "again, so each can lie with another party. Next you choose for each how it is opened."));
		for (unsigned files = FILES_FEWEST; files <= LIMIT_SHARE_FILES; files++) {
			text_format(label, sizeof label, P_("%u share file", "%u share files", files), files);
			add(ret, label);
		}
		break;
	case PLAN_FORM:
		text_format(ret->text, sizeof ret->text, "%s",
			_("How shall this file be opened? If its password, or too many of its shares, are lost, the "
			  "whole key is."));
		add(ret, _("By the password of one person"));
		add(ret, _("By shares of custodians, any m of n"));
		if (most_custodians(ceremony) < FEWEST) {
			ret->of.choose.items[FORM_SHARES].is_closed = true;
			text_format(ret->of.choose.items[FORM_SHARES].detail, sizeof ret->of.choose.items[0].detail,
				_("All files together have at most %u custodians."), LIMIT_CUSTODIANS);
		}
		break;
	case PLAN_TOTAL:
		text_format(ret->text, sizeof ret->text, "%s",
			_("How many custodians does this file have? Each gets one share of its password, on paper."));
		for (unsigned total = FEWEST; total <= most_custodians(ceremony); total++) {
			text_format(label, sizeof label, P_("%u custodian", "%u custodians", total), total);
			add(ret, label);
		}
		if (ret->of.choose.count > PLAN_TOTAL_USUAL - FEWEST)
			ret->of.choose.initial = PLAN_TOTAL_USUAL - FEWEST;
		break;
	default:
		text_format(ret->text, sizeof ret->text, _("How many of the %u custodians must come together?"),
			plan->each[plan->file - 1].total);
		for (unsigned threshold = FEWEST; threshold <= plan->each[plan->file - 1].total; threshold++) {
			text_format(label, sizeof label, _("%u of %u"), threshold, plan->each[plan->file - 1].total);
			add(ret, label);
		}
		ret->of.choose.initial = plan->each[plan->file - 1].total / 2 + 1 - FEWEST;
	}
}

/* The file at hand is planned. */
static void
plan_next(struct ceremony *ceremony)
{
	struct plan *plan = &ceremony->plan;

	plan->file++;
	ceremony->part = PLAN_FORM;
	if (plan->file <= plan_files(ceremony))
		return;
	plan->total = plan->threshold = people_before(plan);
	plan->file = 1;
	if (record_plan(ceremony))
		step_next(ceremony);
}

static void
plan_files_take(struct ceremony *ceremony, struct answer *answer)
{
	struct plan *plan = &ceremony->plan;
	unsigned choice = (unsigned)answer->choice;

	switch (ceremony->part) {
	case PLAN_COUNT:
		plan->files = choice + FILES_FEWEST;
		ceremony->part = PLAN_FORM;
		break;
	case PLAN_FORM:
		plan->each[plan->file - 1].total = 1;
		plan->each[plan->file - 1].threshold = 0;
		if (choice == FORM_PASSWORD)
			plan_next(ceremony);
		else
			ceremony->part = PLAN_TOTAL;
		break;
	case PLAN_TOTAL:
		plan->each[plan->file - 1].total = choice + FEWEST;
		ceremony->part = PLAN_THRESHOLD;
		break;
	default:
		plan->each[plan->file - 1].threshold = choice + FEWEST;
		plan_next(ceremony);
	}
}

static bool
plan_files_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)step;
	return ceremony->plan.total != 0;
}

const struct step step_plan_files = {
	.name = "plan-files",
	.title = N_("How many share files"),
	.event = "files-planned",
	.is_wanted = plan_is_mixed,
	.enter = plan_files_enter,
	.ask = plan_files_ask,
	.take = plan_files_take,
	.resume = plan_files_resume,
};

static void
begin_file_enter(struct ceremony *ceremony)
{
	struct plan *plan = &ceremony->plan;
	struct progress *progress = &ceremony->progress;

	plan->threshold = plan_of_file(ceremony, plan->file, &plan->total);
	progress->turns = 0;
	progress->written = 0;
	ceremony->turn = ceremony->called = 1;
	secrets_forget_typed(&ceremony->secrets);
}

static void
begin_file_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct plan *plan = &ceremony->plan;
	char name[STEP_FILE_NAME_SIZE];

	ret->kind = PROMPT_TELL;
	place_share_file(ceremony, plan->file, name);
	text_format(ret->title, sizeof ret->title, _("Share file %u of %u"), plan->file, plan_files(ceremony));
	if (plan_is_quorum(ceremony))
		text_format(ret->text, sizeof ret->text,
			_("Next is the share file %s, which any %u of its %u custodians open. It is made, then each of "
			  "them writes a share down, and the file is opened with what stands on the sheets."),
			name, plan->threshold, plan->total);
	else
		text_format(ret->text, sizeof ret->text,
			_("Next is the share file %s, which one person's password opens. That person is called to the "
			  "keyboard."),
			name);
}

const struct step step_begin_file = {
	.name = "begin-file",
	.title = N_("The share files"),
	.event = "share-file-begun",
	.is_wanted = plan_is_mixed,
	.enter = begin_file_enter,
	.ask = begin_file_ask,
	.take = step_take_read,
	.resume = files_resume,
};

bool
files_is_of_shares(const struct ceremony *ceremony)
{
	return plan_is_mixed(ceremony) && plan_is_quorum(ceremony);
}

/* What was in the files was in memory only: all of them are there, or none is of use. */
bool
files_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)step;
	return ceremony->resumed.is_usable;
}

void
files_end_one(struct ceremony *ceremony)
{
	enum outcome outcome;

	ceremony->progress.files++;
	if (ceremony->plan.file < plan_files(ceremony)) {
		if (record(ceremony, ceremony->step->event, NULL, 0)) {
			ceremony->plan.file++;
			step_go(ceremony, &step_begin_file, NULL);
		}
		return;
	}
	outcome = collected_kcv(ceremony, NULL, ceremony->kcv);
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else if (record_files(ceremony))
		step_next(ceremony);
}

unsigned
files_count_steps(const struct ceremony *ceremony, unsigned *ret_before)
{
	unsigned all = 0;

	*ret_before = 0;
	for (unsigned file = 1; file <= plan_files(ceremony); file++) {
		unsigned total, threshold = plan_of_file(ceremony, file, &total);
		/* Begun, made, proven; with a password begun only. */
		unsigned steps = total + (threshold > 0 ? 3 : 1);

		all += file == ceremony->plan.file ? 0 : steps;
		*ret_before += file < ceremony->plan.file ? steps : 0;
	}
	return all;
}
