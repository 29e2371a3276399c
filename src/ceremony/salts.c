/* The sheet of salts: drawn, printed or copied by hand, sealed, and gone from the machine. */
#include "steps.h"

#include <quorate/forms.h>
#include <quorate/hex.h>
#include <quorate/random.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/crypto.h>
#include <string.h>

#define FACTS_MOST 3
#define SALT_SIZE 16
#define NAMES_SIZE 4096
#define SEALED_WORD "sealed"

enum { SALTS_PRINT, SALTS_SEAL };

struct fact {
	const char *name;
	char value[NAMES_SIZE];
	char salt[2 * SALT_SIZE + 1], digest[JOURNAL_DIGEST_TEXT_SIZE];
};

static void
tell_names(const struct ceremony *ceremony, char *ret, size_t size)
{
	unsigned count = people_count(ceremony);

	ret[0] = '\0';
	for (unsigned i = 0; i < count; i++) {
		char role[PEOPLE_ROLE_SIZE];
		const struct plan_person *person = people_get(ceremony, i, role);

		if (person->name[0] != '\0')
			text_append(
				ret, size, "%s%s: %s", ret[0] == '\0' ? "" : "; ", role, plan_person_on_paper(person));
	}
}

static size_t
list_facts(const struct ceremony *ceremony, struct fact ret[FACTS_MOST])
{
	const struct plan *plan = &ceremony->plan;
	size_t count = 0;

	memset(ret, 0, FACTS_MOST * sizeof *ret);
	if (private_has(ceremony, PLAN_PRIVATE_CUSTODIANS) && plan->total != 0) {
		ret[count].name = "custodians";
		text_format(ret[count++].value, NAMES_SIZE, "%u", plan->total);
	}
	if (private_has(ceremony, PLAN_PRIVATE_THRESHOLD) && plan->threshold != 0) {
		ret[count].name = "threshold";
		text_format(ret[count++].value, NAMES_SIZE, "%u", plan->threshold);
	}
	if (private_has(ceremony, PLAN_PRIVATE_NAMES)) {
		ret[count].name = "names";
		tell_names(ceremony, ret[count++].value, NAMES_SIZE);
	}
	return count;
}

static bool
is_wanted(const struct ceremony *ceremony)
{
	return private_has(ceremony, PLAN_PRIVATE_NAMES) ||
	       (private_has_numbers(ceremony) && ceremony->plan.total != 0);
}

static enum outcome
draw(struct fact *facts, size_t count)
{
	uint8_t salt[SALT_SIZE];
	enum outcome outcome = DONE;

	for (size_t i = 0; i < count && outcome == DONE; i++) {
		outcome = random_fill(salt, sizeof salt);
		hex_encode(salt, sizeof salt, facts[i].salt);
		journal_open_digest(facts[i].name, facts[i].value, facts[i].salt, facts[i].digest);
	}
	OPENSSL_cleanse(salt, sizeof salt);
	return outcome;
}

static enum outcome
make_sheet(struct ceremony *ceremony, const struct fact *facts, size_t count)
{
	struct form_salt salts[FACTS_MOST];
	struct papers_texts texts;
	struct form_facts common;

	for (size_t i = 0; i < count; i++)
		salts[i] = (struct form_salt){ facts[i].name, facts[i].value, facts[i].salt };
	papers_clear(&ceremony->papers);
	papers_facts(ceremony, &texts, &common);
	return form_salts(&ceremony->papers.sheets[0], &common, salts, count);
}

static bool
record_facts(struct ceremony *ceremony, const struct fact *facts, size_t count)
{
	struct journal_field fields[FACTS_MOST];
	char names[FACTS_MOST][32];

	for (size_t i = 0; i < count; i++) {
		text_format(names[i], sizeof names[i], "%s" JOURNAL_OPEN_ENDING, facts[i].name);
		fields[i] = (struct journal_field){ names[i], facts[i].digest, 0 };
	}
	return record(ceremony, JOURNAL_OPEN_EVENT, fields, count);
}

static void
seal_salts_enter(struct ceremony *ceremony)
{
	struct fact facts[FACTS_MOST];
	size_t count = list_facts(ceremony, facts);
	enum outcome outcome = draw(facts, count);

	if (outcome == DONE)
		outcome = make_sheet(ceremony, facts, count);
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else if (record_facts(ceremony, facts, count))
		ceremony->papers.count = 1;
	OPENSSL_cleanse(facts, sizeof facts);
}

static void
seal_salts_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	if (ceremony->part == SALTS_PRINT) {
		ret->kind = PROMPT_PRINT;
		ret->of.print.sheets = (const struct sheet *const *)ceremony->papers.sheets;
		ret->of.print.count = ceremony->papers.count;
		text_format(ret->text, sizeof ret->text, "%s",
			_("The record holds what is private as digests only. This sheet opens them, for whoever may "
			  "see it "
			  "one day: print it once, or look at it and copy it by hand. It is saved in no file, and "
			  "gone from this machine after the next question."));
		return;
	}
	ret->kind = PROMPT_CONFIRM;
	text_format(ret->of.confirm.word, sizeof ret->of.confirm.word, SEALED_WORD);
	text_format(ret->text, sizeof ret->text,
		_("Put the sheet of salts into an envelope now, before everybody's eyes, seal it, and sign over the "
		  "flap. Nobody can make it a second time: without it, what is private in the record can never be "
		  "proven.\nWhen the envelope is closed, type %s."),
		SEALED_WORD);
}

static void
seal_salts_take(struct ceremony *ceremony, struct answer *answer)
{
	if (ceremony->part == SALTS_PRINT) {
		ceremony->part = SALTS_SEAL;
		return;
	}
	if (strcmp(answer->text, SEALED_WORD) != 0) {
		step_refuse(ceremony, FAIL_WORD);
		return;
	}
	papers_clear(&ceremony->papers);
	step_next(ceremony);
}

const struct step step_seal_salts = {
	.name = "salts",
	.title = N_("The sheet of salts"),
	.event = "salts-sealed",
	.is_wanted = is_wanted,
	.enter = seal_salts_enter,
	.ask = seal_salts_ask,
	.take = seal_salts_take,
};
