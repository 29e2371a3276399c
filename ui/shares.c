#include "shares.h"

#include <quorate/share_text.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define LINE_MOST 256

/* A `prime` line that belongs to the next set; read already. */
static struct secret *line_ahead;

void
shares_clear(struct shares *shares)
{
	for (unsigned i = 0; i < shares->count; i++)
		secret_free(&shares->list[i].value);
	secret_free(&shares->prime);
	shares->count = 0;
}

enum outcome
shares_take_prime(struct shares *shares, const struct secret *text)
{
	enum outcome outcome = shares->is_lenient ? share_text_read_value(text, &shares->prime)
						  : share_text_read_prime(text, &shares->prime);

	if (outcome == DONE && !shares->is_lenient)
		outcome = shamir_check_prime(shares->prime);
	if (outcome != DONE)
		secret_free(&shares->prime);
	return outcome;
}

enum outcome
shares_check_id(const struct shares *shares, const char *text, size_t length, unsigned *ret)
{
	enum outcome outcome = share_text_read_id(text, length, ret);

	for (unsigned i = 0; i < shares->count && outcome == DONE && !shares->is_lenient; i++)
		if (shares->list[i].id == *ret)
			outcome = FAIL_SHARE_ID_TWICE;
	if (outcome == DONE && shares->count == LIMIT_CUSTODIANS)
		outcome = FAIL_CUSTODIANS;
	return outcome;
}

enum outcome
shares_add(struct shares *shares, unsigned id, const struct secret *value, const struct secret *word,
	struct check_verdict *ret_verdict)
{
	struct secret *bytes = NULL;
	enum outcome outcome = share_text_read_value(value, &bytes);

	if (outcome == DONE && word != NULL && word->size > 0)
		outcome = check_word_verify(shares->prime, id, bytes, word, ret_verdict);
	if (outcome == DONE && !shares->is_lenient)
		outcome = shamir_check_value(shares->prime, bytes);
	if (outcome == DONE) {
		shares->has_word[shares->count] = word != NULL && word->size > 0;
		shares->list[shares->count].id = id;
		shares->list[shares->count++].value = secret_move(&bytes);
	}
	secret_free(&bytes);
	return outcome;
}

enum outcome
shares_read_line(size_t most, struct secret **ret)
{
	enum outcome outcome = secret_new(ret, most);
	bool is_over = false;
	uint8_t byte = 0;
	ssize_t got = 0;

	if (outcome != DONE)
		return outcome;
	for (;;) {
		got = read(STDIN_FILENO, &byte, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || byte == '\n')
			break;
		is_over = is_over || !secret_push(*ret, byte);
	}
	byte = 0;
	if (got < 0)
		outcome = FAIL_FILE_IO;
	else if (is_over)
		outcome = FAIL_TOO_LONG;
	else if (got == 0 && (*ret)->size == 0)
		outcome = FAIL_EMPTY;
	if (outcome != DONE)
		secret_free(ret);
	return outcome;
}

/* The next word of a line, a copy; *at moves behind it. An empty one at the end of the line. */
static enum outcome
next_word(const struct secret *line, size_t *at, struct secret **ret)
{
	enum outcome outcome = secret_new(ret, LINE_MOST);

	while (*at < line->size && (line->bytes[*at] == ' ' || line->bytes[*at] == '\t' || line->bytes[*at] == '\r'))
		++*at;
	for (; outcome == DONE && *at < line->size; ++*at) {
		uint8_t byte = line->bytes[*at];

		if (byte == ' ' || byte == '\t' || byte == '\r')
			break;
		secret_push(*ret, byte);
	}
	return outcome;
}

static bool
is_prime_word(const struct secret *word)
{
	return word->size == 5 && memcmp(word->bytes, "prime", 5) == 0;
}

/* A share of another set stands below its own prime. */
static enum outcome
compare_prime(const struct shares *shares, const struct secret *text)
{
	struct secret *prime = NULL;
	enum outcome outcome = share_text_read_prime(text, &prime);

	if (outcome == DONE && !secret_is_equal(prime, shares->prime))
		outcome = FAIL_SHARE_PRIME;
	secret_free(&prime);
	return outcome;
}

/* One line into the set. *ret_is_next: it is the `prime` of the next one. */
static enum outcome
take_line(struct shares *shares, const struct secret *line, bool *ret_is_next)
{
	struct secret *words[4] = { NULL };
	struct check_verdict verdict;
	enum outcome outcome = DONE;
	unsigned id = 0;
	size_t at = 0;

	*ret_is_next = false;
	for (size_t i = 0; i < 4 && outcome == DONE; i++)
		outcome = next_word(line, &at, &words[i]);
	if (outcome != DONE || words[0]->size == 0)
		goto out;
	if (is_prime_word(words[0]) && shares->prime != NULL) {
		*ret_is_next = !shares->is_last;
		outcome = shares->is_last ? compare_prime(shares, words[1]) : DONE;
	} else if (words[1]->size == 0 || words[3]->size > 0)
		outcome = FAIL_SHARE_LINE;
	else if (is_prime_word(words[0]))
		outcome = words[2]->size > 0 ? FAIL_SHARE_LINE : shares_take_prime(shares, words[1]);
	else if (shares->prime == NULL)
		outcome = FAIL_SHARE_PRIME_FIRST;
	else {
		outcome = shares_check_id(shares, (const char *)words[0]->bytes, words[0]->size, &id);
		if (outcome == DONE)
			outcome = shares_add(shares, id, words[1], words[2], &verdict);
	}
out:
	for (size_t i = 0; i < 4; i++)
		secret_free(&words[i]);
	return outcome;
}

enum outcome
shares_read(struct shares *shares, unsigned *line)
{
	struct secret *text = secret_move(&line_ahead);
	enum outcome outcome = DONE;
	bool is_next = false;

	while (outcome == DONE && !is_next) {
		if (text == NULL) {
			outcome = shares_read_line(LINE_MOST, &text);
			if (outcome == FAIL_EMPTY) {
				outcome = DONE;
				break;
			}
			++*line;
		}
		if (outcome == DONE)
			outcome = take_line(shares, text, &is_next);
		if (is_next)
			line_ahead = secret_move(&text);
		secret_free(&text);
	}
	if (outcome == DONE && shares->count < LIMIT_THRESHOLD_MIN)
		outcome = FAIL_SHARES_FEW;
	return outcome;
}
