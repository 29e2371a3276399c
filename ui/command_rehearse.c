#include "command.h"

#include <quorate/file.h>
#include <quorate/text.h>

#include <stdio.h>
#include <string.h>

/* "export NAME='value'" for a shell; a quote within the value leaves the quotes, stands escaped, and enters them again.
 */
static int
print_environment(const struct rehearsal *rehearsal)
{
	for (const char *const *variable = rehearsal->environment; *variable != NULL; variable++) {
		const char *equals = strchr(*variable, '=');

		if (equals == NULL)
			return report(NULL, FAIL_INTERNAL);
		printf("export %.*s='", (int)(equals - *variable), *variable);
		for (const char *at = equals + 1; *at != '\0'; at++)
			if (*at == '\'')
				fputs("'\\''", stdout);
			else
				putchar(*at);
		puts("'");
	}
	return EXIT_DONE;
}

int
command_rehearse(const struct options *options)
{
	struct rehearsal rehearsal;
	char folder[sizeof rehearsal.folder + sizeof "/ceremonies"];
	enum outcome outcome = options->wants_reset ? rehearsal_reset(options->folder) : DONE;

	if (outcome == DONE)
		outcome = rehearsal_open(&rehearsal, options->folder, options->cards);
	if (outcome != DONE)
		return report(options->folder, outcome);
	if (options->wants_environment)
		return print_environment(&rehearsal);
	text_format(folder, sizeof folder, "%s/ceremonies", rehearsal.folder);
	outcome = file_make_folder(folder);
	return outcome == DONE ? console_open(options, &rehearsal, folder) : report(folder, outcome);
}
