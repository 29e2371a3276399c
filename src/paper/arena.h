/* All memory that libharu takes for one document, so that it is wiped and freed whole, whatever libharu forgets. */
#ifndef SRC_PAPER_ARENA_H
#define SRC_PAPER_ARENA_H

#include <stdbool.h>
#include <stddef.h>

/* Opens the arena of this thread; there is one at a time, for libharu's allocator has no place for a context.
 * is_locked: it is for secrets, in locked memory only. */
void arena_open(bool is_locked);

/* Whether memory was refused because it could not be locked. */
bool arena_is_lock_refused(void);

/* libharu's allocator and its counterpart, which does nothing. NULL when there is no memory. */
void *arena_take(unsigned size);
void arena_leave(void *memory);

/* Wipes and frees all that was taken since arena_open. */
void arena_close(void);

#endif
