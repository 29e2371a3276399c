#include <quorate/file.h>
#include <quorate/text.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum outcome
file_outcome(int error)
{
	switch (error) {
	case EEXIST:
	case ENOTEMPTY:
		return FAIL_FILE_EXISTS;
	case ENOENT:
	case ENOTDIR:
		return FAIL_FILE_MISSING;
	case EACCES:
	case EPERM:
		return FAIL_FILE_ACCESS;
	case ELOOP:
	case EISDIR:
		return FAIL_FILE_KIND;
	case ENOSPC:
	case EDQUOT:
		return FAIL_DISK_FULL;
	case EROFS:
		return FAIL_DISK_READ_ONLY;
	case EFBIG:
		return FAIL_FILE_SIZE;
	case ENAMETOOLONG:
		return FAIL_TOO_LONG;
	case ENOMEM:
		return FAIL_MEMORY;
	default:
		return FAIL_FILE_IO;
	}
}

enum outcome
file_write_all(int descriptor, const void *bytes, size_t size)
{
	const char *at = bytes;

	while (size > 0) {
		ssize_t written = write(descriptor, at, size);

		if (written < 0) {
			if (errno == EINTR)
				continue;
			return file_outcome(errno);
		}
		if (written == 0)
			return FAIL_FILE_IO;
		at += written;
		size -= (size_t)written;
	}
	return DONE;
}

/* The folder of a path, opened, and the name within it. */
static enum outcome
open_folder(const char *path, int *ret, const char **ret_name)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');

	*ret_name = slash == NULL ? path : slash + 1;
	if ((*ret_name)[0] == '\0' || strcmp(*ret_name, ".") == 0 || strcmp(*ret_name, "..") == 0)
		return FAIL_FILE_KIND;
	if (slash == NULL)
		text_format(folder, sizeof folder, ".");
	else if (slash - path >= (ptrdiff_t)sizeof folder)
		return FAIL_TOO_LONG;
	else
		text_format(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
	*ret = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *ret < 0 ? file_outcome(errno) : DONE;
}

static enum outcome
compare(int folder, const char *name, const void *bytes, size_t size)
{
	const uint8_t *expected = bytes;
	uint8_t block[4096];
	enum outcome outcome = DONE;
	size_t seen = 0;
	ssize_t got;
	int descriptor = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (descriptor < 0)
		return file_outcome(errno);
	/* Ask for the disk's bytes, not the cache's; a file system that cannot just ignores it. */
	posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
	do {
		got = read(descriptor, block, sizeof block);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			outcome = file_outcome(errno);
		else if ((size_t)got > size - seen || memcmp(block, expected + seen, (size_t)got) != 0)
			outcome = FAIL_FILE_CHANGED;
		else
			seen += (size_t)got;
	} while (got != 0 && outcome == DONE);
	if (outcome == DONE && seen != size)
		outcome = FAIL_FILE_CHANGED;
	close(descriptor);
	return outcome;
}

static enum outcome
write_durably(int folder, const char *name, const void *bytes, size_t size)
{
	enum outcome outcome;
	int descriptor = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (descriptor < 0)
		return file_outcome(errno);
	outcome = file_write_all(descriptor, bytes, size);
	if (outcome == DONE && fsync(descriptor) != 0)
		outcome = file_outcome(errno);
	if (close(descriptor) != 0 && outcome == DONE)
		outcome = file_outcome(errno);
	return outcome;
}

static enum outcome
save(const char *path, const void *bytes, size_t size, unsigned rename_flags)
{
	char temporary[NAME_MAX + 1];
	const char *name;
	enum outcome outcome;
	bool is_named = false;
	uint64_t tag;
	int folder;

	outcome = open_folder(path, &folder, &name);
	if (outcome != DONE)
		return outcome;
	/* Two that save at once must not meet: a tag of their own, not a secret. */
	if (getrandom(&tag, sizeof tag, 0) != (ssize_t)sizeof tag) {
		close(folder);
		return FAIL_RANDOM;
	}
	text_format(temporary, sizeof temporary, ".quorate-%016llx", (unsigned long long)tag);
	outcome = write_durably(folder, temporary, bytes, size);
	if (outcome == DONE) {
		if (renameat2(folder, temporary, folder, name, rename_flags) != 0) {
			/* A file system without RENAME_NOREPLACE: a hard link does not replace either. */
			if (errno == EINVAL && rename_flags != 0 && linkat(folder, temporary, folder, name, 0) == 0)
				unlinkat(folder, temporary, 0);
			else
				outcome = file_outcome(errno);
		}
		is_named = outcome == DONE;
	}
	if (outcome == DONE && fsync(folder) != 0)
		outcome = file_outcome(errno);
	if (outcome == DONE)
		outcome = compare(folder, name, bytes, size);
	if (outcome != DONE) {
		unlinkat(folder, temporary, 0);
		if (is_named && rename_flags != 0)
			unlinkat(folder, name, 0);
	}
	close(folder);
	return outcome;
}

enum outcome
file_save(const char *path, const void *bytes, size_t size)
{
	return save(path, bytes, size, RENAME_NOREPLACE);
}

enum outcome
file_replace(const char *path, const void *bytes, size_t size)
{
	return save(path, bytes, size, 0);
}

enum outcome
file_read(const char *path, size_t most, uint8_t **ret, size_t *ret_size)
{
	struct stat status;
	enum outcome outcome = DONE;
	uint8_t *bytes = NULL;
	size_t size = 0, capacity;
	int descriptor;

	*ret = NULL;
	*ret_size = 0;
	/* O_NONBLOCK: a name that turns out to be a pipe must not hold us up. */
	descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (descriptor < 0)
		return file_outcome(errno);
	if (fstat(descriptor, &status) != 0)
		outcome = file_outcome(errno);
	else if (!S_ISREG(status.st_mode))
		outcome = FAIL_FILE_KIND;
	else if ((uintmax_t)status.st_size > most)
		outcome = FAIL_FILE_SIZE;
	if (outcome != DONE)
		goto out;
	capacity = (size_t)status.st_size;
	bytes = malloc(capacity + 1);
	if (bytes == NULL) {
		outcome = FAIL_MEMORY;
		goto out;
	}
	while (size < capacity) {
		ssize_t got = read(descriptor, bytes + size, capacity - size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			outcome = file_outcome(errno);
			goto out;
		}
		if (got == 0)
			break;
		size += (size_t)got;
	}
	bytes[size] = '\0';
	*ret = bytes;
	*ret_size = size;
	bytes = NULL;
out:
	free(bytes);
	close(descriptor);
	return outcome;
}

enum outcome
file_make_folder(const char *path)
{
	char part[PATH_MAX];
	size_t length = strlen(path);
	struct stat found;

	if (length == 0 || length >= sizeof part)
		return length == 0 ? FAIL_FILE_MISSING : FAIL_TOO_LONG;
	for (size_t i = 1; i <= length; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0700) == 0)
			continue;
		if (errno != EEXIST || stat(part, &found) != 0)
			return file_outcome(errno);
		if (!S_ISDIR(found.st_mode))
			return FAIL_FILE_KIND;
	}
	return DONE;
}
