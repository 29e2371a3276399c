#include <quorate/locked.h>

#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/mman.h>

enum outcome
locked_new(struct locked **ret, size_t capacity)
{
	struct locked *locked = malloc(sizeof *locked);
	void *pages = MAP_FAILED;

	*ret = NULL;
	if (locked == NULL)
		return FAIL_MEMORY;
	if (capacity > 0)
		pages = mmap(NULL, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED)
		goto fail;
	if (mlock(pages, capacity) != 0 || madvise(pages, capacity, MADV_DONTDUMP) != 0 ||
		madvise(pages, capacity, MADV_DONTFORK) != 0) {
		munmap(pages, capacity);
		goto fail;
	}
	*locked = (struct locked){ .capacity = capacity, .bytes = pages };
	*ret = locked;
	return DONE;
fail:
	free(locked);
	return FAIL_LOCKED_MEMORY;
}

void
locked_free(struct locked **locked)
{
	if (*locked == NULL)
		return;
	OPENSSL_cleanse((*locked)->bytes, (*locked)->capacity);
	/* Gives the lock back as well. */
	munmap((*locked)->bytes, (*locked)->capacity);
	free(*locked);
	*locked = NULL;
}
