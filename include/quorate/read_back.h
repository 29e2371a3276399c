/*
 * A file read back from paper: typed line by line with the checks of line_check.h, scanned from a QR symbol, in any
 * order and in parts. A long file has several symbols, of READ_BACK_PART characters each but the last: they carry no
 * number, so that they are scanned in their order. What came, what is missing and what is wrong is kept as data; the
 * first line says what the file is and how long: a DKEK share file has 64 bytes, a wrapped key begins with the length
 * of what follows (DER). Ciphertext only: nothing here is secret.
 */
#ifndef QUORATE_READ_BACK_H
#define QUORATE_READ_BACK_H

#include <quorate/line_check.h>
#include <stdbool.h>

/* A wrapped-key file: the blob, its description and a certificate. */
#define READ_BACK_BYTES_MOST 8190
#define READ_BACK_LINES_MOST ((READ_BACK_BYTES_MOST / 3 * 4 + LINE_CHECK_CHARACTERS - 1) / LINE_CHECK_CHARACTERS)

/* Characters of a symbol that is one of several. */
#define READ_BACK_PART 256

enum read_back_kind { READ_BACK_UNKNOWN, READ_BACK_SHARE_FILE, READ_BACK_WRAPPED_KEY };

struct read_back {
	enum read_back_kind kind;                                    /* known once line 1 is there */
	size_t size;                                                 /* bytes of the file; 0 until line 1 is there */
	unsigned total;                                              /* lines; 0 until line 1 is there */
	unsigned got;                                                /* how many lines are there */
	char lines[READ_BACK_LINES_MOST][LINE_CHECK_CHARACTERS + 1]; /* "" where a line is missing */
};

/* What came of a text. */
struct read_back_news {
	unsigned line;      /* the line it is, the first of a symbol; 0: the whole file in one go */
	bool is_known;      /* it was there already */
	unsigned character; /* FAIL_LINE_CHECK: the place in the line, from 1, that is probably wrong; 0: not known */
};

void read_back_begin(struct read_back *ret);

/*
 * Takes what was typed or scanned: a line with its check, with or without its number; lines may come in any order,
 * since the check covers the number; or a whole file in base64, as its QR symbol gives it, or one of several symbols,
 * which is taken for the first that is missing from line expected on. expected: the line whose turn it is, which a
 * wrong one is taken for. FAIL_EMPTY, FAIL_BASE64, FAIL_TOO_LONG, FAIL_LINE_CHECK, FAIL_LINE_OTHER (right in itself,
 * but contradicts what is there), FAIL_READ_BACK_PART (no symbol of this length is missing), FAIL_READ_BACK_KIND
 * (neither a share file nor a wrapped key).
 */
enum outcome read_back_take(
	struct read_back *read_back, const char *text, unsigned expected, struct read_back_news *ret);

/* The first line that is missing after line from (0: from the beginning, and round the end); 0 if none is. */
unsigned read_back_missing(const struct read_back *read_back, unsigned from);

/* "1-3, 6": the lines that are missing; "" if none is, or it is not known yet. Always terminated. */
void read_back_tell_missing(const struct read_back *read_back, char *ret, size_t size);

/* The file, once no line is missing. ret holds READ_BACK_BYTES_MOST bytes. FAIL_READ_BACK_LINES, FAIL_BASE64. */
enum outcome read_back_bytes(const struct read_back *read_back, uint8_t *ret, size_t *ret_size);

/* Compares a digest as it stands on the sheet, in groups or not, or its first 8 digits or more, with SHA-256 of the
 * bytes. FAIL_TOO_SHORT, FAIL_TOO_LONG, FAIL_HEX, FAIL_READ_BACK_DIGEST, FAIL_CRYPTO. */
enum outcome read_back_check_digest(const uint8_t *bytes, size_t size, const char *digest);

#endif
