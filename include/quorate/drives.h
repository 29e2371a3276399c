/*
 * Removable drives, as the kernel tells them (/sys, udev's data, the table of mounts): where they are mounted, whether
 * they are encrypted with LUKS, and room. Files are saved on them whole or not at all, and read back.
 */
#ifndef QUORATE_DRIVES_H
#define QUORATE_DRIVES_H

#include <quorate/outcome.h>
#include <stdbool.h>

#define DRIVES_MOST 16
#define DRIVE_NAME_SIZE 64
#define DRIVE_PATH_SIZE 512

enum drive_cover {
	DRIVE_UNKNOWN, /* the system does not tell */
	DRIVE_PLAIN,   /* not encrypted */
	DRIVE_LOCKED,  /* LUKS, not unlocked */
	DRIVE_OPEN,    /* LUKS, unlocked: what is saved there is encrypted on the drive */
};

struct drive {
	char device[DRIVE_NAME_SIZE];  /* what is mounted: "/dev/sdb1", "/dev/dm-0" */
	char carrier[DRIVE_NAME_SIZE]; /* of an unlocked one, the encrypted partition; else the same */
	char label[DRIVE_NAME_SIZE];   /* of the file system or, without one, maker and model; "" if there is none */
	char mount_point[DRIVE_PATH_SIZE]; /* "" if it is not mounted */
	enum drive_cover cover;
	uint64_t size, free; /* bytes; free: 0 where it is not mounted */
	bool is_read_only;
};

/* Lists removable drives and USB disks: a partition each, or the whole disk where it has none. root: "" or the folder
 * that stands for / (tests); mount points are named without it. Returns how many. */
size_t drives_list(const char *root, struct drive ret[DRIVES_MOST]);

/* "encrypted (LUKS)", "NOT encrypted", ... */
const char *drive_cover_text(enum drive_cover cover);

/*
 * Saves a file on a mounted drive, in a folder of its own that is made if it is not there (folder "" for none): room is
 * looked at first, then as file_save. FAIL_DRIVE_ROOM, FAIL_DRIVE_AWAY (not mounted any more), and the outcomes of
 * file_save; a file of the same name and content that is there already is DONE, and one that has grown since (a record)
 * is replaced.
 */
enum outcome drive_save(const char *root, const struct drive *drive, const char *folder, const char *name,
	const void *bytes, size_t size);

/* Saves every ordinary file of a folder, none of them hidden, in a folder of the same name on the drive, as drive_save.
 * *ret_count: how many are there now. FAIL_FILE_MISSING, FAIL_FILE_SIZE (one is larger than any file of a ceremony). */
enum outcome drive_save_folder(const char *root, const struct drive *drive, const char *folder, unsigned *ret_count);

#endif
