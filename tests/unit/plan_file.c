/* Plans: one that is whole, and every fault that there can be, each with its line. */
#include "groups.h"

#include <quorate/ceremony.h>
#include <quorate/text.h>

#include <stdlib.h>
#include <string.h>

#define WHOLE                                                                                                          \
	"[plan]\n"                                                                                                     \
	"name = Root keys\n"                                                                                           \
	"ceremony = new-key-domain\n"                                                                                  \
	"label = root\n"                                                                                               \
	"backup = m-of-n\n"                                                                                            \
	"custodians = 3\n"                                                                                             \
	"threshold = 2\n"
#define SALT "salt = 00112233445566778899aabbccddeeff\n"
#define CREATE                                                                                                         \
	"[plan]\nname = Root keys\nceremony = create-share\nlabel = root\nbackup = m-of-n\ncustodians = 3\nthreshold " \
	"= 2\n"
#define JOIN "[plan]\nname = Root keys\nceremony = join\nlabel = root\n"
#define PASSWORDS "[plan]\nname = a\nceremony = new-key-domain\nlabel = b\nbackup = passwords\n"
#define HUNDRED "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"

static struct plan_file *
parsed(const char *text)
{
	struct plan_faults faults;
	struct plan_file *plan;
	enum outcome outcome = plan_file_parse(&plan, text, strlen(text), &faults);

	if (outcome != DONE)
		fail_msg("line %u: %s", faults.list[0].line, faults.list[0].text);
	return plan;
}

static void
test_plan_whole(void **state)
{
	static const char text[] =
		"\xef\xbb\xbf; reviewed on Monday\r\n" WHOLE "organisation = Harbour Trust ; the old one\n"
		"device = DENK0105702\n"
		"private = names, threshold\n" SALT "sheets = share-file\n"
		"\n[operator]\nname = Zo\xc3\xab\n[witness 1]\n[witness 2]\nname = Bob\n"
		"[custodian 1]\nname = \xe7\x8e\x8b\nromanised = Wang\n"
		"[custodian 3]\nname = C\n[custodian 2]\nname = B";
	struct plan_file *plan = parsed(text);
	char told[4096] = "";

	(void)state;
	assert_string_equal(plan->ceremony, "new-key-domain");
	assert_string_equal(plan->name, "Root keys");
	assert_string_equal(plan->organisation, "Harbour Trust");
	assert_string_equal(plan->label, "root");
	assert_string_equal(plan->serial, "DENK0105702");
	assert_false(plan->wants_new_device);
	assert_int_equal(plan->form, PLAN_FORM_QUORUM);
	assert_int_equal(plan->custodians, 3);
	assert_int_equal(plan->threshold, 2);
	assert_int_equal(plan->private_facts, PLAN_PRIVATE_NAMES | PLAN_PRIVATE_THRESHOLD);
	assert_int_equal(plan->sheets, PLAN_SHEET_SHARE_FILE);
	assert_string_equal(plan->operator.name, "Zo\xc3\xab");
	assert_int_equal(plan->witness_count, 2);
	assert_string_equal(plan->witnesses[0].name, "");
	assert_string_equal(plan->witnesses[1].name, "Bob");
	assert_true(plan->has_names);
	assert_string_equal(plan_person_on_paper(&plan->people[0]), "Wang");
	assert_string_equal(plan_person_on_paper(&plan->people[1]), "B");
	/* printf of these bytes through sha256sum. */
	assert_int_equal(strlen(plan->digest), 64);
	assert_memory_equal(plan->bytes, text, sizeof text - 1);
	plan_file_tell(plan, told, sizeof told);
	assert_non_null(strstr(told, "Backup: 2 of 3. 1 share may be lost; 2 custodians must collude for a theft."));
	assert_non_null(strstr(told, "Custodian 1: \xe7\x8e\x8b (Wang)"));
	plan_file_free(&plan);
	assert_null(plan);
}

static void
test_plan_digest(void **state)
{
	struct plan_file *plan = parsed(JOIN);

	(void)state;
	/* printf '[plan]\nname = Root keys\nceremony = join\nlabel = root\n' | sha256sum */
	assert_string_equal(plan->digest, "98ed84b6b42c368935d9a7b163a11c0015f418c5a41f3c101a929af40f86a173");
	plan_file_free(&plan);
}

static const struct {
	const char *text;
	unsigned line;
	const char *says;
} faulty[] = {
	{ "", 0, "The section [plan] is missing" },
	{ "name = x\n" WHOLE, 1, "A section in brackets comes first" },
	{ WHOLE "[plan]\n", 8, "This section is there already" },
	{ WHOLE "colour = blue\n", 8, "There is no key `colour`" },
	{ WHOLE "= blue\n", 8, "There is no key ``" },
	{ WHOLE "label = blue\n", 8, "This key is there already, in line 4" },
	{ WHOLE "rubbish\n", 8, "neither a section in brackets" },
	{ WHOLE "rubbish", 8, "neither a section in brackets" },
	{ WHOLE " device = new\n", 8, "begins with a blank" },
	{ WHOLE "device =\tnew\n", 8, "A character stands here" },
	{ WHOLE "device = \x1b[2J\n", 8, "A character stands here" },
	{ WHOLE "organisation = \xff\n", 8, "A character stands here" },
	{ WHOLE "organisation = " HUNDRED HUNDRED "\n", 8, "This line is too long" },
	{ WHOLE "organisation = " HUNDRED "\n", 8, "This is too long: at most 95 bytes" },
	{ WHOLE "organisation =\n", 8, "Nothing stands behind this key" },
	{ WHOLE "organisation = \xe7\x8e\x8b\n", 8, "organisation-romanised = ..." },
	{ WHOLE "organisation-romanised = Wang\n", 0, "A romanised name stands here without" },
	{ WHOLE "device = a b c d\n", 8, "The device is `new`" },
	{ WHOLE "device = abc\n", 8, "The device is `new`" },
	{ WHOLE "private = m\n" SALT, 8, "`m` cannot stand here. It is: names, custodians, threshold, none." },
	{ WHOLE "private = threshold,threshold\n" SALT, 8, "stands here twice" },
	{ WHOLE "private = names\n" SALT, 8, "nobody is named" },
	{ WHOLE "private = threshold\n", 0, "salt = " },
	{ WHOLE "salt = 0011\n", 8, "The salt is 32 random hex digits" },
	{ WHOLE "sheets = shares, \n", 8, "`` cannot stand here" },
	{ WHOLE "private = custodians\n" SALT "[custodian 1]\nname=a\n[custodian 2]\nname=b\n[custodian 3]\nname=c\n",
		8, "make the names private, too" },
	{ WHOLE "[operator]\n[operator]\n", 9, "This section is there already" },
	{ WHOLE "[operator]\nage = 3\n", 9, "There is no key `age` in a person's section" },
	{ WHOLE "[operator]\nname = a\nname = b\n", 10, "This key is there already, in line 9" },
	{ WHOLE "[operator]\nname = \xe7\x8e\x8b\n", 9, "romanised = ..." },
	{ WHOLE "[operator]\nname = a\nromanised = \xe7\x8e\x8b\n", 10, "cannot draw" },
	{ WHOLE "[operator]\nromanised = a\n", 8, "A romanised name stands here without" },
	{ WHOLE "[witness 2]\n", 8, "numbered from 1" },
	{ WHOLE "[witness 9]\n", 8, "There is no section [witness 9]" },
	{ WHOLE "[witness 01]\n", 8, "There is no section" },
	{ WHOLE "[witness]\n", 8, "There is no section" },
	{ WHOLE "[auditor]\nname = a\n", 8, "There is no section [auditor]" },
	{ WHOLE "[witness 1\n", 8, "is not closed" },
	{ WHOLE "[custodian 1]\n", 8, "The custodian's name is missing" },
	{ WHOLE "[custodian 4]\nname = a\n", 9, "There are only 3 custodians" },
	{ WHOLE "[custodian 2]\nname = a\n", 0, "Of the 3 custodians only 1 are named" },
	{ "[plan]\n", 0, "The key `name` is missing" },
	{ "[plan]\nname = a\n", 0, "The key `ceremony` is missing" },
	{ "[plan]\nname = a\nceremony = drill\n", 3, "No plan can be for this ceremony" },
	{ "[plan]\nname = a\nceremony = join\n", 0, "The key `label` is missing" },
	{ "[plan]\nname = \xd7\x90\nceremony = join\nlabel = x\n", 2, "cannot draw" },
	{ "[plan]\nname = a\nceremony = join\nlabel = \xe7\x8e\x8b\n", 4, "cannot draw" },
	{ "[plan]\nname = a\nceremony = join\nlabel = 01234567890123456789012\n", 4, "at most 22 bytes" },
	{ "[plan]\nname = a\nceremony = join\nlabel =\n", 4, "Nothing was entered" },
	{ JOIN "custodians = 3\n", 5, "The ceremony join has no use for this key" },
	{ JOIN "backup = m-of-n\n", 5, "The ceremony join has no use for this key" },
	{ JOIN "[custodian 1]\nname = a\n", 6, "The ceremony join has no use for this section" },
	{ CREATE "device = new\n", 8, "The ceremony create-share has no use for this key" },
	{ "[plan]\nname = a\nceremony = new-key-domain\nlabel = b\n", 0, "The key `backup` is missing" },
	{ "[plan]\nname = a\nceremony = change-custodians\n", 0, "The key `custodians` is missing" },
	{ "[plan]\nname = a\nceremony = change-custodians\ncustodians = 3\n", 0, "The key `threshold` is missing" },
	{ "[plan]\nname = a\nceremony = change-custodians\ncustodians = 33\nthreshold = 2\n", 4, "from 2 to 32" },
	{ "[plan]\nname = a\nceremony = change-custodians\ncustodians = 03\nthreshold = 2\n", 4, "from 2 to 32" },
	{ "[plan]\nname = a\nceremony = change-custodians\ncustodians = 3x\nthreshold = 2\n", 4, "from 2 to 32" },
	{ "[plan]\nname = a\nceremony = change-custodians\ncustodians = 99999999999\nthreshold = 2\n", 4,
		"from 2 to 32" },
	{ "[plan]\nname = a\nceremony = change-custodians\ncustodians = 3\nthreshold = 1\n", 5, "from 2 to 32" },
	{ "[plan]\nname = a\nceremony = change-custodians\ncustodians = 3\nthreshold = 4\n", 5,
		"larger than the number of custodians, 3" },
	{ "[plan]\nname = a\nceremony = new-key-domain\nlabel = b\nbackup = both\ncustodians = 3\n", 5,
		"`m-of-n` or `passwords`" },
	{ PASSWORDS "custodians = 3\nthreshold = 2\n", 7, "leave this key out" },
	{ PASSWORDS "custodians = 17\n", 6, "at most 16 custodians" },
	{ PASSWORDS "custodians = 3\nprivate = custodians\n" SALT, 7, "cannot be private" },
	{ PASSWORDS "custodians = 3\nsheets = shares\n", 7, "there are no share sheets" },
};

static void
test_plan_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faulty / sizeof faulty[0]; i++) {
		struct plan_faults faults;
		struct plan_file *plan;
		bool is_found = false;

		assert_int_equal(plan_file_parse(&plan, faulty[i].text, strlen(faulty[i].text), &faults), FAIL_PLAN);
		assert_null(plan);
		for (size_t j = 0; j < faults.count; j++)
			is_found = is_found || (faults.list[j].line == faulty[i].line &&
						       strstr(faults.list[j].text, faulty[i].says) != NULL);
		if (!is_found)
			fail_msg("%zu: line %u, %s; wanted line %u, %s", i, faults.list[0].line, faults.list[0].text,
				faulty[i].line, faulty[i].says);
	}
}

/* All of them, by line, and not without an end. */
static void
test_plan_many_faults(void **state)
{
	static const char few[] = "[plan]\nname = a\nb = c\nceremony = join\n[nobody]\nx = y\nrubbish\n";
	struct plan_faults faults;
	struct plan_file *plan;
	char many[4096] = "[plan]\n";

	(void)state;
	assert_int_equal(plan_file_parse(&plan, few, sizeof few - 1, &faults), FAIL_PLAN);
	assert_int_equal(faults.count, 4);
	assert_int_equal(faults.list[0].line, 3);
	assert_int_equal(faults.list[1].line, 5);
	assert_int_equal(faults.list[2].line, 7);
	assert_int_equal(faults.list[3].line, 0);
	assert_false(faults.has_more);
	for (int i = 0; i < 200; i++)
		text_append(many, sizeof many, "%s", "rubbish\n");
	assert_int_equal(plan_file_parse(&plan, many, strlen(many), &faults), FAIL_PLAN);
	assert_int_equal(faults.count, PLAN_FAULTS_MOST);
	assert_true(faults.has_more);
	/* A NUL is a character like any other that a plan cannot have. */
	assert_int_equal(plan_file_parse(&plan, WHOLE "device = n\0w\n", sizeof WHOLE + 12, &faults), FAIL_PLAN);
	assert_int_equal(faults.list[0].line, 8);
}

/* Every kind that a plan can be for exists, and what the plan decides is not asked. */
static void
test_plan_outline(void **state)
{
	static const struct {
		const char *text;
		unsigned decided;
	} plans[] = {
		{ WHOLE, 6 },
		{ CREATE, 6 },
		{ JOIN, 1 },
		{ "[plan]\nname = a\nceremony = change-custodians\ncustodians = 3\nthreshold = 2\n", 4 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
		struct plan_file *plan = parsed(plans[i].text);
		struct ceremony_outline steps[64];
		size_t count = ceremony_outline(plan, steps, 64), decided = 0;

		for (size_t j = 0; j < count; j++)
			decided += steps[j].is_decided;
		assert_true(count > 10);
		assert_int_equal(decided, plans[i].decided);
		assert_string_equal(steps[1].title, "The plan");
		plan_file_free(&plan);
	}
}

TEST_GROUP(plan_file, cmocka_unit_test(test_plan_whole), cmocka_unit_test(test_plan_digest),
	cmocka_unit_test(test_plan_faults), cmocka_unit_test(test_plan_many_faults),
	cmocka_unit_test(test_plan_outline));
