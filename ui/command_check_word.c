#include "ask.h"
#include "command.h"
#include "opening.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdio.h>

/* To the custodian of one share alone. */
static enum outcome
show_word(const struct secret *prime, const struct shamir_share *share)
{
	char invitation[LIMIT_SCREEN_COLUMNS];
	struct secret *word = NULL;
	enum outcome outcome = check_word_make(prime, share->id, share->value, &word);

	if (outcome == DONE) {
		text_format(invitation, sizeof invitation,
			_("Share %u: only its custodian looks here. Any key shows its check word."), share->id);
		outcome = ask_show(invitation, _("Write it on the sheet; any key hides it. Check word: "), word);
	}
	secret_free(&word);
	return outcome;
}

int
command_check_word(const struct options *options)
{
	const char *name = options->files[0];
	struct shares shares = { .is_last = true };
	struct opening opening = { 0 };
	struct share_file file;
	uint8_t kcv[DKEK_KCV_SIZE];
	enum outcome outcome = share_file_load(name, &file);

	if (outcome == DONE)
		outcome = ask_open();
	if (outcome == DONE)
		outcome = shares_ask(&shares);
	if (outcome == DONE)
		outcome = opening_by_shares(&file, &shares, options->threshold, &opening);
	if (outcome == DONE)
		outcome = dkek_kcv(opening.share, kcv);
	if (outcome == DONE)
		opening_print_kcv(NULL, kcv);
	fflush(stdout);
	for (unsigned i = 0; i < shares.count && outcome == DONE; i++)
		outcome = show_word(shares.prime, &shares.list[i]);
	if (outcome != DONE)
		report(opening.place[0] == '\0' ? name : opening.place, outcome);
	opening_clear(&opening);
	shares_clear(&shares);
	ask_close();
	return outcome == DONE ? EXIT_DONE : EXIT_FAILED;
}
