/*
 * What stays private: m, n and names stand in the record only as digests, whose salts go onto one sheet for a sealed
 * envelope and nowhere else. What a ceremony needs to go on after an interruption (m, n, whose sheets are confirmed)
 * stands in a record of its own, which is removed when the ceremony is over.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <libgen.h>
#include <string.h>
#include <unistd.h>

#define NUMBERS (PLAN_PRIVATE_CUSTODIANS | PLAN_PRIVATE_THRESHOLD)

/* Events that tell m or n: what they tell is left out. Those of one custodian are left out as a whole, for as many as
   they are. */
static const struct {
	const char *event;
	size_t kept; /* fields that tell nothing, which come first */
} telling[] = { { "set-void", 1 }, { "void-sheets-destroyed", 0 }, { "old-sheets-counted", 0 } };
static const char *const numbering[] = { "custodian", "share" };

bool
private_has(const struct ceremony *ceremony, unsigned facts)
{
	return (ceremony->plan.private_facts & facts) != 0;
}

bool
private_has_numbers(const struct ceremony *ceremony)
{
	return private_has(ceremony, NUMBERS);
}

void
private_tell(unsigned facts, char *ret, size_t size)
{
	text_format(ret, size, "%s%s%s", facts & PLAN_PRIVATE_NAMES ? "names " : "",
		facts & PLAN_PRIVATE_CUSTODIANS ? "custodians " : "",
		facts & PLAN_PRIVATE_THRESHOLD ? "threshold " : "");
	if (ret[0] != '\0')
		ret[strlen(ret) - 1] = '\0';
}

unsigned
private_read(const char *text)
{
	if (text == NULL)
		return 0;
	return (strstr(text, "names") != NULL ? PLAN_PRIVATE_NAMES : 0u) |
	       (strstr(text, "custodians") != NULL ? PLAN_PRIVATE_CUSTODIANS : 0u) |
	       (strstr(text, "threshold") != NULL ? PLAN_PRIVATE_THRESHOLD : 0u);
}

enum outcome
private_open(struct ceremony *ceremony)
{
	char path[STEP_PATH_SIZE];

	place_path(ceremony, PRIVATE_FILE, path);
	return private_has_numbers(ceremony) ? journal_create(&ceremony->private_journal, path) : DONE;
}

enum outcome
private_append(struct ceremony *ceremony, const char *event, const struct journal_field *fields, size_t count)
{
	return ceremony->private_journal == NULL ? DONE
						 : journal_append(ceremony->private_journal, event, fields, count);
}

/* How many fields of an event stay in the record: count where it tells nothing. */
static size_t
kept_fields(const char *event, size_t count)
{
	for (size_t i = 0; i < sizeof telling / sizeof telling[0]; i++)
		if (strcmp(telling[i].event, event) == 0)
			return telling[i].kept;
	return count;
}

static bool
is_numbering(const struct journal_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < sizeof numbering / sizeof numbering[0]; j++)
			if (strcmp(fields[i].name, numbering[j]) == 0)
				return true;
	return false;
}

enum outcome
private_split(struct ceremony *ceremony, const char *event, const struct journal_field *fields, size_t *count,
	bool *ret_is_left_out)
{
	size_t all = *count;

	*ret_is_left_out = ceremony->private_journal != NULL && is_numbering(fields, all);
	if (ceremony->private_journal == NULL || (!*ret_is_left_out && kept_fields(event, all) == all))
		return DONE;
	*count = kept_fields(event, all);
	return private_append(ceremony, event, fields, all);
}

/* They were there for a resumption alone; what may remain of them on the disk is no secret that opens anything. */
static void
remove_files(const char *folder)
{
	static const char *const names[] = { PRIVATE_FILE, AGREED_FILE };
	char path[STEP_PATH_SIZE];

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		text_format(path, sizeof path, "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
}

void
private_close(struct ceremony *ceremony, bool is_over)
{
	if (ceremony->plan.private_facts == 0 || ceremony->plan.folder[0] == '\0')
		return;
	journal_close(&ceremony->private_journal);
	if (is_over)
		remove_files(ceremony->plan.folder);
}

void
private_sweep(const char *path, const struct journal_record *past)
{
	char folder[STEP_PATH_SIZE];

	if (!resume_is_over(past) ||
		private_read(journal_read_text(journal_read_last(past, "begun", 0), "private")) == 0)
		return;
	text_format(folder, sizeof folder, "%s", path);
	remove_files(dirname(folder));
}

enum outcome
private_resume(struct ceremony *ceremony)
{
	char path[STEP_PATH_SIZE];
	bool is_mended;
	enum outcome outcome;

	if (!private_has_numbers(ceremony))
		return DONE;
	place_path(ceremony, PRIVATE_FILE, path);
	outcome = journal_continue(&ceremony->private_journal, path, &is_mended);
	return outcome == DONE ? journal_read(&ceremony->resumed.private_past, path) : outcome;
}

enum { CHOOSE_NOTHING, CHOOSE_NUMBERS };

static void
choose_private_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	static const struct {
		const char *label, *detail;
	} choices[] = {
		[CHOOSE_NOTHING] = { N_("Nothing is private"),
			N_("m, n and each turn stand in the record, and m and n on the sheets.") },
		[CHOOSE_NUMBERS] = { N_("m and n are private"),
			N_("The record has them as digests only, for a sealed sheet to open; the sheets leave them "
			   "out.") },
	};

	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text, "%s",
		_("May everybody know how many custodians there are and how many are needed? Both are right: who finds "
		  "a "
		  "sheet learns what it is for; who plans a theft learns how many people to look for."));
	for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
		struct prompt_choice *item = &ret->of.choose.items[ret->of.choose.count++];

		text_format(item->label, sizeof item->label, "%s", _(choices[i].label));
		text_format(item->detail, sizeof item->detail, "%s", _(choices[i].detail));
	}
	ret->of.choose.initial = private_has_numbers(ceremony) ? CHOOSE_NUMBERS : CHOOSE_NOTHING;
}

static void
choose_private_take(struct ceremony *ceremony, struct answer *answer)
{
	ceremony->plan.private_facts = answer->choice == CHOOSE_NUMBERS ? NUMBERS : 0;
	step_next(ceremony);
}

const struct step step_choose_private = {
	.name = "private",
	.title = N_("What stays private"),
	.event = "privacy-chosen",
	.is_wanted = plan_is_single,
	.is_planned = agreed_is_there,
	.ask = choose_private_ask,
	.take = choose_private_take,
};
