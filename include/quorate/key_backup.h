/*
 * What a wrapped-key file says of its key without any key: which DKEK it belongs to, and from the description and the
 * certificate beside it the key's name and public half. Only the DKEK itself proves it (wrapped_key.h); label, ID and
 * public key are what the file claims.
 */
#ifndef QUORATE_KEY_BACKUP_H
#define QUORATE_KEY_BACKUP_H

#include <quorate/token_object.h>
#include <quorate/wrapped_key.h>

struct key_backup {
	uint8_t kcv[DKEK_KCV_SIZE];
	enum wrapped_kind kind;
	struct token_object key; /* label, ID, type, bits; empty where there is no description */
	bool has_public_key;
	uint8_t fingerprint[32]; /* SHA-256 of the SubjectPublicKeyInfo (DER) */
};

/* FAIL_WRAPPED_KEY for a file that is none. */
enum outcome key_backup_read(const uint8_t *bytes, size_t size, struct key_backup *ret);

/* "RSA", "EC", "AES". */
const char *key_backup_kind_name(enum wrapped_kind kind);

#endif
