/*
 * Exact files: whole or not at all. A file that was saved is on the disk, under its name, and reads back the same;
 * nothing that was there before is ever overwritten, and no symbolic link is followed at the last step of a name.
 */
#ifndef QUORATE_FILE_H
#define QUORATE_FILE_H

#include <quorate/outcome.h>

/*
 * Writes a new file, mode 0600: temporary file in the same folder (O_EXCL, O_NOFOLLOW), written in full, fsync, close
 * checked, renamed without replacing, folder fsynced, read back and compared. On any failure nothing is left behind.
 * FAIL_FILE_EXISTS, FAIL_FILE_ACCESS, FAIL_FILE_MISSING (no such folder), FAIL_DISK_FULL, FAIL_DISK_READ_ONLY,
 * FAIL_FILE_CHANGED, FAIL_FILE_IO.
 */
enum outcome file_save(const char *path, const void *bytes, size_t size);

/*
 * The same for state that is written again and again (the rehearsal's card): replaces what is there, atomically and
 * durably.
 */
enum outcome file_replace(const char *path, const void *bytes, size_t size);

/*
 * Reads a whole ordinary file of at most most bytes; *ret belongs to the caller (free), is terminated by a NUL that
 * *ret_size does not count, and is NULL on failure. Not for secrets. FAIL_FILE_MISSING, FAIL_FILE_ACCESS,
 * FAIL_FILE_KIND, FAIL_FILE_SIZE, FAIL_FILE_IO, FAIL_MEMORY.
 */
enum outcome file_read(const char *path, size_t most, uint8_t **ret, size_t *ret_size);

/* Makes a folder, mode 0700, and the ones above it; one that is there already is fine. FAIL_FILE_KIND if something else
 * stands in its place. */
enum outcome file_make_folder(const char *path);

/* Writes all of it to a descriptor, whatever it takes: interrupted and short writes go on. */
enum outcome file_write_all(int descriptor, const void *bytes, size_t size);

/* The outcome that fits an errno of a file operation. */
enum outcome file_outcome(int error);

#endif
