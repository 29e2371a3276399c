/*
 * Ciphertext on paper: base64 in numbered lines of 16 characters in groups of four, each line with a check of six hex
 * digits: CRC-24 (RFC 4880, section 6.1) over the line's number in decimal, a colon, and its characters without blanks.
 * Every wrong character and every swap of two neighbours in a line is noticed, and lines that change places.
 */
#ifndef QUORATE_LINE_CHECK_H
#define QUORATE_LINE_CHECK_H

#include <quorate/outcome.h>

#define LINE_CHECK_CHARACTERS 16

/* CRC-24 of RFC 4880; "123456789" gives 21cf02. */
uint32_t line_check_crc(const void *bytes, size_t size);

/* The check of line number (from 1), characters without blanks. */
uint32_t line_check(unsigned number, const char *characters, size_t length);

/* The whole block as printed, " 1  U2Fs dGVk X1+i T1qK   4f0c1a" a line; *ret is the caller's (free). FAIL_MEMORY. */
enum outcome line_check_write(const uint8_t *bytes, size_t size, char **ret);

/* Verifies one typed line (with or without its number and blanks): text as printed. Writes the characters without
   blanks into ret (LINE_CHECK_CHARACTERS + 1 bytes). FAIL_LINE_CHECK, FAIL_BASE64, FAIL_TOO_LONG, FAIL_EMPTY. */
enum outcome line_check_read(unsigned number, const char *text, char ret[LINE_CHECK_CHARACTERS + 1]);

/* Where a line that line_check_read refused with FAIL_LINE_CHECK is probably wrong: the character, counted from 1
   without the line's number and blanks, whose change or whose swap with the next makes the line right; 0 if there is
   none, or more than one. */
unsigned line_check_place(unsigned number, const char *text);

#endif
