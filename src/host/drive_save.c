/* Saving on a drive: room first, then durably, then read back. */
#include <quorate/drives.h>

#include <quorate/file.h>
#include <quorate/text.h>

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

/* What a file system needs beside the bytes themselves. */
#define ROOM_BESIDE (64 * 1024)

/* Whether the drive is still what is mounted there. */
static bool
is_there(const char *root, const struct drive *drive)
{
	struct drive drives[DRIVES_MOST];
	size_t count = drives_list(root, drives);

	for (size_t i = 0; i < count; i++)
		if (strcmp(drives[i].device, drive->device) == 0)
			return drive->mount_point[0] != '\0' && strcmp(drives[i].mount_point, drive->mount_point) == 0;
	return false;
}

/* Whether what is there is the beginning of what is saved: the same, or a record that has grown since. */
static bool
is_beginning(const char *path, const void *bytes, size_t size, size_t *ret_size)
{
	uint8_t *found = NULL;
	bool is_same = file_read(path, size, &found, ret_size) == DONE && memcmp(found, bytes, *ret_size) == 0;

	free(found);
	return is_same;
}

enum outcome
drive_save(const char *root, const struct drive *drive, const char *folder, const char *name, const void *bytes,
	size_t size)
{
	char path[PATH_MAX];
	struct statvfs room;
	enum outcome outcome;
	size_t found = 0;

	if (!is_there(root, drive))
		return FAIL_DRIVE_AWAY;
	text_format(path, sizeof path, "%s%s", root, drive->mount_point);
	if (statvfs(path, &room) != 0)
		return FAIL_DRIVE_AWAY;
	if ((uint64_t)room.f_bavail * room.f_frsize < size + ROOM_BESIDE)
		return FAIL_DRIVE_ROOM;
	if (folder[0] != '\0') {
		text_append(path, sizeof path, "/%s", folder);
		if ((outcome = file_make_folder(path)) != DONE)
			return outcome;
	}
	text_append(path, sizeof path, "/%s", name);
	outcome = file_save(path, bytes, size);
	if (outcome != FAIL_FILE_EXISTS || !is_beginning(path, bytes, size, &found))
		return outcome;
	return found == size ? DONE : file_replace(path, bytes, size);
}

/* Larger than a record or a set of sheets ever is. */
#define FILE_MOST (16 * 1024 * 1024)

static int
is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static enum outcome
save_one(const char *root, const struct drive *drive, const char *folder, const char *name, unsigned *count)
{
	const char *last = strrchr(folder, '/');
	char path[PATH_MAX];
	uint8_t *bytes = NULL;
	size_t size = 0;
	enum outcome outcome;

	text_format(path, sizeof path, "%s/%s", folder, name);
	outcome = file_read(path, FILE_MOST, &bytes, &size);
	if (outcome == FAIL_FILE_KIND)
		return DONE;
	if (outcome == DONE)
		outcome = drive_save(root, drive, last == NULL ? folder : last + 1, name, bytes, size);
	free(bytes);
	*count += outcome == DONE;
	return outcome;
}

enum outcome
drive_save_folder(const char *root, const struct drive *drive, const char *folder, unsigned *ret_count)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, is_shown, alphasort);
	enum outcome outcome = count < 0 ? FAIL_FILE_MISSING : DONE;

	*ret_count = 0;
	for (int i = 0; i < count; i++) {
		if (outcome == DONE)
			outcome = save_one(root, drive, folder, entries[i]->d_name, ret_count);
		free(entries[i]);
	}
	free(entries);
	return outcome;
}
