/* The record of a ceremony as a sheet to be signed, made from the record alone. */
#include "steps.h"

#include <quorate/file.h>
#include <quorate/forms.h>
#include <quorate/pdf.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIGNERS_MOST (1 + PLAN_WITNESSES_MOST)
#define NAME "record-to-sign"
#define ATTEMPTS 100

/* What the sheets' font lacks stands in the file; on paper a question mark takes its place. */
static void
make_drawable(char *text)
{
	const char *at = text, *end = text + strlen(text);
	char *to = text;

	while (at < end) {
		const char *from = at;
		char character[8] = "";

		text_next(&at, end);
		memcpy(character, from, (size_t)(at - from));
		if (pdf_check_text(character) == DONE) {
			memmove(to, from, (size_t)(at - from));
			to += at - from;
		} else {
			*to++ = '?';
		}
	}
	*to = '\0';
}

static const char *
title_of(const char *name)
{
	const struct ceremony_kind *kinds;
	size_t count = ceremony_kinds(&kinds);

	for (size_t i = 0; i < count && name != NULL; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return _(kinds[i].title);
	return name == NULL ? "" : name;
}

/* The lines in words, each with when it was; texts stand in *ret_words, one after the other. */
static enum outcome
tell_lines(const struct journal_record *record, struct form_line **ret, char **ret_words)
{
	size_t count = record->line_count;
	char *at;

	*ret = calloc(count + 1, sizeof **ret);
	*ret_words = calloc(count + 1, SHEET_WORDS_SIZE + CLOCK_STAMP_SIZE);
	if (*ret == NULL || *ret_words == NULL)
		return FAIL_MEMORY;
	at = *ret_words;
	for (size_t i = 0; i < count; i++) {
		text_clean(record->lines[i].utc, strlen(record->lines[i].utc), at, CLOCK_STAMP_SIZE);
		make_drawable(at);
		journal_words(&record->lines[i], at + CLOCK_STAMP_SIZE, SHEET_WORDS_SIZE);
		make_drawable(at + CLOCK_STAMP_SIZE);
		(*ret)[i] = (struct form_line){ at, at + CLOCK_STAMP_SIZE };
		at += SHEET_WORDS_SIZE + CLOCK_STAMP_SIZE;
	}
	return DONE;
}

/* Operator and witnesses of the plan, where the record names them. */
static size_t
find_signers(
	const struct journal_record *record, char texts[SIGNERS_MOST][LIMIT_TEXT_INPUT], const char *ret[SIGNERS_MOST])
{
	const struct journal_line *people = journal_read_last(record, "people", 0);
	size_t count = 0;

	for (size_t i = 0; people != NULL && i < people->field_count && count < SIGNERS_MOST; i++) {
		const struct journal_field *field = &people->fields[i];

		if (field->text == NULL || strncmp(field->name, "Custodian", 9) == 0)
			continue;
		text_format(texts[count], LIMIT_TEXT_INPUT, "%s, %s", field->name, field->text);
		make_drawable(texts[count]);
		ret[count] = texts[count];
		count++;
	}
	return count;
}

static enum outcome
make_sheet(const struct journal_record *record, struct sheet **ret)
{
	const struct journal_line *begun = journal_read_last(record, "begun", 0);
	const struct journal_line *plan = journal_read_last(record, "plan-agreed", 0);
	const char *label = journal_read_text(begun, "label"), *at = journal_read_text(begun, "at");
	const char *rehearsal = journal_read_text(begun, "rehearsal"), *signers[SIGNERS_MOST];
	char signer_texts[SIGNERS_MOST][LIMIT_TEXT_INPUT], ceremony[LIMIT_TEXT_INPUT], organisation[LIMIT_TEXT_INPUT];
	struct form_facts facts = { .ceremony = ceremony, .stamp = at, .organisation = organisation };
	struct form_record form = { .count = record->line_count, .digest = record->digest, .signers = signers };
	struct form_line *lines = NULL;
	char *words = NULL;
	enum outcome outcome = tell_lines(record, &lines, &words);

	text_format(ceremony, sizeof ceremony, "%s: %s", title_of(journal_read_text(begun, "ceremony")),
		label == NULL ? "" : label);
	make_drawable(ceremony);
	text_format(organisation, sizeof organisation, "%s",
		journal_read_text(plan, "organisation") == NULL ? "" : journal_read_text(plan, "organisation"));
	make_drawable(organisation);
	facts.plan = journal_read_text(plan, "sha256");
	facts.is_rehearsal = rehearsal != NULL && strcmp(rehearsal, "yes") == 0;
	facts.is_private = true;
	form.lines = lines;
	form.signer_count = find_signers(record, signer_texts, signers);
	if (outcome == DONE)
		outcome = form_record(ret, &facts, &form);
	free(lines);
	free(words);
	return outcome;
}

enum outcome
ceremony_record_sheet(const char *path, struct sheet **ret)
{
	struct journal_record *record;
	enum outcome outcome = journal_read(&record, path);

	*ret = NULL;
	if (outcome != DONE)
		return outcome;
	outcome = record->verdict;
	if (outcome == DONE && record->line_count == 0)
		outcome = FAIL_JOURNAL_FORM;
	if (outcome == DONE)
		outcome = make_sheet(record, ret);
	journal_record_free(&record);
	return outcome;
}

enum outcome
ceremony_record_save(const char *path, const struct sheet *sheet, bool wants_letter_paper, char pdf[STEP_PATH_SIZE],
	char plain[STEP_PATH_SIZE])
{
	char folder[STEP_PATH_SIZE], number[8] = "", *text = NULL;
	uint8_t *bytes = NULL;
	size_t size = 0, text_size = 0;
	enum outcome outcome = pdf_make(&sheet, 1, wants_letter_paper ? PAPER_LETTER : PAPER_A4, &bytes, &size);

	if (outcome == DONE)
		outcome = sheet_plain(&sheet, 1, &text, &text_size);
	text_format(folder, sizeof folder, "%s", path);
	dirname(folder);
	for (int i = 1; i < ATTEMPTS; i++) {
		if (i > 1)
			text_format(number, sizeof number, "-%d", i);
		text_format(pdf, STEP_PATH_SIZE, "%s/" NAME "%s.pdf", folder, number);
		text_format(plain, STEP_PATH_SIZE, "%s/" NAME "%s.txt", folder, number);
		if (access(pdf, F_OK) != 0 && access(plain, F_OK) != 0)
			break;
	}
	if (outcome == DONE)
		outcome = file_save(pdf, bytes, size);
	if (outcome == DONE)
		outcome = file_save(plain, text, text_size);
	free(bytes);
	free(text);
	return outcome;
}
