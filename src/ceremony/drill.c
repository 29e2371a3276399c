/*
 * A drill: without a device, the custodians prove that the share files still open to the recorded key check value, and
 * that every backup of a key (wrapped key) opens with that DKEK and holds the key of the certificate beside it.
 */
#include "steps.h"

#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/text.h>
#include <quorate/tongue.h>
#include <quorate/wrapped_key.h>

#include <dirent.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void
explain_enter(struct ceremony *ceremony)
{
	text_format(ceremony->plan.label, sizeof ceremony->plan.label, "drill");
}

static const struct step step_explain = {
	.name = "welcome",
	.title = N_("What will happen"),
	.enter = explain_enter,
	.text = N_("A backup that was never tried is a hope. Here the custodians prove, without a device, that the "
		   "share file opens with their sheets or passwords, that it still holds the key of the recorded key "
		   "check value, and that every backup of a key (a wrapped-key file) is whole and belongs to it.\n"
		   "Nothing is changed: no file, no sheet, no device. The key is put together in locked memory, used "
		   "for the checks, and wiped.\nYou need: the share file; as many custodians as it needs, with their "
		   "sheets; the wrapped-key files, if there are any; the key check value as it stands on the "
		   "share-file sheet."),
	.take = step_take_read,
};

enum { WRAPPED_ASK, WRAPPED_TELL };

static void
check_wrapped_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct drill *drill = &ceremony->drill;

	if (ceremony->part == WRAPPED_TELL) {
		ret->kind = PROMPT_TELL;
		text_format(ret->text, sizeof ret->text,
			P_("%u wrapped key was opened with this DKEK and is whole.\n",
				"%u wrapped keys were opened with this DKEK and are whole.\n", drill->right),
			drill->right);
		if (drill->others > 0)
			text_append(ret->text, sizeof ret->text,
				P_("%u other file is no wrapped key and was passed over.\n",
					"%u other files are no wrapped keys and were passed over.\n", drill->others),
				drill->others);
		text_append(ret->text, sizeof ret->text, "%s", drill->tale);
		return;
	}
	ret->kind = PROMPT_TEXT;
	text_format(ret->text, sizeof ret->text, "%s",
		_("Where are the backups of keys (wrapped-key files)? Write the whole name of a file, or of the folder "
		  "in which they lie; it begins with a slash ( / ). They are only read. Leave it empty if there are "
		  "none."));
	ret->of.text_line.most = LIMIT_TEXT_INPUT - 1;
}

static bool
record_wrapped(struct ceremony *ceremony, const char *name, const uint8_t *bytes, size_t size, enum outcome outcome,
	bool has_public)
{
	char digest_text[2 * SHA256_DIGEST_LENGTH + 1];
	uint8_t digest[SHA256_DIGEST_LENGTH];
	const struct journal_field fields[] = {
		{ "file", name, 0 },
		{ "sha256", digest_text, 0 },
		{ "outcome", outcome_name(outcome), 0 },
		{ "public_key", has_public ? "equal" : "not there", 0 },
	};

	SHA256(bytes, size, digest);
	hex_encode(digest, sizeof digest, digest_text);
	return record(ceremony, outcome == DONE ? "wrapped-key-proven" : "wrapped-key-refused", fields,
		sizeof fields / sizeof fields[0]);
}

/* One file; false when the record cannot be written. What cannot be read is told like a key that does not open. */
static bool
check_file(struct ceremony *ceremony, const struct secret *dkek, const char *path, const char *name, bool is_alone)
{
	struct drill *drill = &ceremony->drill;
	struct wrapped_file file;
	uint8_t *bytes = NULL;
	size_t size = 0;
	bool has_public = false, is_recorded = true;
	enum outcome outcome = file_read(path, WRAPPED_FILE_MOST, &bytes, &size);
	bool is_other = outcome == FAIL_FILE_SIZE;

	if (outcome == DONE) {
		outcome = wrapped_file_parse(bytes, size, &file);
		is_other = outcome != DONE;
	}
	if (is_other && !is_alone) {
		drill->others++;
		free(bytes);
		return true;
	}
	if (outcome == DONE)
		outcome = wrapped_match(&file, dkek, &has_public);
	if (bytes != NULL)
		is_recorded = record_wrapped(ceremony, name, bytes, size, outcome, has_public);
	free(bytes);
	if (outcome == DONE)
		drill->right++;
	else
		drill->wrong++;
	if (outcome != DONE)
		text_append(drill->tale, sizeof drill->tale, "%s: %s\n", name, outcome_text(outcome));
	else if (!has_public)
		text_append(drill->tale, sizeof drill->tale,
			_("%s: there is no certificate beside this key to compare it with.\n"), name);
	return is_recorded;
}

static bool
check_folder(struct ceremony *ceremony, const struct secret *dkek, const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, alphasort);
	bool is_recorded = true;

	if (count < 0) {
		step_refuse(ceremony, FAIL_FILE_ACCESS);
		return true;
	}
	for (int i = 0; i < count; i++) {
		char path[STEP_PATH_SIZE], name[STEP_FILE_NAME_SIZE];
		struct stat status;

		text_clean(entries[i]->d_name, strlen(entries[i]->d_name), name, sizeof name);
		text_format(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
		if (is_recorded && stat(path, &status) == 0 && S_ISREG(status.st_mode))
			is_recorded = check_file(ceremony, dkek, path, name, false);
		free(entries[i]);
	}
	free(entries);
	return is_recorded;
}

static void
check_wrapped_take(struct ceremony *ceremony, struct answer *answer)
{
	struct secret *dkek = NULL;
	struct stat status;
	enum outcome outcome;

	if (ceremony->part == WRAPPED_TELL || answer->text[0] == '\0') {
		secrets_forget_collected(&ceremony->secrets);
		step_next(ceremony);
		return;
	}
	outcome = place_check_name(answer->text, LIMIT_TEXT_INPUT - 1);
	if (outcome == DONE && stat(answer->text, &status) != 0)
		outcome = FAIL_FILE_MISSING;
	if (outcome == DONE && !S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode))
		outcome = FAIL_FILE_KIND;
	if (outcome != DONE) {
		step_refuse(ceremony, outcome);
		return;
	}
	ceremony->drill = (struct drill){ .right = 0 };
	outcome = collected_dkek(ceremony, &dkek);
	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return;
	}
	if (S_ISDIR(status.st_mode) ? check_folder(ceremony, dkek, answer->text)
				    : check_file(ceremony, dkek, answer->text, answer->text, true))
		ceremony->part = ceremony->verdict == DONE ? WRAPPED_TELL : WRAPPED_ASK;
	secret_free(&dkek);
	if (ceremony->drill.wrong > 0)
		step_refuse_with(ceremony, FAIL_WRAPPED_KEY,
			P_("%u file is not a good backup of this key domain: look at it below.",
				"%u files are not good backups of this key domain: look at them below.",
				ceremony->drill.wrong),
			ceremony->drill.wrong);
}

/* Files of which this is the last word on record: some may have been looked at twice. */
static unsigned
count_last(const struct journal_record *past, const char *event)
{
	unsigned count = 0;

	for (size_t i = 0; i < past->line_count; i++) {
		const char *file = journal_read_text(&past->lines[i], "sha256");
		bool is_last = file != NULL && strcmp(past->lines[i].event, event) == 0;

		for (size_t later = i + 1; later < past->line_count && is_last; later++) {
			const char *other = journal_read_text(&past->lines[later], "sha256");

			is_last = other == NULL || strcmp(other, file) != 0;
		}
		count += is_last;
	}
	return count;
}

static bool
check_wrapped_resume(struct ceremony *ceremony, const struct step *step)
{
	const struct journal_record *past = ceremony->resumed.past;

	ceremony->drill.right = count_last(past, "wrapped-key-proven");
	ceremony->drill.wrong = count_last(past, "wrapped-key-refused");
	return resume_find(ceremony, step->event) != NULL;
}

const struct step step_check_wrapped = {
	.name = "wrapped-keys",
	.title = N_("The backups of keys"),
	.event = "wrapped-keys-checked",
	.ask = check_wrapped_ask,
	.take = check_wrapped_take,
	.resume = check_wrapped_resume,
};

static void
summarise_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct drill *drill = &ceremony->drill;
	char kcv[DKEK_KCV_TEXT_SIZE];

	dkek_kcv_text(ceremony->kcv, kcv);
	ret->kind = PROMPT_DONE;
	text_format(ret->text, sizeof ret->text,
		_("The share file opens, and the key check value is %s: in a loss, this backup works.\n"), kcv);
	if (drill->right + drill->wrong > 0)
		text_append(ret->text, sizeof ret->text, _("Wrapped keys that are whole: %u; that are not good: %u.\n"),
			drill->right, drill->wrong);
	text_append(ret->text, sizeof ret->text,
		_("Everybody takes the sheet back to where it is kept, in a new envelope. The record lies in the "
		  "folder %s. Agree on the next date.\n"),
		ceremony->plan.folder);
	record_tell_digest(ceremony, ret->text, sizeof ret->text);
}

static const struct step step_summarise = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = summarise_ask,
};

static const struct step *const steps[] = {
	&step_explain,
	&step_choose_file_count,
	&step_enter_expected_kcv,
	&step_choose_folder,
	&step_print_sheets,
	/* Once for each share file. */
	&step_choose_old_file,
	&step_choose_old_form,
	&step_choose_old_threshold,
	&step_type_old_shares,
	&step_type_old_password,
	&step_open_old_file,
	&step_check_wrapped,
	&step_print_record,
	&step_summarise,
};

enum outcome
drill_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return ceremony_begin(ret, world, "drill", steps, sizeof steps / sizeof steps[0]);
}
