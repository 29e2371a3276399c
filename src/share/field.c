#include "field.h"

__extension__ typedef unsigned __int128 wide;

/* yes where mask is all ones, no where it is zero. */
static uint64_t
select_one(uint64_t mask, uint64_t yes, uint64_t no)
{
	return no ^ (mask & (yes ^ no));
}

/* A number of 65 bits (carry, low) below 2 * prime, brought below the prime. */
static uint64_t
reduce_once(uint64_t prime, uint64_t carry, uint64_t low)
{
	uint64_t borrow = (uint64_t)(((wide)low - prime) >> 64) & 1;

	return select_one(-(carry | (borrow ^ 1)), low - prime, low);
}

uint64_t
field_add(const struct field *field, uint64_t a, uint64_t b)
{
	wide sum = (wide)a + b;

	return reduce_once(field->prime, (uint64_t)(sum >> 64), (uint64_t)sum);
}

uint64_t
field_subtract(const struct field *field, uint64_t a, uint64_t b)
{
	wide difference = (wide)a - b;

	return (uint64_t)difference + (field->prime & (uint64_t)(difference >> 64));
}

/* a * b / 2^64. */
static uint64_t
montgomery(const struct field *field, uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;
	uint64_t low = (uint64_t)product, high = (uint64_t)(product >> 64);
	uint64_t factor = low * field->negative_inverse;
	/* The low halves cancel out and carry 1, unless both are zero. */
	wide sum = (wide)high + (uint64_t)(((wide)factor * field->prime) >> 64) + ((low | -low) >> 63);

	return reduce_once(field->prime, (uint64_t)(sum >> 64), (uint64_t)sum);
}

uint64_t
field_multiply(const struct field *field, uint64_t a, uint64_t b)
{
	return montgomery(field, montgomery(field, a, field->square), b);
}

uint64_t
field_invert(const struct field *field, uint64_t a)
{
	/* Fermat: a^(p-2). The exponent is the same for every a. */
	uint64_t exponent = field->prime - 2;
	uint64_t base = montgomery(field, a, field->square);
	uint64_t power = montgomery(field, 1, field->square);

	for (int bit = 63; bit >= 0; bit--) {
		power = montgomery(field, power, power);
		power = select_one(-((exponent >> bit) & 1), montgomery(field, power, base), power);
	}
	return montgomery(field, power, 1);
}

void
field_open(struct field *ret, uint64_t prime)
{
	uint64_t inverse = prime;

	/* Newton: each round doubles the bits that are right, from the 3 of an odd number that is its own inverse mod
	 * 8. */
	for (int round = 0; round < 5; round++)
		inverse *= 2 - prime * inverse;
	*ret = (struct field){ .prime = prime, .negative_inverse = -inverse, .square = -prime };
	/* -prime is 2^64 mod prime; doubled 64 times. */
	for (int round = 0; round < 64; round++)
		ret->square = field_add(ret, ret->square, ret->square);
}
