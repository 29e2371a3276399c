/*
 * Bytes as words for reading aloud: the PGP word list (Juola and Zimmermann, 1995). Bytes at even places, from 0,
 * become words of two syllables and those at odd places words of three, so that a word left out, said twice or swapped
 * with its neighbour is heard.
 */
#ifndef QUORATE_WORDS_H
#define QUORATE_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* Room that size bytes become at most, with blanks between and a NUL behind. */
#define WORDS_SIZE(size) ((size)*12 + 1)

/* Writes the words of size bytes, a blank between them, always terminated; ret has room bytes. For digests, never for a
   secret. */
void words_encode(const uint8_t *bytes, size_t size, char *ret, size_t room);

#endif
