/* Preflight: the time, random numbers, and where files go. */
#include "preflight_inside.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

/* No clock that is right shows a day before this program was written, or one in another century. */
#define CLOCK_EARLIEST 1793491200LL /* 2026-11-01 */
#define CLOCK_LATEST 4102444800LL   /* 2100-01-01 */
/* Seconds by which the clock that runs while the machine is off may differ. */
#define CLOCK_DIFFERENCE 120

/* The record of the last ceremony: a clock that stands before it was set back. */
static long long
newest_record(const struct preflight_world *world)
{
	char path[PATH_MAX];
	struct dirent *entry;
	struct stat info;
	long long newest = 0;
	DIR *folder = world->folder == NULL ? NULL : opendir(world->folder);

	if (folder == NULL)
		return 0;
	while ((entry = readdir(folder)) != NULL) {
		text_format(path, sizeof path, "%s/%s/journal.jsonl", world->folder, entry->d_name);
		if (entry->d_name[0] != '.' && stat(path, &info) == 0 && info.st_mtime > newest)
			newest = info.st_mtime;
	}
	closedir(folder);
	return newest;
}

void
preflight_clock(const struct preflight_world *world, struct preflight_finding *ret)
{
	static const char *const remedy = N_("Set it, as root: date -s 'YYYY-MM-DD hh:mm', and then hwclock -w.");
	char text[PREFLIGHT_TEXT_SIZE], shown[32];
	time_t now = (time_t)world->now;
	struct tm parts;

	(void)strftime(shown, sizeof shown, "%Y-%m-%d %H:%M UTC", gmtime_r(&now, &parts));
	if (world->now < CLOCK_EARLIEST || world->now > CLOCK_LATEST)
		preflight_say(ret, PREFLIGHT_RED, _(remedy), _("%s cannot be right."), shown);
	else if (newest_record(world) > world->now)
		preflight_say(ret, PREFLIGHT_RED, _(remedy),
			_("%s is before the last line of a record in the ceremonies' folder: the clock was set back."),
			shown);
	else if (preflight_read(world, "/sys/class/rtc/rtc0/since_epoch", text) &&
		 llabs(strtoll(text, NULL, 10) - world->now) > CLOCK_DIFFERENCE)
		preflight_say(ret, PREFLIGHT_AMBER, _(remedy),
			_("%s; the clock that runs while the machine is off shows something else."), shown);
	else
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("%s. Compare it with a watch."), shown);
}

void
preflight_random(const struct preflight_world *world, struct preflight_finding *ret)
{
	if (!world->has_random)
		preflight_say(ret, PREFLIGHT_RED, _("Type on the keyboard for a while, and look again."),
			_("The kernel has not gathered enough chance yet."));
	else
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("The kernel's random numbers are ready."));
}

/* The type of the file system that a folder is on: of the longest mount point above it. */
static bool
find_mount(const struct preflight_world *world, const char *folder, char *ret_type, size_t size)
{
	char text[PREFLIGHT_TEXT_SIZE], line[512];
	const char *at = text;
	size_t longest = 0;

	if (!preflight_read(world, "/proc/self/mounts", text))
		return false;
	while (preflight_line(&at, line, sizeof line)) {
		char *rest = NULL, *point, *type;
		size_t length;

		(void)strtok_r(line, " ", &rest);
		point = strtok_r(NULL, " ", &rest);
		type = strtok_r(NULL, " ", &rest);
		if (point == NULL || type == NULL)
			continue;
		length = strcmp(point, "/") == 0 ? 0 : strlen(point);
		if (strncmp(folder, point, length) != 0 || (folder[length] != '/' && folder[length] != '\0') ||
			length < longest)
			continue;
		longest = length;
		text_format(ret_type, size, "%s", type);
	}
	return true;
}

void
preflight_scratch(const struct preflight_world *world, struct preflight_finding *ret)
{
	char type[64] = "";

	if (!find_mount(world, "/tmp", type, sizeof type) || type[0] == '\0')
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("Where /tmp is kept cannot be read."));
	else if (strcmp(type, "tmpfs") == 0 || strcmp(type, "ramfs") == 0)
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("/tmp is in memory."));
	else
		preflight_say(ret, PREFLIGHT_AMBER, _("As root, before the ceremony: mount -t tmpfs tmpfs /tmp"),
			_("/tmp is on a disk (%s). quorate writes nothing there; printer filters and other programs "
			  "do."),
			type);
}

#define SPACE_RED (4ULL << 20)
#define SPACE_AMBER (64ULL << 20)

void
preflight_space(const struct preflight_world *world, struct preflight_finding *ret)
{
	struct statvfs info;
	unsigned long long left;

	if (world->folder == NULL) {
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("No folder is chosen yet."));
		return;
	}
	if (statvfs(world->folder, &info) != 0) {
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("The folder %s cannot be looked at."), world->folder);
		return;
	}
	left = (unsigned long long)info.f_bavail * info.f_frsize;
	if ((info.f_flag & ST_RDONLY) != 0 || access(world->folder, W_OK) != 0)
		preflight_say(ret, PREFLIGHT_RED, _("Choose another with --folder."),
			_("Nothing can be written to %s: there would be no record."), world->folder);
	else if (left < SPACE_RED)
		preflight_say(ret, PREFLIGHT_RED, _("Make room, or choose another folder with --folder."),
			_("%s has %llu KiB left: a ceremony needs some 4,000."), world->folder, left >> 10);
	else if (left < SPACE_AMBER)
		preflight_say(ret, PREFLIGHT_AMBER, _("Make room, or choose another folder with --folder."),
			_("%s has %llu MiB left."), world->folder, left >> 20);
	else
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("%s has %llu MiB left."), world->folder, left >> 20);
}

#define DISKS "/sys/block"

/* A small number in a file of a disk; -1 if there is none. */
static long long
disk_number(const struct preflight_world *world, const char *disk, const char *file)
{
	char path[PATH_MAX], text[PREFLIGHT_TEXT_SIZE];

	text_format(path, sizeof path, DISKS "/%s/%s", disk, file);
	return preflight_read(world, path, text) ? strtoll(text, NULL, 10) : -1;
}

void
preflight_drives(const struct preflight_world *world, struct preflight_finding *ret)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *disks;

	preflight_path(world, DISKS, path, sizeof path);
	disks = opendir(path);
	if (disks == NULL) {
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("The drives cannot be listed."));
		return;
	}
	while ((entry = readdir(disks)) != NULL) {
		/* Sectors of 512 bytes, whatever the drive's own are. */
		long long sectors = disk_number(world, entry->d_name, "size");

		if (entry->d_name[0] != '.' && sectors > 0 && disk_number(world, entry->d_name, "removable") == 1)
			preflight_say(ret, PREFLIGHT_AMBER,
				_("Leave in only what the ceremony needs, and put it into the safe afterwards."),
				_("%s, %lld MiB, is plugged in."), entry->d_name, sectors >> 11);
	}
	closedir(disks);
	if (ret->reason[0] == '\0')
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("None is plugged in."));
}
