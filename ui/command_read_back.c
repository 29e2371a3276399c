/* A file back from paper, on the command line: lines as typed or scanned, and pictures. */
#include "command.h"

#include "pictures.h"

#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/process.h>
#include <quorate/read_back.h>
#include <quorate/share_file.h>
#include <quorate/text.h>
#include <quorate/tongue.h>
#include <quorate/wrapped_key.h>

#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct read_back back;
static unsigned expected = 1;

static void
ask_next(void)
{
	char missing[80];

	if (!isatty(STDIN_FILENO))
		return;
	read_back_tell_missing(&back, missing, sizeof missing);
	if (missing[0] == '\0')
		fprintf(stderr, _("Line %u: "), expected);
	else
		fprintf(stderr, _("Missing: %s. Line %u: "), missing, expected);
}

/* Takes a text; what is wrong with it is said, and the rest is read all the same. True if it was right. */
static bool
take(const char *text)
{
	struct read_back_news news;
	enum outcome outcome = read_back_take(&back, text, expected, &news);

	if (outcome == DONE && news.line != 0 && news.line != expected)
		fprintf(stderr, _("This was line %u.\n"), news.line);
	if (outcome == DONE) {
		expected = read_back_missing(&back, news.line);
		return true;
	}
	if (outcome == FAIL_EMPTY)
		return true;
	if (news.character > 0)
		fprintf(stderr, _("quorate: line %u: character %u is probably wrong. %s\n"), news.line, news.character,
			outcome_text(outcome));
	else if (news.line > 0)
		fprintf(stderr, _("quorate: line %u: %s\n"), news.line, outcome_text(outcome));
	else
		fprintf(stderr, "quorate: %s\n", outcome_text(outcome));
	/* Lines typed into a file stand in their order: the next one is the next. */
	if (!isatty(STDIN_FILENO) && outcome == FAIL_LINE_CHECK && news.line < READ_BACK_LINES_MOST)
		expected = news.line + 1;
	return false;
}

static bool
take_all(char *text)
{
	bool is_well = true;

	for (char *line; (line = strsep(&text, "\n")) != NULL;)
		is_well = take(line) && is_well;
	return is_well;
}

static bool
read_standard_input(void)
{
	char *line = NULL;
	size_t room = 0;
	bool is_well = true;

	while (expected != 0) {
		ask_next();
		if (getline(&line, &room, stdin) <= 0)
			break;
		is_well = take(line) && is_well;
	}
	free(line);
	/* Whoever sits there typed it again. */
	return is_well || isatty(STDIN_FILENO);
}

static enum outcome
read_picture(struct launcher *launcher, const char *path)
{
	static struct picture picture;
	enum outcome outcome = picture_begin(&picture, launcher, path);

	if (outcome != DONE)
		return outcome;
	while (!picture_advance(&picture)) {
		struct pollfd descriptor;
		size_t count = errand_descriptors(&picture.errand, &descriptor, 1);

		poll(&descriptor, (nfds_t)count, errand_timeout(&picture.errand));
	}
	outcome = picture.outcome;
	if (outcome == DONE) {
		picture.errand.heard[picture.errand.heard_size] = '\0';
		if (!take_all(picture.errand.heard))
			outcome = FAIL_READ_BACK_LINES;
	}
	picture_close(&picture);
	return outcome;
}

static enum outcome
read_one(struct launcher *launcher, const char *path)
{
	enum picture_kind kind;
	enum outcome outcome;
	uint8_t *bytes = NULL;
	size_t size = 0;
	bool is_picture;

	outcome = file_read(path, 128 * LIMIT_FILE_READ, &bytes, &size);
	if (outcome != DONE)
		return outcome;
	is_picture = picture_is_one(bytes, size, &kind);
	if (!is_picture && !take_all((char *)bytes))
		outcome = FAIL_READ_BACK_LINES;
	free(bytes);
	return is_picture ? read_picture(launcher, path) : outcome;
}

/* The KCV that a wrapped key begins with; that of a share file is known once it is opened. */
static enum outcome
check_kcv(const struct options *options, const uint8_t *bytes, size_t size)
{
	char text[DKEK_KCV_TEXT_SIZE];
	struct wrapped_file file;
	struct wrapped_key key;
	enum outcome outcome;

	if (back.kind == READ_BACK_SHARE_FILE)
		return DONE;
	outcome = wrapped_file_parse(bytes, size, &file);
	if (outcome == DONE)
		outcome = wrapped_key_parse(file.blob, file.blob_size, &key);
	if (outcome != DONE)
		return outcome;
	dkek_kcv_text(key.kcv, text);
	printf(_("Key check value of its DKEK: %s\n"), text);
	return options->has_kcv && memcmp(options->kcv, key.kcv, DKEK_KCV_SIZE) != 0 ? FAIL_KCV : DONE;
}

static enum outcome
finish(const struct options *options)
{
	uint8_t bytes[READ_BACK_BYTES_MOST], digest[EVP_MAX_MD_SIZE];
	char digits[2 * 32 + 1];
	enum outcome outcome;
	size_t size;

	outcome = read_back_bytes(&back, bytes, &size);
	if (outcome == DONE && options->digest != NULL)
		outcome = read_back_check_digest(bytes, size, options->digest);
	if (outcome == DONE && EVP_Digest(bytes, size, digest, NULL, EVP_sha256(), NULL) != 1)
		outcome = FAIL_CRYPTO;
	if (outcome != DONE)
		return outcome;
	hex_encode(digest, 32, digits);
	printf("SHA-256: %s\n", digits);
	outcome = check_kcv(options, bytes, size);
	return outcome == DONE ? file_save(options->output, bytes, size) : outcome;
}

int
command_read_back(const struct options *options)
{
	struct launcher_settings settings = { .root = command_root() };
	struct launcher *launcher = NULL;
	enum outcome outcome = launcher_open(&launcher, &settings);
	char missing[256];
	bool is_well = true;

	if (outcome == DONE)
		outcome = process_confine(PROCESS_CONSOLE);
	if (outcome != DONE)
		return report(NULL, outcome);
	read_back_begin(&back);
	if (options->file_count == 0)
		is_well = read_standard_input();
	for (size_t i = 0; i < options->file_count; i++) {
		outcome = read_one(launcher, options->files[i]);
		/* Sentences about lines were printed already. */
		if (outcome != DONE && outcome != FAIL_READ_BACK_LINES)
			report(options->files[i], outcome);
		is_well = is_well && outcome == DONE;
	}
	launcher_free(&launcher);
	read_back_tell_missing(&back, missing, sizeof missing);
	if (missing[0] != '\0')
		fprintf(stderr, _("quorate: lines still missing: %s\n"), missing);
	else if (back.total == 0)
		report(NULL, FAIL_EMPTY);
	if (missing[0] != '\0' || back.total == 0 || !is_well)
		return EXIT_FAILED;
	outcome = finish(options);
	return outcome == DONE ? EXIT_DONE : report(options->output, outcome);
}
