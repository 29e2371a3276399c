#include "arena.h"

#include <quorate/locked.h>

#include <openssl/crypto.h>
#include <stdalign.h>
#include <stdlib.h>

#define CHUNK_SIZE (256 * 1024)

struct chunk {
	struct chunk *next;
	struct locked *locked; /* what it stands in; NULL: malloc */
	size_t size, used;
	alignas(max_align_t) unsigned char bytes[];
};

static _Thread_local struct chunk *chunks;
static _Thread_local bool wants_lock, is_lock_refused;

void
arena_open(bool is_locked)
{
	chunks = NULL;
	wants_lock = is_locked;
	is_lock_refused = false;
}

bool
arena_is_lock_refused(void)
{
	return is_lock_refused;
}

static struct chunk *
new_chunk(size_t room)
{
	struct locked *locked = NULL;
	struct chunk *chunk;

	if (wants_lock) {
		enum outcome outcome = locked_new(&locked, sizeof *chunk + room);

		is_lock_refused = is_lock_refused || outcome == FAIL_LOCKED_MEMORY;
		chunk = outcome == DONE ? (struct chunk *)(void *)locked->bytes : NULL;
	} else {
		chunk = malloc(sizeof *chunk + room);
	}
	if (chunk == NULL)
		return NULL;
	*chunk = (struct chunk){ .next = chunks, .locked = locked, .size = room };
	chunks = chunk;
	return chunk;
}

void *
arena_take(unsigned size)
{
	size_t step = alignof(max_align_t), wanted = ((size_t)size + step - 1) / step * step;
	struct chunk *chunk = chunks;
	void *taken;

	if (chunk == NULL || chunk->size - chunk->used < wanted) {
		size_t room = wanted > CHUNK_SIZE ? wanted : CHUNK_SIZE;

		chunk = new_chunk(room);
		if (chunk == NULL)
			return NULL;
	}
	taken = chunk->bytes + chunk->used;
	chunk->used += wanted;
	return taken;
}

void
arena_leave(void *memory)
{
	(void)memory;
}

void
arena_close(void)
{
	while (chunks != NULL) {
		struct chunk *next = chunks->next;
		struct locked *locked = chunks->locked;

		OPENSSL_cleanse(chunks->bytes, chunks->used);
		if (locked != NULL)
			locked_free(&locked);
		else
			free(chunks);
		chunks = next;
	}
}
