/* What splitting and combining have in common: shares as numbers of the field, and the polynomial through them. */
#ifndef SHARE_SHAMIR_FIELD_H
#define SHARE_SHAMIR_FIELD_H

#include <quorate/shamir.h>

#include "field.h"

/* The number that SHAMIR_SIZE bytes stand for, and the bytes of a number, as a new secret. */
uint64_t shamir_read(const struct secret *bytes);
enum outcome shamir_write(uint64_t number, struct secret **ret);

/*
 * The value at x of the polynomial of lowest degree through the first count shares, of which the one at index skip is
 * passed over (SHAMIR_SKIP_NONE: none is). IDs differ from each other and are not 0; values are below the prime.
 */
#define SHAMIR_SKIP_NONE ((unsigned)-1)
uint64_t shamir_interpolate(
	const struct field *field, const struct shamir_share *shares, unsigned count, unsigned skip, unsigned x);

#endif
