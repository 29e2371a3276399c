#include "share_help.h"

#include <quorate/check_word.h>

#include <ctype.h>
#include <stdlib.h>

#define SYMBOLS 40
#define PATTERNS (1 + SYMBOLS * 31 + SYMBOLS * (SYMBOLS - 1) / 2 * 31 * 31)

static const char charset[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/* Another bech32m, as plain as the BIP says it; it proves itself on the published vectors and then judges ours. */
static uint32_t
polymod(uint32_t remainder, unsigned symbol)
{
	static const uint32_t generator[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
	uint32_t top = remainder >> 25;

	remainder = (remainder & 0x1ffffff) << 5 ^ symbol;
	for (int i = 0; i < 5; i++)
		if (top >> i & 1)
			remainder ^= generator[i];
	return remainder;
}

static uint32_t
polymod_human(const char *human, size_t length)
{
	uint32_t remainder = 1;

	for (size_t i = 0; i < length; i++)
		remainder = polymod(remainder, (unsigned)human[i] >> 5);
	remainder = polymod(remainder, 0);
	for (size_t i = 0; i < length; i++)
		remainder = polymod(remainder, human[i] & 31);
	return remainder;
}

static bool
is_bech32m(const char *text)
{
	char folded[128];
	const char *one;
	uint32_t remainder;

	for (size_t i = 0; i <= strlen(text); i++)
		folded[i] = (char)tolower(text[i]);
	one = strrchr(folded, '1');
	if (one == NULL || one == folded || strlen(one + 1) < 6)
		return false;
	remainder = polymod_human(folded, (size_t)(one - folded));
	for (const char *at = one + 1; *at != '\0'; at++) {
		if (strchr(charset, *at) == NULL)
			return false;
		remainder = polymod(remainder, (unsigned)(strchr(charset, *at) - charset));
	}
	return remainder == 0x2bc830a3;
}

static void
test_bip350(void **state)
{
	static const char *const valid[] = {
		"A1LQFN3A",
		"a1lqfn3a",
		"an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6",
		"abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
		"11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllludsr8",
		"split1checkupstagehandshakeupstreamerranterredcaperredlc445v",
		"?1v759aa",
	};
	static const char *const invalid[] = { "y1b0jsk6g", "lt1igcx5c0", "in1muywd", "mm1crxm3i", "au1s5cgom",
		"M1VUXWEZ", "16plkw9", "1p2gdwpf" };

	(void)state;
	for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++)
		assert_true(is_bech32m(valid[i]));
	for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++)
		assert_false(is_bech32m(invalid[i]));
}

struct typed {
	uint64_t prime, value;
	unsigned id;
	char word[7];
};

static void
make(struct typed *share)
{
	struct secret *prime = secret_of_number(share->prime), *value = secret_of_number(share->value), *word;

	assert_int_equal(check_word_make(prime, share->id, value, &word), DONE);
	assert_int_equal(word->size, CHECK_WORD_LENGTH);
	memcpy(share->word, word->bytes, CHECK_WORD_LENGTH);
	share->word[CHECK_WORD_LENGTH] = '\0';
	secret_free(&prime);
	secret_free(&value);
	secret_free(&word);
}

static enum outcome
verify(const struct typed *share, struct check_verdict *verdict)
{
	struct secret *prime = secret_of_number(share->prime), *value = secret_of_number(share->value);
	struct secret *word = secret_of_text(share->word);
	enum outcome outcome = check_word_verify(prime, share->id, value, word, verdict);

	secret_free(&prime);
	secret_free(&value);
	secret_free(&word);
	return outcome;
}

static struct typed
a_share(uint64_t *seed)
{
	struct typed share = { .prime = repeatable(seed), .value = repeatable(seed) };

	share.id = (unsigned)(repeatable(seed) % 255 + 1);
	make(&share);
	return share;
}

/* The symbol at one of the 40 positions, and the same changed; an ID that would become 0 stays, and is refused. */
static unsigned
symbol_at(const struct typed *share, unsigned position)
{
	if (position < 16)
		return share->prime >> (60 - 4 * position) & 15;
	if (position < 18)
		return share->id >> (4 - 4 * (position - 16)) & 15;
	if (position < 34)
		return share->value >> (60 - 4 * (position - 18)) & 15;
	return (unsigned)(strchr(charset, share->word[position - 34]) - charset);
}

static bool
change(struct typed *share, unsigned position, unsigned difference)
{
	uint64_t wide = difference;

	if (position < 34 && difference > 15)
		return false;
	if (position < 16)
		share->prime ^= wide << (60 - 4 * position);
	else if (position < 18)
		share->id ^= difference << (4 - 4 * (position - 16));
	else if (position < 34)
		share->value ^= wide << (60 - 4 * (position - 18));
	else
		share->word[position - 34] = charset[symbol_at(share, position) ^ difference];
	return share->id != 0;
}

static void
assert_place(struct check_place place, unsigned position)
{
	static const struct {
		enum check_field field;
		unsigned first, digits;
	} fields[] = { { CHECK_PRIME, 0, 16 }, { CHECK_ID, 16, 2 }, { CHECK_VALUE, 18, 16 }, { CHECK_ITSELF, 34, 6 } };

	assert_in_range(place.field, 0, 3);
	assert_in_range(place.digit, 1, fields[place.field].digits);
	assert_int_equal(fields[place.field].first + place.digit - 1, position);
}

static void
test_word(void **state)
{
	struct typed share = { 0xe28c4e2a93cca877, 0xbed92af69643c441, 1, "" };
	struct check_verdict verdict;
	uint64_t seed = 2;

	(void)state;
	make(&share);
	assert_string_equal(share.word, "luv0y8");
	assert_int_equal(verify(&share, &verdict), DONE);
	assert_true(verdict.is_right);
	/* 10 is not 16, and not 1 either. */
	share.id = 10;
	assert_int_equal(verify(&share, &verdict), FAIL_CHECK_WORD);
	make(&share);
	assert_string_equal(share.word, "704ts8");
	share.id = 16;
	assert_int_equal(verify(&share, &verdict), FAIL_CHECK_WORD);
	for (int i = 0; i < 500; i++) {
		struct typed one = a_share(&seed);
		char text[] = "share1                                        ";

		/* Each hex digit stands for the character with its number. */
		for (unsigned position = 0; position < SYMBOLS; position++)
			text[6 + position] = charset[symbol_at(&one, position)];
		assert_true(is_bech32m(text));
		assert_int_equal(verify(&one, &verdict), DONE);
	}
}

static void
test_word_typing(void **state)
{
	const struct typed share = { 0xe28c4e2a93cca877, 0xbed92af69643c441, 1, "" };
	struct check_verdict verdict;
	static const struct {
		const char *word;
		enum outcome outcome;
		unsigned count, first, second;
	} cases[] = {
		{ "LUV0Y8", DONE, 0, 0, 0 },
		{ "1uv0y8", DONE, 0, 0, 0 },
		{ "iuvoy8", DONE, 0, 0, 0 },
		{ "IUVOY8", DONE, 0, 0, 0 },
		{ "luv0y", FAIL_CHECK_WORD_LENGTH, 0, 0, 0 },
		{ "luv0y88", FAIL_CHECK_WORD_LENGTH, 0, 0, 0 },
		{ "", FAIL_CHECK_WORD_LENGTH, 0, 0, 0 },
		{ "luv0y9", FAIL_CHECK_WORD, 1, 39, 0 },
		{ "ulv0y8", FAIL_CHECK_WORD, 2, 34, 35 },
		/* No check word has a b. */
		{ "luvby8", FAIL_CHECK_WORD, 1, 37, 0 },
		{ "b?v0y8", FAIL_CHECK_WORD, 2, 34, 35 },
		{ "bbb0y8", FAIL_CHECK_WORD, 0, 0, 0 },
		{ "\xff\x80v0y8", FAIL_CHECK_WORD, 2, 34, 35 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct secret *prime = secret_of_number(share.prime), *value = secret_of_number(share.value);
		struct secret *word = secret_of_text(cases[i].word);

		assert_int_equal(check_word_verify(prime, share.id, value, word, &verdict), cases[i].outcome);
		assert_int_equal(verdict.is_right, cases[i].outcome == DONE);
		assert_int_equal(verdict.count, cases[i].count);
		if (verdict.count >= 1)
			assert_place(verdict.places[0], cases[i].first);
		if (verdict.count == 2)
			assert_place(verdict.places[1], cases[i].second);
		assert_int_equal(check_word_verify(prime, 0, value, word, &verdict), FAIL_ARGUMENT);
		assert_int_equal(check_word_verify(prime, 256, value, word, &verdict), FAIL_ARGUMENT);
		secret_free(&word);
		assert_int_equal(check_word_make(prime, 0, value, &word), FAIL_ARGUMENT);
		secret_free(&prime);
		secret_free(&value);
	}
}

static int
compare_numbers(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

/* All patterns of no, one and two wrong symbols leave different remainders: none is missed, none mistaken. */
static void
test_syndromes(void **state)
{
	uint32_t *seen = malloc(PATTERNS * sizeof *seen), single[SYMBOLS][32] = { 0 };
	size_t count = 0;

	(void)state;
	assert_non_null(seen);
	for (unsigned position = 0; position < SYMBOLS; position++) {
		for (unsigned error = 1; error < 32; error++) {
			single[position][error] = error;
			for (unsigned after = position + 1; after < SYMBOLS; after++)
				single[position][error] = polymod(single[position][error], 0);
		}
	}
	seen[count++] = 0;
	for (unsigned i = 0; i < SYMBOLS; i++) {
		for (unsigned error = 1; error < 32; error++) {
			seen[count++] = single[i][error];
			for (unsigned j = i + 1; j < SYMBOLS; j++)
				for (unsigned other = 1; other < 32; other++)
					seen[count++] = single[i][error] ^ single[j][other];
		}
	}
	assert_int_equal(count, 750821);
	qsort(seen, count, sizeof *seen, compare_numbers);
	for (size_t i = 1; i < count; i++)
		assert_int_not_equal(seen[i - 1], seen[i]);
	free(seen);
}

/* Each digit of a printed share, mistyped for each other one, is pointed at. */
static void
test_one_slip(void **state)
{
	struct check_verdict verdict;
	uint64_t seed = 3;
	struct typed right = a_share(&seed);
	unsigned slips = 0;

	(void)state;
	for (unsigned position = 0; position < SYMBOLS; position++) {
		for (unsigned error = 1; error < 32; error++) {
			struct typed share = right;

			if (!change(&share, position, error))
				continue;
			slips++;
			assert_int_equal(verify(&share, &verdict), FAIL_CHECK_WORD);
			assert_false(verdict.is_right);
			assert_int_equal(verdict.count, 1);
			assert_place(verdict.places[0], position);
		}
	}
	assert_in_range(slips, 34 * 15 + 6 * 31 - 1, 34 * 15 + 6 * 31);
}

/* Two wrong digits are pointed at both: every pair of places, the differences in turn (all of them in a long run). */
static void
test_two_slips(void **state)
{
	bool is_long = getenv("QUORATE_LONG") != NULL;
	struct check_verdict verdict;
	uint64_t seed = 4;
	unsigned turn = 0, tried = 0;

	(void)state;
	for (unsigned first = 0; first < SYMBOLS; first++) {
		for (unsigned second = first + 1; second < SYMBOLS; second++) {
			struct typed right = a_share(&seed);

			for (unsigned pair = 0; pair < 31 * 31; pair++) {
				struct typed share = right;

				if (!is_long && pair != turn % (31 * 31))
					continue;
				if (!change(&share, first, pair / 31 + 1) || !change(&share, second, pair % 31 + 1)) {
					/* Not a slip at these places: try the next one here. */
					turn++;
					continue;
				}
				tried++;
				assert_int_equal(verify(&share, &verdict), FAIL_CHECK_WORD);
				assert_int_equal(verdict.count, 2);
				assert_place(verdict.places[0], first);
				assert_place(verdict.places[1], second);
			}
			turn += 263;
		}
	}
	assert_in_range(tried, SYMBOLS * (SYMBOLS - 1) / 4, PATTERNS);
}

/* Two neighbours swapped: noticed, and both pointed at. */
static void
test_swaps(void **state)
{
	struct check_verdict verdict;
	uint64_t seed = 5;

	(void)state;
	for (unsigned round = 0; round < 20; round++) {
		struct typed right = a_share(&seed);

		for (unsigned position = 0; position + 1 < SYMBOLS; position++) {
			struct typed share = right;
			unsigned difference = symbol_at(&right, position) ^ symbol_at(&right, position + 1);

			/* Equal ones swap to the same; value and word are typed into two fields. */
			if (difference == 0 || position == 15 || position == 17 || position == 33)
				continue;
			change(&share, position, difference);
			change(&share, position + 1, difference);
			assert_int_equal(verify(&share, &verdict), FAIL_CHECK_WORD);
			assert_int_equal(verdict.count, 2);
			assert_place(verdict.places[0], position);
			assert_place(verdict.places[1], position + 1);
		}
	}
}

/* Three and four wrong digits: always noticed; where they are can be told wrongly, and rarely is told at all. */
static void
test_more_slips(void **state)
{
	struct check_verdict verdict;
	uint64_t seed = 6;
	unsigned told = 0;

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		struct typed right = a_share(&seed), share = right;
		unsigned wrong = 3 + round % 2;

		for (unsigned done = 0; done < wrong;) {
			unsigned position = (unsigned)(repeatable(&seed) % SYMBOLS);
			struct typed before = share;

			if (symbol_at(&share, position) != symbol_at(&right, position))
				continue;
			if (change(&share, position, (unsigned)(repeatable(&seed) % 15 + 1)))
				done++;
			else
				share = before;
		}
		assert_int_equal(verify(&share, &verdict), FAIL_CHECK_WORD);
		told += verdict.count > 0;
	}
	assert_in_range(told, 0, 20);
}

TEST_GROUP(check_word, cmocka_unit_test(test_bip350), cmocka_unit_test(test_word), cmocka_unit_test(test_word_typing),
	cmocka_unit_test(test_syndromes), cmocka_unit_test(test_one_slip), cmocka_unit_test(test_two_slips),
	cmocka_unit_test(test_swaps), cmocka_unit_test(test_more_slips));
