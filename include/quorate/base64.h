/* Base64 (RFC 4648, section 4), by libcrypto; for ciphertext and public data, never for a secret. */
#ifndef QUORATE_BASE64_H
#define QUORATE_BASE64_H

#include <quorate/outcome.h>

/* Characters, without the NUL, that size bytes become. */
#define BASE64_LENGTH(size) (((size) + 2) / 3 * 4)

/* Writes BASE64_LENGTH(size) characters and a NUL: the bytes of `openssl base64 -A`. */
void base64_encode(const uint8_t *bytes, size_t size, char *ret);

/* Reads text, in which white space is skipped and nothing else is; ret holds capacity bytes, *ret_size how many there
   are. FAIL_BASE64, or FAIL_TOO_LONG when capacity is too small. */
enum outcome base64_decode(const char *text, size_t length, uint8_t *ret, size_t capacity, size_t *ret_size);

#endif
