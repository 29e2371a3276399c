/* QR symbols, by libqrencode, for public data and ciphertext. */
#ifndef QUORATE_QR_H
#define QUORATE_QR_H

#include <quorate/outcome.h>
#include <stdbool.h>

struct qr {
	unsigned width;   /* modules a side, without the quiet zone */
	uint8_t *modules; /* width * width, 1 is dark; belongs to the symbol */
};

/*
 * The least error correction. Paper is punched, folded and stained for decades and has room: level Q mends a quarter of
 * a symbol, and is the highest before symbols grow by three versions (H). A screen is not damaged and has no room: M,
 * which mends what a camera gets wrong.
 */
enum qr_use { QR_FOR_SCREEN, QR_FOR_PAPER };

/* The smallest symbol with the least error correction for its use, or with a higher one that does not make it larger.
 * FAIL_QR, FAIL_MEMORY. */
enum outcome qr_make(struct qr *ret, const void *bytes, size_t size, enum qr_use use);
void qr_clear(struct qr *qr);

/* For a terminal, two modules a character in half blocks (UTF-8) or one in two characters ("##") of ASCII, with a quiet
   zone of quiet modules; is_inverted swaps dark and light for a terminal with light text on dark ground. *ret is the
   caller's (free). */
enum outcome qr_text(const struct qr *qr, bool is_unicode, bool is_inverted, unsigned quiet, char **ret);

#endif
