#include <quorate/line_check.h>

#include <quorate/base64.h>
#include <quorate/hex.h>
#include <quorate/text.h>

#include <stdbool.h>
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

/* What was typed, taken apart: characters without number and blanks, and the check. */
struct typed_line {
	char characters[LINE_CHECK_CHARACTERS + CHECK_DIGITS + 12];
	size_t length;
	uint32_t check;
};

static enum outcome
take_apart(unsigned number, const char *text, struct typed_line *ret)
{
	char *typed = ret->characters;
	size_t length = 0, skip;

	ret->check = 0;
	for (; *text != '\0'; text++) {
		if (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\n')
			continue;
		if (!is_base64(*text))
			return FAIL_BASE64;
		if (length == sizeof ret->characters)
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
		ret->check = ret->check << 4 | (uint32_t)digit;
	}
	skip = number_length(number, typed, length);
	memmove(typed, typed + skip, length - skip);
	ret->length = length - skip;
	if (ret->length > LINE_CHECK_CHARACTERS)
		return FAIL_TOO_LONG;
	return ret->length == 0 ? FAIL_LINE_CHECK : DONE;
}

enum outcome
line_check_read(unsigned number, const char *text, char ret[LINE_CHECK_CHARACTERS + 1])
{
	struct typed_line typed;
	enum outcome outcome = take_apart(number, text, &typed);

	if (outcome != DONE)
		return outcome;
	if (line_check(number, typed.characters, typed.length) != typed.check)
		return FAIL_LINE_CHECK;
	memcpy(ret, typed.characters, typed.length);
	ret[typed.length] = '\0';
	return DONE;
}

/* Whether another character there, or a swap with the next one, makes the line right. */
static bool
is_mended_at(unsigned number, struct typed_line *typed, size_t place)
{
	char kept = typed->characters[place], next = typed->characters[place + 1];
	bool is_mended = false;

	for (int c = '+'; c <= 'z' && !is_mended; c++) {
		typed->characters[place] = (char)c;
		is_mended = is_base64((char)c) && line_check(number, typed->characters, typed->length) == typed->check;
	}
	if (!is_mended && place + 1 < typed->length) {
		typed->characters[place] = next;
		typed->characters[place + 1] = kept;
		is_mended = line_check(number, typed->characters, typed->length) == typed->check;
		typed->characters[place + 1] = next;
	}
	typed->characters[place] = kept;
	return is_mended;
}

unsigned
line_check_place(unsigned number, const char *text)
{
	struct typed_line typed;
	unsigned found = 0;

	if (take_apart(number, text, &typed) != DONE)
		return 0;
	for (size_t place = 0; place < typed.length; place++)
		if (is_mended_at(number, &typed, place)) {
			if (found != 0)
				return 0;
			found = (unsigned)place + 1;
		}
	return found;
}
