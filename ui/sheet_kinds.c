#include "sheet_kinds.h"

#include <quorate/hex.h>
#include <quorate/journal_read.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define SET_BYTES 8
#define LINES_MOST 4096

/* Lines of a text, taken in place; empty ones are left out. */
static size_t
take_lines(char *text, const char **ret)
{
	size_t count = 0;
	char *line;

	while (count < LINES_MOST && (line = strsep(&text, "\n")) != NULL) {
		line[strcspn(line, "\r")] = '\0';
		if (*line != '\0')
			ret[count++] = line;
	}
	return count;
}

/* What stands behind the next tab of a line, which ends there; "" if there is none. */
static const char *
take_field(const char *line)
{
	char *tab = strchr(line, '\t');

	if (tab == NULL)
		return "";
	*tab = '\0';
	return tab + 1;
}

static enum outcome
make_share(struct sheet_order *order, struct sheet **ret)
{
	return form_share(ret, &order->facts, order->facts.number);
}

static enum outcome
make_password(struct sheet_order *order, struct sheet **ret)
{
	return form_password(ret, &order->facts);
}

/* The set's identity is the beginning of the file's digest. */
static enum outcome
make_share_file(struct sheet_order *order, struct sheet **ret)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	char set[2 * SET_BYTES + 1];
	struct share_file file;
	enum outcome outcome = share_file_parse(order->text, order->size, &file);

	if (outcome == DONE && EVP_Digest(order->text, order->size, digest, NULL, EVP_sha256(), NULL) != 1)
		outcome = FAIL_CRYPTO;
	if (outcome != DONE)
		return outcome;
	hex_encode(digest, SET_BYTES, set);
	order->facts.set = set;
	return form_share_file(ret, &order->facts, &file, order->options->has_kcv ? order->options->kcv : NULL);
}

static enum outcome
make_wrapped_key(struct sheet_order *order, struct sheet **ret)
{
	return form_wrapped_key(ret, &order->facts,
		&(struct form_key){ (const uint8_t *)order->text, order->size, order->label, order->fingerprint });
}

static enum outcome
make_pins(struct sheet_order *order, struct sheet **ret)
{
	return form_pins(ret, &order->facts, true, true);
}

static enum outcome
make_user_pin(struct sheet_order *order, struct sheet **ret)
{
	return form_pins(ret, &order->facts, true, false);
}

static enum outcome
make_so_pin(struct sheet_order *order, struct sheet **ret)
{
	return form_pins(ret, &order->facts, false, true);
}

static enum outcome
make_device(struct sheet_order *order, struct sheet **ret)
{
	static const char *texts[LINES_MOST];
	static struct form_line lines[LINES_MOST];
	size_t count = take_lines(order->text, texts);

	for (size_t i = 0; i < count; i++) {
		lines[i].text = take_field(texts[i]);
		lines[i].label = texts[i];
	}
	return form_device(ret, &order->facts, lines, count);
}

static enum outcome
make_script(struct sheet_order *order, struct sheet **ret)
{
	static const char *titles[LINES_MOST];
	size_t count = take_lines(order->text, titles);

	return form_script(ret, &order->facts, titles, count);
}

static enum outcome
make_destruction(struct sheet_order *order, struct sheet **ret)
{
	static const char *items[LINES_MOST];
	size_t count = take_lines(order->text, items);

	return form_destruction(ret, &order->facts, items, count);
}

static enum outcome
make_salts(struct sheet_order *order, struct sheet **ret)
{
	static const char *texts[LINES_MOST];
	static struct form_salt salts[LINES_MOST];
	size_t count = take_lines(order->text, texts);

	for (size_t i = 0; i < count; i++) {
		salts[i].value = take_field(texts[i]);
		salts[i].salt = take_field(salts[i].value);
		salts[i].name = texts[i];
	}
	return form_salts(ret, &order->facts, salts, count);
}

static enum outcome
make_recovery(struct sheet_order *order, struct sheet **ret)
{
	return form_recovery(ret, &order->facts);
}

#define LINE_TEXT_SIZE 1024

/* One line of the record as the sheet shows it: number and time, and what happened. */
struct record_texts {
	char label[64], text[LINE_TEXT_SIZE];
};

/* Only a record whose chain is right gets a sheet. */
static enum outcome
make_record(struct sheet_order *order, struct sheet **ret)
{
	struct journal_record *record = NULL;
	struct record_texts *texts = NULL;
	struct form_line *lines = NULL;
	enum outcome outcome = journal_read(&record, order->options->files[1]);

	if (outcome == DONE)
		outcome = record->verdict;
	if (outcome != DONE)
		goto out;
	texts = calloc(record->line_count + 1, sizeof *texts);
	lines = calloc(record->line_count + 1, sizeof *lines);
	outcome = texts == NULL || lines == NULL ? FAIL_MEMORY : DONE;
	for (size_t i = 0; i < record->line_count && outcome == DONE; i++) {
		text_format(texts[i].label, sizeof texts[i].label, "%zu  %s", record->lines[i].number,
			record->lines[i].utc);
		journal_words(&record->lines[i], texts[i].text, sizeof texts[i].text);
		lines[i] = (struct form_line){ texts[i].label, texts[i].text };
	}
	if (outcome == DONE)
		outcome = form_record(ret, &order->facts,
			&(struct form_record){ lines, record->line_count, record->digest, NULL, 0 });
out:
	free(texts);
	free(lines);
	journal_record_free(&record);
	return outcome;
}

static const struct sheet_kind kinds[] = {
	{ "share", NULL, make_share },
	{ "password", NULL, make_password },
	{ "share-file", N_("a DKEK share file"), make_share_file },
	{ "wrapped-key", N_("a file of sc-hsm-tool --wrap-key"), make_wrapped_key },
	{ "pins", NULL, make_pins },
	{ "user-pin", NULL, make_user_pin },
	{ "so-pin", NULL, make_so_pin },
	{ "device", N_("lines of label, tab and text"), make_device },
	{ "script", N_("a step in each line"), make_script },
	{ "record", N_("the record of a ceremony"), make_record },
	{ "recovery", NULL, make_recovery },
	{ "salts", N_("lines of name, tab, value, tab and salt"), make_salts },
	{ "destruction", N_("a thing in each line"), make_destruction },
};

#define KIND_COUNT (sizeof kinds / sizeof *kinds)

const struct sheet_kind *
sheet_kinds_find(const char *name)
{
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

void
sheet_kinds_names(char *ret, size_t size)
{
	ret[0] = '\0';
	for (size_t i = 0; i < KIND_COUNT; i++)
		text_append(ret, size, "%s%s", i == 0 ? "" : " ", kinds[i].name);
}
