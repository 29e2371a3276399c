/* A plan in lines for people. */
#include <quorate/plan_file.h>

#include <quorate/text.h>
#include <quorate/tongue.h>

const char *
plan_person_on_paper(const struct plan_person *person)
{
	return person->romanised[0] != '\0' ? person->romanised : person->name;
}

static void
tell_person(const char *role, const struct plan_person *person, char *ret, size_t size)
{
	text_append(ret, size, "%s: %s", role, person->name[0] == '\0' ? _("not named") : person->name);
	if (person->romanised[0] != '\0')
		text_append(ret, size, " (%s)", person->romanised);
	text_append(ret, size, "%s", "\n");
}

static void
tell_backup(const struct plan_file *plan, char *ret, size_t size)
{
	unsigned spare = plan->custodians - plan->threshold;

	if (plan->form == PLAN_FORM_PASSWORDS)
		text_append(ret, size,
			_("Backup: %u passwords, each with a file of its own. Not one may be lost; all %u must collude "
			  "for a theft.\n"),
			plan->custodians, plan->custodians);
	else if (plan->custodians > 0)
		text_append(ret, size,
			P_("Backup: %u of %u. %u share may be lost; %u custodians must collude for a theft.\n",
				"Backup: %u of %u. %u shares may be lost; %u custodians must collude for a theft.\n",
				spare),
			plan->threshold, plan->custodians, spare, plan->threshold);
}

static void
tell_private(const struct plan_file *plan, char *ret, size_t size)
{
	static const struct {
		unsigned flag;
		const char *text;
	} facts[] = {
		{ PLAN_PRIVATE_NAMES, N_("the names") },
		{ PLAN_PRIVATE_CUSTODIANS, N_("how many custodians there are") },
		{ PLAN_PRIVATE_THRESHOLD, N_("how many are needed") },
	};
	const char *between = "";

	text_append(ret, size, "%s", _("Left out of the record and off the sheets: "));
	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
		if (plan->private_facts & facts[i].flag) {
			text_append(ret, size, "%s%s", between, _(facts[i].text));
			between = ", ";
		}
	text_append(ret, size, "%s\n", *between == '\0' ? _("nothing") : "");
}

static void
tell_sheets(const struct plan_file *plan, char *ret, size_t size)
{
	bool has_shares = plan->sheets & PLAN_SHEET_SHARES && plan->form == PLAN_FORM_QUORUM;
	bool has_file = plan->sheets & PLAN_SHEET_SHARE_FILE;

	if (plan->custodians == 0)
		return;
	text_append(ret, size, "%s%s%s%s%s%s\n", _("Sheets: "), has_shares ? _("a share sheet for each custodian") : "",
		has_shares && has_file ? ", " : "", has_file ? _("the share-file sheet") : "",
		!has_shares && !has_file ? _("none") : "",
		plan->private_facts != 0 ? _(", and the sealed sheet of salts") : "");
}

void
plan_file_tell(const struct plan_file *plan, char *ret, size_t size)
{
	char role[64];

	text_append(ret, size, _("Plan: %s\n"), plan->name);
	if (plan->organisation[0] != '\0') {
		text_append(ret, size, _("Organisation: %s"), plan->organisation);
		if (plan->organisation_romanised[0] != '\0')
			text_append(ret, size, " (%s)", plan->organisation_romanised);
		text_append(ret, size, "%s", "\n");
	}
	if (plan->label[0] != '\0')
		text_append(ret, size, _("Label: %s\n"), plan->label);
	if (plan->wants_new_device)
		text_append(ret, size, "%s\n", _("Device: one that was never initialised"));
	else if (plan->serial[0] != '\0')
		text_append(ret, size, _("Device: the one with the serial number %s\n"), plan->serial);
	tell_backup(plan, ret, size);
	if (plan->operator.is_there)
		tell_person(_("Operator"), &plan->operator, ret, size);
	for (unsigned i = 0; i < plan->witness_count; i++) {
		text_format(role, sizeof role, _("Witness %u"), i + 1);
		tell_person(role, &plan->witnesses[i], ret, size);
	}
	for (unsigned i = 0; i < plan->custodians && plan->has_names; i++) {
		text_format(role, sizeof role, _("Custodian %u"), i + 1);
		tell_person(role, &plan->people[i], ret, size);
	}
	tell_private(plan, ret, size);
	tell_sheets(plan, ret, size);
	text_append(ret, size, "%s", _("SHA-256 of the plan:"));
	for (size_t i = 0; plan->digest[i] != '\0'; i += 4)
		text_append(ret, size, "%s%.4s", i % 32 == 0 ? "\n" : " ", plan->digest + i);
	text_append(ret, size, "%s", "\n");
}
