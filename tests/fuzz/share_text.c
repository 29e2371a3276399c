#include "fuzz.h"

#include <quorate/share_text.h>

#include <string.h>

static void
read_back(const struct secret *value)
{
	struct secret *text, *again;

	MUST(value->size == SHAMIR_SIZE);
	MUST(share_text_write(value, &text) == DONE);
	MUST(text->size == SHARE_TEXT_LENGTH);
	MUST(share_text_read_value(text, &again) == DONE);
	MUST(secret_is_equal(value, again));
	secret_free(&text);
	secret_free(&again);
}

/* Any text is read or refused; what is read is 8 bytes that are written and read again to the same; a share made of it
   has a check word, and the word of the input either fits or gives places inside the fields. */
FUZZ_TARGET(share_text)
{
	struct secret *text, *prime = NULL, *value = NULL, *word = NULL;
	struct check_verdict verdict;
	unsigned id = 0;

	MUST(secret_open() == DONE);
	if (size == 0 || size > 400)
		return 0;
	MUST(secret_new(&text, size) == DONE);
	memcpy(text->bytes, bytes, size);
	text->size = size;
	if (share_text_read_prime(text, &prime) == DONE)
		read_back(prime);
	if (share_text_read_value(text, &value) == DONE)
		read_back(value);
	if (share_text_read_id((const char *)bytes, size, &id) == DONE)
		MUST(id >= 1 && id <= 255);
	if (value != NULL) {
		MUST(check_word_make(value, 1 + bytes[0] % 255, value, &word) == DONE);
		MUST(check_word_verify(value, 1 + bytes[0] % 255, value, word, &verdict) == DONE && verdict.is_right);
		/* All pairs of places are tried for a wrong one, which takes a hundred times as long as all else: now
		   and then is enough. */
		if (bytes[size - 1] % 64 == 1)
			word->bytes[bytes[0] % CHECK_WORD_LENGTH] ^= 1;
		if (check_word_verify(value, 1 + bytes[0] % 255, value, word, &verdict) == FAIL_CHECK_WORD) {
			MUST(verdict.count <= 2);
			for (unsigned i = 0; i < verdict.count; i++)
				MUST(verdict.places[i].digit >= 1 && verdict.places[i].digit <= 16);
		}
	}
	secret_free(&word);
	secret_free(&value);
	secret_free(&prime);
	secret_free(&text);
	return 0;
}
