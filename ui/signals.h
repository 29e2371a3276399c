/* Signals as something to poll for. Those that end or stop a process wait until the loop has hidden secrets and
   restored the terminal; then they are raised again. */
#ifndef UI_SIGNALS_H
#define UI_SIGNALS_H

#include <quorate/outcome.h>

/* Blocks INT TERM HUP QUIT TSTP CONT WINCH; *ret is a descriptor for poll. FAIL_PROCESS. */
enum outcome signals_open(int *ret);

/* The next signal that came, 0 if none. */
int signals_take(int descriptor);

/* Lets a signal do what it does by default: ends the process, or stops it and returns once it goes on. */
void signals_raise(int signal);

/* Unblocks them; descriptor becomes -1. */
void signals_close(int *descriptor);

#endif
