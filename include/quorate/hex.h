/* Hexadecimal, both ways. No table look-ups: digits may belong to a secret, and time must not depend on them. */
#ifndef QUORATE_HEX_H
#define QUORATE_HEX_H

#include <quorate/outcome.h>

/* Value 0..15 of a hex digit of either case, -1 for anything else. */
int hex_digit(int character);

/* The character 0-9a-f for value 0..15. */
char hex_character(unsigned value);

/* Writes size bytes as 2*size lower-case digits and a NUL into ret (2*size+1 bytes). */
void hex_encode(const uint8_t *bytes, size_t size, char *ret);

/* Reads exactly 2*size digits from text (length bytes). FAIL_HEX on another character, FAIL_TOO_SHORT/LONG on another
 * length. */
enum outcome hex_decode(const char *text, size_t length, uint8_t *ret, size_t size);

#endif
