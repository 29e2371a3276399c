#include "fuzz.h"

#include <quorate/base64.h>

#include <string.h>

/* What decodes, encodes to the same characters again, blanks aside: no two texts mean the same bytes. */
FUZZ_TARGET(base64)
{
	uint8_t decoded[768];
	char again[BASE64_LENGTH(sizeof decoded) + 1];
	size_t decoded_size, at = 0;

	if (base64_decode((const char *)bytes, size, decoded, sizeof decoded, &decoded_size) != DONE)
		return 0;
	MUST(decoded_size <= sizeof decoded);
	base64_encode(decoded, decoded_size, again);
	for (size_t i = 0; i < size; i++)
		if (memchr(" \t\r\n", bytes[i], 4) == NULL)
			MUST(again[at++] == (char)bytes[i]);
	MUST(again[at] == '\0');
	return 0;
}
