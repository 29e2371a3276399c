#include "command.h"

#include <quorate/clock.h>
#include <quorate/file.h>
#include <quorate/forms.h>
#include <quorate/hex.h>
#include <quorate/pdf.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define SET_BYTES 8

static bool
has_ending(const char *name, const char *ending)
{
	size_t length = strlen(name), tail = strlen(ending);

	return length > tail && strcmp(name + length - tail, ending) == 0;
}

/* The set's identity: the beginning of the file's digest. */
static enum outcome
name_set(const struct share_file *file, char ret[2 * SET_BYTES + 1])
{
	uint8_t bytes[SHARE_FILE_SIZE], digest[EVP_MAX_MD_SIZE];

	share_file_write(file, bytes);
	if (EVP_Digest(bytes, sizeof bytes, digest, NULL, EVP_sha256(), NULL) != 1)
		return FAIL_CRYPTO;
	hex_encode(digest, SET_BYTES, ret);
	return DONE;
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

int
command_sheet(const struct options *options)
{
	const char *path = options->files[0], *slash = strrchr(path, '/');
	bool is_pdf = has_ending(options->output, ".pdf");
	char name[LIMIT_FILE_NAME + 1], set[2 * SET_BYTES + 1], stamp[CLOCK_STAMP_SIZE];
	struct share_file file;
	struct sheet *sheet = NULL;
	enum outcome outcome;

	if (!is_pdf && !has_ending(options->output, ".txt")) {
		report(options->output, FAIL_OUTPUT_ENDING);
		return EXIT_USAGE;
	}
	outcome = share_file_load(path, &file);
	if (outcome != DONE)
		return report(path, outcome);
	slash = slash == NULL ? path : slash + 1;
	text_clean(slash, strlen(slash), name, sizeof name);
	clock_stamp(stamp);
	outcome = name_set(&file, set);
	if (outcome == DONE)
		outcome = form_share_file(&sheet,
			&(struct form_facts){ .ceremony = _("Sheet of a share file"),
				.stamp = stamp,
				.device = "",
				.set = set,
				.file_name = name },
			&file, options->has_kcv ? options->kcv : NULL);
	if (outcome == DONE)
		outcome = write_sheet(options, sheet, is_pdf);
	sheet_free(&sheet);
	return outcome == DONE ? EXIT_DONE : report(options->output, outcome);
}
