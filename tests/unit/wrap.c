/* Texts broken into lines. */
#include "groups.h"

#include <quorate/text.h>
#include <quorate/wrap.h>

static const struct {
	const char *text;
	double width;
	const char *lines; /* joined by bars */
} cases[] = {
	{ "", 10, "" },
	{ "one two three", 7, "one two|three" },
	{ "one two three", 6, "one|two|three" },
	{ "one two", 7, "one two" },
	{ "one   two ", 5, "one|two" },
	{ "abcdefghij kl", 4, "abcd|efgh|ij|kl" },
	{ "ab abcdefgh", 4, "ab|abcd|efgh" },
	/* paragraphs, and their blanks at the beginning */
	{ "   ", 10, "" },
	{ "one\ntwo three\n", 5, "one|two|three" },
	{ "one\n\n  two three  \nfour", 9, "one||  two|three|four" },
	{ "  abcdef", 4, "  ab|cdef" },
	/* wide letters take two columns, combining marks none */
	{ "日本語日本語", 4, "日本|語日|本語" },
	{ "日本", 1, "日|本" },
	{ "e\xcc\x81t e\xcc\x81t", 2, "e\xcc\x81t|e\xcc\x81t" },
	/* what is no UTF-8 is cut between bytes */
	{ "\xff\xff\xff", 2, "\xff\xff|\xff" },
};

static void
test_wrap(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct wrap wrap = { .measure = wrap_columns, .width = cases[i].width };
		const char *text = cases[i].text;
		char lines[256] = "";
		size_t count = 0;

		for (; wrap_next(&wrap, &text); count++)
			text_append(lines, sizeof lines, "%s%.*s", count == 0 ? "" : "|", (int)wrap.length, wrap.line);
		assert_string_equal(lines, cases[i].lines);
		assert_int_equal(wrap_count(wrap, cases[i].text), count);
	}
}

/* Any measure does: here every letter i is a third of the others. */
static double
points(const void *context, const char *text, size_t length)
{
	double sum = 0;

	for (size_t i = 0; i < length; i++)
		sum += text[i] == 'i' ? *(const double *)context / 3 : *(const double *)context;
	return sum;
}

static void
test_wrap_measure(void **state)
{
	const double size = 12;
	struct wrap wrap = { .measure = points, .context = &size, .width = 37 };
	const char *text = "iiiiiiiii mm mm";

	(void)state;
	assert_true(wrap_next(&wrap, &text));
	assert_int_equal(wrap.length, 9);
	assert_true(wrap_next(&wrap, &text));
	assert_int_equal(wrap.length, 2);
	assert_int_equal(wrap_count(wrap, text), 1);
}

TEST_GROUP(wrap, cmocka_unit_test(test_wrap), cmocka_unit_test(test_wrap_measure));
