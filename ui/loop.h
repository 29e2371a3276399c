/* The one loop. Nothing else waits, and the terminal is written to nowhere else. */
#ifndef UI_LOOP_H
#define UI_LOOP_H

#include "screen.h"

/* What ended it. */
enum loop_end { LOOP_LEFT, LOOP_TERMINAL_GONE, LOOP_SIGNAL };

enum loop_end loop_run(struct console *console, int signals, int *ret_signal);

#endif
