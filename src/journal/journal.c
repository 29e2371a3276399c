#include "line.h"

#include <quorate/clock.h>
#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/journal_read.h>
#include <quorate/text.h>

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <libgen.h>
#include <limits.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct journal {
	int descriptor;
	int64_t lines;
	bool is_broken; /* a line could not be written: what follows it would prove nothing */
	char digest[JOURNAL_DIGEST_TEXT_SIZE];
};

/* The fields of every line, in their order; an event's own fields may not have these names. */
static const char *const own_names[] = { "n", "utc", "event", "chain" };

void
line_digest(const void *bytes, size_t size, char ret[JOURNAL_DIGEST_TEXT_SIZE])
{
	uint8_t digest[SHA256_DIGEST_LENGTH];

	SHA256(bytes, size, digest);
	hex_encode(digest, sizeof digest, ret);
}

void
line_digest_none(char ret[JOURNAL_DIGEST_TEXT_SIZE])
{
	memset(ret, '0', JOURNAL_DIGEST_TEXT_SIZE - 1);
	ret[JOURNAL_DIGEST_TEXT_SIZE - 1] = '\0';
}

/* A new name is on the disk only once its folder is. */
static enum outcome
sync_folder(const char *path)
{
	char copy[PATH_MAX];
	enum outcome outcome = DONE;
	int folder;

	if (strlen(path) >= sizeof copy)
		return FAIL_TOO_LONG;
	text_format(copy, sizeof copy, "%s", path);
	folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return file_outcome(errno);
	if (fsync(folder) != 0)
		outcome = file_outcome(errno);
	close(folder);
	return outcome;
}

/* Of the open file itself, and gone with the process that held it, however it ended. */
static bool
lock(int descriptor)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(descriptor, F_OFD_SETLK, &whole) == 0;
}

bool
journal_is_busy(const char *path)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int descriptor = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	bool is_busy = descriptor >= 0 && fcntl(descriptor, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;

	if (descriptor >= 0)
		close(descriptor);
	return is_busy;
}

static enum outcome
open_file(struct journal **ret, const char *path, int flags)
{
	struct journal *journal = calloc(1, sizeof *journal);
	enum outcome outcome = DONE;

	if (journal == NULL)
		return FAIL_MEMORY;
	journal->descriptor = open(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC | flags, 0600);
	if (journal->descriptor < 0)
		outcome = file_outcome(errno);
	else if (!lock(journal->descriptor))
		outcome = errno == EAGAIN || errno == EACCES ? FAIL_JOURNAL_BUSY : file_outcome(errno);
	if (outcome == DONE) {
		*ret = journal;
		return DONE;
	}
	if (journal->descriptor >= 0)
		close(journal->descriptor);
	free(journal);
	return outcome;
}

enum outcome
journal_create(struct journal **ret, const char *path)
{
	enum outcome outcome;

	*ret = NULL;
	outcome = open_file(ret, path, O_CREAT | O_EXCL);
	if (outcome != DONE)
		return outcome;
	outcome = sync_folder(path);
	if (outcome != DONE) {
		unlink(path);
		journal_close(ret);
		return outcome;
	}
	line_digest_none((*ret)->digest);
	return DONE;
}

enum outcome
journal_continue(struct journal **ret, const char *path, bool *ret_is_mended)
{
	struct journal_record *record = NULL;
	enum outcome outcome;

	*ret = NULL;
	*ret_is_mended = false;
	outcome = open_file(ret, path, 0);
	if (outcome != DONE)
		return outcome;
	outcome = journal_read(&record, path);
	if (outcome == DONE)
		outcome = record->verdict;
	if (outcome == DONE && record->line_count == 0)
		outcome = FAIL_JOURNAL_FORM;
	if (outcome == DONE && record->is_torn) {
		if (ftruncate((*ret)->descriptor, (off_t)record->size) != 0 || fsync((*ret)->descriptor) != 0)
			outcome = FAIL_JOURNAL_WRITE;
		else
			*ret_is_mended = true;
	}
	if (outcome == DONE) {
		(*ret)->lines = (int64_t)record->line_count;
		memcpy((*ret)->digest, record->digest, sizeof(*ret)->digest);
	} else {
		journal_close(ret);
	}
	journal_record_free(&record);
	return outcome;
}

/* Texts may come from tokens and people: cleaned here, so that every line is valid UTF-8 and harms no terminal. */
static json_t *
field_value(const struct journal_field *field)
{
	json_t *value;
	size_t size;
	char *clean;

	if (field->text == NULL)
		return json_integer(field->number);
	size = strlen(field->text) + 1;
	clean = malloc(size);
	if (clean == NULL)
		return NULL;
	text_clean(field->text, size - 1, clean, size);
	value = json_string(clean);
	free(clean);
	return value;
}

bool
line_is_own_name(const char *name)
{
	for (size_t i = 0; i < sizeof own_names / sizeof own_names[0]; i++)
		if (strcmp(name, own_names[i]) == 0)
			return true;
	return false;
}

/* The line without its newline, the caller's (free); NULL without memory. */
static char *
make_line(const struct journal *journal, const char *event, const struct journal_field *fields, size_t count)
{
	char utc[CLOCK_STAMP_SIZE], *line = NULL;
	json_t *object = json_object();
	bool is_whole;

	clock_stamp(utc);
	is_whole = object != NULL && json_object_set_new(object, "n", json_integer(journal->lines + 1)) == 0 &&
		   json_object_set_new(object, "utc", json_string(utc)) == 0 &&
		   json_object_set_new(object, "event", json_string(event)) == 0;
	for (size_t i = 0; i < count && is_whole; i++)
		is_whole = json_object_set_new(object, fields[i].name, field_value(&fields[i])) == 0;
	if (is_whole && json_object_set_new(object, "chain", json_string(journal->digest)) == 0)
		line = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	return line;
}

enum outcome
journal_append(struct journal *journal, const char *event, const struct journal_field *fields, size_t count)
{
	char *line, digest[JOURNAL_DIGEST_TEXT_SIZE];
	size_t length;
	bool is_written;

	for (size_t i = 0; i < count; i++)
		if (line_is_own_name(fields[i].name))
			return FAIL_INTERNAL;
	if (journal->is_broken)
		return FAIL_JOURNAL_WRITE;
	line = make_line(journal, event, fields, count);
	if (line == NULL)
		return FAIL_MEMORY;
	length = strlen(line);
	line_digest(line, length, digest);
	/* One write for the line and its end, so that a crash tears at most this line. */
	line[length] = '\n';
	is_written = file_write_all(journal->descriptor, line, length + 1) == DONE && fsync(journal->descriptor) == 0;
	free(line);
	if (!is_written) {
		journal->is_broken = true;
		return FAIL_JOURNAL_WRITE;
	}
	journal->lines++;
	memcpy(journal->digest, digest, sizeof digest);
	return DONE;
}

void
journal_digest(const struct journal *journal, char ret[JOURNAL_DIGEST_TEXT_SIZE])
{
	memcpy(ret, journal->digest, JOURNAL_DIGEST_TEXT_SIZE);
}

void
journal_close(struct journal **journal)
{
	if (*journal != NULL) {
		close((*journal)->descriptor);
		free(*journal);
	}
	*journal = NULL;
}
