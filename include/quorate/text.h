/*
 * Texts for people: cleaned of what could harm a terminal, measured in columns. All texts are UTF-8; what a token, a
 * reader, a certificate or a file name says is hostile until it went through text_clean.
 */
#ifndef QUORATE_TEXT_H
#define QUORATE_TEXT_H

#include <quorate/outcome.h>
#include <stdbool.h>

/*
 * Copies length bytes of foreign text into ret (size bytes, always terminated): control characters, bidirectional
 * overrides, other format characters and invalid UTF-8 become '?'; blanks at the end (PKCS#11 pads with them) go; a
 * character is never cut.
 */
void text_clean(const void *foreign, size_t length, char *ret, size_t size);

/* Columns that the text takes on a terminal (wcwidth of the C library's locale-independent idea: wide letters 2,
 * combining 0). */
size_t text_columns(const char *text);

/* Likewise of its first length bytes. */
size_t text_columns_of(const char *text, size_t length);

/* True if every byte is printable ASCII (0x20..0x7e). */
bool text_is_ascii(const char *text, size_t length);

/* Formats into ret, always terminated; what does not fit is cut at a character. Never for a secret. */
void text_format(char *ret, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Appends formatted text; likewise. */
void text_append(char *ret, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The next character of UTF-8 at *at (before end), moved past it; UINT32_MAX for an invalid byte, of which one is
 * skipped. */
uint32_t text_next(const char **at, const char *end);

#endif
