/*
 * Going on after a crash, a kill or a power cut: the record says what was done, the device what it is now, and each
 * step says from both whether it is held again. No secret was ever stored, so whatever needs one is typed again.
 */
#include "steps.h"

#include <quorate/file.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DESTROYED_WORD "destroyed"

/* The kinds whose steps know how to go on. */
static const char *const resumable[] = { "new-key-domain", "join", "restore", "change-custodians", "create-share",
	"renew-sheets", "drill" };

static void
judge_steps(struct ceremony *ceremony)
{
	ceremony->resumed.passed = 1;
	for (size_t i = 1; i < ceremony->step_count && ceremony->end == END_NOT_YET; i++) {
		const struct step *step = ceremony->steps[i];
		bool is_passed = step->resume != NULL
					 ? step->resume(ceremony, step)
					 : step->event != NULL && resume_find(ceremony, step->event) != NULL;

		if (is_passed)
			ceremony->resumed.passed |= (uint64_t)1 << i;
	}
}

/* Sheets of a void set that nobody was seen to destroy. */
static void
find_void_sheets(struct ceremony *ceremony)
{
	const struct journal_record *past = resume_telling_past(ceremony);
	const struct journal_line *line = journal_read_last(past, "set-void", 0);
	const char *written = journal_read_text(line, "written"), *begun = journal_read_text(line, "begun");

	if (written == NULL || begun == NULL ||
		resume_is_later(journal_read_last(past, "void-sheets-destroyed", 0), line))
		return;
	text_format(ceremony->resumed.void_sheets, sizeof ceremony->resumed.void_sheets, "%s%s%s", written,
		written[0] != '\0' && begun[0] != '\0' ? ", " : "", begun);
	text_format(ceremony->resumed.void_file, sizeof ceremony->resumed.void_file, "%s",
		journal_read_text(line, "file") == NULL ? "" : journal_read_text(line, "file"));
}

enum { RESUMED_READ, RESUMED_TELL, RESUMED_VOID };

static void
prepare(struct ceremony *ceremony)
{
	ceremony->part = RESUMED_TELL;
	resume_plan(ceremony);
	find_void_sheets(ceremony);
	resume_judge_set(ceremony);
	if (ceremony->end == END_NOT_YET)
		judge_steps(ceremony);
}

static void
resumed_enter(struct ceremony *ceremony)
{
	const struct journal_line *device = resume_find(ceremony, "device");
	const char *serial = journal_read_text(device, "serial"), *reader = journal_read_text(device, "reader");

	/* Come back to, because a set was given up. */
	if (ceremony->resumed.is_void) {
		ceremony->part = RESUMED_VOID;
		return;
	}
	if (serial != NULL && reader != NULL) {
		text_format(ceremony->device.serial, sizeof ceremony->device.serial, "%s", serial);
		text_format(ceremony->device.reader, sizeof ceremony->device.reader, "%s", reader);
	}
	if (serial != NULL && reader != NULL && resume_compared(ceremony) == NULL) {
		ceremony->part = RESUMED_READ;
		card_begin(ceremony, TOKEN_DESCRIBE);
	} else {
		prepare(ceremony);
	}
}

static void
resumed_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	(void)was_lost;
	if (answer->outcome == DONE)
		prepare(ceremony);
	else
		step_fail(ceremony, answer->outcome, answer->code);
}

static bool
needs_shares(const struct ceremony *ceremony)
{
	if (!ceremony->resumed.is_usable || !plan_is_single(ceremony))
		return false;
	return ceremony->progress.turns < ceremony->plan.total ||
	       (ceremony_has(ceremony, &step_import_share) && !ceremony->progress.is_imported) ||
	       (ceremony_has(ceremony, &step_prove_set) && resume_find_in_set(ceremony, "set-proven") == NULL);
}

static bool
needs_passwords(const struct ceremony *ceremony)
{
	/* Where they go into no device, nothing more is needed of those that are all made. */
	if (!ceremony_has(ceremony, &step_import_share) && resume_find_in_set(ceremony, "all-files-proven") != NULL)
		return false;
	return ceremony->resumed.is_usable && plan_is_password_each(ceremony) && !ceremony->progress.is_imported &&
	       retype_passwords_left(ceremony) != 0;
}

/* A set that was there before: its file is opened anew. */
static bool
needs_old_set(const struct ceremony *ceremony)
{
	return ceremony_has(ceremony, &step_open_old_file) && !old_set_is_done(ceremony);
}

static void
tell_sheets(const struct ceremony *ceremony, char *ret, size_t size)
{
	const struct resumed *resumed = &ceremony->resumed;
	char list[CALLING_LIST_SIZE];

	if (resumed->void_file[0] != '\0' && !plan_is_single(ceremony))
		text_append(ret, size,
			_("The share files called after %s are void: not all of them can be opened any more. Delete "
			  "them later; new ones are made, with new passwords.\n"),
			resumed->void_file);
	else if (resumed->void_file[0] != '\0')
		text_append(ret, size,
			_("The share file %s is void: too few custodians had confirmed their sheets, and nobody can "
			  "open it. Delete it later; a new one is made.\n"),
			resumed->void_file);
	if (resumed->void_sheets[0] != '\0')
		text_append(ret, size, _("Void with it are the sheets of the custodians %s.\n"), resumed->void_sheets);
	if (resumed->is_usable && plan_is_single(ceremony)) {
		calling_list(resumed->written, list, sizeof list);
		text_append(ret, size,
			_("The share file %s is whole. Confirmed are the sheets of the custodians %s.\n"),
			ceremony->plan.share_file, list);
	}
	if (resumed->is_usable && plan_is_mixed(ceremony))
		text_append(ret, size, "%s\n", _("All share files are made and proven."));
	if (resumed->is_usable && plan_is_password_each(ceremony)) {
		calling_list(ceremony->progress.written, list, sizeof list);
		text_append(ret, size, _("Made and proven are the share files of the custodians %s.\n"), list);
	}
	if (needs_passwords(ceremony)) {
		calling_list(retype_passwords_left(ceremony), list, sizeof list);
		text_append(ret, size, _("Passwords are never stored: these custodians type theirs once more: %s.\n"),
			list);
	}
	if (needs_old_set(ceremony))
		text_append(ret, size, "%s\n",
			_("Shares and passwords are never stored: the share file that was there before is opened "
			  "anew."));
	if (needs_shares(ceremony))
		text_append(ret, size,
			_("Shares are never stored: %u of these custodians type theirs once more. Missing shares are "
			  "calculated from them.\n"),
			ceremony->plan.threshold);
}

static void
resumed_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct resumed *resumed = &ceremony->resumed;
	char words[512];

	if (ceremony->part == RESUMED_VOID) {
		ret->kind = PROMPT_CONFIRM;
		text_format(ret->of.confirm.word, sizeof ret->of.confirm.word, DESTROYED_WORD);
		text_format(ret->text, sizeof ret->text,
			_("The sheets of the custodians %s belong to the void share file %s. They are destroyed now, "
			  "before everybody's eyes: shredded or burnt. They open nothing, but must never be taken for "
			  "the new ones.\nWhen all of them are destroyed, type %s. It is noted in the record."),
			resumed->void_sheets, resumed->void_file, DESTROYED_WORD);
		return;
	}
	ret->kind = PROMPT_TELL;
	journal_words(&resumed->past->lines[resumed->past->line_count - 1], words, sizeof words);
	text_format(ret->text, sizeof ret->text,
		_("This ceremony was interrupted. It began at %s; the last thing on record is:\n%s\n"),
		ceremony->plan.stamp, words);
	if (resumed->is_mended)
		text_append(ret->text, sizeof ret->text, "%s\n",
			_("A line that was being written then was cut off; it never counted, and was taken away."));
	if (ceremony_has(ceremony, &step_choose_device))
		text_append(ret->text, sizeof ret->text, "%s\n",
			ceremony->progress.is_imported ? _("The device is initialised, and its key is in it.")
			: ceremony->progress.is_initialised
				? _("The device is initialised; it still waits for its key.")
				: _("The device was not changed."));
	tell_sheets(ceremony, ret->text, sizeof ret->text);
	if (ceremony_has(ceremony, &step_choose_device))
		text_append(ret->text, sizeof ret->text, "%s",
			_("PINs are never stored either: those that are still needed are asked for again."));
}

static void
go_on(struct ceremony *ceremony)
{
	ceremony->resumed.is_told = true;
	if (needs_shares(ceremony))
		step_go(ceremony, &step_retype_shares, NULL);
	else if (needs_passwords(ceremony))
		step_go(ceremony, &step_retype_passwords, NULL);
	else
		step_next(ceremony);
}

static void
resumed_take(struct ceremony *ceremony, struct answer *answer)
{
	struct resumed *resumed = &ceremony->resumed;
	const struct journal_field sheets = { "sheets", resumed->void_sheets, 0 };

	if (ceremony->part == RESUMED_TELL && resumed->void_sheets[0] != '\0') {
		ceremony->part = RESUMED_VOID;
	} else if (ceremony->part == RESUMED_TELL) {
		go_on(ceremony);
	} else if (strcmp(answer->text, DESTROYED_WORD) != 0) {
		step_refuse(ceremony, FAIL_WORD);
	} else if (record(ceremony, "void-sheets-destroyed", &sheets, 1)) {
		resumed->void_sheets[0] = '\0';
		go_on(ceremony);
	}
}

const struct step step_resumed = {
	.name = "resumed",
	.title = N_("An interrupted ceremony"),
	.enter = resumed_enter,
	.ask = resumed_ask,
	.take = resumed_take,
	.settled = resumed_settled,
};

void
resume_give_up_set(struct ceremony *ceremony)
{
	resume_void_set(ceremony);
	judge_steps(ceremony);
	if (ceremony->end == END_NOT_YET)
		step_go(ceremony, &step_resumed, NULL);
}

bool
resume_is_over(const struct journal_record *past)
{
	static const char *const ends[] = { "done", "stopped", "failed" };

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if (journal_read_last(past, ends[i], 0) != NULL)
			return true;
	return false;
}

bool
resume_is_offered(const struct ceremony_kind *kind)
{
	for (size_t i = 0; kind != NULL && i < sizeof resumable / sizeof resumable[0]; i++)
		if (strcmp(resumable[i], kind->name) == 0)
			return true;
	return false;
}

const struct ceremony_kind *
resume_kind(const struct journal_record *past, bool is_rehearsal)
{
	const struct journal_line *begun = journal_read_last(past, "begun", 0);
	const char *name = journal_read_text(begun, "ceremony"), *rehearsal = journal_read_text(begun, "rehearsal");
	const struct ceremony_kind *kinds;
	size_t kind_count = ceremony_kinds(&kinds);

	/* Before the folder was chosen nothing was done but choosing, and not even all of that may be on record. */
	if (past->verdict != DONE || name == NULL || rehearsal == NULL || resume_is_over(past) ||
		journal_read_last(past, step_choose_folder.event, 0) == NULL ||
		(strcmp(rehearsal, "yes") == 0) != is_rehearsal)
		return NULL;
	for (size_t i = 0; i < kind_count; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return resume_is_offered(&kinds[i]) ? &kinds[i] : NULL;
	return NULL;
}

/* The record is open and read: the ceremony takes it over. */
static enum outcome
take_up(struct ceremony *ceremony, const char *path)
{
	const struct journal_record *past = ceremony->resumed.past;
	const struct journal_line *begun = resume_find(ceremony, "begun");
	const char *label = journal_read_text(begun, "label"), *at = journal_read_text(begun, "at");
	const struct journal_field fields[] = {
		{ "after", past->lines[past->line_count - 1].event, 0 },
		{ "mended", ceremony->resumed.is_mended ? "yes" : "no", 0 },
		{ "quorate", ceremony->world->version, 0 },
	};
	enum outcome outcome;

	text_format(ceremony->plan.folder, sizeof ceremony->plan.folder, "%s", path);
	dirname(ceremony->plan.folder);
	text_format(ceremony->plan.label, sizeof ceremony->plan.label, "%s", label == NULL ? "" : label);
	text_format(ceremony->plan.stamp, sizeof ceremony->plan.stamp, "%s", at == NULL ? begun->utc : at);
	ceremony->plan.private_facts = private_read(journal_read_text(begun, "private"));
	outcome = agreed_resume(ceremony);
	if (outcome == DONE)
		outcome = private_resume(ceremony);
	if (outcome == DONE && record(ceremony, "resumed", fields, sizeof fields / sizeof fields[0]) &&
		record_preflight(ceremony))
		step_go(ceremony, &step_resumed, NULL);
	return outcome;
}

enum outcome
ceremony_resume(struct ceremony **ret, const struct ceremony_world *world, const char *path)
{
	struct journal_record *past = NULL;
	const struct ceremony_kind *kind;
	struct journal *journal;
	bool is_mended;
	enum outcome outcome = journal_continue(&journal, path, &is_mended);

	*ret = NULL;
	if (outcome != DONE)
		return outcome;
	outcome = journal_read(&past, path);
	kind = outcome == DONE ? resume_kind(past, world->is_rehearsal) : NULL;
	if (outcome == DONE && kind == NULL)
		outcome = FAIL_RESUME;
	if (outcome == DONE)
		outcome = kind->open(ret, world);
	if (outcome != DONE) {
		journal_record_free(&past);
		journal_close(&journal);
		return outcome;
	}
	(*ret)->journal = journal;
	(*ret)->resumed.past = past;
	(*ret)->resumed.is_mended = is_mended;
	outcome = take_up(*ret, path);
	if (outcome != DONE)
		ceremony_free(ret);
	return outcome;
}
