/* Where the ceremony keeps its files: a folder of its own, with the record from the first line on. */
#include "steps.h"

#include <quorate/file.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>
#include <unistd.h>

void
place_path(const struct ceremony *ceremony, const char *name, char ret[STEP_PATH_SIZE])
{
	text_format(ret, STEP_PATH_SIZE, "%s/%s", ceremony->plan.folder, name);
}

void
place_plain_name(const char *label, char *ret, size_t size)
{
	size_t length = 0;

	for (; *label != '\0' && length + 1 < size; label++) {
		bool is_plain = (*label >= 'a' && *label <= 'z') || (*label >= 'A' && *label <= 'Z') ||
				(*label >= '0' && *label <= '9') || (*label == '.' && length > 0);

		ret[length++] = is_plain ? *label : '-';
	}
	ret[length] = '\0';
}

void
place_share_file(const struct ceremony *ceremony, unsigned number, char ret[STEP_FILE_NAME_SIZE])
{
	const char *name = ceremony->plan.share_file, *ending = strrchr(name, '.');
	size_t length = ending == NULL ? strlen(name) : (size_t)(ending - name);

	if (plan_files(ceremony) == 1)
		text_format(ret, STEP_FILE_NAME_SIZE, "%s", name);
	else
		text_format(ret, STEP_FILE_NAME_SIZE, "%.*s-%u%s", (int)length, name, number, name + length);
}

enum outcome
place_check_name(const char *text, size_t most)
{
	char clean[LIMIT_TEXT_INPUT];

	if (text[0] == '\0')
		return FAIL_EMPTY;
	if (strlen(text) > most)
		return FAIL_TOO_LONG;
	text_clean(text, strlen(text), clean, sizeof clean);
	return strcmp(text, clean) == 0 ? DONE : FAIL_TEXT_CHARACTER;
}

static void
choose_folder_enter(struct ceremony *ceremony)
{
	char label[sizeof ceremony->plan.label], base[LIMIT_TEXT_INPUT];

	place_plain_name(ceremony->plan.label, label, sizeof label);
	/* The date is what the stamp begins with. */
	text_format(base, sizeof base, "%s/%s-%.10s", ceremony->world->folder, label, ceremony->plan.stamp);
	text_format(ceremony->plan.folder, sizeof ceremony->plan.folder, "%s", base);
	for (int i = 2; i < 100 && access(ceremony->plan.folder, F_OK) == 0; i++)
		text_format(ceremony->plan.folder, sizeof ceremony->plan.folder, "%s-%d", base, i);
}

static void
choose_folder_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_TEXT;
	text_format(ret->text, sizeof ret->text, "%s %s",
		ceremony_has(ceremony, &step_create_share_file)
			? _("In which folder shall the ceremony keep its files? They are: the share file (encrypted), "
			    "the blank sheets, and the record of what was done. None of them is secret.")
			: _("In which folder shall the record of what was done be kept, with the files that come of "
			    "it? "
			    "None of it is secret."),
		_("A folder that is not there is made; an encrypted USB stick is a good place."));
	text_format(ret->of.text_line.initial, sizeof ret->of.text_line.initial, "%s", ceremony->plan.folder);
	ret->of.text_line.most = LIMIT_TEXT_INPUT - 1;
}

/* A ceremony that keeps its files elsewhere is found from the usual place, should it be interrupted. */
static void
leave_link(const struct ceremony *ceremony)
{
	const char *slash = strrchr(ceremony->plan.folder, '/');
	char path[STEP_PATH_SIZE], name[STEP_PATH_SIZE];

	text_format(path, sizeof path, "%s/", ceremony->world->folder);
	if (strncmp(path, ceremony->plan.folder, strlen(path)) == 0)
		return;
	text_format(name, sizeof name, "%s%s-%s", path, slash + 1, ceremony->plan.stamp);
	/* Only a convenience: a folder that takes no link is no reason to stop. */
	if (symlink(ceremony->plan.folder, name) != 0)
		return;
}

static void
choose_folder_take(struct ceremony *ceremony, struct answer *answer)
{
	enum outcome outcome = place_check_name(answer->text, LIMIT_TEXT_INPUT - 1);
	size_t length = strlen(answer->text);

	text_format(ceremony->plan.folder, sizeof ceremony->plan.folder, "%s", answer->text);
	while (length > 1 && ceremony->plan.folder[length - 1] == '/')
		ceremony->plan.folder[--length] = '\0';
	if (outcome == DONE && answer->text[0] != '/') {
		step_refuse_with(ceremony, FAIL_ARGUMENT, "%s",
			_("Write the whole name of the folder: it begins with a slash ( / )."));
		return;
	}
	if (outcome == DONE)
		outcome = file_make_folder(ceremony->plan.folder);
	if (outcome == FAIL_FILE_EXISTS || outcome == FAIL_FILE_KIND) {
		step_refuse_with(ceremony, outcome, "%s",
			_("A file stands where the folder should be; it is left alone. Choose another name."));
		return;
	}
	if (outcome == DONE)
		outcome = record_open(ceremony);
	if (outcome == DONE) {
		leave_link(ceremony);
		step_next(ceremony);
	} else if (outcome == FAIL_FILE_EXISTS)
		step_refuse_with(ceremony, outcome, "%s",
			_("This folder holds the record of another ceremony. Every ceremony has a folder of its own: "
			  "choose another name."));
	else
		step_refuse(ceremony, outcome);
}

/* Without it there would be no record. */
static bool
choose_folder_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)ceremony;
	(void)step;
	return true;
}

const struct step step_choose_folder = {
	.name = "folder",
	.title = N_("The ceremony's folder"),
	.event = "folder-chosen",
	.enter = choose_folder_enter,
	.ask = choose_folder_ask,
	.take = choose_folder_take,
	.resume = choose_folder_resume,
};

/* A dash and the number of a file have to fit as well. */
#define NAME_MOST (STEP_FILE_NAME_SIZE - 1 - 3)

/* FAIL_FILE_EXISTS if one of the files that will be made is there already. */
static enum outcome
check_files(const struct ceremony *ceremony)
{
	char name[STEP_FILE_NAME_SIZE], path[STEP_PATH_SIZE];

	for (unsigned number = 1; number <= plan_files(ceremony); number++) {
		place_share_file(ceremony, number, name);
		place_path(ceremony, name, path);
		if (access(path, F_OK) == 0)
			return FAIL_FILE_EXISTS;
	}
	return DONE;
}

static void
choose_file_name_enter(struct ceremony *ceremony)
{
	char label[sizeof ceremony->plan.label];

	place_plain_name(ceremony->plan.label, label, sizeof label);
	text_format(ceremony->plan.share_file, sizeof ceremony->plan.share_file, "%s" SHARE_FILE_ENDING, label);
	/* After an interruption one may be there that nobody can open. */
	for (int i = 2; i < 100 && check_files(ceremony) != DONE; i++)
		text_format(ceremony->plan.share_file, sizeof ceremony->plan.share_file, "%s-%d" SHARE_FILE_ENDING,
			label, i);
}

static void
choose_file_name_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_TEXT;
	text_format(ret->text, sizeof ret->text, "%s",
		plan_is_single(ceremony) || plan_files(ceremony) == 1
			? _("What shall the share file be called? It holds the key of this key domain (the DKEK "
			    "share), encrypted under its password. The usual ending is .pbe.")
		: plan_is_mixed(ceremony)
			? _("What shall the share files be called? Each holds a share of the key of this key domain "
			    "(a DKEK share), encrypted under a password of its own. The file's number is put before "
			    "the ending, which usually is .pbe.")
			: _("What shall the share files be called? Each holds a share of the key of this key domain "
			    "(a DKEK share), encrypted under one custodian's password. The custodian's number is put "
			    "before the ending, which usually is .pbe."));
	text_format(ret->of.text_line.initial, sizeof ret->of.text_line.initial, "%s", ceremony->plan.share_file);
	ret->of.text_line.most = NAME_MOST;
}

static void
choose_file_name_take(struct ceremony *ceremony, struct answer *answer)
{
	const struct journal_field file = { "file", ceremony->plan.share_file, 0 };
	enum outcome outcome = place_check_name(answer->text, NAME_MOST);

	text_format(ceremony->plan.share_file, sizeof ceremony->plan.share_file, "%s", answer->text);
	if (outcome == DONE && (strchr(answer->text, '/') != NULL || answer->text[0] == '.')) {
		step_refuse_with(ceremony, FAIL_TEXT_CHARACTER, "%s",
			_("The name of a file has no slash in it and does not begin with a dot. The folder was chosen "
			  "before."));
		return;
	}
	if (outcome == DONE)
		outcome = check_files(ceremony);
	if (outcome != DONE)
		step_refuse(ceremony, outcome);
	/* Before it is made: what is found under this name after an interruption is known for what it is. */
	else if (record(ceremony, "file-name-chosen", &file, 1))
		step_next(ceremony);
}

static bool
choose_file_name_resume(struct ceremony *ceremony, const struct step *step)
{
	(void)step;
	return ceremony->resumed.is_usable;
}

const struct step step_choose_file_name = {
	.name = "file-name",
	.title = N_("The share file's name"),
	.enter = choose_file_name_enter,
	.ask = choose_file_name_ask,
	.take = choose_file_name_take,
	.resume = choose_file_name_resume,
};
