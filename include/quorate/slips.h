/*
 * The slips people make when they copy or type a share, most likely first: what was meant, given what was typed. Pure
 * enumeration, by number, so that a search can be cut in pieces and taken up again.
 */
#ifndef QUORATE_SLIPS_H
#define QUORATE_SLIPS_H

#include <quorate/shamir.h>

enum slip_kind {
	SLIP_LOOKALIKE, /* one digit read as one that looks like it: 6 and b, 8 and b, 1 and 7, 0 and d ... */
	SLIP_SWAP,      /* two neighbouring digits changed places */
	SLIP_ID,        /* another share ID */
	SLIP_DIGIT,     /* one digit is any other */
	SLIP_LOST,      /* a digit was left out */
	SLIP_DOUBLED,   /* a digit too many */
	SLIP_KIND_COUNT
};

struct slip {
	enum slip_kind kind;
	unsigned digit; /* 1 is the leftmost of the 16 digits; 0 for SLIP_ID */
};

/* How many things one share may have been meant to be, itself not counted. */
size_t slips_count(void);

/*
 * The number-th (from 0, most likely first) reading of a share: writes id and value (8 bytes, allocated by the caller,
 * wiped by it). False where this slip is impossible for this share (it would change nothing, or need a 17th digit).
 */
bool slips_read(const struct shamir_share *typed, size_t number, unsigned *ret_id, struct secret *ret_value,
	struct slip *ret_slip);

/* "digit 7 of the value was taken for one that looks like it", for people. */
void slips_text(const struct slip *slip, char *ret, size_t size);

/* The same of a prime, which has no ID (never SLIP_ID). */
void slips_prime_text(const struct slip *slip, char *ret, size_t size);

#endif
