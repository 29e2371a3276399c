/* Random numbers from libcrypto's DRBG. */
#ifndef QUORATE_RANDOM_H
#define QUORATE_RANDOM_H

#include <quorate/outcome.h>

/* Fills ret with size private random bytes; FAIL_RANDOM leaves it wiped. */
enum outcome random_fill(void *ret, size_t size);

/* Mixes bytes of another source (a token's generator) into the DRBG, counted as no entropy: they can help, not harm. */
void random_stir(const void *bytes, size_t size);

#endif
