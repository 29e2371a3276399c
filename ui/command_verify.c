#include "ask.h"
#include "command.h"
#include "opening.h"
#include "shares.h"

#include <quorate/share_file.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One file on its way: what it holds, and what was found in it. */
struct item {
	struct share_file file;
	struct secret *share;
	uint8_t kcv[DKEK_KCV_SIZE];
};

/* True: shares; false: a password. */
static enum outcome
ask_kind(bool *ret)
{
	char answer[16];
	enum outcome outcome;

	do {
		outcome = ask_line(_("Password or shares? Type p or s: "), answer, sizeof answer);
	} while (outcome == FAIL_TOO_LONG || (outcome == DONE && answer[0] != 'p' && answer[0] != 's'));
	*ret = answer[0] == 's';
	return outcome;
}

static enum outcome
ask_password(struct secret **ret)
{
	enum outcome outcome;

	for (;;) {
		outcome = ask_secret(_("Password of the share file: "), LIMIT_PASSWORD_MAX, ret);
		if (outcome == DONE && (*ret)->size == 0) {
			secret_free(ret);
			outcome = FAIL_EMPTY;
		}
		if (outcome != FAIL_EMPTY && outcome != FAIL_TOO_LONG)
			return outcome;
		ask_tell(outcome_text(outcome));
	}
}

static enum outcome
read_password(struct secret **ret)
{
	enum outcome outcome = shares_read_line(LIMIT_PASSWORD_MAX, ret);

	if (outcome == DONE && (*ret)->size == 0) {
		secret_free(ret);
		outcome = FAIL_EMPTY;
	}
	return outcome;
}

/* Opens one file with what is asked or read for it; a sentence was printed unless DONE. */
static enum outcome
open_item(const struct options *options, size_t number, struct item *item, unsigned *line)
{
	const char *name = options->files[number];
	struct shares shares = { .is_last = number + 1 == options->file_count };
	struct opening opening = { 0 };
	struct secret *password = NULL;
	bool by_shares = options->wants_shares_stdin;
	bool is_asking = !options->wants_shares_stdin && !options->wants_password_stdin;
	char place[LIMIT_TEXT_INPUT];
	enum outcome outcome = DONE;

	text_clean(name, strlen(name), place, sizeof place);
	if (is_asking) {
		ask_tell(place);
		outcome = ask_kind(&by_shares);
		if (outcome == DONE)
			outcome = by_shares ? shares_ask(&shares) : ask_password(&password);
	} else if (by_shares) {
		outcome = shares_read(&shares, line);
		if (outcome != DONE)
			text_format(place, sizeof place, _("standard input, line %u"), *line);
	} else {
		outcome = read_password(&password);
	}
	if (outcome == DONE && by_shares) {
		outcome = opening_by_shares(&item->file, &shares, options->threshold, &opening);
		item->share = secret_move(&opening.share);
		if (opening.place[0] != '\0')
			text_format(place, sizeof place, "%s", opening.place);
	} else if (outcome == DONE)
		outcome = opening_by_password(&item->file, password, &item->share);
	if (outcome == DONE)
		outcome = dkek_kcv(item->share, item->kcv);
	if (outcome != DONE)
		report(place, outcome);
	opening_clear(&opening);
	shares_clear(&shares);
	secret_free(&password);
	return outcome;
}

/* The domain's key check value, of all shares together. */
static enum outcome
add_up(const struct item *items, size_t count, uint8_t ret[DKEK_KCV_SIZE])
{
	struct secret *dkek;
	enum outcome outcome = dkek_zero(&dkek);

	for (size_t i = 0; i < count && outcome == DONE; i++) {
		for (size_t j = 0; j < i; j++)
			if (secret_is_equal(items[i].share, items[j].share))
				outcome = FAIL_SHARE_FILE_TWICE;
		dkek_add(dkek, items[i].share);
	}
	if (outcome == DONE)
		outcome = dkek_kcv(dkek, ret);
	secret_free(&dkek);
	return outcome;
}

static int
verify(const struct options *options, struct item *items)
{
	uint8_t kcv[DKEK_KCV_SIZE];
	unsigned line = 0;
	enum outcome outcome;

	/* Every file is looked at before anybody is asked for anything. */
	for (size_t i = 0; i < options->file_count; i++) {
		outcome = share_file_load(options->files[i], &items[i].file);
		if (outcome != DONE)
			return report(options->files[i], outcome);
	}
	if (!options->wants_password_stdin && !options->wants_shares_stdin) {
		outcome = ask_open();
		if (outcome != DONE)
			return report(NULL, outcome);
	}
	for (size_t i = 0; i < options->file_count; i++)
		if (open_item(options, i, &items[i], &line) != DONE)
			return EXIT_FAILED;
	outcome = add_up(items, options->file_count, kcv);
	if (outcome == DONE && options->has_kcv && memcmp(kcv, options->kcv, sizeof kcv) != 0)
		outcome = FAIL_KCV;
	if (outcome != DONE)
		return report(NULL, outcome);
	for (size_t i = 0; options->file_count > 1 && i < options->file_count; i++)
		opening_print_kcv(options->files[i], items[i].kcv);
	opening_print_kcv(NULL, kcv);
	return EXIT_DONE;
}

int
command_verify(const struct options *options)
{
	struct item *items = calloc(options->file_count, sizeof *items);
	int status = items == NULL ? report(NULL, FAIL_MEMORY) : verify(options, items);

	ask_close();
	for (size_t i = 0; items != NULL && i < options->file_count; i++)
		secret_free(&items[i].share);
	free(items);
	return status;
}
