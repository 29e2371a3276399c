#include "ask.h"
#include "command.h"
#include "shares.h"
#include "sheet_kinds.h"

#include <quorate/file.h>
#include <quorate/pdf.h>
#include <quorate/share_text.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORD "filled"

/* A pipe or a printer's device: what is written to a file stays there, and a terminal would show it. */
static bool
is_output_passing(void)
{
	struct stat status;

	if (fstat(STDOUT_FILENO, &status) != 0 || isatty(STDOUT_FILENO))
		return false;
	return S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode) || S_ISSOCK(status.st_mode);
}

static enum outcome
agree(void)
{
	char typed[sizeof WORD + 1], prompt[LIMIT_TEXT_INPUT];
	enum outcome outcome;

	ask_tell(form_filled_warning());
	text_format(prompt, sizeof prompt, _("Type the word %s to go on: "), WORD);
	outcome = ask_line(prompt, typed, sizeof typed);
	return outcome == DONE && strcmp(typed, WORD) != 0 ? FAIL_WORD : outcome;
}

/* The digits alone, without the blanks between groups. */
static enum outcome
digits_of(const struct secret *bytes, struct secret **ret)
{
	enum outcome outcome = share_text_write(bytes, ret);
	size_t kept = 0;

	for (size_t i = 0; outcome == DONE && i < (*ret)->size; i++)
		if ((*ret)->bytes[i] != ' ')
			(*ret)->bytes[kept++] = (*ret)->bytes[i];
	if (outcome == DONE)
		(*ret)->size = kept;
	return outcome;
}

static enum outcome
make(struct sheet_order *order, const struct shares *shares, struct sheet **ret)
{
	const struct shamir_share *share = &shares->list[0];
	struct form_filling filling = { .id = share->id };
	enum outcome outcome = digits_of(shares->prime, &filling.prime);

	if (outcome == DONE)
		outcome = digits_of(share->value, &filling.value);
	if (outcome == DONE)
		outcome = check_word_make(shares->prime, share->id, share->value, &filling.word);
	if (outcome == DONE)
		return form_share_filled(ret, &order->facts, share->id, &filling);
	secret_free(&filling.prime);
	secret_free(&filling.value);
	secret_free(&filling.word);
	return outcome;
}

enum outcome
sheet_filled(struct sheet_order *order)
{
	struct shares shares = { .is_last = true };
	struct sheet *sheet = NULL;
	struct locked *pdf = NULL;
	enum outcome outcome = is_output_passing() ? ask_open() : FAIL_FILLED_OUTPUT;

	if (outcome != DONE)
		return outcome;
	outcome = agree();
	if (outcome == DONE)
		outcome = shares_ask_one(&shares);
	if (outcome == DONE)
		outcome = make(order, &shares, &sheet);
	shares_clear(&shares);
	if (outcome == DONE)
		outcome = pdf_make_filled((const struct sheet *const *)&sheet, 1,
			order->options->wants_letter ? PAPER_LETTER : PAPER_A4, &pdf);
	sheet_free(&sheet);
	/* Not through stdio, whose buffer would keep it. */
	if (outcome == DONE)
		outcome = file_write_all(STDOUT_FILENO, pdf->bytes, pdf->size);
	locked_free(&pdf);
	if (outcome == DONE)
		ask_tell(_("It was handed on. Look into the print queue, and switch the printer off and on."));
	ask_close();
	return outcome;
}
