/* How the key is kept: in one share file that m of n custodians open, or in several that are all needed. */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

unsigned
plan_files(const struct ceremony *ceremony)
{
	return ceremony->plan.files == 0 ? 1 : ceremony->plan.files;
}

unsigned
plan_shares(const struct ceremony *ceremony)
{
	return ceremony_has(ceremony, &step_import_share) ? plan_files(ceremony) : 0;
}

bool
plan_is_quorum(const struct ceremony *ceremony)
{
	return ceremony->plan.form == BACKUP_QUORUM;
}

static void
choose_form_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	static const struct {
		const char *label, *detail;
	} forms[] = {
		[BACKUP_QUORUM] = { N_("m of n: one share file, whose password is divided"),
			N_("Each custodian has a share on paper. Some may be lost: any m of the n open the file.") },
		[BACKUP_PASSWORDS] = { N_("n passwords: a share file for each custodian"),
			N_("Each custodian has a password. Not one file or password may be lost: all n are needed.") },
	};

	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text, "%s",
		_("How shall the key of this key domain be kept? It is needed for one more device, and after a loss. "
		  "In "
		  "both forms nobody has it alone. They differ in what a loss means, and cannot be changed into each "
		  "other without a new key."));
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		struct prompt_choice *item = &ret->of.choose.items[ret->of.choose.count++];

		text_format(item->label, sizeof item->label, "%s", _(forms[i].label));
		text_format(item->detail, sizeof item->detail, "%s", _(forms[i].detail));
	}
	ret->of.choose.initial = ceremony->plan.form;
}

static void
choose_form_take(struct ceremony *ceremony, struct answer *answer)
{
	ceremony->plan.form = (enum backup_form)answer->choice;
	step_next(ceremony);
}

const struct step step_choose_form = {
	.name = "form",
	.title = N_("The form of the backup"),
	.event = "form-chosen",
	.is_planned = agreed_has_custodians,
	.ask = choose_form_ask,
	.take = choose_form_take,
};

static void
choose_file_count_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text, "%s",
		_("How many share files does the key have? One is usual: then it is opened by shares or by a password. "
		  "Several are needed all, each with its own password or its own shares; with sc-hsm-tool the number "
		  "was --dkek-shares."));
	for (unsigned files = 1; files <= LIMIT_SHARE_FILES; files++)
		text_format(ret->of.choose.items[ret->of.choose.count++].label, sizeof ret->of.choose.items[0].label,
			P_("%u share file", "%u share files", files), files);
	ret->of.choose.initial = plan_files(ceremony) - 1;
}

static void
choose_file_count_take(struct ceremony *ceremony, struct answer *answer)
{
	ceremony->plan.files = (unsigned)answer->choice + 1;
	step_next(ceremony);
}

/* It stands in the first line of the record. */
static bool
choose_file_count_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)step;
	return ceremony->plan.files > 0;
}

const struct step step_choose_file_count = {
	.name = "files",
	.title = N_("The share files"),
	.event = "files-chosen",
	.ask = choose_file_count_ask,
	.take = choose_file_count_take,
	.resume = choose_file_count_resume,
};
