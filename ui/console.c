#include "console.h"

#include "loop.h"
#include "plans.h"
#include "screen.h"
#include "signals.h"
#include "terminal.h"

#include <locale.h>
#include <quorate/tongue.h>
#include <stdio.h>

static void
complain(enum outcome outcome)
{
	fprintf(stderr, "quorate: %s\n", outcome_text(outcome));
}

int
console_run(const struct console_settings *settings)
{
	struct console console = { .settings = settings };
	enum loop_end end;
	enum outcome outcome;
	int signals = -1, number = 0;

	setlocale(LC_ALL, "");
	if ((outcome = signals_open(&signals)) != DONE || (outcome = terminal_open()) != DONE) {
		signals_close(&signals);
		complain(outcome);
		return 1;
	}
	theme_open();
	screen_go(&console, &screen_start);
	if (settings->plan != NULL)
		plans_begin(&console, settings->plan);
	end = loop_run(&console, signals, &number);
	if (screen_live(&console)->leave != NULL)
		screen_live(&console)->leave(&console);
	plans_close();
	terminal_close();
	if (end == LOOP_SIGNAL)
		signals_raise(number);
	signals_close(&signals);
	if (end == LOOP_TERMINAL_GONE)
		complain(FAIL_NO_TERMINAL);
	return end == LOOP_LEFT ? 0 : 1;
}
