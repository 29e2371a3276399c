/* Reading the record of a ceremony: its chain verified, its lines as data and in words. */
#ifndef QUORATE_JOURNAL_READ_H
#define QUORATE_JOURNAL_READ_H

#include <quorate/journal.h>
#include <stddef.h>

/* One line; n, utc, event and chain stand apart, the fields are the event's own, in their order. */
struct journal_line {
	size_t number; /* from 1 */
	const char *utc, *event;
	struct journal_field *fields;
	size_t field_count;
	char digest[JOURNAL_DIGEST_TEXT_SIZE]; /* of the line, which the next one carries */
};

struct journal_record {
	/* The lines that are whole and right, up to the first that is not. */
	struct journal_line *lines;
	size_t line_count;
	/* DONE; FAIL_JOURNAL_CHAIN: the line after line_count is the changed one; FAIL_JOURNAL_FORM: the first line is
	   not one of a record. No chain tells of a change in the very last line, or of lines cut off at the end: for
	   these the digest that was signed off is compared. */
	enum outcome verdict;
	bool is_torn;      /* the last line was cut off (a crash while it was written) and does not count */
	size_t size;       /* bytes of the whole lines */
	size_t clock_back; /* number of the first line whose time is before the line above it; 0: none */
	char digest[JOURNAL_DIGEST_TEXT_SIZE]; /* of the last of the lines; zeros without one */
	void *inside;
};

/* Reads and verifies; DONE whatever the verdict. Outcomes of file_read, FAIL_MEMORY; then *ret is NULL. */
enum outcome journal_read(struct journal_record **ret, const char *path);

void journal_record_free(struct journal_record **record);

/* The last line with this event, looking back from before line number before (0: from the end); NULL: none. */
const struct journal_line *journal_read_last(const struct journal_record *record, const char *event, size_t before);

/* A field of a line: its text, NULL if it is not there or a number; its number, or what is to stand for none. */
const char *journal_read_text(const struct journal_line *line, const char *name);
int64_t journal_read_number(const struct journal_line *line, const char *name, int64_t otherwise);

/*
 * A private fact stands in the record as the SHA-256 of "SALT:NAME:VALUE", in the field NAME_sha256 of a line with this
 * event; the salt, 32 hex digits, is on the sheet of salts only.
 */
#define JOURNAL_OPEN_EVENT "kept-private"
#define JOURNAL_OPEN_ENDING "_sha256"
enum outcome journal_open_digest(
	const char *name, const char *value, const char *salt, char ret[JOURNAL_DIGEST_TEXT_SIZE]);
/* *ret_line: the line that it opens; 0: none. *ret_is_there: there is such a fact at all. FAIL_MEMORY. */
enum outcome journal_open_find(const struct journal_record *record, const char *name, const char *value,
	const char *salt, size_t *ret_line, bool *ret_is_there);

/* A line in words, on one line of text; fields that the sentence does not name follow in brackets, so that nothing of
   the record is left out; cleaned, for a record may come from anywhere. False: an event without a sentence, whose name
   then stands for it. */
bool journal_words(const struct journal_line *line, char *ret, size_t size);

#endif
