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
 * a symbol, and is the highest before symbols grow by three versions (H). A screen is not damaged and has no room: L.
 * Only with it a share file's symbol, 37 modules wide, and its margin fit the 24 rows of the smallest screen.
 */
enum qr_use { QR_FOR_SCREEN, QR_FOR_PAPER };

/* The smallest symbol with the least error correction for its use, or with a higher one that does not make it larger.
 * FAIL_QR, FAIL_MEMORY. */
enum outcome qr_make(struct qr *ret, const void *bytes, size_t size, enum qr_use use);
void qr_clear(struct qr *qr);

/* For a terminal, two modules a character in half blocks (UTF-8) or one in two characters ("##") of ASCII, with a quiet
   zone of quiet modules; is_inverted swaps dark and light for a terminal with light text on dark ground; scale: how
   many times as large, from
   1. *ret is the
   caller's (free). */
enum outcome qr_text(
	const struct qr *qr, bool is_unicode, bool is_inverted, unsigned quiet, unsigned scale, char **ret);

/* The columns and rows that qr_text takes. */
void qr_text_size(const struct qr *qr, bool is_unicode, unsigned quiet, unsigned scale, unsigned *ret_columns,
	unsigned *ret_rows);

#endif
