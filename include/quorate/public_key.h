/*
 * Public keys of key pairs that live on tokens: made from what PKCS#11 or a certificate says of them, named, compared,
 * written down, and used to check that a token really signs with the private half.
 */
#ifndef QUORATE_PUBLIC_KEY_H
#define QUORATE_PUBLIC_KEY_H

#include <quorate/outcome.h>
#include <stdbool.h>

/* DER and PEM of a key are far smaller: RSA 4096 has 550 bytes of DER. RSA of 16384 bits still fits. */
#define PUBLIC_KEY_DER_MOST 4096
#define PUBLIC_KEY_DIGEST_SIZE 32

struct public_key;

/* FAIL_PUBLIC_KEY for what is no key at all (or, on a curve, no point of it), FAIL_MEMORY. Numbers are big-endian. */
enum outcome public_key_of_rsa(struct public_key **ret, const uint8_t *modulus, size_t modulus_size,
	const uint8_t *exponent, size_t exponent_size);
/* parameters: CKA_EC_PARAMS (DER: the curve's OID, or its parameters); point: CKA_EC_POINT, a DER OCTET STRING or,
   as some modules have it, the bare point. */
enum outcome public_key_of_ec(struct public_key **ret, const uint8_t *parameters, size_t parameters_size,
	const uint8_t *point, size_t point_size);
/* SubjectPublicKeyInfo in DER. */
enum outcome public_key_of_der(struct public_key **ret, const uint8_t *der, size_t size);
void public_key_free(struct public_key **key);

/* SubjectPublicKeyInfo in DER, in the caller's PUBLIC_KEY_DER_MOST bytes. FAIL_CRYPTO. */
enum outcome public_key_der(const struct public_key *key, uint8_t *ret, size_t *ret_size);

/* As PEM, terminated; the caller's (free). */
enum outcome public_key_pem(const struct public_key *key, char **ret);

/* SHA-256 of SubjectPublicKeyInfo: the fingerprint that `openssl pkey -pubin -outform DER | sha256sum` gives. */
enum outcome public_key_digest(const struct public_key *key, uint8_t ret[PUBLIC_KEY_DIGEST_SIZE]);

bool public_key_is_equal(const struct public_key *a, const struct public_key *b);
bool public_key_is_ec(const struct public_key *key);

/* "RSA 3072", "EC P-256", "EC brainpoolP256r1". */
void public_key_name(const struct public_key *key, char *ret, size_t size);

/* Whether a token's signature over a message's SHA-256 is this key's, in the form that X.509 has: PKCS#1 v1.5 for RSA,
   r and s in DER for ECDSA. FAIL_SIGNATURE. */
enum outcome public_key_verify(const struct public_key *key, const void *message, size_t message_size,
	const uint8_t *signature, size_t signature_size);

#endif
