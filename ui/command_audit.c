#include "ask.h"
#include "command.h"
#include "opening.h"

#include <quorate/audit.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdio.h>
#include <string.h>

static void
print_finding(const char *name, const char *kind, const char *sentence)
{
	char clean[LIMIT_TEXT_INPUT];

	text_clean(name, strlen(name), clean, sizeof clean);
	printf("%s: %s%s%s\n", clean, kind, kind[0] == '\0' ? "" : ": ", sentence);
}

/* Asks or reads, and opens the file; a sentence was printed unless DONE. */
static enum outcome
open_file(const struct options *options, size_t number, struct shares *shares, unsigned *line, struct opening *ret)
{
	const char *name = options->files[number];
	char place[LIMIT_TEXT_INPUT];
	struct share_file file;
	enum outcome outcome = share_file_load(name, &file);

	text_clean(name, strlen(name), place, sizeof place);
	if (outcome == DONE && options->wants_shares_stdin) {
		outcome = shares_read(shares, line);
		if (outcome != DONE)
			text_format(place, sizeof place, _("standard input, line %u"), *line);
	} else if (outcome == DONE) {
		ask_tell(place);
		outcome = shares_ask(shares);
	}
	if (outcome == DONE)
		outcome = opening_by_shares(&file, shares, options->threshold, ret);
	if (outcome != DONE)
		report(ret->place[0] == '\0' ? place : ret->place, outcome);
	return outcome;
}

/* Says what is at risk; returns whether anything is. */
static bool
judge(const char *name, const struct shares *shares, const struct opening *opening)
{
	enum audit_risk risk = audit_password(shares->prime, opening->password);
	bool is_at_risk = risk != AUDIT_NONE, lacks_words = false;
	char text[LIMIT_TEXT_INPUT];

	if (risk == AUDIT_LEADING_ZERO)
		print_finding(name, _("at risk"),
			_("its password begins with a zero byte, which sc-hsm-tool loses: only quorate opens this file "
			  "with its shares. Make a new set of shares."));
	if (risk == AUDIT_OLD_STYLE)
		print_finding(name, _("at risk"),
			_("its password is not below the prime, as OpenSC 0.14 and 0.15 made them: today's sc-hsm-tool "
			  "cannot open it. Make a new set of shares."));
	for (unsigned i = 0; i < shares->count; i++) {
		unsigned id = shares->list[i].id;

		lacks_words = lacks_words || !shares->has_word[i];
		if (!audit_is_id_misread(id))
			continue;
		is_at_risk = true;
		text_format(text, sizeof text,
			_("share %u is %x for sc-hsm-tool, which reads IDs as hex digits. Write both on its sheet."),
			id, id);
		print_finding(name, _("at risk"), text);
	}
	if (!is_at_risk)
		print_finding(name, "", _("nothing is at risk with these shares."));
	if (lacks_words)
		print_finding(name, _("advice"),
			_("a share without a check word does not tell a slip of the pen: quorate check-word gives it "
			  "one."));
	return is_at_risk;
}

static int
audit(const struct options *options, size_t number, unsigned *line)
{
	struct shares shares = { .is_last = number + 1 == options->file_count };
	struct opening opening = { 0 };
	uint8_t kcv[DKEK_KCV_SIZE];
	int status = EXIT_FAILED;
	enum outcome outcome = open_file(options, number, &shares, line, &opening);

	if (outcome == DONE) {
		outcome = dkek_kcv(opening.share, kcv);
		if (outcome != DONE)
			report(options->files[number], outcome);
	}
	if (outcome == DONE) {
		opening_print_kcv(options->files[number], kcv);
		status = judge(options->files[number], &shares, &opening) ? EXIT_AT_RISK : EXIT_DONE;
	}
	opening_clear(&opening);
	shares_clear(&shares);
	return status;
}

/* What the file alone can tell. */
static int
audit_form(const char *name)
{
	struct share_file file;
	enum outcome outcome = share_file_load(name, &file);

	if (outcome != DONE)
		return report(name, outcome);
	print_finding(name, "",
		_("size and form are right. Whether sc-hsm-tool can open it only its shares tell: see --shares."));
	return EXIT_DONE;
}

int
command_audit(const struct options *options)
{
	bool has_shares = options->wants_shares || options->wants_shares_stdin;
	bool has_failed = false, is_at_risk = false;
	unsigned line = 0;

	if (options->wants_shares) {
		enum outcome outcome = ask_open();

		if (outcome != DONE)
			return report(NULL, outcome);
	}
	for (size_t i = 0; i < options->file_count; i++) {
		int status = has_shares ? audit(options, i, &line) : audit_form(options->files[i]);

		has_failed = has_failed || status == EXIT_FAILED;
		is_at_risk = is_at_risk || status == EXIT_AT_RISK;
		/* The lines of another file cannot be told from what is left of this one's. */
		if (status == EXIT_FAILED && options->wants_shares_stdin)
			break;
	}
	ask_close();
	return has_failed ? EXIT_FAILED : is_at_risk ? EXIT_AT_RISK : EXIT_DONE;
}
