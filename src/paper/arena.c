#include "arena.h"

#include <openssl/crypto.h>
#include <stdalign.h>
#include <stdlib.h>

#define CHUNK_SIZE (256 * 1024)

struct chunk {
	struct chunk *next;
	size_t size, used;
	alignas(max_align_t) unsigned char bytes[];
};

static _Thread_local struct chunk *chunks;

void
arena_open(void)
{
	chunks = NULL;
}

void *
arena_take(unsigned size)
{
	size_t step = alignof(max_align_t), wanted = ((size_t)size + step - 1) / step * step;
	struct chunk *chunk = chunks;
	void *taken;

	if (chunk == NULL || chunk->size - chunk->used < wanted) {
		size_t room = wanted > CHUNK_SIZE ? wanted : CHUNK_SIZE;

		chunk = malloc(sizeof *chunk + room);
		if (chunk == NULL)
			return NULL;
		chunk->next = chunks;
		chunk->size = room;
		chunk->used = 0;
		chunks = chunk;
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

		OPENSSL_cleanse(chunks->bytes, chunks->used);
		free(chunks);
		chunks = next;
	}
}
