/*
 * Arithmetic modulo a prime of 64 bits with its top bit set, in time that does not depend on the numbers: no branch and
 * no table look-up on them. Products by Montgomery's method (P. L. Montgomery, Modular multiplication without trial
 * division, 1985).
 */
#ifndef SHARE_FIELD_H
#define SHARE_FIELD_H

#include <stdint.h>

struct field {
	uint64_t prime;
	uint64_t negative_inverse; /* -1/prime mod 2^64 */
	uint64_t square;           /* 2^128 mod prime: brings a number into Montgomery's form */
};

/* prime: odd, top bit set. */
void field_open(struct field *ret, uint64_t prime);

/* All of them on numbers below the prime, giving one below the prime. */
uint64_t field_add(const struct field *field, uint64_t a, uint64_t b);
uint64_t field_subtract(const struct field *field, uint64_t a, uint64_t b);
uint64_t field_multiply(const struct field *field, uint64_t a, uint64_t b);

/* 1/a; 0 for 0. */
uint64_t field_invert(const struct field *field, uint64_t a);

#endif
