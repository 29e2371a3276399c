/* The PKCS#15 description of a private key (files C4xx of a SmartCard-HSM, and in wrapped-key files). */
#ifndef QUORATE_TOKEN_KEY_DESCRIPTION_H
#define QUORATE_TOKEN_KEY_DESCRIPTION_H

#include "ber.h"
#include <quorate/token_object.h>

/* Label, ID, type and size of a description; false unless it is one of a private or secret key. */
bool key_description_read(const uint8_t *bytes, size_t size, struct token_object *ret);

#endif
