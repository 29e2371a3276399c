#include <quorate/limits.h>
#include <quorate/secret.h>

#include <openssl/crypto.h>

enum outcome
secret_open(void)
{
	if (CRYPTO_secure_malloc_initialized())
		return DONE;
	/* 1 means guarded, locked and not in dumps; 2 means "works, but not locked": not good enough. */
	switch (CRYPTO_secure_malloc_init(LIMIT_SECURE_HEAP, LIMIT_SECURE_HEAP_BLOCK)) {
	case 1:
		return DONE;
	case 2:
		CRYPTO_secure_malloc_done();
		return FAIL_SECURE_HEAP;
	default:
		return FAIL_SECURE_HEAP;
	}
}

enum outcome
secret_new(struct secret **ret, size_t capacity)
{
	struct secret *secret;

	*ret = NULL;
	/* Without a heap libcrypto would silently fall back to malloc. */
	if (!CRYPTO_secure_malloc_initialized() || capacity == 0 || capacity > LIMIT_SECURE_HEAP)
		return FAIL_SECURE_HEAP;
	secret = OPENSSL_secure_zalloc(sizeof *secret + capacity);
	if (secret == NULL)
		return FAIL_SECURE_HEAP;
	secret->capacity = capacity;
	secret->bytes = (uint8_t *)(secret + 1);
	*ret = secret;
	return DONE;
}

enum outcome
secret_take(struct secret **ret, void *source, size_t size)
{
	enum outcome outcome = secret_new(ret, size);

	if (outcome == DONE) {
		for (size_t i = 0; i < size; i++)
			(*ret)->bytes[i] = ((uint8_t *)source)[i];
		(*ret)->size = size;
	}
	OPENSSL_cleanse(source, size);
	return outcome;
}

void
secret_free(struct secret **secret)
{
	if (*secret != NULL)
		OPENSSL_secure_clear_free(*secret, sizeof **secret + (*secret)->capacity);
	*secret = NULL;
}

struct secret *
secret_move(struct secret **from)
{
	struct secret *secret = *from;

	*from = NULL;
	return secret;
}

bool
secret_push(struct secret *secret, uint8_t byte)
{
	if (secret->size >= secret->capacity)
		return false;
	secret->bytes[secret->size++] = byte;
	return true;
}

bool
secret_pop(struct secret *secret)
{
	if (secret->size == 0)
		return false;
	OPENSSL_cleanse(&secret->bytes[--secret->size], 1);
	return true;
}

void
secret_clear(struct secret *secret)
{
	OPENSSL_cleanse(secret->bytes, secret->capacity);
	secret->size = 0;
}

bool
secret_is_equal(const struct secret *a, const struct secret *b)
{
	return a->size == b->size && CRYPTO_memcmp(a->bytes, b->bytes, a->size) == 0;
}
