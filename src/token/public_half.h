/* The public half of a key on a SmartCard-HSM, out of the file CExx beside it: the device's own request for the key, or
   an X.509 certificate from somebody who gave it one. */
#ifndef QUORATE_TOKEN_PUBLIC_HALF_H
#define QUORATE_TOKEN_PUBLIC_HALF_H

#include <openssl/evp.h>
#include <quorate/token_object.h>

/* NULL if the bytes are neither, or the key in them makes no sense. *ret_size: of the request or certificate, without
   what fills the file behind it (0: neither). *ret_is_request may be NULL. */
EVP_PKEY *public_half(const uint8_t *bytes, size_t size, size_t *ret_size, bool *ret_is_request);

/* SubjectPublicKeyInfo (DER). */
enum outcome public_half_der(const EVP_PKEY *key, struct token_bytes *ret);

/* Type, kind and bits of an object, as its public half tells them. */
void public_half_describe(const EVP_PKEY *key, struct token_object *ret);

/* libcrypto's number of the curve of a kind; 0 for RSA and others. */
int public_half_curve(enum key_kind kind);

#endif
