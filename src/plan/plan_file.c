/*
 * Reading the file, through inih line by line: this reader counts the lines and looks at each before inih does, so that
 * every fault is told with its line, and not only the first.
 */
#include "plan_reading.h"

#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <ini.h>
#include <openssl/sha.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
plan_fault(struct plan_reading *reading, unsigned line, const char *format, ...)
{
	struct plan_faults *faults = reading->faults;
	size_t at = faults->count;
	va_list arguments;

	if (faults->count == PLAN_FAULTS_MOST) {
		faults->has_more = true;
		return;
	}
	/* By line; what is about the whole comes last. */
	while (at > 0 && line != 0 && (faults->list[at - 1].line == 0 || faults->list[at - 1].line > line)) {
		faults->list[at] = faults->list[at - 1];
		at--;
	}
	faults->count++;
	faults->list[at].line = line;
	va_start(arguments, format);
	vsnprintf(faults->list[at].text, sizeof faults->list[at].text, format, arguments);
	va_end(arguments);
}

/* The line before should have been a key with a value. */
static void
settle_line(struct plan_reading *reading)
{
	if (reading->is_pending)
		plan_fault(reading, reading->line, "%s",
			_("This line is neither a section in brackets, nor a key with = and a value, nor a comment."));
	reading->is_pending = false;
}

/* A number behind a word: "witness 2". 0: it is none. */
static unsigned
section_number(const char *name, const char *word, unsigned most)
{
	size_t length = strlen(word);
	unsigned number = 0;

	if (strncmp(name, word, length) != 0 || name[length] != ' ' || name[length + 1] == '0')
		return 0;
	for (const char *at = name + length + 1; *at != '\0'; at++) {
		if (*at < '0' || *at > '9' || number > most)
			return 0;
		number = number * 10 + (unsigned)(*at - '0');
	}
	return number <= most ? number : 0;
}

static void
begin_person(struct plan_reading *reading, enum plan_section section, struct plan_person *person)
{
	reading->section = section;
	reading->person = person;
	memset(reading->person_lines, 0, sizeof reading->person_lines);
	if (person->is_there)
		plan_fault(reading, reading->line, "%s", _("This section is there already, further up."));
	else
		person->line = reading->line;
	person->is_there = true;
}

static void
begin_section(struct plan_reading *reading, const char *name)
{
	struct plan_file *plan = reading->plan;
	unsigned witness = section_number(name, "witness", PLAN_WITNESSES_MOST);
	unsigned custodian = section_number(name, "custodian", LIMIT_CUSTODIANS);

	reading->person = NULL;
	if (strcmp(name, "plan") == 0) {
		if (reading->has_plan_section)
			plan_fault(reading, reading->line, "%s", _("This section is there already, further up."));
		reading->has_plan_section = true;
		reading->section = SECTION_PLAN;
	} else if (strcmp(name, "operator") == 0) {
		begin_person(reading, SECTION_OPERATOR, &plan->operator);
	} else if (witness != 0) {
		begin_person(reading, SECTION_WITNESS, &plan->witnesses[witness - 1]);
	} else if (custodian != 0) {
		begin_person(reading, SECTION_CUSTODIAN, &plan->people[custodian - 1]);
	} else {
		reading->section = SECTION_UNKNOWN;
		plan_fault(reading, reading->line,
			_("There is no section [%s]. The sections are [plan], [operator], [witness 1] to [witness %d], "
			  "[custodian 1] to [custodian %d]."),
			name, PLAN_WITNESSES_MOST, LIMIT_CUSTODIANS);
	}
}

/* What is wrong with a line as it stands; NULL if nothing is. */
static const char *
line_fault(const char *line, size_t length)
{
	char clean[INI_MAX_LINE];
	size_t kept = length;

	if (length + 2 > sizeof clean)
		return _("This line is too long: at most 198 bytes.");
	/* Blanks at the end do no harm, and are not what text_clean keeps. */
	while (kept > 0 && line[kept - 1] == ' ')
		kept--;
	text_clean(line, kept, clean, sizeof clean);
	if (memchr(line, '\0', length) != NULL || strlen(clean) != kept || memcmp(clean, line, kept) != 0)
		return _("A character stands here that a plan cannot have: use UTF-8, and no tabs or control "
			 "characters.");
	if (kept > 0 && line[0] == ' ')
		return _("This line begins with a blank. Begin it at the left margin.");
	return NULL;
}

/* A section is looked at here, for inih tells of it only when a key follows. */
static void
look_at_section(struct plan_reading *reading, const char *line, size_t length)
{
	const char *stop = memchr(line, ']', length);
	char name[INI_MAX_LINE];

	if (stop == NULL) {
		reading->section = SECTION_UNKNOWN;
		plan_fault(reading, reading->line, "%s", _("The bracket of this section is not closed."));
		return;
	}
	text_format(name, sizeof name, "%.*s", (int)(stop - line - 1), line + 1);
	begin_section(reading, name);
}

/* For inih, in the manner of fgets: the next line, or an empty one in the place of what is faulty in itself. */
static char *
next_line(char *ret, int size, void *context)
{
	struct plan_reading *reading = context;
	const char *line = reading->at, *newline, *fault;
	size_t length;

	settle_line(reading);
	if (reading->at >= reading->end)
		return NULL;
	newline = memchr(line, '\n', (size_t)(reading->end - line));
	length = (size_t)((newline == NULL ? reading->end : newline) - line);
	reading->at = newline == NULL ? reading->end : newline + 1;
	reading->line++;
	if (length > 0 && line[length - 1] == '\r')
		length--;
	fault = line_fault(line, length);
	if (fault != NULL) {
		plan_fault(reading, reading->line, "%s", fault);
		length = 0;
	}
	if (length > 0 && line[0] == '[')
		look_at_section(reading, line, length);
	else
		/* One that begins with a blank has nothing else in it, or is faulty. */
		reading->is_pending = length > 0 && line[0] != ' ' && line[0] != ';' && line[0] != '#';
	snprintf(ret, (size_t)size, "%.*s\n", (int)length, line);
	return ret;
}

static int
take_key(void *context, const char *section, const char *name, const char *value)
{
	struct plan_reading *reading = context;

	(void)section;
	reading->is_pending = false;
	if (reading->section == SECTION_NONE)
		plan_fault(reading, reading->line, "%s", _("A section in brackets comes first: [plan]."));
	else if (reading->section != SECTION_UNKNOWN)
		plan_key_take(reading, name, value);
	return 1;
}

enum outcome
plan_file_parse(struct plan_file **ret, const void *bytes, size_t size, struct plan_faults *ret_faults)
{
	struct plan_file *plan = calloc(1, sizeof *plan);
	struct plan_reading reading = { .plan = plan, .faults = ret_faults, .at = bytes };
	uint8_t digest[SHA256_DIGEST_LENGTH];

	*ret = NULL;
	*ret_faults = (struct plan_faults){ .count = 0 };
	if (plan == NULL)
		return FAIL_MEMORY;
	reading.end = reading.at + size;
	/* Windows' editors begin with it. */
	if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		reading.at += 3;
	plan->sheets = PLAN_SHEET_SHARES | PLAN_SHEET_SHARE_FILE;
	ini_parse_stream(next_line, &reading, take_key, &reading);
	settle_line(&reading);
	plan_judge(&reading);
	SHA256(bytes, size, digest);
	hex_encode(digest, sizeof digest, plan->digest);
	plan->bytes = malloc(size + 1);
	if (plan->bytes == NULL || ret_faults->count > 0) {
		enum outcome outcome = plan->bytes == NULL ? FAIL_MEMORY : FAIL_PLAN;

		plan_file_free(&plan);
		return outcome;
	}
	memcpy(plan->bytes, bytes, size);
	plan->size = size;
	*ret = plan;
	return DONE;
}

enum outcome
plan_file_read(struct plan_file **ret, const char *path, struct plan_faults *ret_faults)
{
	uint8_t *bytes;
	size_t size;
	enum outcome outcome = file_read(path, LIMIT_FILE_READ, &bytes, &size);

	*ret = NULL;
	*ret_faults = (struct plan_faults){ .count = 0 };
	if (outcome != DONE)
		return outcome;
	outcome = plan_file_parse(ret, bytes, size, ret_faults);
	free(bytes);
	return outcome;
}

void
plan_file_free(struct plan_file **plan)
{
	if (*plan != NULL)
		free((*plan)->bytes);
	free(*plan);
	*plan = NULL;
}
