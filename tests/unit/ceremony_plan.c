/* Ceremonies that follow a reviewed plan, and what stays private in them. */
#include "groups.h"

#include "play.h"

#include <quorate/file.h>
#include <quorate/journal_read.h>
#include <quorate/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD                                                                                                           \
	"[plan]\nname = Root keys\norganisation = Harbour Trust\nceremony = new-key-domain\nlabel = " PLAY_LABEL       \
	"\nbackup = m-of-n\ncustodians = 5\nthreshold = 3\n"
#define PEOPLE                                                                                                         \
	"[operator]\nname = Olive\n[witness 1]\nname = Wanda\n[custodian 1]\nname = Alice\n[custodian 2]\nname = "     \
	"Bob\n"                                                                                                        \
	"[custodian 3]\nname = \xe7\x8e\x8b\nromanised = Wang\n[custodian 4]\nname = Dora\n[custodian 5]\nname = Ed\n"
#define PRIVATE "private = names, custodians, threshold\nsalt = 00112233445566778899aabbccddeeff\n"

static struct plan_file *
plan_of(const char *text)
{
	struct plan_faults faults;
	struct plan_file *plan;

	if (plan_file_parse(&plan, text, strlen(text), &faults) != DONE)
		fail_msg("line %u: %s", faults.list[0].line, faults.list[0].text);
	return plan;
}

static void
begin(struct play *play, const char *text)
{
	struct plan_file *plan = plan_of(text);

	play->plan = plan;
	play_open(play, 3, 5);
	play->plan = play->world.plan = NULL;
	/* The ceremony has a copy. */
	plan_file_free(&plan);
}

/* A file of the ceremony as text, the caller's; NULL: it is not there. */
static char *
file_text(const struct play *play, const char *name)
{
	char path[160];
	uint8_t *bytes;
	size_t size;

	play_path(play, name, path, sizeof path);
	return file_read(path, 1 << 20, &bytes, &size) == DONE ? (char *)bytes : NULL;
}

static void
expect_in_file(const struct play *play, const char *name, const char *text, bool is_there)
{
	char *found = file_text(play, name);
	bool is_found;

	assert_non_null(found);
	is_found = strstr(found, text) != NULL;
	free(found);
	if (is_found != is_there)
		fail_msg("%s: %s is %s", name, text, is_there ? "not there" : "there");
}

/* No step of this name may be asked on the way to the end of it. */
static void
until_without(struct play *play, const char *step, enum prompt_kind kind, const char *const *never, size_t count)
{
	while (strcmp(play->prompt.step, step) != 0 || play->prompt.kind != kind) {
		for (size_t i = 0; i < count; i++)
			assert_string_not_equal(play->prompt.step, never[i]);
		assert_true(play->prompt.kind != PROMPT_FAILED && play->prompt.kind != PROMPT_DONE);
		play_right(play);
	}
}

static void
test_plan_is_followed(void **state)
{
	static const char *const never[] = { "label", "decision", "form", "custodians", "threshold", "private",
		"salts" };
	struct play *play = *state;

	begin(play, HEAD "device = new\n" PEOPLE);
	play_next(play);
	play_expect(play, "plan", PROMPT_TELL, DONE);
	assert_non_null(strstr(play->prompt.text, "3 of 5"));
	assert_non_null(strstr(play->prompt.text, "Custodian 3: \xe7\x8e\x8b (Wang)"));
	play_next(play);
	/* Operator, witness and five custodians, each for themselves. */
	for (unsigned i = 0; i < 7; i++) {
		static const char *const who[] = { "Operator, Olive", "Witness 1, Wanda", "Custodian 1, Alice" };

		play_expect(play, "presence", PROMPT_GATE, DONE);
		if (i < 3)
			assert_non_null(strstr(play->prompt.text, who[i]));
		play_next(play);
	}
	until_without(play, "turns", PROMPT_GATE, never, sizeof never / sizeof never[0]);
	assert_non_null(strstr(play->prompt.text, "It is the turn of Alice."));
	until_without(play, "done", PROMPT_DONE, never, sizeof never / sizeof never[0]);
	play_finish(play);
	play_expect_in_record(play, "\"event\":\"plan-agreed\",\"plan\":\"Root keys\",\"sha256\":\"", true);
	play_expect_in_record(play, "\"custodians\":5,\"threshold\":3", true);
	play_expect_in_record(play, "\"Operator\":\"Olive\",\"Witness 1\":\"Wanda\",\"Custodian 1\":\"Alice\"", true);
	play_expect_in_record(play, "\"event\":\"device-confirmed\",\"role\":\"Witness 1, Wanda\"", true);
	play_expect_in_record(play, "\"event\":\"ceremony-confirmed\",\"role\":\"Operator, Olive\"", true);
	expect_in_file(play, "sheets-before.txt", "Plan (SHA-256)", true);
	expect_in_file(play, "sheets-before.txt", "Harbour Trust", true);
	expect_in_file(play, "sheets-after.txt", "Plan (SHA-256)", true);
	expect_in_file(play, "plan.ini", HEAD "device = new\n" PEOPLE, true);
	expect_in_file(play, "record-sheet.txt", "Witness 1, Wanda", true);
}

/* A block of the sheet that is on the table now: what stands beside a label; the caller's. */
static char *
on_sheet(const struct play *play, const char *label, size_t after)
{
	const struct sheet *sheet = play->prompt.of.print.sheets[0];

	for (size_t i = after; i < sheet->count; i++)
		if (strcmp(sheet->blocks[i].label, label) == 0)
			return strdup(sheet->blocks[i].text);
	fail_msg("%s does not stand on the sheet", label);
	return NULL;
}

static void
without_blanks(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++)
		if (*text != ' ')
			*to++ = *text;
	*to = '\0';
}

struct fact {
	const char *name;
	char *value, *salt;
};

/* From the sheet of salts, as a person reads it. */
static void
read_facts(const struct play *play, struct fact facts[3])
{
	static const char *const names[] = { "custodians", "threshold", "names" };
	const struct sheet *sheet = play->prompt.of.print.sheets[0];

	for (size_t i = 0; i < 3; i++) {
		size_t at = 0;

		while (at < sheet->count && strcmp(sheet->blocks[at].label, names[i]) != 0)
			at++;
		facts[i] = (struct fact){ names[i], on_sheet(play, names[i], 0), on_sheet(play, "its salt", at) };
		without_blanks(facts[i].salt);
	}
}

static void
expect_opened(const struct play *play, struct fact facts[3])
{
	struct journal_record *record;
	char path[160];

	play_path(play, "journal.jsonl", path, sizeof path);
	assert_int_equal(journal_read(&record, path), DONE);
	for (size_t i = 0; i < 3; i++) {
		size_t line;
		bool is_there;

		assert_int_equal(
			journal_open_find(record, facts[i].name, facts[i].value, facts[i].salt, &line, &is_there),
			DONE);
		assert_true(is_there);
		assert_int_not_equal(line, 0);
		assert_int_equal(journal_open_find(record, facts[i].name, "4", facts[i].salt, &line, &is_there), DONE);
		assert_int_equal(line, 0);
		facts[i].salt[0] = facts[i].salt[0] == '0' ? '1' : '0';
		assert_int_equal(
			journal_open_find(record, facts[i].name, facts[i].value, facts[i].salt, &line, &is_there),
			DONE);
		assert_int_equal(line, 0);
		free(facts[i].value);
		free(facts[i].salt);
	}
	journal_record_free(&record);
}

/* Nothing that tells m, n or a name stands in the record or on a sheet, and nothing else is left in the folder. */
static void
expect_private(const struct play *play)
{
	static const char *const telling[] = { "\"custodian\":", "\"custodians\":", "\"threshold\":", "share-written",
		"share-shown", "Custodian", "Olive", "Wanda", "Alice", "Bob", "\xe7\x8e\x8b", "Wang", "Dora" };
	static const char *const on_sheets[] = { "3 of 5", "of 5", "any 3", "Alice", "Bob", "Wang", "Dora", "Olive" };

	for (size_t i = 0; i < sizeof telling / sizeof telling[0]; i++)
		expect_in_file(play, "journal.jsonl", telling[i], false);
	for (size_t i = 0; i < sizeof on_sheets / sizeof on_sheets[0]; i++) {
		expect_in_file(play, "sheets-before.txt", on_sheets[i], false);
		expect_in_file(play, "sheets-after.txt", on_sheets[i], false);
		expect_in_file(play, "record-sheet.txt", on_sheets[i], false);
	}
	assert_null(file_text(play, "private.jsonl"));
	assert_null(file_text(play, "plan.ini"));
}

static void
test_plan_private(void **state)
{
	struct play *play = *state;
	struct fact facts[3];

	begin(play, HEAD PRIVATE PEOPLE);
	play_until(play, "salts", PROMPT_PRINT);
	/* In no file. */
	assert_string_equal(play->prompt.of.print.pdf, "");
	assert_string_equal(play->prompt.of.print.plain, "");
	read_facts(play, facts);
	assert_string_equal(facts[0].value, "5");
	assert_string_equal(facts[1].value, "3");
	assert_non_null(strstr(facts[2].value, "Witness 1: Wanda; Custodian 1: Alice"));
	assert_non_null(strstr(facts[2].value, "Custodian 3: Wang"));
	play_next(play);
	play_expect(play, "salts", PROMPT_CONFIRM, DONE);
	play_word(play, "yes");
	play_expect(play, "salts", PROMPT_CONFIRM, FAIL_WORD);
	/* One share sheet for all, beside the script and the PINs'. */
	play_until(play, "sheets", PROMPT_PRINT);
	assert_int_equal(play->prompt.of.print.count, 3);
	play_finish(play);
	play_expect_in_record(play, "\"private\":\"names custodians threshold\"", true);
	expect_private(play);
	expect_opened(play, facts);
}

/* A crash right after the last line: what should have gone with it goes when the records are looked at. */
static void
test_plan_swept(void **state)
{
	struct play *play = *state;
	struct ceremony_unfinished found;
	char path[160];

	begin(play, HEAD PRIVATE PEOPLE);
	play_finish(play);
	play_path(play, "private.jsonl", path, sizeof path);
	assert_int_equal(file_save(path, "x\n", 2), DONE);
	play_path(play, "plan.ini", path, sizeof path);
	assert_int_equal(file_save(path, "x\n", 2), DONE);
	assert_int_equal(ceremony_unfinished(&play->world, &found, 1), 0);
	expect_private(play);
}

/* Without a plan the operator is asked. */
static void
test_private_as_asked(void **state)
{
	struct play *play = *state;

	play_open(play, 3, 5);
	play_until(play, "private", PROMPT_CHOOSE);
	play_choose(play, 1);
	play_finish(play);
	play_expect_in_record(play, "\"custodians_sha256\":\"", true);
	play_expect_in_record(play, "names_sha256", false);
	expect_private(play);
}

/* Cut off after the fourth turn: plan, numbers and turns are known again; whoever was here is asked for anew. */
static void
test_plan_resumed(void **state)
{
	struct play *play = *state;

	begin(play, HEAD PRIVATE PEOPLE);
	play_until(play, "turns", PROMPT_SHOW_SHARE);
	for (unsigned turn = 0; turn < 4; turn++) {
		while (play->prompt.kind != PROMPT_GATE || !play->prompt.of.gate.is_leaving)
			play_right(play);
		play_right(play);
	}
	assert_non_null(strstr(play->prompt.title, "Custodian 5"));
	ceremony_free(&play->ceremony);
	expect_in_file(play, "journal.jsonl", "Alice", false);
	expect_in_file(play, "journal.jsonl", "share-written", false);
	assert_true(play_resume(play));
	assert_non_null(strstr(play->prompt.text, "Confirmed are the sheets of the custodians 1, 2, 3, 4."));
	play_until(play, "presence", PROMPT_GATE);
	play_until(play, "turns", PROMPT_GATE);
	assert_non_null(strstr(play->prompt.text, "It is the turn of Ed."));
	play_finish(play);
	play_expect_in_record(play, "\"event\":\"resumed\"", true);
	expect_private(play);
}

/* A plan that is not the one that was reviewed stops the resumption; so does what is private and lost. */
static void
test_plan_changed(void **state)
{
	struct play *play = *state;
	struct ceremony_unfinished found;
	char path[160], kept[160];

	begin(play, HEAD PRIVATE PEOPLE);
	play_until(play, "turns", PROMPT_SHOW_SHARE);
	ceremony_free(&play->ceremony);
	/* It was freed after the beginning. */
	play->world.plan = NULL;
	assert_int_equal(ceremony_unfinished(&play->world, &found, 1), 1);
	play_path(play, "plan.ini", path, sizeof path);
	play_path(play, "kept", kept, sizeof kept);
	assert_int_equal(rename(path, kept), 0);
	assert_int_equal(ceremony_resume(&play->ceremony, &play->world, found.path), FAIL_PLAN_CHANGED);
	assert_null(play->ceremony);
	assert_int_equal(file_save(path, HEAD PEOPLE, strlen(HEAD PEOPLE)), DONE);
	assert_int_equal(ceremony_resume(&play->ceremony, &play->world, found.path), FAIL_PLAN_CHANGED);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rename(kept, path), 0);
	play_path(play, "private.jsonl", path, sizeof path);
	assert_int_equal(rename(path, kept), 0);
	assert_int_equal(ceremony_resume(&play->ceremony, &play->world, found.path), FAIL_FILE_MISSING);
	assert_int_equal(rename(kept, path), 0);
	assert_int_equal(ceremony_resume(&play->ceremony, &play->world, found.path), DONE);
}

static void
test_plan_device(void **state)
{
	struct play *play = *state;

	fake_token_used(&play->fake, PLAY_SO_PIN);
	begin(play, HEAD "device = new\n");
	play_until(play, "device", PROMPT_CHOOSE);
	assert_true(play->prompt.of.choose.items[0].is_closed);
	assert_non_null(strstr(play->prompt.of.choose.items[0].detail, outcome_text(FAIL_PLAN_DEVICE)));
	ceremony_free(&play->ceremony);
	begin(play, HEAD "device = NONE0000001\n");
	play_until(play, "device", PROMPT_CHOOSE);
	assert_true(play->prompt.of.choose.items[0].is_closed);
	ceremony_free(&play->ceremony);
	begin(play, HEAD "device = DENK0199999\n");
	play_until(play, "device", PROMPT_CHOOSE);
	assert_false(play->prompt.of.choose.items[0].is_closed);
}

/* After a pause each person of the plan says so. */
static void
test_plan_pause(void **state)
{
	struct play *play = *state;
	struct answer pause = { .kind = ANSWER_PAUSE };

	begin(play, HEAD "[operator]\n[witness 1]\nname = Wanda\n");
	play_until(play, "keyboard", PROMPT_TEXT);
	assert_int_equal(ceremony_answer(play->ceremony, &pause), DONE);
	assert_int_equal(ceremony_prompt(play->ceremony, &play->prompt), DONE);
	play_expect(play, "pause", PROMPT_CONFIRM, DONE);
	assert_non_null(strstr(play->prompt.text, "Now: Operator."));
	play_word(play, "present");
	assert_non_null(strstr(play->prompt.text, "Now: Witness 1, Wanda."));
	play_word(play, "presnet");
	play_expect(play, "pause", PROMPT_CONFIRM, FAIL_WORD);
	play_word(play, "present");
	play_expect(play, "keyboard", PROMPT_TEXT, DONE);
	play_finish(play);
	play_expect_in_record(play, "\"event\":\"person-back\"", true);
}

/* Sheets that the plan leaves out are not made. */
static void
test_plan_sheets(void **state)
{
	static const char *const never[] = { "sheets", "results", "read-back" };
	struct play *play = *state;

	begin(play, HEAD "sheets = none\n");
	until_without(play, "done", PROMPT_DONE, never, 3);
	assert_null(file_text(play, "sheets-before.txt"));
	assert_null(file_text(play, "sheets-after.txt"));
}

TEST_GROUP(ceremony_plan, PLAY_TEST(test_plan_is_followed), PLAY_TEST(test_plan_private), PLAY_TEST(test_plan_swept),
	PLAY_TEST(test_private_as_asked), PLAY_TEST(test_plan_resumed), PLAY_TEST(test_plan_changed),
	PLAY_TEST(test_plan_device), PLAY_TEST(test_plan_pause), PLAY_TEST(test_plan_sheets));
