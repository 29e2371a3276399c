#include <quorate/text.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

uint32_t
text_next(const char **at, const char *end)
{
	const unsigned char *s = (const unsigned char *)*at;
	size_t left = (size_t)(end - *at), length = 1;
	uint32_t c = s[0], least = 0;

	if (c < 0x80) {
		(*at)++;
		return c;
	} else if (c >= 0xc2 && c < 0xe0) {
		length = 2, c &= 0x1f, least = 0x80;
	} else if (c >= 0xe0 && c < 0xf0) {
		length = 3, c &= 0x0f, least = 0x800;
	} else if (c >= 0xf0 && c < 0xf5) {
		length = 4, c &= 0x07, least = 0x10000;
	}
	for (size_t i = 1; i < length; i++) {
		if (i >= left || (s[i] & 0xc0) != 0x80) {
			length = 1;
			break;
		}
		c = c << 6 | (s[i] & 0x3f);
	}
	if (length == 1 || c < least || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) {
		(*at)++;
		return UINT32_MAX;
	}
	*at += length;
	return c;
}

struct range {
	uint32_t first, last;
};

static bool
is_within(uint32_t c, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

#define IS_WITHIN(c, ranges) is_within(c, ranges, sizeof(ranges) / sizeof(ranges)[0])

/* Controls, and the characters that turn, join or hide others (Unicode categories Cc, Cf, Zl, Zp, Co, noncharacters).
 */
static const struct range harmful[] = { { 0, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x600, 0x605 }, { 0x61c, 0x61c },
	{ 0x6dd, 0x6dd }, { 0x70f, 0x70f }, { 0x180e, 0x180e }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
	{ 0x2060, 0x206f }, { 0xe000, 0xf8ff }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xfff0, 0xfffb },
	{ 0xfffe, 0xffff }, { 0xe0000, UINT32_MAX } };

/* East Asian wide and fullwidth (Unicode Standard Annex #11), in blocks. */
static const struct range wide[] = { { 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0xa4cf }, { 0xa960, 0xa97f },
	{ 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe6f }, { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 },
	{ 0x1f300, 0x1faff }, { 0x20000, 0x3fffd } };

static const struct range combining[] = { { 0x300, 0x36f }, { 0x483, 0x489 }, { 0x591, 0x5bd }, { 0x610, 0x61a },
	{ 0x64b, 0x65f }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x20d0, 0x20ff }, { 0xfe20, 0xfe2f } };

void
text_clean(const void *foreign, size_t length, char *ret, size_t size)
{
	const char *at = foreign, *end;
	size_t used = 0;

	while (length > 0 && (at[length - 1] == ' ' || at[length - 1] == '\0'))
		length--;
	end = at + length;
	while (at < end) {
		const char *from = at, question = '?';
		uint32_t c = text_next(&at, end);
		size_t taken = (size_t)(at - from);

		if (c == UINT32_MAX || IS_WITHIN(c, harmful)) {
			from = &question;
			taken = 1;
		}
		if (used + taken >= size)
			break;
		memcpy(ret + used, from, taken);
		used += taken;
	}
	if (size > 0)
		ret[used] = '\0';
}

size_t
text_columns_of(const char *text, size_t length)
{
	const char *end = text + length;
	size_t columns = 0;

	while (text < end) {
		uint32_t c = text_next(&text, end);

		columns += IS_WITHIN(c, combining) ? 0 : IS_WITHIN(c, wide) ? 2 : 1;
	}
	return columns;
}

size_t
text_columns(const char *text)
{
	return text_columns_of(text, strlen(text));
}

bool
text_is_ascii(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			return false;
	return true;
}

__attribute__((format(printf, 4, 0))) static void
append(char *ret, size_t size, size_t used, const char *format, va_list arguments)
{
	int length;

	if (used >= size)
		return;
	length = vsnprintf(ret + used, size - used, format, arguments);
	if (length < 0)
		ret[used] = '\0';
	else if ((size_t)length >= size - used) {
		/* Cut: go back to the beginning of the character that was torn. */
		size_t last = size - 1;

		while (last > used && ((unsigned char)ret[last - 1] & 0xc0) == 0x80)
			last--;
		if (last > used && (unsigned char)ret[last - 1] >= 0xc0)
			last--;
		ret[last] = '\0';
	}
}

void
text_format(char *ret, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	append(ret, size, 0, format, arguments);
	va_end(arguments);
}

void
text_append(char *ret, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	append(ret, size, strnlen(ret, size), format, arguments);
	va_end(arguments);
}
