#include "options.h"

#include "command.h"

#include <config.h>
#include <quorate/hex.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The letter names an option within this program; only -h, -V and -o can be typed as such. */
static const struct entry {
	char letter;
	bool is_global;
	const char *name, *argument, *help;
} entries[] = {
	{ 'm', true, "module", "PATH", N_("a PKCS#11 module beside the registered ones; repeatable") },
	{ 'h', true, "help", NULL, N_("say how this is used") },
	{ 'V', true, "version", NULL, N_("say which version this is") },
	{ 'f', false, "folder", "DIR", N_("where ceremonies, or the rehearsal, keep their files") },
	{ 'l', false, "plan", "FILE", N_("the reviewed plan of a ceremony; see quorate-plan(5)") },
	{ 'c', false, "cards", "N", N_("virtual devices, 1 to 16 (2)") },
	{ 'r', false, "reset", NULL, N_("begin with blank virtual devices") },
	{ 'e', false, "env", NULL, N_("print the environment by which other programs reach the rehearsal") },
	{ 'j', false, "json", NULL, N_("as JSON, for programs") },
	{ 'R', false, "rehearsal", NULL, N_("the rehearsal's devices instead of the real ones") },
	{ 'x', false, "login", NULL, N_("the user PIN is asked for, and a login is what is watched") },
	{ 'y', false, "only", NULL, N_("nothing but the modules that --module names; no card readers") },
	{ 'O', false, "objects", NULL, N_("look into each token: mechanisms and public objects") },
	{ 'P', false, "password-stdin", NULL, N_("read the password from standard input, a line for each file") },
	{ 'S', false, "shares-stdin", NULL, N_("read shares from standard input: prime HEX, then ID HEX [WORD]") },
	{ 's', false, "shares", NULL, N_("ask for the shares on the terminal") },
	{ 'k', false, "kcv", "HEX", N_("the key check value that is expected, 16 hex digits") },
	{ 't', false, "threshold", "M", N_("how many shares open the file, 2 to 32") },
	{ 'n', false, "from", "N", N_("go on with a rescue where it was stopped") },
	{ 'o', false, "output", "OUT", N_("the file to be written; a sheet's ends in .pdf or .txt") },
	{ 'D', false, "sha256", "HEX", N_("the digest on the sheet, its first 8 digits or more") },
	{ 'F', false, "fact", "NAME=VALUE", N_("what stands on the sheet: ceremony, date, device, ...; repeatable") },
	{ 'L', false, "filled", NULL, N_("a share's boxes filled, as PDF to a pipe (-o -); warned first") },
	{ 'p', false, "paper", "SIZE", N_("a4 or letter") },
	{ 'a', false, "ascii", NULL, N_("draw with # only") },
	{ 'i', false, "invert", NULL, N_("for light text on a dark ground") },
};

#define ENTRY_COUNT (sizeof entries / sizeof *entries)
#define CARDS_DEFAULT 2

static bool
is_taken(const struct entry *entry, const struct command *command)
{
	return entry->is_global || strchr(command->options, entry->letter) != NULL;
}

static enum options_verdict
refuse(const char *sentence, const char *subject)
{
	char clean[LIMIT_TEXT_INPUT];

	text_clean(subject, strlen(subject), clean, sizeof clean);
	fprintf(stderr, "quorate: %s: %s\n", clean, sentence);
	return OPTIONS_WRONG;
}

static void
print_entry(const struct entry *entry)
{
	char head[40];

	text_format(head, sizeof head, "%s--%s%s%s", entry->letter == 'o' ? "-o, " : "", entry->name,
		entry->argument == NULL ? "" : " ", entry->argument == NULL ? "" : entry->argument);
	printf("  %-20s  %s\n", head, _(entry->help));
}

static void
print_command_help(const struct command *command)
{
	bool is_console = command->name == NULL;

	printf(_("Usage: quorate %s%s[OPTION...] %s\n"), is_console ? "" : command->name, is_console ? "" : " ",
		command->arguments);
	printf("%s\n\n", _(command->help));
	for (size_t i = 0; i < ENTRY_COUNT; i++)
		if (is_taken(&entries[i], command))
			print_entry(&entries[i]);
}

static void
print_help(void)
{
	size_t count;
	const struct command *commands = command_all(&count);

	printf("%s", _("Usage: quorate [OPTION...] [COMMAND]\nConsole for key ceremonies on PKCS#11 tokens and "
		       "SmartCard-HSM devices.\n\nCommands:\n"));
	for (size_t i = 0; i < count; i++)
		printf("  %-20s  %s\n", commands[i].name == NULL ? _("(none)") : commands[i].name, _(commands[i].help));
	printf("\n%s\n", _("Options:"));
	for (size_t i = 0; i < ENTRY_COUNT; i++)
		if (is_taken(&entries[i], &commands[0]))
			print_entry(&entries[i]);
	printf("\n%s\n", _("More about a command: quorate COMMAND --help. Exit status: 0 done, 1 failed, 2 wrong "
			   "usage, 3 at risk."));
}

/* Blanks, colons and dashes may stand between the digits, as the value is shown in groups. */
static bool
read_kcv(const char *text, uint8_t ret[DKEK_KCV_SIZE])
{
	char digits[2 * DKEK_KCV_SIZE];
	size_t count = 0;

	for (; *text != '\0'; text++) {
		if (strchr(" :-", *text) != NULL)
			continue;
		if (count == sizeof digits)
			return false;
		digits[count++] = *text;
	}
	return hex_decode(digits, count, ret, DKEK_KCV_SIZE) == DONE;
}

static bool
read_number(const char *text, uint64_t least, uint64_t most, uint64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && *ret >= least && *ret <= most;
}

/* Takes the value of one option; NULL, or the sentence that says what is wrong with it. */
static const char *
take(struct options *options, char letter, const char *value)
{
	uint64_t number;

	switch (letter) {
	case 'm':
		if (options->module_count == LIMIT_MODULES)
			return _("these are too many modules.");
		options->modules[options->module_count++] = value;
		break;
	case 'f':
		options->folder = value;
		return *value == '\0' ? _("the folder needs a name.") : NULL;
	case 'l':
		options->plan = value;
		break;
	case 'c':
		if (!read_number(value, 1, LIMIT_READERS, &number))
			return _("the number of cards is 1 to 16.");
		options->cards = (unsigned)number;
		break;
	case 't':
		if (!read_number(value, LIMIT_THRESHOLD_MIN, LIMIT_CUSTODIANS, &number))
			return _("the threshold is 2 to 32.");
		options->threshold = (unsigned)number;
		break;
	case 'n':
		return read_number(value, 0, INT64_MAX, &options->from) ? NULL : _("this is no position of a rescue.");
	case 'r':
		options->wants_reset = true;
		break;
	case 'e':
		options->wants_environment = true;
		break;
	case 'j':
		options->wants_json = true;
		break;
	case 'R':
		options->wants_rehearsal = true;
		break;
	case 'x':
		options->wants_login = true;
		break;
	case 'y':
		options->wants_only = true;
		break;
	case 'O':
		options->wants_objects = true;
		break;
	case 'P':
		options->wants_password_stdin = true;
		break;
	case 'S':
		options->wants_shares_stdin = true;
		break;
	case 's':
		options->wants_shares = true;
		break;
	case 'k':
		options->has_kcv = true;
		return read_kcv(value, options->kcv) ? NULL : _("a key check value has 16 hex digits.");
	case 'L':
		options->wants_filled = true;
		break;
	case 'F':
		if (options->fact_count == LIMIT_SHEET_FACTS)
			return _("these are too many facts.");
		options->facts[options->fact_count++] = value;
		break;
	case 'o':
		options->output = value;
		break;
	case 'D':
		options->digest = value;
		break;
	case 'p':
		options->wants_letter = strcmp(value, "letter") == 0;
		return options->wants_letter || strcmp(value, "a4") == 0 ? NULL : _("the paper is a4 or letter.");
	case 'a':
		options->wants_ascii = true;
		break;
	case 'i':
		options->wants_inverted = true;
		break;
	}
	return NULL;
}

/* What only the whole line can tell. */
static enum options_verdict
judge(struct options *options, const bool given[ENTRY_COUNT], char **operands, size_t count)
{
	const struct command *command = options->command;

	for (size_t i = 0; i < ENTRY_COUNT; i++)
		if (given[i] && !is_taken(&entries[i], command))
			return refuse(_("this command does not take this option; see --help."), entries[i].name);
	options->files = operands;
	options->file_count = count;
	if (count < command->files_least)
		return refuse(_("a file has to be named; see --help."), command->name);
	if (count > command->files_most)
		return refuse(_("this is one word too many; see --help."), operands[command->files_most]);
	if (options->wants_only && options->module_count == 0)
		return refuse(_("a module has to be named: --module PATH."), "only");
	if (options->wants_password_stdin && options->wants_shares_stdin)
		return refuse(_("standard input holds the password or the shares, not both."), command->name);
	if (options->wants_shares && options->wants_shares_stdin)
		return refuse(
			_("the shares come from the terminal or from standard input, not from both."), command->name);
	if (command->run == command_ceremony && options->plan == NULL)
		return refuse(
			_("the plan has to be named: --plan FILE. Without one, start quorate alone."), command->name);
	if (command->run == command_read_back && options->output == NULL)
		return refuse(_("the file to be written has to be named: -o OUT."), command->name);
	if (command->run == command_field_test && options->output == NULL)
		return refuse(_("the file for the report has to be named: -o OUT."), command->name);
	if (command->run == command_sheet && options->output == NULL)
		return refuse(_("the file to be written has to be named: -o OUT.pdf or -o OUT.txt."), command->name);
	return OPTIONS_GO;
}

static const struct command *
find_command(const char *name)
{
	size_t count;
	const struct command *commands = command_all(&count);

	for (size_t i = 1; i < count; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

enum options_verdict
options_read(struct options *ret, int argc, char **argv)
{
	struct option table[ENTRY_COUNT + 1] = { 0 };
	bool given[ENTRY_COUNT] = { false }, wants_help = false;
	const char *complaint;
	int at, index;

	*ret = (struct options){ .cards = CARDS_DEFAULT, .command = command_all(&(size_t){ 0 }) };
	for (size_t i = 0; i < ENTRY_COUNT; i++)
		table[i] = (struct option){ entries[i].name,
			entries[i].argument == NULL ? no_argument : required_argument, NULL, (int)(256 + i) };
	opterr = 0;
	while ((at = getopt_long(argc, argv, ":hVo:", table, NULL)) != -1) {
		if (at == '?')
			return refuse(_("there is no such option; see quorate --help."), argv[optind - 1]);
		if (at == ':')
			return refuse(_("this option needs a value; see quorate --help."), argv[optind - 1]);
		for (index = 0; index < (int)ENTRY_COUNT - 1; index++)
			if (at == 256 + index || at == entries[index].letter)
				break;
		given[index] = true;
		if (entries[index].letter == 'V') {
			printf("%s\n", PACKAGE_STRING);
			return OPTIONS_ANSWERED;
		}
		wants_help = wants_help || entries[index].letter == 'h';
		complaint = take(ret, entries[index].letter, optarg);
		if (complaint != NULL)
			return refuse(complaint, entries[index].name);
	}
	if (optind < argc) {
		ret->command = find_command(argv[optind]);
		if (ret->command == NULL)
			return refuse(_("there is no such command; see quorate --help."), argv[optind]);
		optind++;
	}
	if (wants_help) {
		if (ret->command->name == NULL)
			print_help();
		else
			print_command_help(ret->command);
		return OPTIONS_ANSWERED;
	}
	return judge(ret, given, argv + optind, (size_t)(argc - optind));
}
