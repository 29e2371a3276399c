#include <quorate/hex.h>
#include <quorate/share_text.h>

#include "shamir_field.h"

#define GROUP 4

enum outcome
share_text_write(const struct secret *bytes, struct secret **ret)
{
	enum outcome outcome;

	*ret = NULL;
	if (bytes->size != SHAMIR_SIZE)
		return FAIL_ARGUMENT;
	outcome = secret_new(ret, SHARE_TEXT_LENGTH);
	for (unsigned i = 0; i < 2 * SHAMIR_SIZE && outcome == DONE; i++) {
		if (i > 0 && i % GROUP == 0)
			secret_push(*ret, ' ');
		secret_push(*ret, (uint8_t)hex_character(bytes->bytes[i / 2] >> (i % 2 == 0 ? 4 : 0)));
	}
	return outcome;
}

static bool
is_separator(int character)
{
	return character == ' ' || character == ':' || character == '-';
}

bool
share_text_takes(enum check_field field, int character)
{
	if (character < ' ' || character > '~')
		return false;
	switch (field) {
	case CHECK_PRIME:
	case CHECK_VALUE:
		return is_separator(character) || hex_digit(character) >= 0;
	case CHECK_ID:
		return hex_digit(character) >= 0;
	case CHECK_ITSELF:
		return check_word_takes(character);
	}
	return false;
}

/* Digits among separators, right-aligned in SHAMIR_SIZE bytes; wrong_length is the outcome unless least to 16 of them.
 */
static enum outcome
read_digits(const struct secret *text, unsigned least, enum outcome wrong_length, struct secret **ret)
{
	unsigned digits = 0;
	uint64_t number = 0;

	*ret = NULL;
	for (size_t i = 0; i < text->size; i++) {
		int digit = hex_digit(text->bytes[i]);

		if (is_separator(text->bytes[i]))
			continue;
		if (digit < 0)
			return FAIL_HEX;
		if (++digits > 2 * SHAMIR_SIZE)
			return wrong_length;
		number = number << 4 | (unsigned)digit;
	}
	if (digits == 0)
		return FAIL_EMPTY;
	if (digits < least)
		return wrong_length;
	return shamir_write(number, ret);
}

enum outcome
share_text_read_prime(const struct secret *text, struct secret **ret)
{
	return read_digits(text, 2 * SHAMIR_SIZE, FAIL_PRIME_LENGTH, ret);
}

enum outcome
share_text_read_value(const struct secret *text, struct secret **ret)
{
	return read_digits(text, 1, FAIL_SHARE_VALUE_LENGTH, ret);
}

enum outcome
share_text_read_id(const char *text, size_t length, unsigned *ret)
{
	unsigned id = 0, base = 10;

	*ret = 0;
	if (length == 0)
		return FAIL_EMPTY;
	for (size_t i = 0; i < length; i++)
		if (hex_digit((unsigned char)text[i]) >= 10)
			base = 16;
	for (size_t i = 0; i < length; i++) {
		int digit = hex_digit((unsigned char)text[i]);

		if (digit < 0)
			return FAIL_SHARE_ID;
		id = id * base + (unsigned)digit;
		if (id > SHAMIR_ID_MOST)
			return FAIL_SHARE_ID;
	}
	if (id == 0)
		return FAIL_SHARE_ID_ZERO;
	*ret = id;
	return DONE;
}
