/* The terminal: taken over, and given back exactly as it was, whatever ends the console. */
#ifndef UI_TERMINAL_H
#define UI_TERMINAL_H

#include "keys.h"

#include <quorate/outcome.h>

/* Takes over standard input and output: alternate screen, raw keys, no echo. FAIL_NO_TERMINAL, FAIL_TERMINAL_KIND,
 * FAIL_MEMORY. */
enum outcome terminal_open(void);

/* Gives it back: everything erased, scroll-back cleared where the terminal can, settings equal to those before. */
void terminal_close(void);

/* The same for the time of a suspension, and back. */
void terminal_pause(void);
void terminal_resume(void);

/* Takes on the window's size of now. What is secret has been painted over before. */
void terminal_resize(void);

/* The next key; false if there is none. */
bool terminal_key(uint32_t *ret_code);

/* Throws away what was typed ahead, and overwrites curses' own queue of keys. */
void terminal_flush(void);

/* True if the terminal is gone though poll calls it readable. */
bool terminal_is_dead(void);

#endif
