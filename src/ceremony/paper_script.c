/* The script of a ceremony: its steps as sentences to be read aloud, in their order. */
#include "steps.h"

#include <quorate/forms.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdlib.h>
#include <string.h>

#define LINES_MOST (64 + 2 * LIMIT_CUSTODIANS)
#define LINE_SIZE 256

/* By the step's name; what is not here is read as its title. */
static const struct {
	const char *step, *text;
} sentences[] = {
	{ "welcome", N_("Everybody has read what will happen. The room is closed, the cameras are covered.") },
	{ "device", N_("The device is chosen; its serial number is read aloud and compared with the one on it.") },
	{ "proof", N_("The certificate of the device is looked at: genuine, or accepted without proof.") },
	{ "label", N_("The device is named.") },
	{ "domain", N_("The key domain is named.") },
	{ "keyboard", N_("The keyboard is tried.") },
	{ "so-pin", N_("The SO-PIN is entered, and stands on its sheet.") },
	{ "user-pin", N_("The user PIN is chosen, and stands on its sheet.") },
	{ "form", N_("It is agreed how the key is kept: m of n, or a password for each custodian.") },
	{ "plan", N_("The plan is read aloud; its digest is compared with the one that was reviewed.") },
	{ "presence", N_("Everybody whom the plan names says that they are here and agree.") },
	{ "decision", N_("What has to be decided about the backup is read.") },
	{ "plan-files", N_("It is agreed how each share file is opened.") },
	{ "private", N_("It is agreed what stays private.") },
	{ "salts", N_("The sheet of salts is printed once, and sealed before everybody.") },
	{ "agree-device", N_("The device is confirmed by its serial number before it is initialised.") },
	{ "attest", N_("Operator and witnesses confirm what was done.") },
	{ "custodians", N_("It is agreed how many custodians there are.") },
	{ "sheet-count", N_("It is said how many custodians have a share.") },
	{ "threshold", N_("It is agreed how many of them are needed.") },
	{ "folder", N_("The folder for the files of this ceremony is chosen; the record begins.") },
	{ "file-name", N_("The share file gets its name.") },
	{ "sheets", N_("The sheets are printed, counted and handed out.") },
	{ "create", N_("The share file is made, read back from the disk and opened.") },
	{ "initialise", N_("The device's name is typed; the device is initialised, and what was on it is gone.") },
	{ "prove-pins", N_("Both PINs are proven on the device.") },
	{ "import", N_("The key goes into the device, and the key check values are compared.") },
	{ "files", N_("It is said how many share files the key has.") },
	{ "expected-kcv", N_("The expected key check value is read from its sheet and entered.") },
	{ "old-file", N_("The share file is named.") },
	{ "restore-file",
		N_("The share file is typed or scanned from its sheet, and compared with the digest there.") },
	{ "old-form", N_("It is said how the share file is opened: by shares or by a password.") },
	{ "old-threshold", N_("It is said how many shares open it.") },
	{ "old-password", N_("The password is typed by its owner, with everybody else turned away.") },
	{ "open", N_("The share file is opened, and the key check value read aloud.") },
	{ "prove-set", N_("The new share file is opened with the shares as they stand on the sheets.") },
	{ "old-sheets", N_("The old sheets and copies of the old file are destroyed before everybody, and counted.") },
	{ "results", N_("The sheets to be kept are printed.") },
	{ "read-back", N_("A printed share-file sheet is read back and compared, or that it was not is noted.") },
	{ "wrapped-keys", N_("The backups of keys are opened and compared.") },
	{ "record-sheet", N_("The record is closed, its digest read aloud and compared; everybody signs.") },
	{ "done", N_("Sheets and files are taken to where they are kept; what remains is destroyed.") },
};

/* Steps that are held once for each of several people. */
static const struct {
	const struct step *step;
	const char *who, *text;
	bool is_of_old_set;
} turns[] = {
	{ &step_take_turns, N_("Custodian"), N_("share seen alone, written down, typed back right."), false },
	{ &step_take_passwords, N_("Custodian"), N_("password chosen alone, share file made and opened."), false },
	{ &step_renew_turns, N_("Sheet"), N_("share copied to the new sheet alone, typed back right."), false },
	{ &step_type_old_shares, N_("Share"), N_("typed by its owner, with everybody else turned away."), true },
};

struct script {
	char lines[LINES_MOST][LINE_SIZE];
	const char *texts[LINES_MOST];
	size_t count;
};

static char *
next_line(struct script *script)
{
	script->texts[script->count] = script->lines[script->count];
	return script->lines[script->count++];
}

static bool
add_turns(struct script *script, const struct ceremony *ceremony, const struct step *step)
{
	size_t at = 0;
	unsigned total;

	while (at < sizeof turns / sizeof turns[0] && turns[at].step != step)
		at++;
	if (at == sizeof turns / sizeof turns[0])
		return false;
	if (private_has_numbers(ceremony)) {
		text_format(next_line(script), LINE_SIZE, _("%s, one after the other: %s"), _(turns[at].who),
			_(turns[at].text));
		return true;
	}
	total = turns[at].is_of_old_set ? ceremony->old.threshold : ceremony->plan.total;
	/* Not known yet: as many as are usual, and lines for others are written by hand. */
	if (total == 0)
		total = turns[at].is_of_old_set ? LIMIT_THRESHOLD_MIN : PLAN_TOTAL_USUAL;
	for (unsigned number = 1; number <= total && script->count < LINES_MOST; number++)
		text_format(next_line(script), LINE_SIZE, _("%s %u of %u: %s"), _(turns[at].who), number, total,
			_(turns[at].text));
	return true;
}

static void
add_step(struct script *script, const struct ceremony *ceremony, const struct step *step)
{
	const char *text = step->title;

	if (add_turns(script, ceremony, step) || script->count == LINES_MOST)
		return;
	for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++)
		if (strcmp(sentences[i].step, step->name) == 0)
			text = sentences[i].text;
	text_format(next_line(script), LINE_SIZE, "%s", _(text));
}

enum outcome
paper_script(struct sheet **ret, const struct ceremony *ceremony, const struct form_facts *facts)
{
	struct script *script = calloc(1, sizeof *script);
	enum outcome outcome;

	if (script == NULL)
		return FAIL_MEMORY;
	for (size_t i = 0; i < ceremony->step_count; i++)
		if (ceremony->steps[i]->is_wanted == NULL || ceremony->steps[i]->is_wanted(ceremony))
			add_step(script, ceremony, ceremony->steps[i]);
	outcome = form_script(ret, facts, script->texts, script->count);
	free(script);
	return outcome;
}

enum outcome
ceremony_script(struct sheet **ret, const struct ceremony_kind *kind, const struct ceremony_world *world)
{
	struct ceremony *ceremony = NULL;
	struct form_facts facts = { .ceremony = _(kind->title), .stamp = "", .is_rehearsal = world->is_rehearsal };
	enum outcome outcome = kind->open(&ceremony, world);

	if (outcome == DONE)
		outcome = paper_script(ret, ceremony, &facts);
	ceremony_free(&ceremony);
	return outcome;
}
