#include "groups.h"

#include <quorate/forms.h>
#include <quorate/pdf.h>
#include <quorate/text.h>
#include <quorate/words.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The example that the list was published with: a fingerprint of PGP. */
static void
test_forms_words(void **state)
{
	static const uint8_t bytes[] = { 0xe5, 0x82, 0x94, 0xf2, 0xe9, 0xa2, 0x27, 0x48, 0x6e, 0x8b, 0x06, 0x1b, 0x31,
		0xcc, 0x52, 0x8f, 0xd7, 0xfa, 0x3f, 0x19 };
	static const uint8_t ends[] = { 0x00, 0x00, 0xff, 0xff };
	char words[WORDS_SIZE(sizeof bytes)];

	(void)state;
	words_encode(bytes, sizeof bytes, words, sizeof words);
	assert_string_equal(words, "topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish "
				   "Medusa afflict bravado chatter revolver Dupont midsummer stopwatch whimsical "
				   "cowbell bottomless");
	words_encode(ends, sizeof ends, words, sizeof words);
	assert_string_equal(words, "aardvark adroitness Zulu Yucatan");
	words_encode(ends, 0, words, sizeof words);
	assert_string_equal(words, "");
}

static struct secret *
secret_of(const char *text)
{
	char copy[64];
	struct secret *secret = NULL;

	text_format(copy, sizeof copy, "%s", text);
	assert_int_equal(secret_take(&secret, copy, strlen(copy)), DONE);
	return secret;
}

static const struct form_facts filled_facts = { .ceremony = "Test", .stamp = "2028-02-29T00:00:00Z", .total = 3 };

static struct sheet *
filled_sheet(void)
{
	struct form_filling filling = { secret_of("e28c4e2a93cca877"), secret_of("bed92af69643c441"),
		secret_of("704ts8"), 10 };
	struct sheet *sheet = NULL;

	assert_int_equal(form_share_filled(&sheet, &filled_facts, 10, &filling), DONE);
	assert_null(filling.prime);
	assert_null(filling.value);
	assert_null(filling.word);
	assert_true(sheet_is_filled(sheet));
	return sheet;
}

/* Only who asks for it gets what fills the boxes; all else stays blank. */
static void
test_forms_filled(void **state)
{
	struct sheet *sheet, *blank = NULL;
	const struct sheet *sheets[1];
	char *text = NULL;
	struct locked *filled = NULL;
	size_t size = 0, drawn = 0;

	(void)state;
	sheet = filled_sheet();
	sheets[0] = sheet;
	assert_int_equal(sheet_plain(sheets, 1, &text, &size), DONE);
	assert_null(strstr(text, "[b]"));
	assert_non_null(strstr(text, "[_]"));
	/* 29 February comes again in four years only. */
	assert_non_null(strstr(text, "2029-02-28"));
	free(text);
	assert_int_equal(sheet_plain_filled(sheets, 1, &filled), DONE);
	assert_int_equal(filled->size, size);
	assert_non_null(memmem(filled->bytes, filled->size, "[b][e][d][9]", 12));
	assert_non_null(memmem(filled->bytes, filled->size, "[1][0][_]", 9));
	locked_free(&filled);
	assert_null(filled);
	assert_int_equal(pdf_make_filled(sheets, 1, PAPER_A4, &filled), DONE);
	assert_memory_equal(filled->bytes, "%PDF-", 5);
	/* A piece of text for every character: 16 + 2 + 16 + 6 more than the blank sheet has. */
	for (size_t i = 0; i + 3 <= filled->size; i++)
		drawn += memcmp(filled->bytes + i, "Tj\n", 3) == 0;
	locked_free(&filled);
	assert_int_equal(form_share(&blank, &filled_facts, 10), DONE);
	assert_false(sheet_is_filled(blank));
	sheets[0] = blank;
	assert_int_equal(pdf_make_filled(sheets, 1, PAPER_A4, &filled), DONE);
	for (size_t i = 0; i + 3 <= filled->size; i++)
		drawn -= memcmp(filled->bytes + i, "Tj\n", 3) == 0;
	assert_int_equal(drawn, 40);
	locked_free(&filled);
	sheet_free(&sheet);
	sheet_free(&blank);
}

/* All of this process's memory that can be read, searched for a text that stands here only with every bit turned. */
static unsigned
count_in_memory(const uint8_t *turned, size_t size)
{
	FILE *maps = fopen("/proc/self/maps", "re"), *memory = fopen("/proc/self/mem", "re");
	unsigned long from, to, found = 0;
	char line[512], rights[8];

	assert_non_null(maps);
	assert_non_null(memory);
	while (fgets(line, sizeof line, maps) != NULL) {
		uint8_t *bytes;
		size_t got;

		if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 || strncmp(rights, "rw", 2) != 0 ||
			to - from > 64UL << 20)
			continue;
		bytes = malloc(to - from);
		assert_non_null(bytes);
		got = fseek(memory, (long)from, SEEK_SET) == 0 ? fread(bytes, 1, to - from, memory) : 0;
		for (size_t i = 0; i + size <= got; i++) {
			size_t same = 0;

			while (same < size && bytes[i + same] + turned[same] == 0xff)
				same++;
			found += same == size;
		}
		explicit_bzero(bytes, got);
		free(bytes);
	}
	fclose(maps);
	fclose(memory);
	return (unsigned)found;
}

/* The text as it stands in the document, behind "Td" of the first digit of the value, is nowhere when all is freed. */
static void
test_forms_filled_leaves_nothing(void **state)
{
	uint8_t plain[48], drawn[400];
	struct sheet *sheet = filled_sheet();
	const struct sheet *const sheets[1] = { sheet };
	struct locked *filled = NULL, *pdf = NULL;
	const uint8_t *at;

	(void)state;
	assert_int_equal(sheet_plain_filled(sheets, 1, &filled), DONE);
	at = memmem(filled->bytes, filled->size, "[b][e]", 6);
	assert_non_null(at);
	for (size_t i = 0; i < 12; i++)
		plain[i] = at[i] ^ 0xff;
	assert_int_equal(pdf_make_filled(sheets, 1, PAPER_A4, &pdf), DONE);
	/* From the last box of the check word backwards: nothing but filled boxes. */
	at = memmem(pdf->bytes, pdf->size, "/F3 15 Tf", 9);
	assert_non_null(at);
	for (size_t i = 0; i < sizeof drawn; i++)
		drawn[i] = at[i] ^ 0xff;
	/* The control: it is found while it is there. */
	assert_true(count_in_memory(plain, 12) > 0);
	assert_true(count_in_memory(drawn, sizeof drawn) > 0);
	locked_free(&filled);
	locked_free(&pdf);
	sheet_free(&sheet);
	assert_int_equal(count_in_memory(plain, 12), 0);
	assert_int_equal(count_in_memory(drawn, sizeof drawn), 0);
}

static void
test_forms_filling_refused(void **state)
{
	struct form_filling filling = { secret_of("e28c4e2a93cca87"), secret_of("bed92af69643c441"),
		secret_of("704ts8"), 10 };
	static const unsigned char groups[] = { 4 };
	struct secret *text = secret_of("12345");
	struct sheet *sheet = NULL;
	struct locked *locked = NULL;

	(void)state;
	assert_int_equal(form_share_filled(&sheet, &filled_facts, 1, &filling), FAIL_ARGUMENT);
	assert_null(sheet);
	assert_null(filling.prime);
	filling = (struct form_filling){ secret_of("e28c4e2a93cca877"), secret_of("bed92af69643c441"),
		secret_of("704ts8"), 256 };
	assert_int_equal(form_share_filled(&sheet, &filled_facts, 1, &filling), FAIL_ARGUMENT);
	assert_int_equal(sheet_new(&sheet, "Title", "name", false), DONE);
	assert_int_equal(sheet_fill(sheet, &text), FAIL_ARGUMENT);
	assert_null(text);
	assert_int_equal(sheet_boxes(sheet, "", groups, 1), DONE);
	text = secret_of("12345");
	assert_int_equal(sheet_fill(sheet, &text), FAIL_ARGUMENT);
	text = secret_of("12\x7f");
	assert_int_equal(sheet_fill(sheet, &text), FAIL_TEXT_CHARACTER);
	assert_false(sheet_is_filled(sheet));
	text = secret_of("12");
	assert_int_equal(sheet_fill(sheet, &text), DONE);
	text = secret_of("34");
	assert_int_equal(sheet_fill(sheet, &text), FAIL_ARGUMENT);
	sheet_free(&sheet);
	assert_int_equal(locked_new(&locked, SIZE_MAX / 2), FAIL_LOCKED_MEMORY);
	assert_int_equal(locked_new(&locked, 0), FAIL_LOCKED_MEMORY);
	assert_null(locked);
}

static void
test_forms_refused(void **state)
{
	struct sheet *sheet = NULL;

	(void)state;
	assert_int_equal(form_pins(&sheet, &filled_facts, false, false), FAIL_ARGUMENT);
	assert_int_equal(form_wrapped_key(&sheet, &filled_facts,
				 &(struct form_key){ .bytes = (const uint8_t *)"Salted__", .size = 8 }),
		FAIL_WRAPPED_KEY);
	assert_int_equal(form_record(&sheet, &filled_facts, &(struct form_record){ .digest = "12" }), FAIL_HEX);
	assert_null(sheet);
}

TEST_GROUP(forms, cmocka_unit_test(test_forms_words), cmocka_unit_test(test_forms_filled),
	cmocka_unit_test(test_forms_filled_leaves_nothing), cmocka_unit_test(test_forms_filling_refused),
	cmocka_unit_test(test_forms_refused));
