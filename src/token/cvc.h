/*
 * Card verifiable certificates (BSI TR-03110, part 3, appendices C and D) of SmartCard-HSM devices, and the requests
 * that they make for new keys: who made a device, and where a key was born. Curve parameters stand in roots and
 * requests; other certificates inherit those of their issuer.
 */
#ifndef QUORATE_TOKEN_CVC_H
#define QUORATE_TOKEN_CVC_H

#include "ber.h"
#include <openssl/evp.h>
#include <quorate/curve.h>
#include <quorate/token.h>

#define CVC_REFERENCE_MOST 16 /* a holder reference: country, mnemonic, five digits */
/* No device has more: its own, its issuer's, and perhaps the root. */
#define CVC_CHAIN_MOST 4

struct cvc_algorithm;

struct cvc {
	struct ber whole; /* 7f21 */
	struct ber body;  /* 7f4e: what is signed */
	struct ber signature, authority, holder;
	struct ber key;                        /* 7f49: the holder's public key */
	const struct cvc_algorithm *algorithm; /* with which the holder signs */
	struct ber from, to;                   /* dates as six digits, a byte each; size 0 where there are none */
	bool is_authority;                     /* its holder may sign certificates */
};

/* A request as a device gives it: the inner one, signed by the new key; around it the device's signature. */
struct cvc_request {
	struct cvc inner;
	struct ber authority, signature; /* the device's */
	const uint8_t *signed_bytes;     /* what the device signed: the inner request and its own name */
	size_t signed_size;
};

/* A root that is trusted, and what a chain that leads to it proves. */
struct cvc_root {
	const uint8_t *bytes;
	size_t size;
	enum device_proof proof;
};

/* Reads the certificate at *at and moves past it. FAIL_EMPTY at the end, FAIL_CERTIFICATE for anything malformed. The
   fields point into the bytes given. */
enum outcome cvc_next(const uint8_t **at, const uint8_t *end, struct cvc *ret);

/* Reads a request: tag 67, or 7f21 alone (an older device's, or one whose outer part was taken off: then signature.size
   is 0). FAIL_CERTIFICATE unless that is all there is, or padding of zeros and ff behind it. */
enum outcome cvc_request(const uint8_t *bytes, size_t size, struct cvc_request *ret);

/* The public key. inherited: the issuer's curve, for a key without parameters; NULL if there is none. NULL if the key
   is none, its parameters are those of no curve that quorate knows, or the point is not on it. */
EVP_PKEY *cvc_public_key(const struct cvc *cvc, const struct curve *inherited);

/* Whether key made the signature over the bytes in the way of this algorithm. FAIL_CERTIFICATE_CHAIN if not,
   FAIL_CRYPTO. */
enum outcome cvc_signed(const struct ber *signature, const struct cvc_algorithm *algorithm, EVP_PKEY *key,
	const uint8_t *bytes, size_t size);

/* Whether issuer, an authority, signed the certificate: by name and by its key. FAIL_CERTIFICATE_CHAIN if not,
   FAIL_CRYPTO. */
enum outcome cvc_verify(const struct cvc *cvc, const struct cvc *issuer, EVP_PKEY *issuer_key);

/* The roots that quorate knows; returns how many. */
size_t cvc_roots(const struct cvc_root **ret);

/*
 * Follows a device's chain, certificates in a row from the device's own up, to one of the roots. *ret_key (NULL where
 * it is not wanted) is the device's public key, which the caller frees; NULL if it cannot be had. A chain that leads to
 * no root gives a key only where its certificates have their parameters with them.
 */
enum device_proof cvc_prove(
	const uint8_t *chain, size_t size, const struct cvc_root *roots, size_t count, EVP_PKEY **ret_key);

/* The root that signed a certificate, SIZE_MAX if none did. *ret (may be NULL): its certificate; *ret_curve: the curve
   that it hands down. */
size_t cvc_root_of(const struct cvc *cvc, const struct cvc_root *roots, size_t count, struct cvc *ret,
	const struct curve **ret_curve);

/* cvc_words.c: six digits, a byte each, as "2026-01-31"; "" where they are none. */
void cvc_date_text(const struct ber *date, char ret[11]);

/* A certificate in words; is_signed and is_root are the caller's. inherited: the issuer's curve, NULL if there is none.
 */
void cvc_tell(const struct cvc *cvc, const struct curve *inherited, struct device_certificate *ret);

/* Decodes a certificate that a token holds: X.509, card verifiable, or a request. What is none of them is left as
   CERTIFICATE_NONE. */
void cvc_or_x509_tell(const uint8_t *bytes, size_t size, struct token_certificate *ret);

/* Fills in serial, chain, certificates and proof of a device from its certificate file. */
void cvc_describe(const uint8_t *chain, size_t size, struct hsm_status *ret);

/* The texts of that: the serial number, and the holder references in a row. */
void cvc_chain_texts(
	const uint8_t *chain, size_t size, char ret_serial[TOKEN_SERIAL_SIZE], char *ret_chain, size_t room);

#endif
