/*
 * The record of a ceremony: JSON lines, append-only. Each line carries the SHA-256 of the line before it (of its bytes
 * without the newline; 64 zeros in the first) as "chain", a running number "n", the time "utc" and the "event"; then
 * the event's own fields, all texts or whole numbers. A line counts once it is synced to the disk. Never a secret:
 * there is no way to hand one in. Reading it: journal_read.h.
 */
#ifndef QUORATE_JOURNAL_H
#define QUORATE_JOURNAL_H

#include <quorate/outcome.h>
#include <stdbool.h>

#define JOURNAL_DIGEST_TEXT_SIZE 65

struct journal;

struct journal_field {
	const char *name;
	const char *text; /* NULL: the number counts */
	int64_t number;
};

/* A new record; the file must not exist. While it is open no other program continues it. Outcomes of file_save,
   FAIL_JOURNAL_WRITE. */
enum outcome journal_create(struct journal **ret, const char *path);

/*
 * Goes on with a record after an interruption, the chain with it. A last line that was cut off, which never counted, is
 * taken away: *ret_is_mended. FAIL_JOURNAL_BUSY (another program has it open), FAIL_JOURNAL_CHAIN (it was changed:
 * nothing is added to it), FAIL_JOURNAL_FORM (no whole line is in it), FAIL_JOURNAL_WRITE, outcomes of file_read.
 */
enum outcome journal_continue(struct journal **ret, const char *path, bool *ret_is_mended);

/* True while another program has the record open. */
bool journal_is_busy(const char *path);

/* Writes one line and syncs it; only after DONE did the event happen for the record. fields may be NULL when count is
   0. FAIL_JOURNAL_WRITE (and then no further line is taken). */
enum outcome journal_append(
	struct journal *journal, const char *event, const struct journal_field *fields, size_t count);

/* SHA-256 of the last line: what the sign-off names. */
void journal_digest(const struct journal *journal, char ret[JOURNAL_DIGEST_TEXT_SIZE]);

void journal_close(struct journal **journal);

#endif
