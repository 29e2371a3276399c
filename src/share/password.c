#include <quorate/password.h>
#include <quorate/random.h>
#include <quorate/tongue.h>

#include <openssl/crypto.h>
#include <string.h>

#define GROUP 4
/* Without i, l, o, 0, 1. */
static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
#define LETTERS (sizeof letters - 1)

/* Kinds of characters, and how many different ones there are: what a guesser begins with. */
static void
look_at(const struct secret *password, bool *ret_is_one_kind, unsigned *ret_different)
{
	bool is_seen[128] = { false };
	unsigned kinds = 0;

	*ret_different = 0;
	for (size_t i = 0; i < password->size; i++) {
		uint8_t byte = password->bytes[i];

		*ret_different += !is_seen[byte];
		is_seen[byte] = true;
		kinds |= byte >= '0' && byte <= '9'   ? 1u
			 : byte >= 'a' && byte <= 'z' ? 2u
			 : byte >= 'A' && byte <= 'Z' ? 4u
						      : 8u;
	}
	*ret_is_one_kind = (kinds & (kinds - 1)) == 0;
	OPENSSL_cleanse(is_seen, sizeof is_seen);
}

static const char *
advise(const struct secret *password)
{
	bool is_one_kind;
	unsigned different;

	look_at(password, &is_one_kind, &different);
	if (different < LIMIT_PASSWORD_MIN)
		return _("It repeats a few characters. Whoever has a copy of the file can guess for as long as they "
			 "like: "
			 "four words taken from a book by dice, or a generated password, are better.");
	if (password->size < LIMIT_PASSWORD_ADVISED)
		return _("It is short. Whoever has a copy of the file can guess for as long as they like: 12 "
			 "characters or "
			 "more are advised, for example four words taken from a book by dice.");
	if (is_one_kind && password->size < LIMIT_PASSWORD_ADVISED + LIMIT_PASSWORD_MIN)
		return _("It has one kind of characters only. Make it longer, or mix letters, digits and signs.");
	return NULL;
}

enum outcome
password_check(const struct secret *password, bool is_new, const char **ret_advice)
{
	*ret_advice = NULL;
	if (password->size == 0)
		return FAIL_EMPTY;
	if (password->size > LIMIT_PASSWORD_MAX)
		return FAIL_PASSWORD_LENGTH;
	for (size_t i = 0; i < password->size; i++)
		if (password->bytes[i] < ' ' || password->bytes[i] > '~')
			return FAIL_PASSWORD_CHARACTER;
	if (!is_new)
		return DONE;
	if (password->size < LIMIT_PASSWORD_MIN)
		return FAIL_PASSWORD_LENGTH;
	*ret_advice = advise(password);
	return DONE;
}

enum outcome
password_generate(struct secret **ret)
{
	enum outcome outcome = secret_new(ret, PASSWORD_GENERATED_LENGTH);
	uint8_t byte = 0;

	while (outcome == DONE && (*ret)->size < PASSWORD_GENERATED_LENGTH) {
		if ((*ret)->size % (GROUP + 1) == GROUP) {
			secret_push(*ret, '-');
			continue;
		}
		outcome = random_fill(&byte, sizeof byte);
		/* What is beyond the last whole round of the letters would make some of them likelier. */
		if (outcome == DONE && byte < 256 / LETTERS * LETTERS)
			secret_push(*ret, (uint8_t)letters[byte % LETTERS]);
	}
	OPENSSL_cleanse(&byte, sizeof byte);
	if (outcome != DONE)
		secret_free(ret);
	return outcome;
}
