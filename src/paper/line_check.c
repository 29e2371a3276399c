#include <quorate/line_check.h>

#include <quorate/base64.h>
#include <quorate/hex.h>
#include <quorate/text.h>

#include <stdlib.h>
#include <string.h>

#define CRC24_START 0xb704ce
#define CRC24_POLYNOMIAL 0x1864cfb
#define CHECK_DIGITS 6
#define GROUP 4
/* " 1  U2Fs dGVk X1+i T1qK   4f0c1a" and room for a number of ten digits. */
#define LINE_SIZE 48

static uint32_t
crc_add(uint32_t crc, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i < size; i++) {
		crc ^= (uint32_t)at[i] << 16;
		for (int bit = 0; bit < 8; bit++) {
			crc <<= 1;
			if (crc & 0x1000000)
				crc ^= CRC24_POLYNOMIAL;
		}
	}
	return crc;
}

uint32_t
line_check_crc(const void *bytes, size_t size)
{
	return crc_add(CRC24_START, bytes, size);
}

uint32_t
line_check(unsigned number, const char *characters, size_t length)
{
	char head[16];

	text_format(head, sizeof head, "%u:", number);
	return crc_add(line_check_crc(head, strlen(head)), characters, length);
}

enum outcome
line_check_write(const uint8_t *bytes, size_t size, char **ret)
{
	size_t length = BASE64_LENGTH(size), lines = (length + LINE_CHECK_CHARACTERS - 1) / LINE_CHECK_CHARACTERS;
	size_t room = lines * LINE_SIZE + 1;
	char *coded = malloc(length + 1), *text = calloc(room, 1);
	enum outcome outcome = FAIL_MEMORY;

	if (coded == NULL || text == NULL)
		goto out;
	base64_encode(bytes, size, coded);
	for (size_t line = 0; line < lines; line++) {
		const char *from = coded + line * LINE_CHECK_CHARACTERS;
		size_t count = strnlen(from, LINE_CHECK_CHARACTERS);
		unsigned number = (unsigned)line + 1;
		/* Each line in its own place, so that a long block is not searched for its end every time. */
		char one[LINE_SIZE + 1];

		text_format(one, sizeof one, "%2u  ", number);
		for (size_t i = 0; i < LINE_CHECK_CHARACTERS; i += GROUP)
			text_append(one, sizeof one, "%-4.*s ", i < count ? GROUP : 0, from + (i < count ? i : 0));
		text_append(one, sizeof one, "  %06x", (unsigned)line_check(number, from, count));
		text_append(text, room, "%s%s", line == 0 ? "" : "\n", one);
	}
	*ret = text;
	text = NULL;
	outcome = DONE;
out:
	free(coded);
	free(text);
	return outcome;
}

/* Takes the line's number off the front of typed characters. What is left is whole base64 quanta, so the length alone
 * tells whether a number was typed. */
static size_t
number_length(unsigned number, const char *typed, size_t length)
{
	char text[16];
	size_t digits;

	text_format(text, sizeof text, "%u", number);
	digits = strlen(text);
	if (length % GROUP == 0 || length < digits || memcmp(typed, text, digits) != 0)
		return 0;
	return digits;
}

static bool
is_base64(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
	       c == '=';
}

enum outcome
line_check_read(unsigned number, const char *text, char ret[LINE_CHECK_CHARACTERS + 1])
{
	char typed[LINE_CHECK_CHARACTERS + CHECK_DIGITS + 12];
	size_t length = 0, skip;
	uint32_t check = 0;

	for (; *text != '\0'; text++) {
		if (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\n')
			continue;
		if (!is_base64(*text))
			return FAIL_BASE64;
		if (length == sizeof typed)
			return FAIL_TOO_LONG;
		typed[length++] = *text;
	}
	if (length == 0)
		return FAIL_EMPTY;
	if (length <= CHECK_DIGITS)
		return FAIL_LINE_CHECK;
	length -= CHECK_DIGITS;
	for (size_t i = 0; i < CHECK_DIGITS; i++) {
		int digit = hex_digit(typed[length + i]);

		if (digit < 0)
			return FAIL_LINE_CHECK;
		check = check << 4 | (uint32_t)digit;
	}
	skip = number_length(number, typed, length);
	length -= skip;
	if (length > LINE_CHECK_CHARACTERS)
		return FAIL_TOO_LONG;
	if (length == 0 || line_check(number, typed + skip, length) != check)
		return FAIL_LINE_CHECK;
	memcpy(ret, typed + skip, length);
	ret[length] = '\0';
	return DONE;
}
