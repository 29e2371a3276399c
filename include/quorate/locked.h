/*
 * Memory for what is secret and larger than the secure heap holds: a filled sheet as PDF. Whole pages of its own,
 * locked, left out of dumps and of children, or there is none; free wipes.
 */
#ifndef QUORATE_LOCKED_H
#define QUORATE_LOCKED_H

#include <quorate/outcome.h>

struct locked {
	size_t size;     /* bytes in use; the owner's to set */
	size_t capacity; /* bytes there are */
	uint8_t *bytes;
};

/* Room for capacity bytes (> 0), all zero. FAIL_LOCKED_MEMORY. */
enum outcome locked_new(struct locked **ret, size_t capacity);

/* Wipes and gives back to the system; *locked becomes NULL. NULL is fine. */
void locked_free(struct locked **locked);

#endif
