/*
 * Questions on the terminal without a screen. What is typed goes byte by byte into locked memory; the terminal shows a
 * bullet for each character. The terminal is as before after every question and after a signal that ends the program.
 */
#ifndef UI_ASK_H
#define UI_ASK_H

#include <quorate/secret.h>

/* Opens the controlling terminal, whatever the standard streams are. FAIL_NO_TERMINAL_TO_ASK. */
enum outcome ask_open(void);
void ask_close(void);

/*
 * Asks for at most most bytes; type-ahead is thrown away. Backspace takes a character back, ^U all of them. *ret is the
 * caller's, NULL unless DONE. FAIL_TOO_LONG if more was typed, FAIL_CANCELLED at ^D on an empty line or when the
 * terminal is gone. An empty line is DONE with size 0.
 */
enum outcome ask_secret(const char *prompt, size_t most, struct secret **ret);

/* The same, shown as it is typed: for what is no secret. ret holds size bytes, terminated. */
enum outcome ask_line(const char *prompt, char *ret, size_t size);

/*
 * Shows a secret in one line: the invitation first, then at a key the label and the text, and at the next one, or after
 * LIMIT_IDLE_SECONDS, nothing any more. Label and text fit a line of LIMIT_SCREEN_COLUMNS. FAIL_CANCELLED at ^C.
 */
enum outcome ask_show(const char *invitation, const char *label, const struct secret *text);

/* Writes a sentence and a line's end to the terminal. */
void ask_tell(const char *sentence);

#endif
