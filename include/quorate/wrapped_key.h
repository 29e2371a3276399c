/*
 * Wrapped keys of a SmartCard-HSM: the blob that WRAP KEY gives and UNWRAP KEY takes, and the file in which sc-hsm-tool
 * keeps it. Sources: CardContact scsh-scripts DKEK.js; polhenarejos/pico-hsm cmd_key_wrap.c, cmd_key_unwrap.c; OpenSC
 * sc-hsm-tool.c (wrap_key).
 */
#ifndef QUORATE_WRAPPED_KEY_H
#define QUORATE_WRAPPED_KEY_H

#include <quorate/dkek.h>

#define WRAPPED_KEY_MOST 4096
#define WRAPPED_FILE_MOST (12 * 1024) /* with a certificate of any usual size */

enum wrapped_kind { WRAPPED_RSA = 5, WRAPPED_RSA_CRT = 6, WRAPPED_EC = 12, WRAPPED_AES = 15 };

/* A blob taken apart; the pieces point into the caller's bytes. */
struct wrapped_key {
	uint8_t kcv[DKEK_KCV_SIZE]; /* of the DKEK it belongs to */
	enum wrapped_kind kind;
	const uint8_t *head; /* KCV, kind, algorithms, access conditions, key OID: all before the ciphertext */
	size_t head_size;
	const uint8_t *ciphertext;
	size_t ciphertext_size;
	const uint8_t *mac; /* 16 bytes of AES-CMAC over all before it */
};

/* The three parts of a wrapped-key file, pointing into the caller's bytes; description and certificate may be absent
 * (NULL, 0). */
struct wrapped_file {
	const uint8_t *blob, *description, *certificate;
	size_t blob_size, description_size, certificate_size;
};

/* FAIL_WRAPPED_KEY unless every length fits and nothing is left over; the pieces are what they claim to be only once
 * wrapped_key_verify says so (it sees the blob; description and certificate are protected by nothing). */
enum outcome wrapped_file_parse(const uint8_t *bytes, size_t size, struct wrapped_file *ret);

/* The bytes of such a file, as sc-hsm-tool --wrap-key writes it. Description and certificate are those of the card's
   files C4xx and CExx; what fills these files behind the object in them is left out. FAIL_WRAPPED_KEY for a blob that
   is none, or parts that are no object; FAIL_TOO_LONG. */
enum outcome wrapped_file_encode(const struct wrapped_file *file, uint8_t ret[WRAPPED_FILE_MOST], size_t *ret_size);

/* FAIL_WRAPPED_KEY unless kind and every length fit. */
enum outcome wrapped_key_parse(const uint8_t *bytes, size_t size, struct wrapped_key *ret);

/* FAIL_WRAPPED_KEY_DKEK when the KCV is another DKEK's, FAIL_WRAPPED_KEY when the MAC does not fit. */
enum outcome wrapped_key_verify(const uint8_t *bytes, size_t size, const struct secret *dkek);

/* Verifies, then decrypts: *ret is the plain key material without the 8 random bytes in front and the padding behind:
   key size in bits (2 bytes), then the fields of the kind, each with a 2-byte length (AES: size in bytes, then the
   key). */
enum outcome wrapped_key_open(const uint8_t *bytes, size_t size, const struct secret *dkek, struct secret **ret);

/* The whole file: verifies the blob, opens it, and looks for the public part of the key inside (point or modulus) in
   the certificate or request beside it. *ret_has_public: it stands there; false where there is no certificate, or the
   key has no public part (AES). FAIL_WRAPPED_KEY_PUBLIC when the certificate is another key's; else as
   wrapped_key_open. */
enum outcome wrapped_match(const struct wrapped_file *file, const struct secret *dkek, bool *ret_has_public);

/* Makes a blob: material as wrapped_key_open gives it, and the OID of the default algorithm (e.g.
   04007f00070202020203). ret holds WRAPPED_KEY_MOST bytes. FAIL_ARGUMENT for what does not fit them, for another kind,
   and for a DKEK of another size; FAIL_RANDOM, FAIL_CRYPTO, FAIL_MEMORY, FAIL_SECURE_HEAP. */
enum outcome wrapped_key_seal(enum wrapped_kind kind, const uint8_t *algorithm, size_t algorithm_size,
	const struct secret *material, const struct secret *dkek, uint8_t *ret, size_t *ret_size);

#endif
