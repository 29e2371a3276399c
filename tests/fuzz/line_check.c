#include "fuzz.h"

#include <quorate/base64.h>
#include <quorate/line_check.h>

#include <string.h>

/* A line of a sheet as typed: read or refused, and what is read is base64 of at most one line. */
FUZZ_TARGET(line_check)
{
	char text[256], characters[LINE_CHECK_CHARACTERS + 1];
	unsigned number;

	if (size < 2 || size >= sizeof text)
		return 0;
	number = bytes[0] % 8 + 1;
	memcpy(text, bytes + 1, size - 1);
	text[size - 1] = '\0';
	if (line_check_read(number, text, characters) == DONE)
		MUST(strlen(characters) <= LINE_CHECK_CHARACTERS && strlen(characters) > 0);
	return 0;
}
