/* What only the whole plan can tell: keys that are missing or do not belong to the ceremony, and what does not agree.
 */
#include "plan_reading.h"

#include <quorate/hex.h>
#include <quorate/pdf.h>
#include <quorate/random.h>
#include <quorate/tongue.h>

#include <string.h>

static void
judge_keys(struct plan_reading *reading)
{
	static const enum plan_key_name needed[] = { KEY_LABEL, KEY_BACKUP, KEY_CUSTODIANS };

	for (size_t i = 0; i < KEY_COUNT; i++) {
		unsigned takes = plan_key_takes((enum plan_key_name)i);

		if (reading->lines[i] != 0 && takes != 0 && (reading->takes & takes) == 0)
			plan_fault(reading, reading->lines[i], _("The ceremony %s has no use for this key."),
				reading->plan->ceremony);
	}
	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
		if (reading->lines[needed[i]] == 0 && reading->takes & plan_key_takes(needed[i]))
			plan_fault(reading, 0, _("The key `%s` is missing in [plan]."), plan_key_word(needed[i]));
}

static void
judge_numbers(struct plan_reading *reading)
{
	struct plan_file *plan = reading->plan;
	unsigned *lines = reading->lines;

	if (!(reading->takes & TAKES_CUSTODIANS))
		return;
	if (!(reading->takes & TAKES_FORM))
		plan->form = PLAN_FORM_QUORUM;
	if (plan->form == PLAN_FORM_QUORUM && lines[KEY_THRESHOLD] == 0)
		plan_fault(reading, 0, _("The key `%s` is missing in [plan]."), plan_key_word(KEY_THRESHOLD));
	if (plan->form == PLAN_FORM_QUORUM && plan->custodians != 0 && plan->threshold > plan->custodians)
		plan_fault(reading, lines[KEY_THRESHOLD],
			_("The threshold is larger than the number of custodians, %u."), plan->custodians);
	if (plan->form != PLAN_FORM_PASSWORDS)
		return;
	if (lines[KEY_THRESHOLD] != 0)
		plan_fault(
			reading, lines[KEY_THRESHOLD], "%s", _("With passwords all are needed: leave this key out."));
	if (plan->custodians > LIMIT_SHARE_FILES)
		plan_fault(reading, lines[KEY_CUSTODIANS], _("With passwords there are at most %d custodians."),
			LIMIT_SHARE_FILES);
	if (plan->private_facts & (PLAN_PRIVATE_CUSTODIANS | PLAN_PRIVATE_THRESHOLD))
		plan_fault(reading, lines[KEY_PRIVATE], "%s",
			_("With passwords the number of custodians cannot be private: each has a file, and the device "
			  "tells how many it took."));
	if (lines[KEY_SHEETS] != 0 && plan->sheets & PLAN_SHEET_SHARES)
		plan_fault(reading, lines[KEY_SHEETS], "%s", _("With passwords there are no share sheets."));
}

static void
judge_name(struct plan_reading *reading, unsigned line, const char *name, const char *romanised, const char *key)
{
	if (name[0] != '\0' && romanised[0] == '\0' && pdf_check_text(name) != DONE)
		plan_fault(reading, line, _("%s Add the name as it shall stand on them: %s = ..."),
			outcome_text(FAIL_GLYPH), key);
	if (name[0] == '\0' && romanised[0] != '\0')
		plan_fault(reading, line, "%s", _("A romanised name stands here without the name itself."));
}

static void
judge_people(struct plan_reading *reading)
{
	struct plan_file *plan = reading->plan;
	unsigned named = 0, last = 0;

	judge_name(reading, reading->lines[KEY_ORGANISATION], plan->organisation, plan->organisation_romanised,
		plan_key_word(KEY_ORGANISATION_ROMANISED));
	judge_name(reading, plan->operator.line, plan->operator.name, plan->operator.romanised, "romanised");
	for (unsigned i = 0; i < PLAN_WITNESSES_MOST; i++) {
		const struct plan_person *witness = &plan->witnesses[i];

		judge_name(reading, witness->line, witness->name, witness->romanised, "romanised");
		if (!witness->is_there)
			continue;
		if (i > plan->witness_count)
			plan_fault(reading, witness->line, "%s",
				_("The witnesses are numbered from 1, and none is left out."));
		plan->witness_count = i + 1;
	}
	for (unsigned i = 0; i < LIMIT_CUSTODIANS; i++) {
		const struct plan_person *person = &plan->people[i];

		judge_name(reading, person->line, person->name, person->romanised, "romanised");
		named += person->name[0] != '\0';
		last = person->is_there ? i + 1 : last;
		if (person->is_there && person->name[0] == '\0')
			plan_fault(reading, person->line, "%s",
				_("The custodian's name is missing. Where only numbers are used, leave the section "
				  "out."));
		if (person->is_there && plan->custodians != 0 && i >= plan->custodians)
			plan_fault(reading, person->line, _("There are only %u custodians."), plan->custodians);
		if (person->is_there && reading->takes != 0 && !(reading->takes & TAKES_CUSTODIANS))
			plan_fault(reading, person->line, _("The ceremony %s has no use for this section."),
				plan->ceremony);
	}
	plan->has_names = named > 0;
	if (last > 0 && last <= plan->custodians && named < plan->custodians)
		plan_fault(reading, 0, _("Of the %u custodians only %u are named: name all of them, or none."),
			plan->custodians, named);
}

static void
judge_private(struct plan_reading *reading)
{
	const struct plan_file *plan = reading->plan;
	bool has_any_name = plan->has_names || plan->operator.name[0] != '\0';
	uint8_t salt[PLAN_SALT_DIGITS / 2];
	char text[PLAN_SALT_DIGITS + 1];

	for (unsigned i = 0; i < plan->witness_count; i++)
		has_any_name = has_any_name || plan->witnesses[i].name[0] != '\0';
	if (plan->private_facts & PLAN_PRIVATE_NAMES && !has_any_name)
		plan_fault(
			reading, reading->lines[KEY_PRIVATE], "%s", _("The names are private, and nobody is named."));
	if (plan->has_names && plan->private_facts & PLAN_PRIVATE_CUSTODIANS &&
		!(plan->private_facts & PLAN_PRIVATE_NAMES))
		plan_fault(reading, reading->lines[KEY_PRIVATE], "%s",
			_("Whoever counts the names knows how many custodians there are: make the names private, "
			  "too."));
	if (plan->private_facts == 0 || reading->lines[KEY_SALT] != 0 || random_fill(salt, sizeof salt) != DONE)
		return;
	hex_encode(salt, sizeof salt, text);
	plan_fault(reading, 0,
		_("With something private the plan needs a salt, so that nobody guesses it from its digest. Add to "
		  "[plan], "
		  "for example: salt = %s"),
		text);
}

void
plan_judge(struct plan_reading *reading)
{
	if (!reading->has_plan_section)
		plan_fault(reading, 0, "%s", _("The section [plan] is missing."));
	else if (reading->lines[KEY_NAME] == 0)
		plan_fault(reading, 0, _("The key `%s` is missing in [plan]."), plan_key_word(KEY_NAME));
	if (reading->has_plan_section && reading->lines[KEY_CEREMONY] == 0)
		plan_fault(reading, 0, _("The key `%s` is missing in [plan]."), plan_key_word(KEY_CEREMONY));
	if (reading->takes != 0)
		judge_keys(reading);
	judge_numbers(reading);
	judge_people(reading);
	judge_private(reading);
}
