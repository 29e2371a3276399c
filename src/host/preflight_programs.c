/* Preflight: what else runs on the machine, and what is loaded. */
#include "preflight_inside.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPENSC_CONF "/etc/opensc/opensc.conf"

/* Reads "debug = 3;" in opensc.conf, wherever it stands in a line; # begins a comment. 0 where there is none. */
static long
read_debug(const char *text)
{
	char line[512];
	long highest = 0;

	while (preflight_line(&text, line, sizeof line)) {
		line[strcspn(line, "#")] = '\0';
		for (const char *at = strstr(line, "debug"); at != NULL; at = strstr(at + 1, "debug")) {
			const char *value = at + 5 + strspn(at + 5, " \t");
			bool is_word = at == line || strchr(" \t{;", at[-1]) != NULL;

			if (is_word && *value == '=' && strtol(value + 1, NULL, 0) > highest)
				highest = strtol(value + 1, NULL, 0);
		}
	}
	return highest;
}

void
preflight_opensc(const struct preflight_world *world, struct preflight_finding *ret)
{
	const char *path = preflight_variable(world, "OPENSC_CONF");
	char text[PREFLIGHT_TEXT_SIZE];

	if (path == NULL || path[0] != '/')
		path = OPENSC_CONF;
	if (!preflight_read(world, path, text))
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("%s is not there: OpenSC does not log."), path);
	else if (read_debug(text) > 0)
		preflight_say(ret, PREFLIGHT_RED, _("Take the line out of that file, and start quorate anew."),
			_("%s says debug = %ld: OpenSC writes what goes to a card into a log, PINs too."), path,
			read_debug(text));
	else
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("%s asks for no log."), path);
}

/* In two lines, for reading aloud. */
static void
say_digest(struct preflight_finding *ret, const char *digest)
{
	preflight_say(ret, PREFLIGHT_GREEN, NULL, "%.32s", digest);
	preflight_say(ret, PREFLIGHT_GREEN, NULL, "%s", digest + 32);
}

/* Somebody but root, and but us, could change what is loaded. */
static void
judge_file(const struct preflight_world *world, const char *path, struct preflight_finding *ret)
{
	static const char *const remedy =
		N_("Install the module from its package, and let only root write to it and its folders.");
	char whole[PATH_MAX], digest[65];
	struct stat info;

	preflight_path(world, path, whole, sizeof whole);
	if (stat(whole, &info) != 0 || !preflight_digest(world, path, digest)) {
		preflight_say(ret, PREFLIGHT_UNKNOWN, _("Look whether it is installed, and whether it may be read."),
			_("%s cannot be read."), path);
		return;
	}
	if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		preflight_say(ret, PREFLIGHT_RED, _(remedy), _("%s can be changed by others (mode %04o)."), path,
			(unsigned)info.st_mode & 07777);
	else if (info.st_uid != 0)
		preflight_say(ret, PREFLIGHT_AMBER, _(remedy), _("%s belongs to user %u, not to root."), path,
			(unsigned)info.st_uid);
	preflight_say(ret, PREFLIGHT_GREEN, NULL, _("%s: of user %u, mode %04o, SHA-256"), path, (unsigned)info.st_uid,
		(unsigned)info.st_mode & 07777);
	say_digest(ret, digest);
}

void
preflight_modules(const struct preflight_world *world, struct preflight_finding *ret)
{
	for (const char *const *at = world->modules; at != NULL && *at != NULL; at++)
		if ((*at)[0] == '/')
			judge_file(world, *at, ret);
	if (ret->reason[0] == '\0')
		preflight_say(ret, PREFLIGHT_AMBER, _("Install opensc or what came with your token; see packages.txt."),
			_("No PKCS#11 module is known."));
}

/* The version of an installed Debian package. */
static bool
package_version(const struct preflight_world *world, const char *package, char *ret, size_t size)
{
	char path[PATH_MAX], line[512], wanted[80];
	bool is_it = false, is_found = false;
	FILE *status;

	preflight_path(world, "/var/lib/dpkg/status", path, sizeof path);
	status = fopen(path, "re");
	if (status == NULL)
		return false;
	text_format(wanted, sizeof wanted, "Package: %s\n", package);
	while (!is_found && fgets(line, sizeof line, status) != NULL) {
		if (strncmp(line, "Package: ", 9) == 0)
			is_it = strcmp(line, wanted) == 0;
		else if (is_it && strncmp(line, "Version: ", 9) == 0) {
			text_format(ret, size, "%.*s", (int)strcspn(line + 9, "\n"), line + 9);
			is_found = true;
		}
	}
	(void)fclose(status);
	return is_found;
}

static bool
has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = strstr(words, word); at != NULL; at = strstr(at + 1, word))
		if (at > words && at[-1] == ' ' && (at[length] == ' ' || at[length] == '\0'))
			return true;
	return false;
}

/* Calls each (unless NULL) with the command line of every process of that name; how many there are. */
static unsigned
look_for_process(const struct preflight_world *world, const char *name,
	void (*each)(const char *command_line, struct preflight_finding *), struct preflight_finding *ret)
{
	char path[PATH_MAX], text[PREFLIGHT_TEXT_SIZE];
	struct dirent *entry;
	unsigned count = 0;
	DIR *processes;

	preflight_path(world, "/proc", path, sizeof path);
	processes = opendir(path);
	while (processes != NULL && (entry = readdir(processes)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		text_format(path, sizeof path, "/proc/%s/comm", entry->d_name);
		if (!preflight_read(world, path, text))
			continue;
		text[strcspn(text, "\n")] = '\0';
		if (strcmp(text, name) != 0)
			continue;
		count++;
		if (each == NULL)
			continue;
		text_format(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
		if (preflight_read(world, path, text))
			each(text, ret);
	}
	if (processes != NULL)
		closedir(processes);
	return count;
}

/* pcscd(8): -d and --debug log, -a and --apdu log what goes to the cards, -T for the eye. */
static void
judge_pcscd(const char *command_line, struct preflight_finding *ret)
{
	static const char *const telling[] = { "--apdu", "-a", "-fa", "-af", "-da", "-ad", "-dfa", "-fda", "-adf",
		"-afd" };
	static const char *const remedy =
		N_("Restart it without: look at systemctl cat pcscd, and at /etc/default/pcscd.");

	for (size_t i = 0; i < sizeof telling / sizeof telling[0]; i++)
		if (has_word(command_line, telling[i])) {
			preflight_say(ret, PREFLIGHT_RED, _(remedy),
				_("pcscd runs with %s: it logs what goes to the cards, PINs and shares too."),
				telling[i]);
			return;
		}
	if (has_word(command_line, "--debug") || has_word(command_line, "-d") || has_word(command_line, "-df") ||
		has_word(command_line, "-fd"))
		preflight_say(ret, PREFLIGHT_AMBER, _(remedy), _("pcscd runs with --debug: it logs much."));
}

void
preflight_pcscd(const struct preflight_world *world, struct preflight_finding *ret)
{
	char version[64] = "", path[PATH_MAX];
	bool has_version = package_version(world, "pcscd", version, sizeof version);
	unsigned count = look_for_process(world, "pcscd", judge_pcscd, ret);

	preflight_path(world, "/run/pcscd/pcscd.comm", path, sizeof path);
	if (count > 0 && has_version)
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("pcscd %s runs."), version);
	else if (count > 0)
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("pcscd runs."));
	else if (access(path, F_OK) == 0)
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("pcscd %s is started when it is needed."), version);
	else
		preflight_say(ret, PREFLIGHT_AMBER, _("As root: apt-get install pcscd; systemctl start pcscd.socket"),
			_("pcscd does not run: no card reader and no SmartCard-HSM can be reached."));
}

void
preflight_printers(const struct preflight_world *world, struct preflight_finding *ret)
{
	char text[PREFLIGHT_TEXT_SIZE], keep[64] = "", path[PATH_MAX];
	bool is_read = preflight_read(world, "/etc/cups/cupsd.conf", text);

	preflight_path(world, "/run/cups/cups.sock", path, sizeof path);
	if (look_for_process(world, "cupsd", NULL, ret) == 0 && access(path, F_OK) != 0) {
		preflight_say(ret, PREFLIGHT_GREEN, NULL,
			_("CUPS does not run. Sheets are saved as files, or go to a printer's device."));
		return;
	}
	/* cupsd.conf(5): PreserveJobFiles is 86400 seconds by itself. */
	if (is_read && preflight_field(text, "PreserveJobFiles", keep, sizeof keep) &&
		(strcasecmp(keep, "no") == 0 || strcmp(keep, "0") == 0))
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("CUPS runs, and keeps no printed job's data."));
	else
		preflight_say(ret, PREFLIGHT_AMBER,
			_("PreserveJobFiles No in /etc/cups/cupsd.conf. Print blank sheets only, and fill them in by "
			  "hand."),
			is_read ? _("CUPS keeps the data of printed jobs in /var/spool/cups (PreserveJobFiles is %s). "
				    "Printers have a memory of their own.")
				: _("Whether CUPS keeps the data of printed jobs cannot be read%s."),
			is_read ? (keep[0] == '\0' ? "86400" : keep) : "");
}

void
preflight_binary(const struct preflight_world *world, struct preflight_finding *ret)
{
	char digest[65], target[PATH_MAX], link[PATH_MAX];
	ssize_t length;

	preflight_path(world, "/proc/self/exe", link, sizeof link);
	length = readlink(link, target, sizeof target - 1);
	target[length > 0 ? length : 0] = '\0';
	if (!preflight_digest(world, "/proc/self/exe", digest)) {
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("Its own file cannot be read."));
		return;
	}
	preflight_say(ret, PREFLIGHT_GREEN, NULL, _("SHA-256 of %s:"), target[0] == '\0' ? "quorate" : target);
	say_digest(ret, digest);
}
