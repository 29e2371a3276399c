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

unsigned
plan_of_file(const struct ceremony *ceremony, unsigned file, unsigned *ret_total)
{
	const struct plan *plan = &ceremony->plan;
	bool is_quorum =
		plan->form == BACKUP_QUORUM || (plan->form == BACKUP_MIXED && plan->each[file - 1].threshold > 0);

	*ret_total = 1;
	if (is_quorum)
		*ret_total = plan->form == BACKUP_MIXED ? plan->each[file - 1].total : plan->total;
	return !is_quorum ? 0 : plan->form == BACKUP_MIXED ? plan->each[file - 1].threshold : plan->threshold;
}

bool
plan_is_quorum(const struct ceremony *ceremony)
{
	const struct plan *plan = &ceremony->plan;

	return plan->form == BACKUP_QUORUM || (plan->form == BACKUP_MIXED && plan->each[plan->file - 1].threshold > 0);
}

unsigned
plan_file(const struct ceremony *ceremony)
{
	return ceremony->plan.form == BACKUP_PASSWORDS ? ceremony->turn : ceremony->plan.file;
}

bool
plan_is_single(const struct ceremony *ceremony)
{
	return ceremony->plan.form == BACKUP_QUORUM;
}

bool
plan_is_password_each(const struct ceremony *ceremony)
{
	return ceremony->plan.form == BACKUP_PASSWORDS && plan_files(ceremony) > 1;
}

bool
plan_is_mixed(const struct ceremony *ceremony)
{
	return ceremony->plan.form == BACKUP_MIXED;
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
		[BACKUP_MIXED] = { N_("several share files, each in its own way"),
			N_("Each file has a password, or m of n custodians of its own. All files are needed.") },
	};

	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text, "%s",
		_("How shall the key of this key domain be kept? It is needed for one more device, and after a loss. "
		  "In "
		  "all forms nobody has it alone. They differ in what a loss means, and the number of files cannot be "
		  "changed without a new key."));
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

/* It stands in the plan, with all that was chosen after it. */
static bool
choose_form_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)step;
	return ceremony->plan.total != 0;
}

const struct step step_choose_form = {
	.name = "form",
	.title = N_("The form of the backup"),
	.event = "form-chosen",
	.is_planned = agreed_has_custodians,
	.ask = choose_form_ask,
	.take = choose_form_take,
	.resume = choose_form_resume,
};

/* Where one share file takes the place of another. */
static void
choose_new_form_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	static const char *const forms[] = { N_("By shares of custodians, any m of n"),
		N_("By the password of one person") };

	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text, "%s",
		_("How shall the new share file be opened? A password in one head and one envelope is right where the "
		  "key has several files that are all needed. A key with one file only is in one person's hand then."));
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		text_format(ret->of.choose.items[ret->of.choose.count++].label, sizeof ret->of.choose.items[0].label,
			"%s", _(forms[i]));
	ret->of.choose.initial = ceremony->old.is_by_password ? BACKUP_PASSWORDS : BACKUP_QUORUM;
}

static void
choose_new_form_take(struct ceremony *ceremony, struct answer *answer)
{
	ceremony->plan.form = answer->choice == 0 ? BACKUP_QUORUM : BACKUP_PASSWORDS;
	ceremony->plan.files = 1;
	if (ceremony->plan.form == BACKUP_PASSWORDS) {
		ceremony->plan.total = ceremony->plan.threshold = 1;
		if (!record_plan(ceremony))
			return;
	}
	step_next(ceremony);
}

const struct step step_choose_new_form = {
	.name = "new-form",
	.title = N_("How the new file is opened"),
	.event = "new-form-chosen",
	.is_planned = agreed_has_custodians,
	.ask = choose_new_form_ask,
	.take = choose_new_form_take,
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
