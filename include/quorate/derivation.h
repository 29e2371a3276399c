/*
 * From the password of a share file to its key: OpenSSL's EVP_BytesToKey with MD5, three chained blocks, iterations
 * steps each. Source: OpenSC src/tools/sc-hsm-tool.c. One chain cannot be split, so it runs on a thread of its own,
 * beside the loop.
 */
#ifndef QUORATE_DERIVATION_H
#define QUORATE_DERIVATION_H

#include <quorate/secret.h>

#define DERIVATION_SALT_SIZE 8
/* 32 bytes of AES-256 key, then 16 bytes of IV. */
#define DERIVATION_KEY_SIZE 48

struct derivation;

/*
 * Begins. The password (1 to LIMIT_PASSWORD_MAX bytes) is read before the call returns; the caller keeps it. iterations
 * is LIMIT_DKEK_ITERATIONS for every real file; only tests pass another number. FAIL_MEMORY, FAIL_SECURE_HEAP,
 * FAIL_PROCESS (no thread), FAIL_ARGUMENT.
 */
enum outcome derivation_start(struct derivation **ret, const struct secret *password,
	const uint8_t salt[DERIVATION_SALT_SIZE], unsigned long iterations);

/* A descriptor for poll: readable from the moment the key is there. */
int derivation_descriptor(const struct derivation *derivation);

/* How far it is, 0.0 to 1.0, and the milliseconds left as far as can be told (-1: not yet). */
double derivation_fraction(const struct derivation *derivation);
int64_t derivation_left_ms(const struct derivation *derivation);

bool derivation_is_done(const struct derivation *derivation);

/* Waits if need be, gives the key (DERIVATION_KEY_SIZE bytes) and frees; *derivation becomes NULL whatever the outcome.
 */
enum outcome derivation_finish(struct derivation **derivation, struct secret **ret_key);

/* Cancels, waits for the thread (a few milliseconds), wipes and frees. NULL is fine. */
void derivation_free(struct derivation **derivation);

/* The same in one blocking call. */
enum outcome derivation_run(const struct secret *password, const uint8_t salt[DERIVATION_SALT_SIZE],
	unsigned long iterations, struct secret **ret_key);

#endif
