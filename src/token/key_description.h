/*
 * PKCS#15 descriptions on a SmartCard-HSM: of a private key (files C4xx, and in wrapped-key files), of a certificate
 * without a key (C8xx) and of data (C9xx). Written as OpenSC writes them (pkcs15-prkey.c, pkcs15-cert.c), so that every
 * program finds the same names.
 */
#ifndef QUORATE_TOKEN_KEY_DESCRIPTION_H
#define QUORATE_TOKEN_KEY_DESCRIPTION_H

#include "ber.h"
#include <quorate/token_object.h>

#define DESCRIPTION_MOST 512

/* Label, ID, type, size and usage of a key's description; false unless it is one of a private or secret key. */
bool key_description_read(const uint8_t *bytes, size_t size, struct token_object *ret);

/* Label and ID of a certificate's or data's description, and the file it is about (0: not told); false unless it is
   one. Class and handle are the caller's. */
bool file_description_read(const uint8_t *bytes, size_t size, struct token_object *ret, uint16_t *ret_file);

/* The description of a new key: its label, ID, kind and reference. FAIL_TOO_LONG, FAIL_ARGUMENT for another kind. */
enum outcome key_description_write(const struct token_object *key, uint8_t ret[DESCRIPTION_MOST], size_t *ret_size);

/* The description of a certificate in a file of its own. FAIL_TOO_LONG. */
enum outcome certificate_description_write(
	const struct token_object *certificate, uint16_t file, uint8_t ret[DESCRIPTION_MOST], size_t *ret_size);

/* A description with another label and, where it has an ID, another ID (NULL: its own); everything else stays.
   FAIL_OBJECT_FIXED for what is no description, FAIL_TOO_LONG. */
enum outcome description_rename(const uint8_t *bytes, size_t size, const char *label, const uint8_t *id, size_t id_size,
	uint8_t ret[DESCRIPTION_MOST], size_t *ret_size);

#endif
