/*
 * The check word of a share: six characters that tell at the keyboard whether prime, ID and value were typed right. The
 * code is bech32m (BIP-350), human-readable part "share", data one 5-bit symbol per hex digit of prime (16), ID (2) and
 * value (16). Four wrong digits are always noticed, one or two located. Vectors: prime e28c4e2a93cca877, value
 * bed92af69643c441, ID 1: luv0y8, ID 10: 704ts8. It reveals something of the value: it stands on the custodian's own
 * sheet only.
 */
#ifndef QUORATE_CHECK_WORD_H
#define QUORATE_CHECK_WORD_H

#include <quorate/shamir.h>

#define CHECK_WORD_LENGTH 6

enum check_field { CHECK_PRIME, CHECK_ID, CHECK_VALUE, CHECK_ITSELF };

struct check_place {
	enum check_field field;
	unsigned digit; /* 1 is the leftmost digit of the field, as written in full (16, 2, 16, 6 of them) */
};

struct check_verdict {
	bool is_right;
	unsigned count; /* 0: wrong, but it cannot be told where; else 1 or 2 places, "probably here" */
	struct check_place places[2];
};

/* True for a character that a check word can be typed with: upper case is folded, 1 and i mean l, o means 0. */
bool check_word_takes(int character);

/* The check word of a share; *ret: 6 bytes. FAIL_ARGUMENT for an ID outside 1 to 255. */
enum outcome check_word_make(const struct secret *prime, unsigned id, const struct secret *value, struct secret **ret);

/*
 * Verifies a typed word (6 characters, as check_word_takes). DONE or FAIL_CHECK_WORD, *ret_verdict filled in both
 * cases; FAIL_CHECK_WORD_LENGTH, FAIL_ARGUMENT. Places are named only where another hex digit, or another character of
 * the word, would make it right; nothing is corrected. Takes the same time for every share.
 */
enum outcome check_word_verify(const struct secret *prime, unsigned id, const struct secret *value,
	const struct secret *word, struct check_verdict *ret_verdict);

#endif
