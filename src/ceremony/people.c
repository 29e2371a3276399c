/*
 * The people whom a plan names: each confirms to be there at the beginning and after a pause; operator and witnesses
 * confirm the device before it is changed, and at the end what was done.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

#define CONFIRM_WORD "confirmed"

static const struct plan_person *
witness_of(const struct ceremony *ceremony, unsigned at)
{
	return &ceremony->agreed->witnesses[at];
}

/* Those who confirm what is done: operator, then witnesses. */
static unsigned
count_officers(const struct ceremony *ceremony)
{
	const struct plan_file *agreed = ceremony->agreed;

	return agreed == NULL ? 0 : agreed->operator.is_there + agreed->witness_count;
}

unsigned
people_count(const struct ceremony *ceremony)
{
	const struct plan_file *agreed = ceremony->agreed;

	return count_officers(ceremony) + (agreed != NULL && agreed->has_names ? agreed->custodians : 0);
}

const struct plan_person *
people_get(const struct ceremony *ceremony, unsigned at, char role[PEOPLE_ROLE_SIZE])
{
	const struct plan_file *agreed = ceremony->agreed;
	unsigned officers = count_officers(ceremony);

	if (at >= officers) {
		text_format(role, PEOPLE_ROLE_SIZE, _("Custodian %u"), at - officers + 1);
		return &agreed->people[at - officers];
	}
	if (agreed->operator.is_there && at == 0) {
		text_format(role, PEOPLE_ROLE_SIZE, "%s", _("Operator"));
		return &agreed->operator;
	}
	at -= agreed->operator.is_there;
	text_format(role, PEOPLE_ROLE_SIZE, _("Witness %u"), at + 1);
	return witness_of(ceremony, at);
}

void
people_call(const struct ceremony *ceremony, unsigned at, char *ret, size_t size)
{
	char role[PEOPLE_ROLE_SIZE];
	const struct plan_person *person = people_get(ceremony, at, role);

	if (person->name[0] == '\0')
		text_format(ret, size, "%s", role);
	else
		text_format(ret, size, "%s, %s", role, person->name);
}

void
people_call_custodian(const struct ceremony *ceremony, unsigned number, struct prompt *ret)
{
	const struct plan_file *agreed = ceremony->agreed;
	char text[PROMPT_TEXT_SIZE];

	if (agreed == NULL || !agreed->has_names || number < 1 || number > agreed->custodians)
		return;
	text_format(text, sizeof text, _("It is the turn of %s.\n%s"), agreed->people[number - 1].name, ret->text);
	text_format(ret->text, sizeof ret->text, "%s", text);
}

bool
people_record(struct ceremony *ceremony, const char *event, unsigned at)
{
	char who[LIMIT_TEXT_INPUT], role[PEOPLE_ROLE_SIZE];
	const struct journal_field field = { "role", who, 0 };

	people_get(ceremony, at, role);
	people_call(ceremony, at, who, sizeof who);
	/* How many custodians there are is told by how many are present. */
	if (at >= count_officers(ceremony) && private_has(ceremony, PLAN_PRIVATE_CUSTODIANS))
		return true;
	if (private_has(ceremony, PLAN_PRIVATE_NAMES))
		text_format(who, sizeof who, "%s", role);
	if (ceremony->journal != NULL)
		return record(ceremony, event, &field, 1);
	if (record_early(ceremony, event, who))
		return true;
	step_fail(ceremony, FAIL_INTERNAL, CODE_OF_NOTHING);
	return false;
}

/* One after the other; the step ends with the last. */
static void
take_one(struct ceremony *ceremony, const char *event, unsigned count)
{
	if (!people_record(ceremony, event, ceremony->part))
		return;
	if (++ceremony->part >= count)
		step_next(ceremony);
}

static bool
has_people(const struct ceremony *ceremony)
{
	return people_count(ceremony) > 0;
}

static void
presence_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char who[LIMIT_TEXT_INPUT];

	people_call(ceremony, ceremony->part, who, sizeof who);
	ret->kind = PROMPT_GATE;
	text_format(ret->text, sizeof ret->text,
		_("%s: come to the keyboard.\nPress Enter yourself to say that you are here, that you know what will "
		  "be done today, and that you agree with the plan. It stands in the record."),
		who);
}

static void
presence_take(struct ceremony *ceremony, struct answer *answer)
{
	(void)answer;
	take_one(ceremony, "person-present", people_count(ceremony));
}

/* Whoever was here before may have left. */
static bool
presence_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)ceremony;
	(void)step;
	return false;
}

const struct step step_presence = {
	.name = "presence",
	.title = N_("Who is here"),
	.event = "presence-confirmed",
	.resume = presence_resume,
	.is_wanted = has_people,
	.ask = presence_ask,
	.take = presence_take,
};

static bool
has_officers(const struct ceremony *ceremony)
{
	return count_officers(ceremony) > 0;
}

static void
agree_device_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char who[LIMIT_TEXT_INPUT], name[LIMIT_TEXT_INPUT + TOKEN_NAME_SIZE];

	people_call(ceremony, ceremony->part, who, sizeof who);
	card_name(ceremony, name, sizeof name);
	ret->kind = PROMPT_CONFIRM;
	text_format(ret->of.confirm.word, sizeof ret->of.confirm.word, CONFIRM_WORD);
	text_format(ret->text, sizeof ret->text,
		_("%s: come to the keyboard.\nThe next step initialises %s. Compare the serial number with the one on "
		  "the device. If this is the device that was agreed on, type %s."),
		who, name, CONFIRM_WORD);
}

static void
agree_take(struct ceremony *ceremony, struct answer *answer, const char *event)
{
	if (strcmp(answer->text, CONFIRM_WORD) != 0)
		step_refuse(ceremony, FAIL_WORD);
	else
		take_one(ceremony, event, count_officers(ceremony));
}

static void
agree_device_take(struct ceremony *ceremony, struct answer *answer)
{
	agree_take(ceremony, answer, "device-confirmed");
}

const struct step step_agree_device = {
	.name = "agree-device",
	.title = N_("The device is confirmed"),
	.event = "device-agreed",
	.is_wanted = has_officers,
	.ask = agree_device_ask,
	.take = agree_device_take,
};

static void
attest_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char who[LIMIT_TEXT_INPUT], kcv[DKEK_KCV_TEXT_SIZE];

	people_call(ceremony, ceremony->part, who, sizeof who);
	dkek_kcv_text(ceremony->kcv, kcv);
	ret->kind = PROMPT_CONFIRM;
	text_format(ret->of.confirm.word, sizeof ret->of.confirm.word, CONFIRM_WORD);
	text_format(
		ret->text, sizeof ret->text, _("%s: come to the keyboard.\nThe key check value is %s.\n"), who, kcv);
	if (ceremony->device.serial[0] != '\0')
		text_append(ret->text, sizeof ret->text, _("The device has the serial number %s.\n"),
			ceremony->device.serial);
	text_append(ret->text, sizeof ret->text,
		_("If everything that you saw was done as the plan and the screens say, and what differed was noted "
		  "(F7), type %s. It stands in the record under your name or role."),
		CONFIRM_WORD);
}

static void
attest_take(struct ceremony *ceremony, struct answer *answer)
{
	agree_take(ceremony, answer, "ceremony-confirmed");
}

const struct step step_confirm_end = {
	.name = "attest",
	.title = N_("What was done is confirmed"),
	.event = "ceremony-attested",
	.is_wanted = has_officers,
	.ask = attest_ask,
	.take = attest_take,
};
