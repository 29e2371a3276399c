#include "rehearsal_inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <quorate/file.h>
#include <quorate/text.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define UTIL "/usr/bin/softhsm2-util"

/* Files in folders in the store: each folder is a token. -1 if the store cannot be read. */
static int
count_tokens(const char *store)
{
	DIR *folder = opendir(store);
	const struct dirent *entry;
	int count = 0;

	if (folder == NULL)
		return -1;
	while ((entry = readdir(folder)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count;
}

/* softhsm2-util takes PINs as arguments; these are published ones. */
static enum outcome
run_util(const struct rehearsal *rehearsal)
{
	char *const arguments[] = { (char[]){ UTIL }, (char[]){ "--init-token" }, (char[]){ "--free" },
		(char[]){ "--label" }, (char[]){ "rehearsal" }, (char[]){ "--pin" }, (char[]){ REHEARSAL_USER_PIN },
		(char[]){ "--so-pin" }, (char[]){ REHEARSAL_SO_PIN }, NULL };
	char configuration[320];
	char *const environment[] = { configuration, NULL };
	posix_spawn_file_actions_t actions;
	pid_t child = -1;
	int status = -1;

	text_format(configuration, sizeof configuration, "SOFTHSM2_CONF=%s/softhsm2.conf", rehearsal->folder);
	if (posix_spawn_file_actions_init(&actions) != 0)
		return FAIL_MEMORY;
	if (posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) != 0 ||
		posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0) != 0 ||
		posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) != 0 ||
		posix_spawn(&child, UTIL, &actions, NULL, arguments, environment) != 0)
		child = -1;
	posix_spawn_file_actions_destroy(&actions);
	if (child < 0)
		return FAIL_PROCESS;
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return FAIL_PROCESS;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? DONE : FAIL_REHEARSAL_SOFTHSM;
}

enum outcome
rehearsal_make_token(struct rehearsal *rehearsal)
{
	char store[300];
	enum outcome outcome;

	rehearsal->has_softhsm = access(UTIL, X_OK) == 0;
	if (!rehearsal->has_softhsm)
		return DONE;
	text_format(store, sizeof store, "%s/softhsm", rehearsal->folder);
	outcome = file_make_folder(store);
	if (outcome != DONE || count_tokens(store) > 0)
		return outcome;
	return run_util(rehearsal);
}

/* A token is a folder of files; what is not of that form is left alone. */
static enum outcome
drop_token(int store, const char *name)
{
	int folder = openat(store, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	const struct dirent *entry;
	enum outcome outcome = DONE;
	DIR *entries;

	if (folder < 0)
		return file_outcome(errno);
	entries = fdopendir(folder);
	if (entries == NULL) {
		close(folder);
		return FAIL_MEMORY;
	}
	while ((entry = readdir(entries)) != NULL && outcome == DONE)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
			unlinkat(folder, entry->d_name, 0) != 0)
			outcome = file_outcome(errno);
	closedir(entries);
	if (outcome == DONE && unlinkat(store, name, AT_REMOVEDIR) != 0)
		outcome = file_outcome(errno);
	return outcome;
}

enum outcome
rehearsal_drop_tokens(const char *folder)
{
	char store[300];
	const struct dirent *entry;
	enum outcome outcome = DONE;
	DIR *entries;

	text_format(store, sizeof store, "%s/softhsm", folder);
	entries = opendir(store);
	if (entries == NULL)
		return errno == ENOENT ? DONE : file_outcome(errno);
	while ((entry = readdir(entries)) != NULL && outcome == DONE)
		if (entry->d_name[0] != '.')
			outcome = drop_token(dirfd(entries), entry->d_name);
	closedir(entries);
	return outcome;
}
