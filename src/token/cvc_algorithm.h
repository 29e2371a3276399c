/* The ways in which holders of card verifiable certificates sign (BSI TR-03110, part 3, A.7.3). */
#ifndef QUORATE_TOKEN_CVC_ALGORITHM_H
#define QUORATE_TOKEN_CVC_ALGORITHM_H

#include "ber.h"

struct cvc_algorithm {
	uint8_t family, variant; /* the last two numbers of id-TA-...: 0.4.0.127.0.7.2.2.2.family.variant */
	const char *digest;      /* libcrypto's name */
	bool is_rsa, is_pss;
};

/* NULL for one that is not known, or no longer good: SHA-1. */
const struct cvc_algorithm *cvc_algorithm_of(const struct ber *oid);

#endif
