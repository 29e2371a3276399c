/*
 * What a wrong prime was meant to be. Of a set's prime it is known that it is safe and has its two top bits set; of the
 * thousand readings that differ from a mistyped one by one slip (slips.h), hardly ever more than two are such primes.
 */
#ifndef QUORATE_PRIME_SLIPS_H
#define QUORATE_PRIME_SLIPS_H

#include <quorate/slips.h>

#define PRIME_SLIPS_MOST 8

struct prime_reading {
	struct secret *prime;
	struct slip slip; /* as for a value */
};

/*
 * The safe primes that differ from typed (8 bytes, right-aligned if digits are missing) by one slip, most likely first,
 * each once; what is beyond PRIME_SLIPS_MOST is left out. *ret_count may be 0. The readings are the caller's:
 * prime_slips_clear. FAIL_ARGUMENT, FAIL_SECURE_HEAP, FAIL_CRYPTO.
 */
enum outcome prime_slips_find(
	const struct secret *typed, struct prime_reading ret[PRIME_SLIPS_MOST], unsigned *ret_count);

void prime_slips_clear(struct prime_reading readings[PRIME_SLIPS_MOST]);

#endif
