/*
 * Card verifiable certificates (BSI TR-03110, part 3, appendix C) of SmartCard-HSM devices: who made the device. Curve
 * parameters stand in the root and are inherited; signatures are ECDSA over brainpoolP256r1 with SHA-256, plain r || s.
 * Dates are not looked at: the clock of a ceremony's machine proves nothing.
 */
#ifndef QUORATE_TOKEN_CVC_H
#define QUORATE_TOKEN_CVC_H

#include "ber.h"
#include <quorate/token.h>

#define CVC_REFERENCE_MOST 16 /* a holder reference: country, mnemonic, five digits */

struct cvc {
	struct ber body; /* 7f4e: what is signed */
	struct ber signature, authority, holder, point;
	bool is_authority; /* its holder may sign certificates */
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

/* Whether issuer's key signed the certificate. FAIL_CERTIFICATE_CHAIN if not, FAIL_CRYPTO. */
enum outcome cvc_verify(const struct cvc *cvc, const struct cvc *issuer);

/* The roots that quorate knows; returns how many. */
size_t cvc_roots(const struct cvc_root **ret);

/* Follows a device's chain, certificates in a row from the device's own up, to one of the roots. */
enum device_proof cvc_prove(const uint8_t *chain, size_t size, const struct cvc_root *roots, size_t count);

/* Fills in serial, chain and proof of a device from its certificate file. */
void cvc_describe(const uint8_t *chain, size_t size, struct hsm_status *ret);

#endif
