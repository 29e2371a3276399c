/*
 * Attestations: that a key was made inside a certain device and never was outside. The device signs its request for a
 * new key with its own key, and its certificates lead to who made the device. Nothing of it is secret, and everybody
 * can verify it without a device.
 *
 * A saved attestation is the file that sc-hsm-tool --export-for-pub-key-auth writes:
 *	SEQUENCE { 67 request with the device's signature, 7F21 device certificate, 7F21 its issuer's }
 * CardContact's own tools write the same in another order, which is read as well:
 *	SEQUENCE { OID 1.3.6.1.4.1.24991.4.3.1, 61 { 7F21 issuer's }, 62 { 7F21 device's }, 63 { 67 request } }
 */
#ifndef QUORATE_ATTESTATION_H
#define QUORATE_ATTESTATION_H

#include <quorate/token.h>

#define ATTESTATION_MOST 8192 /* of a file; RSA 4096 takes about 2 KiB */
#define ATTESTATION_KEY_MOST 1024

struct attestation {
	enum device_proof proof; /* where the device's certificates lead */
	char serial[TOKEN_SERIAL_SIZE];
	char chain[128];                   /* holder references, from the device's up */
	char valid_from[11], valid_to[11]; /* of the device's certificate, "2026-01-31"; "" where it has no dates */
	char kind[32];                     /* "RSA 2048", "EC brainpoolP256r1" */
	uint8_t key[ATTESTATION_KEY_MOST]; /* SubjectPublicKeyInfo, DER */
	size_t key_size;
	uint8_t fingerprint[32]; /* SHA-256 of that */
};

/*
 * Verifies a request as the device gave it (or keeps it in CExx) with the device's certificates (2F02): the new key
 * signed it, and around it the device did. FAIL_ATTESTATION if it is no request, FAIL_ATTESTATION_UNSIGNED if the
 * device has not signed it, FAIL_ATTESTATION_KEY, FAIL_ATTESTATION_DEVICE if a signature does not fit; FAIL_CERTIFICATE
 * for a chain that is none; FAIL_CRYPTO. DONE says that the device of these certificates made the key; what that is
 * worth says proof.
 */
enum outcome attestation_verify(
	const uint8_t *request, size_t request_size, const uint8_t *chain, size_t chain_size, struct attestation *ret);

/* Writes the bytes of a file. ret holds ATTESTATION_MOST. FAIL_ATTESTATION for what is not one request and a row of
   certificates; FAIL_TOO_LONG. */
enum outcome attestation_encode(const uint8_t *request, size_t request_size, const uint8_t *chain, size_t chain_size,
	uint8_t *ret, size_t *ret_size);

/* Verifies such a file's bytes. FAIL_ATTESTATION for one that is none; else as attestation_verify. */
enum outcome attestation_read(const uint8_t *bytes, size_t size, struct attestation *ret);

/* "genuine", "rehearsal", "unproven": for programs, never translated. */
const char *attestation_proof_name(enum device_proof proof);

/* What the proof means for people, a sentence. */
const char *attestation_proof_text(enum device_proof proof);

#endif
