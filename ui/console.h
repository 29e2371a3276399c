/* The full-screen console: start screen, Status, Ceremony and their like. main() opens what it needs and hands it over.
 */
#ifndef UI_CONSOLE_H
#define UI_CONSOLE_H

#include <quorate/launcher.h>
#include <quorate/plan_file.h>
#include <quorate/slots.h>

struct console_settings {
	struct launcher *launcher;
	struct slots *slots;
	bool is_rehearsal;
	const char *folder;           /* where ceremonies keep their folders */
	const struct plan_file *plan; /* the console begins in its ceremony; NULL: none */
	bool wants_letter_paper;
	const char *root; /* "" or, in tests, the folder that stands for / where the spool and drives are looked for */
	unsigned long iterations; /* LIMIT_DKEK_ITERATIONS but in a test build */
};

/* Runs until the people leave; the terminal is as before when it returns. Exit status: 0, or 1 if the terminal vanished
   or cannot be used (a sentence was printed to standard error). FAIL_NO_TERMINAL, FAIL_TERMINAL_KIND are found here. */
int console_run(const struct console_settings *settings);

#endif
