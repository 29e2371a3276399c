/* How many custodians there are, and how many of them are needed. */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#define FEWEST LIMIT_THRESHOLD_MIN
/* More groups than that say nothing to anybody. */
#define GROUPS_TOLD 9999

/* Both stand in one line of the record. */
static bool
choose_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)step;
	return ceremony->plan.total != 0 && ceremony->plan.threshold != 0;
}

/* As many custodians as are there, with what is advised for them. */
static void
tell_custodians(const struct ceremony *ceremony, unsigned total, struct prompt_choice *ret)
{
	unsigned majority = total / 2 + 1, spare = total - majority;

	text_format(ret->label, sizeof ret->label, P_("%u custodian", "%u custodians", total), total);
	if (!plan_is_quorum(ceremony))
		text_format(ret->detail, sizeof ret->detail,
			_("Loss: not one file or password may vanish. Theft: all %u must collude."), total);
	else if (total < LIMIT_TOOL_CUSTODIANS_MIN)
		text_format(ret->detail, sizeof ret->detail,
			_("Both are needed, and no share may be lost. (sc-hsm-tool itself creates %d or more; "
			  "it opens this as well.)"),
			LIMIT_TOOL_CUSTODIANS_MIN);
	else
		text_format(ret->detail, sizeof ret->detail,
			P_("Usual: %u of %u. %u share may vanish; %u must collude.",
				"Usual: %u of %u. %u shares may vanish; %u must collude.", spare),
			majority, total, spare, majority);
}

static void
choose_custodians_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	unsigned usual = ceremony->plan.total == 0 ? PLAN_TOTAL_USUAL : ceremony->plan.total;

	ret->kind = PROMPT_CHOOSE;
	if (ceremony_has(ceremony, &step_type_old_shares))
		text_format(ret->text, sizeof ret->text, "%s ", _("This is about the new custodians."));
	text_append(ret->text, sizeof ret->text, "%s",
		plan_is_quorum(ceremony)
			? _("How many custodians are there? The password of the share file is divided among them: each "
			    "gets one share, on paper. Next you choose how many of them must come together to open the "
			    "file.")
			: _("How many custodians are there? Each gets a share file, with a password that nobody else "
			    "knows. All of them are needed to bring the key into a device again."));
	for (unsigned total = FEWEST; total <= (plan_is_quorum(ceremony) ? LIMIT_CUSTODIANS : LIMIT_SHARE_FILES);
		total++)
		tell_custodians(ceremony, total, &ret->of.choose.items[ret->of.choose.count++]);
	ret->of.choose.initial = usual - FEWEST;
}

static void
choose_custodians_take(struct ceremony *ceremony, struct answer *answer)
{
	ceremony->plan.total = (unsigned)answer->choice + FEWEST;
	ceremony->plan.files = plan_is_quorum(ceremony) ? 1 : ceremony->plan.total;
	if (plan_is_single(ceremony) || record_plan(ceremony))
		step_next(ceremony);
}

/* Not where they are asked of each file, nor where the new file of a change has one person's password. */
static bool
choose_custodians_is_wanted(const struct ceremony *ceremony)
{
	return !plan_is_mixed(ceremony) && (plan_is_single(ceremony) || !ceremony_has(ceremony, &step_choose_new_form));
}

const struct step step_choose_custodians = {
	.name = "custodians",
	.title = N_("The custodians"),
	.event = "custodians-chosen",
	.is_planned = agreed_has_custodians,
	.is_wanted = choose_custodians_is_wanted,
	.ask = choose_custodians_ask,
	.take = choose_custodians_take,
	.resume = choose_resume,
};

/* How many different groups of them can open the file; exact up to what fits a line, else 0. */
static unsigned
count_groups(unsigned threshold, unsigned total)
{
	unsigned long groups = 1;

	for (unsigned i = 1; i <= threshold && groups <= GROUPS_TOLD; i++)
		groups = groups * (total - threshold + i) / i;
	return groups <= GROUPS_TOLD ? (unsigned)groups : 0;
}

/* Loss, theft and joining for one choice. */
static void
tell_threshold(unsigned threshold, unsigned total, struct prompt_choice *ret)
{
	unsigned spare = total - threshold, groups = count_groups(threshold, total);

	text_format(ret->label, sizeof ret->label, _("%u of %u"), threshold, total);
	if (spare == 0)
		text_format(ret->detail, sizeof ret->detail, "%s", _("Loss: not one share may be lost. "));
	else
		text_format(ret->detail, sizeof ret->detail,
			P_("Loss: %u share may be lost. ", "Loss: %u shares may be lost. ", spare), spare);
	text_append(ret->detail, sizeof ret->detail, _("Theft: %u must collude, and have the file. "), threshold);
	if (groups == 0)
		text_append(ret->detail, sizeof ret->detail, _("A device joins with any %u of them."), threshold);
	else
		text_append(ret->detail, sizeof ret->detail,
			P_("A device joins with any %u: %u group can do it.",
				"A device joins with any %u: %u groups can do it.", groups),
			threshold, groups);
}

static void
choose_threshold_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	unsigned total = ceremony->plan.total;

	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text,
		_("How many of the %u custodians must come together? Fewer: easier after a loss, and easier for "
		  "thieves. More: harder for both."),
		total);
	for (unsigned threshold = FEWEST; threshold <= total; threshold++)
		tell_threshold(threshold, total, &ret->of.choose.items[ret->of.choose.count++]);
	/* A majority: as safe against loss as against theft. */
	ret->of.choose.initial = total / 2 + 1 - FEWEST;
}

static void
choose_threshold_take(struct ceremony *ceremony, struct answer *answer)
{
	ceremony->plan.threshold = (unsigned)answer->choice + FEWEST;
	if (record_plan(ceremony))
		step_next(ceremony);
}

const struct step step_choose_threshold = {
	.name = "threshold",
	.title = N_("How many are needed"),
	.event = "threshold-chosen",
	.is_planned = agreed_has_custodians,
	.is_wanted = plan_is_single,
	.ask = choose_threshold_ask,
	.take = choose_threshold_take,
	.resume = choose_resume,
};
