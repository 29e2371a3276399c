/* A set of shares as people give it, on the terminal or on standard input, checked piece by piece. */
#ifndef UI_SHARES_H
#define UI_SHARES_H

#include <quorate/check_word.h>

#define SHARES_FIELD_MOST 64 /* bytes typed into one field: 16 digits and separators */

struct shares {
	bool is_last;    /* set before: no other set follows on standard input */
	bool is_lenient; /* set before: takes a prime, IDs and values that cannot be right, for a rescue */
	struct secret *prime;
	unsigned count;
	struct shamir_share list[LIMIT_CUSTODIANS];
	bool has_word[LIMIT_CUSTODIANS]; /* came with a check word, which fits */
};

void shares_clear(struct shares *shares);

/* The prime, typed. As share_text_read_prime and shamir_check_prime; if lenient, 1 to 16 digits. */
enum outcome shares_take_prime(struct shares *shares, const struct secret *text);

/* Whether a share of this ID (decimal) can be added. As share_text_read_id; FAIL_SHARE_ID_TWICE, FAIL_CUSTODIANS. */
enum outcome shares_check_id(const struct shares *shares, const char *text, size_t length, unsigned *ret);

/* Adds a share; word NULL or empty: it has no check word. As share_text_read_value, shamir_check_value and
   check_word_verify (*ret_verdict filled in at FAIL_CHECK_WORD). */
enum outcome shares_add(struct shares *shares, unsigned id, const struct secret *value, const struct secret *word,
	struct check_verdict *ret_verdict);

/* A set from standard input: `prime HEX`, then `ID HEX` or `ID HEX WORD` a line, up to the end or, for the next file,
   the next `prime`. In the last set a further `prime` may only repeat it (FAIL_SHARE_PRIME). *line counts lines, for
   the sentence. */
enum outcome shares_read(struct shares *shares, unsigned *line);

/* One line of standard input of at most most bytes, without its end. FAIL_EMPTY at the end of the input. */
enum outcome shares_read_line(size_t most, struct secret **ret);

/* Asks for a set on the terminal; whatever does not fit is asked again. */
enum outcome shares_ask(struct shares *shares);

/* The same for one share alone: the first of the list. */
enum outcome shares_ask_one(struct shares *shares);

#endif
