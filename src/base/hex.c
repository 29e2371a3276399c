#include <quorate/hex.h>

int
hex_digit(int character)
{
	/* Each range yields a mask of ones or zeros; their sum is the digit + 1, or 0. */
	unsigned c = (unsigned)character & 0xff;
	unsigned lower = c | 0x20;
	unsigned decimal = -(unsigned)((c - '0') < 10u);
	unsigned letter = -(unsigned)((lower - 'a') < 6u);

	return (int)((decimal & (c - '0' + 1)) | (letter & (lower - 'a' + 11))) - 1;
}

char
hex_character(unsigned value)
{
	value &= 0xf;
	return (char)('0' + value + (-(unsigned)(value > 9) & ('a' - '0' - 10)));
}

void
hex_encode(const uint8_t *bytes, size_t size, char *ret)
{
	for (size_t i = 0; i < size; i++) {
		ret[2 * i] = hex_character(bytes[i] >> 4);
		ret[2 * i + 1] = hex_character(bytes[i]);
	}
	ret[2 * size] = '\0';
}

enum outcome
hex_decode(const char *text, size_t length, uint8_t *ret, size_t size)
{
	if (length != 2 * size)
		return length < 2 * size ? FAIL_TOO_SHORT : FAIL_TOO_LONG;
	for (size_t i = 0; i < size; i++) {
		int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return FAIL_HEX;
		ret[i] = (uint8_t)(high << 4 | low);
	}
	return DONE;
}
