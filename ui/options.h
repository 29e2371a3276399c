/* The command line: commands and options as tables, from which help and usage errors come, too. */
#ifndef UI_OPTIONS_H
#define UI_OPTIONS_H

#include <quorate/dkek.h>
#include <quorate/limits.h>

struct command;

/* What was asked for; the texts point into argv. */
struct options {
	const struct command *command;
	const char *modules[LIMIT_MODULES + 1]; /* NULL-terminated */
	size_t module_count;
	const char *folder, *output, *digest, *plan; /* NULL: not given */
	unsigned cards;
	bool wants_reset, wants_environment, wants_json, wants_only, wants_rehearsal, wants_login, wants_objects,
		wants_password_stdin, wants_shares_stdin, wants_shares;
	bool wants_ascii, wants_inverted, wants_letter, wants_filled, has_kcv;
	uint8_t kcv[DKEK_KCV_SIZE];
	unsigned threshold; /* 0: not known */
	uint64_t from;
	const char *facts[LIMIT_SHEET_FACTS]; /* NAME=VALUE, of a sheet */
	size_t fact_count;
	char **files; /* the operands behind the command */
	size_t file_count;
};

enum options_verdict { OPTIONS_GO, OPTIONS_ANSWERED, OPTIONS_WRONG };

/* Reads argv. OPTIONS_ANSWERED: --help or --version was printed; OPTIONS_WRONG: a sentence went to standard error. */
enum options_verdict options_read(struct options *ret, int argc, char **argv);

#endif
