/* Removable drives of a made-up /sys: what is listed, what is said of encryption, and what is saved. */
#include "groups.h"

#include <quorate/drives.h>
#include <quorate/file.h>
#include <quorate/text.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/quorate-drives-XXXXXX", made[sizeof root];

static void
put(const char *path, const char *text)
{
	char name[512], folder[512];

	text_format(name, sizeof name, "%s%s", made, path);
	text_format(folder, sizeof folder, "%.*s", (int)(strrchr(name, '/') - name), name);
	assert_int_equal(file_make_folder(folder), DONE);
	assert_int_equal(file_replace(name, text, strlen(text)), DONE);
}

static int
setup(void **state)
{
	(void)state;
	memcpy(made, root, sizeof made);
	if (mkdtemp(made) == NULL)
		return -1;
	/* A disk that is built in, a stick without encryption, one with, unlocked, and a card reader without a card. */
	put("/sys/block/sda/removable", "0\n");
	put("/sys/block/sda/sda1/partition", "1\n");
	put("/sys/block/sdb/removable", "1\n");
	put("/sys/block/sdb/device/vendor", "Acme \n");
	put("/sys/block/sdb/device/model", "Stick 3\n");
	put("/sys/block/sdb/sdb1/partition", "1\n");
	put("/sys/block/sdb/sdb1/size", "2097152\n");
	put("/sys/block/sdb/sdb1/dev", "8:17\n");
	put("/sys/class/block/sdb1/dev", "8:17\n");
	put("/run/udev/data/b8:17", "E:ID_FS_TYPE=vfat\nE:ID_FS_LABEL=KEYS\x1b[2J\n");
	put("/sys/block/sdc/removable", "1\n");
	put("/sys/block/sdc/sdc1/partition", "1\n");
	put("/sys/block/sdc/sdc1/size", "4194304\n");
	put("/sys/block/sdc/sdc1/dev", "8:33\n");
	put("/sys/block/sdc/sdc1/holders/dm-0", "");
	put("/sys/block/dm-0/dm/uuid", "CRYPT-LUKS2-0123-vault\n");
	put("/sys/class/block/dm-0/dev", "253:0\n");
	put("/dev/sdc1", "LUKS\xba\xbe\x02 and more");
	put("/sys/block/sdd/removable", "1\n");
	put("/sys/block/sdd/size", "0\n");
	put("/sys/block/sde/removable", "1\n");
	put("/sys/block/sde/size", "2048\n");
	put("/sys/block/sde/dev", "8:64\n");
	put("/dev/sde", "LUKS\xba\xbe\x01 and more");
	put("/media/the keys/here", "");
	put("/media/vault/here", "");
	put("/proc/self/mountinfo", "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n"
				    "30 22 8:17 / /media/the\\040keys rw,nosuid - vfat /dev/sdb1 rw\n"
				    "31 22 253:0 / /media/vault ro,nosuid - ext4 /dev/dm-0 rw\n");
	return 0;
}

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

static int
teardown(void **state)
{
	(void)state;
	return nftw(made, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
test_drives_are_listed(void **state)
{
	struct drive drives[DRIVES_MOST];

	(void)state;
	assert_int_equal(drives_list(made, drives), 3);
	assert_string_equal(drives[0].device, "/dev/sdb1");
	assert_string_equal(drives[0].label, "KEYS?[2J");
	assert_string_equal(drives[0].mount_point, "/media/the keys");
	assert_int_equal(drives[0].cover, DRIVE_PLAIN);
	assert_int_equal(drives[0].size, 1024 * 1024 * 1024);
	assert_true(drives[0].free > 0 && !drives[0].is_read_only);
	assert_string_equal(drives[1].device, "/dev/dm-0");
	assert_string_equal(drives[1].carrier, "/dev/sdc1");
	assert_string_equal(drives[1].mount_point, "/media/vault");
	assert_int_equal(drives[1].cover, DRIVE_OPEN);
	assert_true(drives[1].is_read_only);
	assert_string_equal(drives[2].device, "/dev/sde");
	assert_int_equal(drives[2].cover, DRIVE_LOCKED);
	assert_string_equal(drives[2].mount_point, "");
}

static void
test_drive_saves(void **state)
{
	struct drive drives[DRIVES_MOST];
	uint8_t *bytes;
	char path[512];
	size_t size;
	unsigned count;

	(void)state;
	assert_int_equal(drives_list(made, drives), 3);
	put("/home/Harbour/a.pdf", "sheet");
	put("/home/Harbour/journal.jsonl", "one\n");
	put("/home/Harbour/.hidden", "not this");
	text_format(path, sizeof path, "%s/home/Harbour", made);
	assert_int_equal(drive_save_folder(made, &drives[0], path, &count), DONE);
	assert_int_equal(count, 2);
	/* The record has grown, and the sheet is the same. */
	put("/home/Harbour/journal.jsonl", "one\ntwo\n");
	assert_int_equal(drive_save_folder(made, &drives[0], path, &count), DONE);
	text_format(path, sizeof path, "%s/media/the keys/Harbour/journal.jsonl", made);
	assert_int_equal(file_read(path, 100, &bytes, &size), DONE);
	assert_string_equal((char *)bytes, "one\ntwo\n");
	free(bytes);
	text_format(path, sizeof path, "%s/media/the keys/Harbour/.hidden", made);
	assert_int_equal(access(path, F_OK), -1);
	/* What is another file there is never overwritten. */
	put("/home/Harbour/a.pdf", "other");
	text_format(path, sizeof path, "%s/home/Harbour", made);
	assert_int_equal(drive_save_folder(made, &drives[0], path, &count), FAIL_FILE_EXISTS);
	assert_int_equal(count, 0);
	/* More than there is room for; a drive that is not mounted any more. */
	assert_int_equal(drive_save(made, &drives[0], "", "huge", "", SIZE_MAX / 2), FAIL_DRIVE_ROOM);
	put("/proc/self/mountinfo", "");
	assert_int_equal(drive_save(made, &drives[0], "", "late", "x", 1), FAIL_DRIVE_AWAY);
}

TEST_GROUP(drives, cmocka_unit_test_setup_teardown(test_drives_are_listed, setup, teardown),
	cmocka_unit_test_setup_teardown(test_drive_saves, setup, teardown));
