/*
 * Makes sheets from arguments, for test_paper.py. First what is made and how, then the facts as name=value:
 *   paper_tool share|file|both|longest|words|KIND a4|letter|plain OUT [ceremony=... stamp=... device=... set=...
 *       name=... threshold=N total=N number=N rehearsal=1 file=HEX kcv=HEX key=HEX digest=HEX item=...]
 *   paper_tool drawable - OUT      all characters that can stand on a sheet, in UTF-8, a blank between them
 * KIND is password, wrapped-key, pins, device, script, record, recovery, salts or destruction; item is repeated.
 * "longest" repeats the texts in every kind of block; "words" has the ceremony as its one paragraph.
 * Exit status 0, or 1 with the outcome's name on stderr.
 */
#include <quorate/forms.h>
#include <quorate/hex.h>
#include <quorate/pdf.h>
#include <quorate/wrapped_key.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITEMS_MOST 1000

struct request {
	struct form_facts facts;
	unsigned number;
	struct share_file file;
	uint8_t kcv[DKEK_KCV_SIZE];
	bool has_kcv;
	uint8_t key[WRAPPED_KEY_MOST];
	size_t key_size;
	const char *digest, *items[ITEMS_MOST];
	size_t item_count;
};

static enum outcome
read_hex(const char *text, uint8_t *ret, size_t size)
{
	return hex_decode(text, strlen(text), ret, size);
}

static enum outcome
read_argument(struct request *request, const char *argument)
{
	const struct {
		const char *name;
		const char **text;
		unsigned *number;
	} names[] = {
		{ "digest=", &request->digest, NULL },
		{ "ceremony=", &request->facts.ceremony, NULL },
		{ "stamp=", &request->facts.stamp, NULL },
		{ "device=", &request->facts.device, NULL },
		{ "set=", &request->facts.set, NULL },
		{ "name=", &request->facts.file_name, NULL },
		{ "threshold=", NULL, &request->facts.threshold },
		{ "total=", NULL, &request->facts.total },
		{ "number=", NULL, &request->number },
	};
	const char *value = strchr(argument, '=');
	uint8_t bytes[SHARE_FILE_SIZE];
	enum outcome outcome;

	if (value++ == NULL)
		return FAIL_USAGE;
	if (strncmp(argument, "rehearsal=", 10) == 0) {
		request->facts.is_rehearsal = true;
		return DONE;
	}
	if (strncmp(argument, "item=", 5) == 0 && request->item_count < ITEMS_MOST) {
		request->items[request->item_count++] = value;
		return DONE;
	}
	if (strncmp(argument, "key=", 4) == 0) {
		request->key_size = strlen(value) / 2;
		return request->key_size > sizeof request->key ? FAIL_TOO_LONG
							       : read_hex(value, request->key, request->key_size);
	}
	if (strncmp(argument, "kcv=", 4) == 0) {
		request->has_kcv = true;
		return read_hex(value, request->kcv, sizeof request->kcv);
	}
	if (strncmp(argument, "file=", 5) == 0) {
		outcome = read_hex(value, bytes, sizeof bytes);
		return outcome == DONE ? share_file_parse(bytes, sizeof bytes, &request->file) : outcome;
	}
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strncmp(argument, names[i].name, strlen(names[i].name)) != 0)
			continue;
		if (names[i].text != NULL)
			*names[i].text = value;
		else
			*names[i].number = (unsigned)strtoul(value, NULL, 10);
		return DONE;
	}
	return FAIL_USAGE;
}

/* Blocks at their limits, one after the other over several pages. */
static enum outcome
make_longest(struct sheet **ret, const struct request *request)
{
	static const unsigned char groups[] = { 16, 9, 4, 4, 4, 16, 1, 3 };
	const char *who = request->facts.device;
	enum outcome outcome = sheet_new(ret, request->facts.ceremony, "longest", true);

	for (int i = 0; i < 12 && outcome == DONE; i++) {
		outcome = sheet_heading(*ret, request->facts.ceremony);
		if (outcome == DONE)
			outcome = sheet_field(*ret, request->facts.device, request->facts.ceremony);
		if (outcome == DONE)
			outcome = sheet_field(*ret, request->facts.ceremony, "");
		if (outcome == DONE)
			outcome = sheet_boxes(*ret, request->facts.device, groups, sizeof groups);
		if (outcome == DONE)
			outcome = sheet_paragraph(*ret, request->facts.ceremony);
		if (outcome == DONE)
			outcome = sheet_step(*ret, "1000", request->facts.ceremony);
		if (outcome == DONE)
			outcome = sheet_entry(*ret, who, request->facts.ceremony);
		if (outcome == DONE)
			outcome = sheet_sign(*ret, who);
		if (outcome == DONE)
			outcome = sheet_qr(*ret, request->facts.ceremony, request->facts.ceremony);
	}
	return outcome;
}

static enum outcome
make_words(struct sheet **ret, const struct request *request)
{
	enum outcome outcome = sheet_new(ret, "Words", "words", false);

	return outcome == DONE ? sheet_paragraph(*ret, request->facts.ceremony) : outcome;
}

static enum outcome
make_password(struct sheet **ret, const struct request *request)
{
	return form_password(ret, &request->facts);
}

static enum outcome
make_key(struct sheet **ret, const struct request *request)
{
	return form_wrapped_key(ret, &request->facts,
		&(struct form_key){ request->key, request->key_size, request->facts.device, request->digest });
}

static enum outcome
make_pins(struct sheet **ret, const struct request *request)
{
	return form_pins(ret, &request->facts, true, true);
}

static enum outcome
make_device(struct sheet **ret, const struct request *request)
{
	struct form_line lines[ITEMS_MOST];

	for (size_t i = 0; i < request->item_count; i++)
		lines[i] = (struct form_line){ request->items[i], request->items[i] };
	return form_device(ret, &request->facts, lines, request->item_count);
}

static enum outcome
make_script(struct sheet **ret, const struct request *request)
{
	return form_script(ret, &request->facts, request->items, request->item_count);
}

static enum outcome
make_record(struct sheet **ret, const struct request *request)
{
	struct form_line lines[ITEMS_MOST];

	for (size_t i = 0; i < request->item_count; i++)
		lines[i] = (struct form_line){ request->facts.stamp, request->items[i] };
	return form_record(ret, &request->facts,
		&(struct form_record){ lines, request->item_count, request->digest, request->items,
			request->item_count < 32 ? request->item_count : 32 });
}

static enum outcome
make_recovery(struct sheet **ret, const struct request *request)
{
	return form_recovery(ret, &request->facts);
}

static enum outcome
make_salts(struct sheet **ret, const struct request *request)
{
	struct form_salt salts[ITEMS_MOST];

	for (size_t i = 0; i < request->item_count; i++)
		salts[i] = (struct form_salt){ request->items[i], request->items[i], request->digest };
	return form_salts(ret, &request->facts, salts, request->item_count);
}

static enum outcome
make_destruction(struct sheet **ret, const struct request *request)
{
	return form_destruction(ret, &request->facts, request->items, request->item_count);
}

static const struct {
	const char *name;
	enum outcome (*make)(struct sheet **ret, const struct request *request);
} kinds[] = { { "longest", make_longest }, { "words", make_words }, { "password", make_password },
	{ "wrapped-key", make_key }, { "pins", make_pins }, { "device", make_device }, { "script", make_script },
	{ "record", make_record }, { "recovery", make_recovery }, { "salts", make_salts },
	{ "destruction", make_destruction } };

static enum outcome
save(const char *path, const void *bytes, size_t size)
{
	FILE *out = fopen(path, "wb");
	bool is_written;

	if (out == NULL)
		return FAIL_FILE_IO;
	is_written = fwrite(bytes, 1, size, out) == size;
	return fclose(out) == 0 && is_written ? DONE : FAIL_FILE_IO;
}

static enum outcome
list_drawable(const char *path)
{
	static char all[0x10000 * 4];
	char *at = all;

	for (unsigned c = 0x20; c < 0x10000; c++) {
		char text[4] = { (char)c };

		if (c >= 0x800) {
			text[0] = (char)(0xe0 | c >> 12);
			text[1] = (char)(0x80 | (c >> 6 & 0x3f));
			text[2] = (char)(0x80 | (c & 0x3f));
		} else if (c >= 0x80) {
			text[0] = (char)(0xc0 | c >> 6);
			text[1] = (char)(0x80 | (c & 0x3f));
		}
		if (pdf_check_text(text) == DONE)
			at = stpcpy(stpcpy(at, text), " ");
	}
	return save(path, all, (size_t)(at - all));
}

static enum outcome
make(const char *what, const char *how, const char *path, const struct request *request)
{
	const uint8_t *kcv = request->has_kcv ? request->kcv : NULL;
	struct sheet *sheets[2] = { NULL, NULL };
	bool is_share = strcmp(what, "share") == 0 || strcmp(what, "both") == 0;
	size_t count = 0, size = 0;
	enum outcome outcome = DONE;
	uint8_t *bytes = NULL;
	char *text = NULL;

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && outcome == DONE; i++)
		if (strcmp(what, kinds[i].name) == 0)
			outcome = kinds[i].make(&sheets[count++], request);
	if (outcome == DONE && is_share)
		outcome = form_share(&sheets[count++], &request->facts, request->number);
	if (outcome == DONE && (strcmp(what, "file") == 0 || strcmp(what, "both") == 0))
		outcome = form_share_file(&sheets[count++], &request->facts, &request->file, kcv);
	if (outcome != DONE)
		goto out;
	if (strcmp(how, "plain") == 0)
		outcome = sheet_plain((const struct sheet *const *)sheets, count, &text, &size);
	else
		outcome = pdf_make((const struct sheet *const *)sheets, count,
			strcmp(how, "letter") == 0 ? PAPER_LETTER : PAPER_A4, &bytes, &size);
	if (outcome == DONE)
		outcome = save(path, text != NULL ? (const void *)text : bytes, size);
out:
	sheet_free(&sheets[0]);
	sheet_free(&sheets[1]);
	free(bytes);
	free(text);
	return outcome;
}

int
main(int argc, char **argv)
{
	static struct request request = {
		.facts = { .ceremony = "", .stamp = "", .device = "", .set = "", .file_name = "" }, .digest = ""
	};
	enum outcome outcome = argc < 4 ? FAIL_USAGE : DONE;

	for (int i = 4; i < argc && outcome == DONE; i++)
		outcome = read_argument(&request, argv[i]);
	request.facts.number = request.number;
	request.facts.count = request.facts.total;
	if (outcome == DONE && strcmp(argv[1], "drawable") == 0)
		outcome = list_drawable(argv[3]);
	else if (outcome == DONE)
		outcome = make(argv[1], argv[2], argv[3], &request);
	if (outcome != DONE)
		fprintf(stderr, "%s\n", outcome_name(outcome));
	return outcome == DONE ? 0 : 1;
}
