/*
 * What became of a set of shares or passwords that was being made when the ceremony was interrupted: usable, void, or
 * not begun. What counts is what lies on the disk as it is on record, and who has confirmed a sheet or a password.
 */
#include "steps.h"

#include <quorate/hex.h>
#include <quorate/text.h>

#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Whether the share file is there, as the line has its digest. */
static bool
file_is(const char *path, const struct journal_line *line, struct share_file *ret)
{
	char text[2 * SHA256_DIGEST_LENGTH + 1];
	const char *expected = journal_read_text(line, "sha256");
	uint8_t bytes[SHARE_FILE_SIZE], digest[SHA256_DIGEST_LENGTH];

	if (share_file_load(path, ret) != DONE)
		return false;
	share_file_write(ret, bytes);
	SHA256(bytes, sizeof bytes, digest);
	hex_encode(digest, sizeof digest, text);
	return expected != NULL && strcmp(text, expected) == 0;
}

static unsigned
count(uint64_t bits)
{
	return (unsigned)__builtin_popcountll(bits);
}

/* The set is given up: what is on paper of it opens nothing, and is named. */
void
resume_void_set(struct ceremony *ceremony)
{
	struct resumed *resumed = &ceremony->resumed;
	char written[VOID_LIST_SIZE], begun[VOID_LIST_SIZE];
	const struct journal_field fields[] = {
		{ "file", ceremony->plan.share_file, 0 },
		{ "written", written, 0 },
		{ "begun", begun, 0 },
	};

	resume_list(ceremony, resumed->written, written, sizeof written);
	resume_list(ceremony, resumed->begun & ~resumed->written, begun, sizeof begun);
	resume_list(ceremony, resumed->written | resumed->begun, resumed->void_sheets, sizeof resumed->void_sheets);
	text_format(resumed->void_file, sizeof resumed->void_file, "%s", ceremony->plan.share_file);
	record(ceremony, "set-void", fields, sizeof fields / sizeof fields[0]);
	resumed->is_void = true;
	resumed->is_usable = false;
	resumed->written = resumed->begun = 0;
	ceremony->progress.written = 0;
	ceremony->progress.turns = ceremony->progress.files = 0;
	ceremony->progress.has_share_file = ceremony->progress.has_sheets = false;
	ceremony->turn = ceremony->called = ceremony->plan.file = 1;
	secrets_forget_typed(&ceremony->secrets);
	secrets_forget_collected(&ceremony->secrets);
}

static bool
is_any_file_there(const struct ceremony *ceremony)
{
	char name[STEP_FILE_NAME_SIZE], path[STEP_PATH_SIZE];
	bool is_there = false;

	for (unsigned number = 1; number <= plan_files(ceremony); number++) {
		place_share_file(ceremony, number, name);
		place_path(ceremony, name, path);
		is_there = is_there || access(path, F_OK) == 0;
	}
	return is_there;
}

static bool
take_kcv(struct ceremony *ceremony, const struct journal_line *line)
{
	const char *kcv = journal_read_text(line, "kcv");

	return kcv != NULL && hex_decode(kcv, strlen(kcv), ceremony->kcv, sizeof ceremony->kcv) == DONE;
}

/* One file for all: its password is in the confirmed sheets. */
static void
judge_quorum(struct ceremony *ceremony)
{
	struct resumed *resumed = &ceremony->resumed;
	const struct journal_line *saved = resume_find_in_set(ceremony, "share-file-saved");
	char path[STEP_PATH_SIZE];

	place_path(ceremony, ceremony->plan.share_file, path);
	resumed->written = resume_custodians(ceremony, "share-written");
	resumed->begun = resume_custodians(ceremony, "share-shown");
	resumed->is_usable = file_is(path, saved, &ceremony->file) && take_kcv(ceremony, saved) &&
			     resume_find_in_set(ceremony, "share-file-proven") != NULL &&
			     count(resumed->written) >= ceremony->plan.threshold && ceremony->plan.threshold > 0;
	if (resumed->is_usable) {
		ceremony->progress.has_sheets = true;
		ceremony->progress.written = resumed->written;
		ceremony->progress.turns = count(resumed->written);
	}
}

/* The line with which a share file of this set was saved; NULL: there is none. */
static const struct journal_line *
find_saved(const struct ceremony *ceremony, const char *name)
{
	const struct journal_record *past = ceremony->resumed.past;
	const struct journal_line *found = NULL;

	for (size_t i = 0; i < past->line_count; i++) {
		const struct journal_line *line = &past->lines[i];

		if (strcmp(line->event, "set-void") == 0)
			found = NULL;
		else if (strcmp(line->event, "share-file-of-several-saved") == 0 ||
			 strcmp(line->event, "share-file-saved") == 0) {
			const char *file = journal_read_text(line, "file");

			found = file != NULL && strcmp(file, name) == 0 ? line : found;
		}
	}
	return found;
}

/* Custodians whose own file is proven, and lies there as it was. */
static uint64_t
proven_files(const struct ceremony *ceremony)
{
	uint64_t proven = resume_custodians(ceremony, "share-file-proven"), found = 0;
	char name[STEP_FILE_NAME_SIZE], path[STEP_PATH_SIZE];
	struct share_file file;

	for (unsigned number = 1; number <= plan_files(ceremony); number++) {
		place_share_file(ceremony, number, name);
		place_path(ceremony, name, path);
		if (proven & calling_bit(number) && file_is(path, find_saved(ceremony, name), &file))
			found |= calling_bit(number);
	}
	return found;
}

/* A file that was cut off before it counted makes room for the one that its custodian makes now. */
static void
set_aside(struct ceremony *ceremony)
{
	char name[STEP_FILE_NAME_SIZE], path[STEP_PATH_SIZE], to[STEP_FILE_NAME_SIZE + 16], new_path[STEP_PATH_SIZE];

	for (unsigned number = 1; number <= plan_files(ceremony); number++) {
		const struct journal_field fields[] = { { "file", name, 0 }, { "to", to, 0 } };

		place_share_file(ceremony, number, name);
		place_path(ceremony, name, path);
		if (ceremony->resumed.written & calling_bit(number) || access(path, F_OK) != 0)
			continue;
		for (unsigned i = 1; i < 100; i++) {
			text_format(to, sizeof to, "%s.void-%u", name, i);
			place_path(ceremony, to, new_path);
			if (access(new_path, F_OK) != 0)
				break;
		}
		if (rename(path, new_path) == 0)
			record(ceremony, "share-file-set-aside", fields, sizeof fields / sizeof fields[0]);
	}
}

/* A file for each: the custodians know their passwords, so the files that are proven stay; unless some of their shares
 * are in the device and the file of another is lost. */
static void
judge_passwords(struct ceremony *ceremony)
{
	struct resumed *resumed = &ceremony->resumed;
	const struct journal_line *proven = resume_find_in_set(ceremony, "all-files-proven");
	bool has_kcv = take_kcv(ceremony, proven);

	resumed->written = proven_files(ceremony);
	if (resume_is_imported(ceremony))
		resumed->is_usable = has_kcv;
	else if (resume_is_partial(ceremony))
		resumed->is_usable = has_kcv && count(resumed->written) == plan_files(ceremony);
	else
		resumed->is_usable = resumed->written != 0;
	if (!resumed->is_usable)
		return;
	ceremony->progress.written =
		resume_is_imported(ceremony) ? calling_bit(plan_files(ceremony) + 1) - 1 : resumed->written;
	ceremony->progress.turns = ceremony->progress.files = count(ceremony->progress.written);
	if (!resume_is_imported(ceremony))
		set_aside(ceremony);
}

/* Files of which some are opened by shares, and a file in the place of another: all are made and proven, or none
 * counts. */
static void
judge_all_or_none(struct ceremony *ceremony)
{
	struct resumed *resumed = &ceremony->resumed;
	bool are_there = true;

	for (unsigned number = 1; number <= plan_files(ceremony); number++) {
		char name[STEP_FILE_NAME_SIZE], path[STEP_PATH_SIZE];
		struct share_file file;

		place_share_file(ceremony, number, name);
		place_path(ceremony, name, path);
		are_there = are_there && file_is(path, find_saved(ceremony, name), &file);
	}
	resumed->is_usable = (ceremony_has(ceremony, &step_import_share) ? resume_is_imported(ceremony) : are_there) &&
			     take_kcv(ceremony, resume_find_in_set(ceremony, "all-files-proven"));
	if (resumed->is_usable) {
		ceremony->progress.written = calling_bit(ceremony->plan.total + 1) - 1;
		ceremony->progress.turns = ceremony->plan.total;
		ceremony->progress.files = plan_files(ceremony);
		return;
	}
	resumed->written = resume_custodians(ceremony, "share-written");
	resumed->begun = resume_custodians(ceremony, "share-shown");
}

/* What became of the set: usable, or void, or not begun. */
void
resume_judge_set(struct ceremony *ceremony)
{
	const char *name = journal_read_text(resume_find_in_set(ceremony, "file-name-chosen"), "file");

	if (name == NULL)
		return;
	text_format(ceremony->plan.share_file, sizeof ceremony->plan.share_file, "%s", name);
	if (plan_is_single(ceremony))
		judge_quorum(ceremony);
	else if (plan_is_password_each(ceremony))
		judge_passwords(ceremony);
	else
		judge_all_or_none(ceremony);
	ceremony->progress.has_share_file = ceremony->resumed.is_usable;
	/* A device has the key, and its share file is lost or changed: nothing here can go on. */
	if (!ceremony->resumed.is_usable && resume_is_imported(ceremony))
		step_fail(ceremony, FAIL_FILE_CHANGED, CODE_OF_NOTHING);
	else if (!ceremony->resumed.is_usable && is_any_file_there(ceremony))
		resume_void_set(ceremony);
}
