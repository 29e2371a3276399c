#include "aes_cbc.h"

#include <limits.h>
#include <openssl/evp.h>

enum outcome
aes_cbc(const uint8_t key[AES_KEY_SIZE], const uint8_t iv[AES_BLOCK_SIZE], const uint8_t *in, size_t size, uint8_t *out,
	bool is_encrypting)
{
	EVP_CIPHER_CTX *context;
	enum outcome outcome = DONE;
	int written;

	if (size > INT_MAX)
		return FAIL_CRYPTO;
	context = EVP_CIPHER_CTX_new();
	if (context == NULL)
		return FAIL_MEMORY;
	if (EVP_CipherInit_ex(context, EVP_aes_256_cbc(), NULL, key, iv, is_encrypting) != 1 ||
		EVP_CIPHER_CTX_set_padding(context, 0) != 1 ||
		EVP_CipherUpdate(context, out, &written, in, (int)size) != 1 || (size_t)written != size)
		outcome = FAIL_CRYPTO;
	EVP_CIPHER_CTX_free(context);
	return outcome;
}
