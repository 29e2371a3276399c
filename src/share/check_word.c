#include <quorate/check_word.h>
#include <quorate/hex.h>

#include <openssl/crypto.h>

/* Digits before the word: prime 0 to 15, ID 16 and 17, value 18 to 33; then the word's own six. */
#define PRIME_DIGITS (2 * SHAMIR_SIZE)
#define ID_DIGITS 2
#define DATA_SYMBOLS (2 * PRIME_DIGITS + ID_DIGITS)
#define SYMBOLS (DATA_SYMBOLS + CHECK_WORD_LENGTH)
/* A hex digit can only be mistyped for another one, a character of the word for any of 32. */
#define DIGIT_ERRORS 15
#define WORD_ERRORS 31
#define SLIPS (DATA_SYMBOLS * DIGIT_ERRORS + CHECK_WORD_LENGTH * WORD_ERRORS)
#define ID_MOST 255

/* BIP-350 (bech32m): the constant that a right text leaves, and the 32 characters. */
#define REMAINDER 0x2bc830a3
static const char human_part[] = "share";
static const char characters[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/* BIP-173: one symbol more into the remainder of the division by the code's polynomial. */
static uint32_t
divide(uint32_t remainder, unsigned symbol)
{
	static const uint32_t generator[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
	uint32_t top = remainder >> 25;

	remainder = (remainder & 0x1ffffff) << 5 ^ symbol;
	for (unsigned bit = 0; bit < 5; bit++)
		remainder ^= -((top >> bit) & 1) & generator[bit];
	return remainder;
}

/* The remainder of human part, prime, ID and value. */
static uint32_t
divide_share(const struct secret *prime, unsigned id, const struct secret *value)
{
	const uint8_t number = (uint8_t)id;
	const struct {
		const uint8_t *bytes;
		size_t size;
	} fields[] = { { prime->bytes, SHAMIR_SIZE }, { &number, 1 }, { value->bytes, SHAMIR_SIZE } };
	uint32_t remainder = 1;

	for (const char *at = human_part; *at != '\0'; at++)
		remainder = divide(remainder, (unsigned)*at >> 5);
	remainder = divide(remainder, 0);
	for (const char *at = human_part; *at != '\0'; at++)
		remainder = divide(remainder, *at & 31);
	for (size_t field = 0; field < sizeof fields / sizeof fields[0]; field++) {
		for (size_t i = 0; i < fields[field].size; i++) {
			remainder = divide(remainder, fields[field].bytes[i] >> 4);
			remainder = divide(remainder, fields[field].bytes[i] & 15);
		}
	}
	return remainder;
}

static bool
is_share(const struct secret *prime, unsigned id, const struct secret *value)
{
	return prime->size == SHAMIR_SIZE && value->size == SHAMIR_SIZE && id >= 1 && id <= ID_MOST;
}

/* The symbol of a character as people type it, -1 for one that no check word has. Time does not depend on it. */
static int
read_character(int character)
{
	uint32_t typed = (uint32_t)character & 0xff, symbol = 0;

	typed |= -(uint32_t)(typed - 'A' < 26) & 0x20;
	typed ^= -(uint32_t)((typed == '1') | (typed == 'i')) & (typed ^ 'l');
	typed ^= -(uint32_t)(typed == 'o') & (typed ^ '0');
	for (uint32_t i = 0; i < 32; i++)
		symbol |= -(uint32_t)(typed == (uint8_t)characters[i]) & (i + 1);
	return (int)symbol - 1;
}

bool
check_word_takes(int character)
{
	return read_character(character) >= 0;
}

enum outcome
check_word_make(const struct secret *prime, unsigned id, const struct secret *value, struct secret **ret)
{
	enum outcome outcome;
	uint32_t word;

	*ret = NULL;
	if (!is_share(prime, id, value))
		return FAIL_ARGUMENT;
	outcome = secret_new(ret, CHECK_WORD_LENGTH);
	if (outcome != DONE)
		return outcome;
	word = divide_share(prime, id, value);
	for (unsigned i = 0; i < CHECK_WORD_LENGTH; i++)
		word = divide(word, 0);
	word ^= REMAINDER;
	for (int shift = 25; shift >= 0; shift -= 5) {
		uint8_t character = 0;

		for (uint32_t i = 0; i < 32; i++)
			character |= (uint8_t)(-(uint32_t)(((word >> shift) & 31) == i) & (uint8_t)characters[i]);
		secret_push(*ret, character);
	}
	return DONE;
}

static struct check_place
place_of(unsigned position)
{
	if (position < PRIME_DIGITS)
		return (struct check_place){ CHECK_PRIME, position + 1 };
	if (position < PRIME_DIGITS + ID_DIGITS)
		return (struct check_place){ CHECK_ID, position - PRIME_DIGITS + 1 };
	if (position < DATA_SYMBOLS)
		return (struct check_place){ CHECK_VALUE, position - PRIME_DIGITS - ID_DIGITS + 1 };
	return (struct check_place){ CHECK_ITSELF, position - DATA_SYMBOLS + 1 };
}

/* The position of a slip in the order of find_slips. */
static unsigned
position_of(unsigned slip)
{
	if (slip < DATA_SYMBOLS * DIGIT_ERRORS)
		return slip / DIGIT_ERRORS;
	return DATA_SYMBOLS + (slip - DATA_SYMBOLS * DIGIT_ERRORS) / WORD_ERRORS;
}

/* What each possible slip, one symbol by one difference, adds to the remainder. */
static void
list_slips(uint32_t ret[SLIPS])
{
	unsigned count = 0;

	for (unsigned position = 0; position < SYMBOLS; position++) {
		unsigned errors = position < DATA_SYMBOLS ? DIGIT_ERRORS : WORD_ERRORS;

		for (unsigned error = 1; error <= errors; error++) {
			uint32_t remainder = error;

			for (unsigned after = position + 1; after < SYMBOLS; after++)
				remainder = divide(remainder, 0);
			ret[count++] = remainder;
		}
	}
}

/*
 * Which one or two slips explain the syndrome: no two explanations exist, for any four symbols tell. All pairs are
 * tried without leaving early; it takes a tenth of a millisecond.
 */
static void
locate(uint32_t syndrome, struct check_verdict *ret)
{
	uint32_t slips[SLIPS], one = 0, first = 0, second = 0;

	list_slips(slips);
	for (uint32_t i = 0; i < SLIPS; i++) {
		uint32_t rest = syndrome ^ slips[i], other = 0;

		one |= -(uint32_t)(rest == 0) & (i + 1);
		for (uint32_t j = 0; j < SLIPS; j++)
			other |= -(uint32_t)(slips[j] == rest) & (j + 1);
		/* Each pair is met twice; the meeting in which the first slip comes first counts. */
		first |= -(uint32_t)(other > i + 1) & (i + 1);
		second |= -(uint32_t)(other > i + 1) & other;
	}
	if (one != 0) {
		ret->count = 1;
		ret->places[0] = place_of(position_of(one - 1));
	} else if (first != 0) {
		ret->count = 2;
		ret->places[0] = place_of(position_of(first - 1));
		ret->places[1] = place_of(position_of(second - 1));
	}
}

enum outcome
check_word_verify(const struct secret *prime, unsigned id, const struct secret *value, const struct secret *word,
	struct check_verdict *ret_verdict)
{
	unsigned strangers = 0;
	uint32_t remainder;

	*ret_verdict = (struct check_verdict){ 0 };
	if (!is_share(prime, id, value))
		return FAIL_ARGUMENT;
	if (word->size != CHECK_WORD_LENGTH)
		return FAIL_CHECK_WORD_LENGTH;
	remainder = divide_share(prime, id, value);
	for (unsigned i = 0; i < CHECK_WORD_LENGTH; i++) {
		int symbol = read_character(word->bytes[i]);

		if (symbol < 0 && strangers++ < 2)
			ret_verdict->places[strangers - 1] = (struct check_place){ CHECK_ITSELF, i + 1 };
		remainder = divide(remainder, (unsigned)symbol & 31);
	}
	if (strangers == 0 && remainder == REMAINDER) {
		ret_verdict->is_right = true;
		return DONE;
	}
	/* A character that no word has is wrong for certain. */
	if (strangers > 0)
		ret_verdict->count = strangers <= 2 ? strangers : 0;
	else
		locate(remainder ^ REMAINDER, ret_verdict);
	return FAIL_CHECK_WORD;
}
