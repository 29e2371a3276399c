#include <quorate/random.h>

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

enum outcome
random_fill(void *ret, size_t size)
{
	if (size <= INT_MAX && RAND_priv_bytes(ret, (int)size) == 1)
		return DONE;
	OPENSSL_cleanse(ret, size);
	return FAIL_RANDOM;
}

void
random_stir(const void *bytes, size_t size)
{
	if (size <= INT_MAX)
		RAND_add(bytes, (int)size, 0.0);
}
