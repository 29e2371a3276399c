#include "command.h"
#include "sheet_kinds.h"

#include <quorate/clock.h>
#include <quorate/file.h>
#include <quorate/pdf.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MOST 255

static bool
has_ending(const char *name, const char *ending)
{
	size_t length = strlen(name), tail = strlen(ending);

	return length > tail && strcmp(name + length - tail, ending) == 0;
}

static bool
read_number(const char *text, unsigned *ret)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	*ret = (unsigned)number;
	return *text >= '0' && *text <= '9' && *end == '\0' && number <= NUMBER_MOST;
}

static bool
read_answer(const char *text, bool *ret)
{
	*ret = strcmp(text, "yes") == 0;
	return *ret || strcmp(text, "no") == 0;
}

/* One NAME=VALUE. */
static enum outcome
take_fact(struct sheet_order *order, const char *fact)
{
	struct form_facts *facts = &order->facts;
	const struct {
		const char *name;
		const char **text;
		unsigned *number;
		bool *answer;
	} names[] = {
		{ "ceremony", &facts->ceremony, NULL, NULL },
		{ "date", &facts->stamp, NULL, NULL },
		{ "device", &facts->device, NULL, NULL },
		{ "set", &facts->set, NULL, NULL },
		{ "file", &facts->file_name, NULL, NULL },
		{ "return-to", &facts->return_to, NULL, NULL },
		{ "check-by", &facts->check_by, NULL, NULL },
		{ "label", &order->label, NULL, NULL },
		{ "fingerprint", &order->fingerprint, NULL, NULL },
		{ "threshold", NULL, &facts->threshold, NULL },
		{ "total", NULL, &facts->total, NULL },
		{ "number", NULL, &facts->number, NULL },
		{ "count", NULL, &facts->count, NULL },
		{ "private", NULL, NULL, &facts->is_private },
		{ "rehearsal", NULL, NULL, &facts->is_rehearsal },
	};
	size_t length = strcspn(fact, "=");

	for (size_t i = 0; i < sizeof names / sizeof *names && fact[length] == '='; i++) {
		const char *value = fact + length + 1;

		if (strlen(names[i].name) != length || memcmp(names[i].name, fact, length) != 0)
			continue;
		if (names[i].number != NULL)
			return read_number(value, names[i].number) ? DONE : FAIL_SHEET_FACT;
		if (names[i].answer != NULL)
			return read_answer(value, names[i].answer) ? DONE : FAIL_SHEET_FACT;
		*names[i].text = value;
		return pdf_check_text(value);
	}
	return FAIL_SHEET_FACT;
}

static enum outcome
write_sheet(const struct options *options, const struct sheet *sheet, bool is_pdf)
{
	char *plain = NULL;
	uint8_t *pdf = NULL;
	size_t size;
	enum outcome outcome;

	if (is_pdf)
		outcome = pdf_make(&sheet, 1, options->wants_letter ? PAPER_LETTER : PAPER_A4, &pdf, &size);
	else
		outcome = sheet_plain(&sheet, 1, &plain, &size);
	if (outcome == DONE)
		outcome = file_save(options->output, is_pdf ? (const void *)pdf : plain, size);
	free(plain);
	free(pdf);
	return outcome;
}

/* Wrong words on the command line; says which, and what there is. */
static int
refuse(const char *subject, enum outcome outcome, const char *there_is)
{
	char sentence[LIMIT_TEXT_INPUT];

	report(subject, outcome);
	text_format(sentence, sizeof sentence, "%s", there_is);
	if (*sentence != '\0')
		fprintf(stderr, "quorate: %s\n", sentence);
	return EXIT_USAGE;
}

int
command_sheet(const struct options *options)
{
	bool is_pdf = has_ending(options->output, ".pdf");
	const struct sheet_kind *kind = sheet_kinds_find(options->files[0]);
	const char *path = options->file_count > 1 ? options->files[1] : NULL, *slash;
	char name[LIMIT_FILE_NAME + 1], stamp[CLOCK_STAMP_SIZE], names[LIMIT_TEXT_INPUT];
	struct sheet_order order = { .options = options };
	struct sheet *sheet = NULL;
	enum outcome outcome;

	sheet_kinds_names(names, sizeof names);
	if (kind == NULL)
		return refuse(options->files[0], FAIL_SHEET_KIND, names);
	if ((kind->file == NULL) != (path == NULL))
		return refuse(options->files[0], path == NULL ? FAIL_SHEET_FILE : FAIL_SHEET_NO_FILE,
			kind->file == NULL ? "" : _(kind->file));
	if (options->wants_filled && (strcmp(kind->name, "share") != 0 || strcmp(options->output, "-") != 0))
		return refuse("filled", FAIL_FILLED_OUTPUT, "");
	if (!is_pdf && !has_ending(options->output, ".txt") && !options->wants_filled)
		return refuse(options->output, FAIL_OUTPUT_ENDING, "");
	clock_stamp(stamp);
	order.facts.stamp = stamp;
	if (path != NULL) {
		outcome = file_read(path, LIMIT_FILE_READ, (uint8_t **)&order.text, &order.size);
		if (outcome != DONE)
			return report(path, outcome);
		slash = strrchr(path, '/');
		slash = slash == NULL ? path : slash + 1;
		text_clean(slash, strlen(slash), name, sizeof name);
		order.facts.file_name = strcmp(kind->name, "share-file") == 0 ? name : NULL;
	}
	for (size_t i = 0; i < options->fact_count; i++) {
		outcome = take_fact(&order, options->facts[i]);
		if (outcome != DONE) {
			free(order.text);
			return refuse(options->facts[i], outcome, "");
		}
	}
	if (options->wants_filled) {
		outcome = sheet_filled(&order);
		return outcome == DONE ? EXIT_DONE : report(NULL, outcome);
	}
	outcome = kind->make(&order, &sheet);
	free(order.text);
	if (outcome != DONE)
		return report(path, outcome);
	outcome = write_sheet(options, sheet, is_pdf);
	sheet_free(&sheet);
	return outcome == DONE ? EXIT_DONE : report(options->output, outcome);
}
