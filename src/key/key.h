/* What the files of this room share. */
#ifndef KEY_KEY_H
#define KEY_KEY_H

#include <quorate/public_key.h>

#include <openssl/evp.h>

struct public_key {
	EVP_PKEY *pkey;
};

/* What was written into a memory BIO, terminated; the caller's (free). */
enum outcome key_take_text(BIO *bio, char **ret);

#endif
