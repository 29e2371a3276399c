/* AES-256-CBC over whole blocks, without padding, by libcrypto. */
#ifndef SHARE_AES_CBC_H
#define SHARE_AES_CBC_H

#include <quorate/outcome.h>

#include <stdbool.h>

#define AES_KEY_SIZE 32
#define AES_BLOCK_SIZE 16

/* Encrypts or decrypts size bytes, a multiple of AES_BLOCK_SIZE; out holds as many. FAIL_MEMORY, FAIL_CRYPTO. */
enum outcome aes_cbc(const uint8_t key[AES_KEY_SIZE], const uint8_t iv[AES_BLOCK_SIZE], const uint8_t *in, size_t size,
	uint8_t *out, bool is_encrypting);

#endif
