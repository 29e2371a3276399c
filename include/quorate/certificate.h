/*
 * Certificates (X.509) and requests for them (PKCS#10), as far as tokens need them: read from a file or from a token,
 * told in words, and, for a request, built and signed with a key that never leaves its token.
 */
#ifndef QUORATE_CERTIFICATE_H
#define QUORATE_CERTIFICATE_H

#include <quorate/public_key.h>

#define CERTIFICATE_MOST 16384
#define CERTIFICATE_NAME_SIZE 256

struct certificate {
	uint8_t der[CERTIFICATE_MOST];
	size_t size;
	struct public_key *key;
	char subject[CERTIFICATE_NAME_SIZE], issuer[CERTIFICATE_NAME_SIZE]; /* cleaned, "CN=..., O=..." */
	char serial[64];                                                    /* hex */
	char not_before[24], not_after[24];                                 /* "2026-11-25 11:04Z" */
};

/* PEM (the first certificate in it) or DER. FAIL_CERTIFICATE_FILE, FAIL_PUBLIC_KEY, FAIL_MEMORY. */
enum outcome certificate_read(struct certificate **ret, const uint8_t *bytes, size_t size);
void certificate_free(struct certificate **certificate);

/* What a certificate says, cleaned, for people; a key that is not understood has no name. */
struct certificate_words {
	char subject[CERTIFICATE_NAME_SIZE], issuer[CERTIFICATE_NAME_SIZE];
	char serial[64];                    /* hex */
	char not_before[24], not_after[24]; /* "2026-11-25 11:04Z" */
	char key[48];                       /* "EC P-256"; "" */
	uint8_t digest[32];                 /* SHA-256 of the certificate */
};

/* Of a certificate in DER and nothing behind it. FAIL_CERTIFICATE_FILE, FAIL_MEMORY, FAIL_CRYPTO. */
enum outcome certificate_tell(const uint8_t *der, size_t size, struct certificate_words *ret);

/* As PEM, terminated; the caller's (free). FAIL_CERTIFICATE_FILE for bytes that are no certificate in DER. */
enum outcome certificate_pem(const uint8_t *der, size_t size, char **ret);

struct request;

/*
 * A request for a certificate for this key. subject: "CN=Release signing, O=Example, C=DE" (also separated by slashes,
 * as openssl writes it), or a plain name, which becomes the CN. FAIL_SUBJECT.
 */
enum outcome request_new(struct request **ret, const struct public_key *key, const char *subject);
void request_free(struct request **request);

/* The request's body, which the token has to sign (over its SHA-256); the caller's (free). */
enum outcome request_body(const struct request *request, uint8_t **ret, size_t *ret_size);

/* Puts the token's signature (as public_key_verify takes it) in, having verified it, and gives the finished request as
   PEM, terminated, the caller's (free). FAIL_SIGNATURE. */
enum outcome request_finish(struct request *request, const uint8_t *signature, size_t size, char **ret);

#endif
