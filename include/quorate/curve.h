/*
 * The elliptic curves of a SmartCard-HSM by their domain parameters: that is how its requests, certificates and wrapped
 * keys name them. Source: OpenSC pkcs15-sc-hsm.c, curves; from 256 bits on, and of the twisted ones none.
 */
#ifndef QUORATE_CURVE_H
#define QUORATE_CURVE_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CURVE_FIELD_MOST 66                         /* secp521r1 */
#define CURVE_POINT_MOST (1 + 2 * CURVE_FIELD_MOST) /* uncompressed */

struct curve {
	const char *name; /* libcrypto's group name */
	int nid;
};

/* Domain parameters as big-endian numbers of the field's size, the generator uncompressed. */
struct curve_parameters {
	uint8_t prime[CURVE_FIELD_MOST], a[CURVE_FIELD_MOST], b[CURVE_FIELD_MOST], point[CURVE_POINT_MOST],
		order[CURVE_FIELD_MOST];
	size_t size, point_size;
};

/* False when libcrypto does not know the curve. */
bool curve_parameters_of(const struct curve *curve, struct curve_parameters *ret);

/* One of the numbers as somebody else wrote it, in the order of tags 81 to 85. */
enum curve_part_name { CURVE_PRIME, CURVE_A, CURVE_B, CURVE_GENERATOR, CURVE_ORDER, CURVE_PARTS };
struct curve_part {
	const uint8_t *bytes;
	size_t size;
};

/* The curve that has all five of these numbers, NULL if there is none. */
const struct curve *curve_of_parts(const struct curve_part parts[CURVE_PARTS]);

/* The curve of a prime, of a key, of libcrypto's name; NULL if it is none of them, or a key of another kind. */
const struct curve *curve_of_prime(const uint8_t *prime, size_t size);
const struct curve *curve_of_key(const EVP_PKEY *key);
const struct curve *curve_of_name(const char *name);

/* The public key of an uncompressed point; libcrypto checks that it lies on the curve. NULL if it does not. */
EVP_PKEY *curve_public_key(const struct curve *curve, const uint8_t *point, size_t size);

/* The key whose private number is given; NULL unless 0 < number < order. */
EVP_PKEY *curve_private_key(const struct curve *curve, const uint8_t *number, size_t size);

/* The public point, uncompressed; returns its size, 0 for a key without one. */
size_t curve_point(EVP_PKEY *key, uint8_t *ret, size_t room);

#endif
