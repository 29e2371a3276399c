#include <quorate/file.h>
#include <quorate/limits.h>
#include <quorate/random.h>
#include <quorate/share_file.h>

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC_SIZE 8
#define AES_KEY_SIZE 32
#define AES_BLOCK 16

static const uint8_t magic[MAGIC_SIZE] = { 'S', 'a', 'l', 't', 'e', 'd', '_', '_' };

_Static_assert(SHARE_FILE_SIZE == MAGIC_SIZE + sizeof(struct share_file), "the file is magic, salt and ciphertext");

enum outcome
share_file_parse(const void *bytes, size_t size, struct share_file *ret)
{
	const uint8_t *at = bytes;

	if (size != SHARE_FILE_SIZE)
		return FAIL_SHARE_FILE_SIZE;
	if (memcmp(at, magic, MAGIC_SIZE) != 0)
		return FAIL_SHARE_FILE_MAGIC;
	memcpy(ret->salt, at + MAGIC_SIZE, sizeof ret->salt);
	memcpy(ret->ciphertext, at + MAGIC_SIZE + sizeof ret->salt, sizeof ret->ciphertext);
	return DONE;
}

enum outcome
share_file_load(const char *path, struct share_file *ret)
{
	uint8_t *bytes;
	size_t size;
	enum outcome outcome = file_read(path, LIMIT_FILE_READ, &bytes, &size);

	if (outcome == DONE)
		outcome = share_file_parse(bytes, size, ret);
	free(bytes);
	return outcome;
}

void
share_file_write(const struct share_file *file, uint8_t ret[SHARE_FILE_SIZE])
{
	memcpy(ret, magic, MAGIC_SIZE);
	memcpy(ret + MAGIC_SIZE, file->salt, sizeof file->salt);
	memcpy(ret + MAGIC_SIZE + sizeof file->salt, file->ciphertext, sizeof file->ciphertext);
}

enum outcome
share_file_new(struct share_file *ret)
{
	memset(ret, 0, sizeof *ret);
	return random_fill(ret->salt, sizeof ret->salt);
}

/* AES-256-CBC without padding over the 48 bytes of a file, either way. */
static enum outcome
crypt(const struct secret *key, const uint8_t *in, uint8_t *out, bool is_sealing)
{
	EVP_CIPHER_CTX *context = NULL;
	enum outcome outcome = FAIL_CRYPTO;
	const int size = sizeof((struct share_file *)NULL)->ciphertext;
	int written;

	if (key->size != DERIVATION_KEY_SIZE)
		return FAIL_ARGUMENT;
	context = EVP_CIPHER_CTX_new();
	if (context == NULL)
		return FAIL_MEMORY;
	if (EVP_CipherInit_ex(context, EVP_aes_256_cbc(), NULL, key->bytes, key->bytes + AES_KEY_SIZE, is_sealing) ==
			1 &&
		EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
		EVP_CipherUpdate(context, out, &written, in, size) == 1 && written == size)
		outcome = DONE;
	EVP_CIPHER_CTX_free(context);
	return outcome;
}

enum outcome
share_file_seal(struct share_file *file, const struct secret *key, const struct secret *share)
{
	struct secret *plain;
	enum outcome outcome;

	if (share->size != DKEK_SIZE)
		return FAIL_ARGUMENT;
	outcome = secret_new(&plain, sizeof file->ciphertext);
	if (outcome == DONE) {
		memcpy(plain->bytes, share->bytes, DKEK_SIZE);
		memset(plain->bytes + DKEK_SIZE, AES_BLOCK, AES_BLOCK);
		outcome = crypt(key, plain->bytes, file->ciphertext, true);
	}
	secret_free(&plain);
	return outcome;
}

enum outcome
share_file_open(const struct share_file *file, const struct secret *key, struct secret **ret)
{
	struct secret *plain;
	enum outcome outcome = secret_new(&plain, sizeof file->ciphertext);
	uint8_t difference = 0;

	*ret = NULL;
	if (outcome == DONE)
		outcome = crypt(key, file->ciphertext, plain->bytes, false);
	if (outcome == DONE) {
		/* Looking at the last byte alone would let a wrong password pass once in 256 times. */
		for (size_t i = DKEK_SIZE; i < sizeof file->ciphertext; i++) {
			difference |= plain->bytes[i] ^ AES_BLOCK;
			plain->bytes[i] = 0;
		}
		plain->size = DKEK_SIZE;
		if (difference == 0)
			*ret = secret_move(&plain);
		else
			outcome = FAIL_SHARE_FILE_KEY;
	}
	secret_free(&plain);
	return outcome;
}
