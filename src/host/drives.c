#include <quorate/drives.h>

#include <quorate/text.h>
#include <quorate/tongue.h>

#include "mounts.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define SECTOR 512
#define LUKS_MAGIC "LUKS\xba\xbe"
#define LUKS_MAGIC_SIZE 6

/* The first bytes of a small file below root, cleaned and without blanks at the end; false if there is none. */
static bool
read_word(const char *root, const char *path, char *ret, size_t size)
{
	char name[PATH_MAX], bytes[4096];
	ssize_t got;
	int descriptor;

	ret[0] = '\0';
	text_format(name, sizeof name, "%s%s", root, path);
	descriptor = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (descriptor < 0)
		return false;
	got = read(descriptor, bytes, sizeof bytes);
	close(descriptor);
	while (got > 0 && strchr(" \n\t", bytes[got - 1]) != NULL)
		got--;
	if (got > 0)
		text_clean(bytes, (size_t)got, ret, size);
	return got >= 0;
}

static bool
word_is(const char *root, const char *path, const char *word)
{
	char found[DRIVE_NAME_SIZE];

	return read_word(root, path, found, sizeof found) && strcmp(found, word) == 0;
}

/* A value of udev's data of a device, "E:NAME=value" a line; "" if there is none. */
static void
read_udev(const char *root, const char *number, const char *name, char *ret, size_t size)
{
	char path[PATH_MAX], line[1024], key[64];
	FILE *file;

	ret[0] = '\0';
	text_format(path, sizeof path, "%s/run/udev/data/b%s", root, number);
	text_format(key, sizeof key, "E:%s=", name);
	file = fopen(path, "re");
	if (file == NULL)
		return;
	while (fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, key, strlen(key)) == 0)
			text_clean(line + strlen(key), strcspn(line + strlen(key), "\n"), ret, size);
	fclose(file);
}

/* The header on the device itself; false also where we may not read it. */
static bool
has_luks_header(const char *root, const char *device)
{
	char path[PATH_MAX], bytes[LUKS_MAGIC_SIZE];
	bool is_luks = false;
	int descriptor;

	text_format(path, sizeof path, "%s%s", root, device);
	descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (descriptor < 0)
		return false;
	is_luks = read(descriptor, bytes, sizeof bytes) == (ssize_t)sizeof bytes &&
		  memcmp(bytes, LUKS_MAGIC, sizeof bytes) == 0;
	close(descriptor);
	return is_luks;
}

/* The first name in a folder below root, "" if it is empty. */
static void
first_in(const char *root, const char *path, char *ret, size_t size)
{
	char name[PATH_MAX];
	struct dirent *entry;
	DIR *folder;

	ret[0] = '\0';
	text_format(name, sizeof name, "%s%s", root, path);
	folder = opendir(name);
	while (folder != NULL && ret[0] == '\0' && (entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			text_format(ret, size, "%s", entry->d_name);
	if (folder != NULL)
		closedir(folder);
}

/* What is known of encryption, and the device that is mounted: of an unlocked drive that is the one above it. */
static void
find_cover(const char *root, const char *system, const char *number, struct drive *ret)
{
	char path[PATH_MAX], holder[DRIVE_NAME_SIZE], type[DRIVE_NAME_SIZE], uuid[DRIVE_NAME_SIZE];
	bool is_luks = has_luks_header(root, ret->device);

	read_udev(root, number, "ID_FS_TYPE", type, sizeof type);
	is_luks = is_luks || strcmp(type, "crypto_LUKS") == 0;
	text_format(path, sizeof path, "%s/holders", system);
	first_in(root, path, holder, sizeof holder);
	text_format(path, sizeof path, "/sys/block/%s/dm/uuid", holder);
	if (holder[0] != '\0' && read_word(root, path, uuid, sizeof uuid) && strncmp(uuid, "CRYPT-LUKS", 10) == 0) {
		text_format(ret->device, sizeof ret->device, "/dev/%s", holder);
		ret->cover = DRIVE_OPEN;
	} else {
		/* With neither a readable header nor udev's word nothing is claimed. */
		ret->cover = is_luks ? DRIVE_LOCKED : type[0] != '\0' ? DRIVE_PLAIN : DRIVE_UNKNOWN;
	}
}

static void
find_label(const char *root, const char *disk, const char *number, char *ret, size_t size)
{
	char path[PATH_MAX], vendor[DRIVE_NAME_SIZE], model[DRIVE_NAME_SIZE];

	read_udev(root, number, "ID_FS_LABEL", ret, size);
	if (ret[0] != '\0')
		return;
	text_format(path, sizeof path, "/sys/block/%s/device/vendor", disk);
	read_word(root, path, vendor, sizeof vendor);
	text_format(path, sizeof path, "/sys/block/%s/device/model", disk);
	read_word(root, path, model, sizeof model);
	text_format(ret, size, "%s%s%s", vendor, vendor[0] == '\0' || model[0] == '\0' ? "" : " ", model);
}

static void
find_mount(const char *root, struct drive *ret)
{
	char path[PATH_MAX], number[DRIVE_NAME_SIZE];
	struct statvfs room;

	text_format(path, sizeof path, "/sys/class/block/%s/dev", strrchr(ret->device, '/') + 1);
	if (!read_word(root, path, number, sizeof number) ||
		!mounts_find(root, number, ret->mount_point, sizeof ret->mount_point, &ret->is_read_only))
		return;
	text_format(path, sizeof path, "%s%s", root, ret->mount_point);
	if (statvfs(path, &room) == 0)
		ret->free = (uint64_t)room.f_bavail * room.f_frsize;
	/* A mounted one has a file system that is readable: it is not the encrypted one itself. */
	if (ret->cover == DRIVE_UNKNOWN)
		ret->cover = DRIVE_PLAIN;
}

/* system: the device's folder in /sys. */
static void
add_drive(const char *root, const char *disk, const char *name, const char *system, struct drive *ret)
{
	char path[PATH_MAX], text[DRIVE_NAME_SIZE], number[DRIVE_NAME_SIZE];

	*ret = (struct drive){ .cover = DRIVE_UNKNOWN };
	text_format(ret->device, sizeof ret->device, "/dev/%s", name);
	text_format(ret->carrier, sizeof ret->carrier, "/dev/%s", name);
	text_format(path, sizeof path, "%s/size", system);
	if (read_word(root, path, text, sizeof text))
		ret->size = strtoull(text, NULL, 10) * SECTOR;
	text_format(path, sizeof path, "%s/dev", system);
	read_word(root, path, number, sizeof number);
	find_cover(root, system, number, ret);
	find_label(root, disk, number, ret->label, sizeof ret->label);
	find_mount(root, ret);
}

/* Whether people carry it about: the kernel says so, or it hangs on USB. */
static bool
is_carried(const char *root, const char *disk)
{
	char path[PATH_MAX], target[PATH_MAX];
	ssize_t length;

	text_format(path, sizeof path, "/sys/block/%s/removable", disk);
	if (word_is(root, path, "1"))
		return true;
	text_format(path, sizeof path, "%s/sys/block/%s", root, disk);
	length = readlink(path, target, sizeof target - 1);
	target[length < 0 ? 0 : length] = '\0';
	return strstr(target, "/usb") != NULL;
}

static int
is_device(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static size_t
add_partitions(const char *root, const char *disk, struct drive *ret, size_t most)
{
	char path[PATH_MAX];
	struct dirent **entries = NULL;
	size_t added = 0;
	int count;

	text_format(path, sizeof path, "%s/sys/block/%s", root, disk);
	count = scandir(path, &entries, is_device, alphasort);
	for (int i = 0; i < count; i++) {
		char word[16];

		text_format(path, sizeof path, "/sys/block/%s/%s/partition", disk, entries[i]->d_name);
		if (added < most && read_word(root, path, word, sizeof word)) {
			text_format(path, sizeof path, "/sys/block/%s/%s", disk, entries[i]->d_name);
			add_drive(root, disk, entries[i]->d_name, path, &ret[added++]);
		}
		free(entries[i]);
	}
	free(entries);
	return added;
}

size_t
drives_list(const char *root, struct drive ret[DRIVES_MOST])
{
	char path[PATH_MAX];
	struct dirent **entries = NULL;
	size_t count = 0;
	int found;

	text_format(path, sizeof path, "%s/sys/block", root);
	found = scandir(path, &entries, is_device, alphasort);
	for (int i = 0; i < found; i++) {
		const char *disk = entries[i]->d_name;
		size_t added = 0;

		if (count < DRIVES_MOST && is_carried(root, disk)) {
			added = add_partitions(root, disk, ret + count, DRIVES_MOST - count);
			text_format(path, sizeof path, "/sys/block/%s", disk);
			if (added == 0) {
				add_drive(root, disk, disk, path, &ret[count]);
				/* An empty card reader, or a drive without a disc. */
				added = ret[count].size > 0;
			}
		}
		count += added;
		free(entries[i]);
	}
	free(entries);
	return count;
}

const char *
drive_cover_text(enum drive_cover cover)
{
	static const char *const texts[] = {
		[DRIVE_UNKNOWN] = N_("whether it is encrypted is not known"),
		[DRIVE_PLAIN] = N_("NOT encrypted"),
		[DRIVE_LOCKED] = N_("encrypted (LUKS), locked"),
		[DRIVE_OPEN] = N_("encrypted (LUKS)"),
	};

	return _(texts[cover]);
}
