/* rehearsal_env open|reset FOLDER [CARDS]: sets a rehearsal up and prints its variables, one a line. */
#include <quorate/rehearsal.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
main(int argc, char **argv)
{
	struct rehearsal rehearsal;
	enum outcome outcome = FAIL_USAGE;

	if (argc == 3 && strcmp(argv[1], "reset") == 0) {
		outcome = rehearsal_reset(argv[2]);
	} else if (argc == 4 && strcmp(argv[1], "open") == 0) {
		outcome = rehearsal_open(&rehearsal, argv[2], (unsigned)strtoul(argv[3], NULL, 10));
		for (size_t i = 0; outcome == DONE && rehearsal.environment[i] != NULL; i++)
			puts(rehearsal.environment[i]);
	}
	if (outcome != DONE)
		fprintf(stderr, "%s: %s\n", outcome_name(outcome), outcome_text(outcome));
	return outcome == DONE ? 0 : 1;
}
