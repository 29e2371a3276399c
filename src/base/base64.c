#include <quorate/base64.h>

#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>

void
base64_encode(const uint8_t *bytes, size_t size, char *ret)
{
	EVP_EncodeBlock((unsigned char *)ret, bytes, (int)size);
}

/* Padding may stand only in the last two places of a quantum. */
static bool
is_digit(unsigned char c, size_t place)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
	       (c == '=' && place >= 2);
}

/* EVP_DecodeBlock forgives too much (it trims, and takes '=' anywhere), so the form is checked here, a quantum at a
 * time. */
enum outcome
base64_decode(const char *text, size_t length, uint8_t *ret, size_t capacity, size_t *ret_size)
{
	unsigned char quantum[4], bytes[3];
	size_t filled = 0, size = 0, padding = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
			continue;
		/* A quantum with padding was the last one; within it only '=' follows '='. */
		if ((padding > 0 && (filled == 0 || c != '=')) || !is_digit(c, filled))
			return FAIL_BASE64;
		padding += c == '=';
		quantum[filled++] = c;
		if (filled < 4)
			continue;
		filled = 0;
		if (EVP_DecodeBlock(bytes, quantum, 4) != 3)
			return FAIL_BASE64;
		/* The bits behind the last byte must be zero, or two texts would mean the same bytes. */
		if ((padding > 0 && bytes[2] != 0) || (padding > 1 && bytes[1] != 0))
			return FAIL_BASE64;
		if (size + 3 - padding > capacity)
			return FAIL_TOO_LONG;
		memcpy(ret + size, bytes, 3 - padding);
		size += 3 - padding;
	}
	if (filled != 0)
		return FAIL_BASE64;
	*ret_size = size;
	return DONE;
}
