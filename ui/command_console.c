#include "command.h"
#include "console.h"

#include <quorate/file.h>
#include <quorate/text.h>

#include <stdlib.h>
#include <string.h>

enum outcome
command_folder(const char *given, char ret[COMMAND_FOLDER_SIZE])
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (given != NULL)
		text_format(ret, COMMAND_FOLDER_SIZE, "%s", given);
	else if (state != NULL && *state == '/')
		text_format(ret, COMMAND_FOLDER_SIZE, "%s/quorate/ceremonies", state);
	else if (home != NULL && *home == '/')
		text_format(ret, COMMAND_FOLDER_SIZE, "%s/.local/state/quorate/ceremonies", home);
	else
		return FAIL_FILE_MISSING;
	return strlen(ret) < COMMAND_FOLDER_SIZE - 1 ? DONE : FAIL_TOO_LONG;
}

int
console_open(const struct options *options, const struct rehearsal *rehearsal, const char *folder)
{
	struct plan_file *plan = NULL;
	struct devices devices;
	int status = EXIT_FAILED;
	enum outcome outcome;

	if (options->plan != NULL && (outcome = plan_open(&plan, options->plan)) != DONE)
		return report(options->plan, outcome);
	if (devices_open(&devices, options, rehearsal, DEVICES_ACT) == DONE) {
		status = console_run(&(struct console_settings){ .launcher = devices.launcher,
			.root = command_root(),
			.slots = devices.slots,
			.is_rehearsal = rehearsal != NULL,
			.folder = folder,
			.plan = plan,
			.wants_letter_paper = options->wants_letter,
			.iterations = command_iterations });
		devices_close(&devices);
	}
	plan_file_free(&plan);
	return status;
}

int
command_console(const struct options *options)
{
	char folder[COMMAND_FOLDER_SIZE];
	enum outcome outcome = command_folder(options->folder, folder);

	if (outcome == DONE)
		outcome = file_make_folder(folder);
	return outcome == DONE ? console_open(options, NULL, folder) : report(options->folder, outcome);
}

int
command_ceremony(const struct options *options)
{
	return command_console(options);
}
