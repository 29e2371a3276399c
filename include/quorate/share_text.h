/*
 * The written form of shares: how they are shown and how what people type is read. Everything is a secret text of
 * printable ASCII. Accepted in hex fields: either case, blanks, colons and dashes anywhere between digits; values of 1
 * to 16 digits (sc-hsm-tool drops leading zeros).
 */
#ifndef QUORATE_SHARE_TEXT_H
#define QUORATE_SHARE_TEXT_H

#include <quorate/check_word.h>

/* 16 hex digits in four groups of four. */
#define SHARE_TEXT_LENGTH 19

/* "8dd4 9d69 8204 8a5b" of 8 bytes; *ret: SHARE_TEXT_LENGTH bytes. */
enum outcome share_text_write(const struct secret *bytes, struct secret **ret);

/* True for a character that a field of this kind takes (digits and separators); the screen rejects the others at the
 * key. */
bool share_text_takes(enum check_field field, int character);

/* Prime and value, typed, to 8 bytes. FAIL_EMPTY, FAIL_HEX, FAIL_PRIME_LENGTH or FAIL_SHARE_VALUE_LENGTH. */
enum outcome share_text_read_prime(const struct secret *text, struct secret **ret);
enum outcome share_text_read_value(const struct secret *text, struct secret **ret);

/* A share ID, 1 to 255: decimal, as it is shown; with a letter in it hex, as people learnt to type it for sc-hsm-tool
   ("a" is 10). FAIL_EMPTY, FAIL_SHARE_ID_ZERO, FAIL_SHARE_ID. */
enum outcome share_text_read_id(const char *text, size_t length, unsigned *ret);

#endif
