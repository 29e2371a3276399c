/* Secrets for tests, made from what can be read. */
#ifndef TESTS_UNIT_SHARE_HELP_H
#define TESTS_UNIT_SHARE_HELP_H

#include "groups.h"

#include <quorate/hex.h>
#include <quorate/secret.h>

#include <string.h>

static inline struct secret *
secret_of_text(const char *text)
{
	struct secret *secret;

	assert_int_equal(secret_new(&secret, strlen(text) + 1), DONE);
	memcpy(secret->bytes, text, strlen(text));
	secret->size = strlen(text);
	return secret;
}

static inline struct secret *
secret_of_hex(const char *hex)
{
	struct secret *secret;
	size_t size = strlen(hex) / 2;

	assert_int_equal(secret_new(&secret, size), DONE);
	assert_int_equal(hex_decode(hex, strlen(hex), secret->bytes, size), DONE);
	secret->size = size;
	return secret;
}

static inline struct secret *
secret_of_number(uint64_t number)
{
	struct secret *secret;

	assert_int_equal(secret_new(&secret, 8), DONE);
	for (int shift = 56; shift >= 0; shift -= 8)
		secret_push(secret, (uint8_t)(number >> shift));
	return secret;
}

static inline uint64_t
number_of_secret(const struct secret *secret)
{
	uint64_t number = 0;

	assert_int_equal(secret->size, 8);
	for (size_t i = 0; i < 8; i++)
		number = number << 8 | secret->bytes[i];
	return number;
}

static inline void
assert_secret_is(const struct secret *secret, const char *expected)
{
	assert_int_equal(secret->size, strlen(expected));
	assert_memory_equal(secret->bytes, expected, strlen(expected));
}

/* A generator whose numbers are the same in every run (splitmix64). */
static inline uint64_t
repeatable(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

#endif
