#include <quorate/clock.h>
#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/journal.h>
#include <quorate/limits.h>
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

static void
digest_text(const void *bytes, size_t size, char ret[JOURNAL_DIGEST_TEXT_SIZE])
{
	uint8_t digest[SHA256_DIGEST_LENGTH];

	SHA256(bytes, size, digest);
	hex_encode(digest, sizeof digest, ret);
}

static void
digest_none(char ret[JOURNAL_DIGEST_TEXT_SIZE])
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

enum outcome
journal_create(struct journal **ret, const char *path)
{
	struct journal *journal = calloc(1, sizeof *journal);
	enum outcome outcome;

	*ret = NULL;
	if (journal == NULL)
		return FAIL_MEMORY;
	journal->descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (journal->descriptor < 0) {
		outcome = file_outcome(errno);
		free(journal);
		return outcome;
	}
	outcome = sync_folder(path);
	if (outcome != DONE) {
		unlink(path);
		journal_close(&journal);
		return outcome;
	}
	digest_none(journal->digest);
	*ret = journal;
	return DONE;
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

static bool
is_own_name(const char *name)
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
		if (is_own_name(fields[i].name))
			return FAIL_INTERNAL;
	if (journal->is_broken)
		return FAIL_JOURNAL_WRITE;
	line = make_line(journal, event, fields, count);
	if (line == NULL)
		return FAIL_MEMORY;
	length = strlen(line);
	digest_text(line, length, digest);
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

/* What verification needs of one line. */
struct line {
	int64_t number;
	char chain[JOURNAL_DIGEST_TEXT_SIZE], digest[JOURNAL_DIGEST_TEXT_SIZE];
};

static bool
read_line(const char *text, size_t length, struct line *ret)
{
	json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL), *value;
	const char *chain, *name;
	bool is_right;

	chain = json_string_value(json_object_get(object, "chain"));
	value = json_object_get(object, "n");
	is_right = chain != NULL && strlen(chain) == JOURNAL_DIGEST_TEXT_SIZE - 1 && json_is_integer(value) &&
		   json_is_string(json_object_get(object, "utc")) && json_is_string(json_object_get(object, "event"));
	if (is_right) {
		ret->number = json_integer_value(value);
		memcpy(ret->chain, chain, sizeof ret->chain);
		digest_text(text, length, ret->digest);
		json_object_foreach(object, name, value) is_right =
			is_right && (json_is_string(value) || json_is_integer(value));
	}
	json_decref(object);
	return is_right;
}

/*
 * Line at (from 1) does not follow from the one before it. Which of the two was changed? Where the next line still
 * vouches for this one, it was the one before; else this one.
 */
static size_t
lines_before_change(size_t at, const struct line *line, const struct line *next)
{
	bool is_this_one =
		line->number != (int64_t)at || (next != NULL && strcmp(next->chain, line->digest) != 0) || at < 2;

	return is_this_one ? at - 1 : at - 2;
}

enum outcome
journal_verify(const char *path, size_t *ret_lines, bool *ret_torn)
{
	char expected[JOURNAL_DIGEST_TEXT_SIZE];
	struct line line, next;
	enum outcome outcome;
	const char *at, *end, *newline;
	uint8_t *bytes;
	size_t size;

	*ret_lines = 0;
	*ret_torn = false;
	outcome = file_read(path, LIMIT_FILE_READ, &bytes, &size);
	if (outcome != DONE)
		return outcome;
	digest_none(expected);
	at = (const char *)bytes;
	end = at + size;
	for (; at < end && outcome == DONE; at = newline + 1) {
		newline = memchr(at, '\n', (size_t)(end - at));
		if (newline == NULL) {
			*ret_torn = true;
			break;
		}
		if (!read_line(at, (size_t)(newline - at), &line)) {
			outcome = *ret_lines == 0 ? FAIL_JOURNAL_FORM : FAIL_JOURNAL_CHAIN;
		} else if (line.number != (int64_t)*ret_lines + 1 || strcmp(line.chain, expected) != 0) {
			const char *after = newline + 1, *stop = memchr(after, '\n', (size_t)(end - after));
			bool has_next = stop != NULL && read_line(after, (size_t)(stop - after), &next);

			*ret_lines = lines_before_change(*ret_lines + 1, &line, has_next ? &next : NULL);
			outcome = FAIL_JOURNAL_CHAIN;
		} else {
			++*ret_lines;
			memcpy(expected, line.digest, sizeof expected);
		}
	}
	free(bytes);
	return outcome;
}
