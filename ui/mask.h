/*
 * A masked field: keys go one by one into a secret, and what is seen is how many and where. Characters are shown only
 * on request, and hidden again after LIMIT_REVEAL_SECONDS or at the next key. The cursor can go back to correct one
 * character; a full field is overwritten there, another takes the character in between.
 */
#ifndef UI_MASK_H
#define UI_MASK_H

#include "keys.h"
#include "paint.h"

struct mask {
	struct secret *text; /* no separators: those are drawn */
	size_t most, cursor;
	unsigned group;               /* characters in a group, 0: all in one */
	bool (*takes)(int character); /* printable ASCII only, whatever this says */
	bool (*skips)(int character); /* characters passed over without a word (blanks between groups), or NULL */
	bool is_revealed, is_closed;
	int64_t hide_at; /* on the steady clock */
	uint64_t marks;  /* bit i: character i is probably wrong; none beyond MASK_MARKS */
	int width;       /* columns there are; a longer field moves along with the cursor. 0: all it takes */
};

#define MASK_MARKS 64

/* MASK_CLOSED: it is not revealed any more, see mask_close_reveal. */
enum mask_result { MASK_UNKNOWN, MASK_TAKEN, MASK_FULL, MASK_REFUSED, MASK_CLOSED };

/* FAIL_SECURE_HEAP. */
enum outcome mask_open(struct mask *mask, size_t most, unsigned group);
void mask_close(struct mask *mask);

/* Editing, reveal and characters; other requests are MASK_UNKNOWN. */
enum mask_result mask_key(struct mask *mask, const struct press *press);

/* What stands there now is never revealed, until the field was emptied. */
void mask_close_reveal(struct mask *mask);

/* Hides what is revealed; true if it was. */
bool mask_hide(struct mask *mask);

/* Hides it when its time is over; true if it was hidden. Milliseconds until then, -1: nothing is revealed. */
bool mask_tick(struct mask *mask);
int mask_timeout(const struct mask *mask);

/* Columns that the field takes. */
int mask_columns(const struct mask *mask);

void mask_draw(const struct mask *mask, int row, int column, bool has_cursor);

#endif
