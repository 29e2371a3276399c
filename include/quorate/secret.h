/*
 * The one type for everything that must leave no trace: PINs, passwords, shares, keys. Its bytes stand in libcrypto's
 * secure heap (locked, guarded, left out of dumps), or there is no secret at all. Free wipes; hand-over moves and
 * leaves the giver NULL; nothing copies silently.
 */
#ifndef QUORATE_SECRET_H
#define QUORATE_SECRET_H

#include <quorate/outcome.h>
#include <stdbool.h>

struct secret {
	size_t size;     /* bytes in use */
	size_t capacity; /* bytes there are */
	uint8_t *bytes;  /* in the secure heap */
};

/* Opens the secure heap (LIMIT_SECURE_HEAP) once per process. FAIL_SECURE_HEAP unless guard pages, lock and "not in
   dumps" all worked. May be called again. */
enum outcome secret_open(void);

/* An empty secret with room for capacity bytes (> 0). FAIL_SECURE_HEAP if the heap was not opened or is full. */
enum outcome secret_new(struct secret **ret, size_t capacity);

/* A secret of size bytes, moved in: the source is wiped, also when this fails. */
enum outcome secret_take(struct secret **ret, void *source, size_t size);

/* Wipes and frees; *secret becomes NULL. NULL is fine. */
void secret_free(struct secret **secret);

/* The secret itself, and the giver's pointer becomes NULL. */
struct secret *secret_move(struct secret **from);

/* Adds one byte at the end, false when there is no room; takes the last byte away, false when there is none. */
bool secret_push(struct secret *secret, uint8_t byte);
bool secret_pop(struct secret *secret);

/* Wipes the bytes and makes the secret empty. */
void secret_clear(struct secret *secret);

/* Whether two secrets are equal; time depends on the sizes only. */
bool secret_is_equal(const struct secret *a, const struct secret *b);

#endif
