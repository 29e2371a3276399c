/* QR symbols, by libqrencode, for public data and ciphertext. */
#ifndef QUORATE_QR_H
#define QUORATE_QR_H

#include <quorate/outcome.h>
#include <stdbool.h>

struct qr {
	unsigned width;   /* modules a side, without the quiet zone */
	uint8_t *modules; /* width * width, 1 is dark; belongs to the symbol */
};

/* The smallest symbol with the highest error correction that does not make it larger; at least level M (paper gets
 * damaged). FAIL_QR. */
enum outcome qr_make(struct qr *ret, const void *bytes, size_t size);
void qr_clear(struct qr *qr);

/* For a terminal, two modules a character in half blocks (UTF-8) or one in two characters ("##") of ASCII, with a quiet
   zone of quiet modules; is_inverted swaps dark and light for a terminal with light text on dark ground. *ret is the
   caller's (free). */
enum outcome qr_text(const struct qr *qr, bool is_unicode, bool is_inverted, unsigned quiet, char **ret);

#endif
