/* Printers, without waiting for them: lpstat and lp run as helpers of the launcher, their sockets are polled by the
 * loop. */
#ifndef UI_PRINTER_H
#define UI_PRINTER_H

#include <poll.h>
#include <quorate/launcher.h>
#include <stdbool.h>

#define PRINTERS_MOST 16
#define PRINTER_NAME_SIZE 128

enum printer_state { PRINTER_IDLE, PRINTER_LISTING, PRINTER_PRINTING };

struct printer {
	struct launcher *launcher;
	struct launched helper;
	enum printer_state state;
	char names[PRINTERS_MOST][PRINTER_NAME_SIZE];
	size_t count;
	char heard[4096]; /* what lpstat wrote so far */
	size_t heard_size;
	uint8_t *file; /* what lp is given, and how much of it is sent */
	size_t file_size, sent;
	enum outcome outcome; /* of what ended last; FAIL_NO_PRINTER if none is set up */
	int64_t give_up_at;   /* on the steady clock */
};

/* Begins to ask for printers. */
void printer_list(struct printer *printer, struct launcher *launcher);

/* Begins to print a file on the printer of that number. */
void printer_print(struct printer *printer, size_t number, const char *path);

/* The descriptor to poll, 0 or 1 of them; milliseconds to wait at most, -1: for ever. */
size_t printer_descriptors(const struct printer *printer, struct pollfd *ret, size_t most);
int printer_timeout(const struct printer *printer);

/* Goes on without waiting; true when something ended (state is PRINTER_IDLE then). */
bool printer_advance(struct printer *printer);

/* Stops what is under way, and frees. */
void printer_close(struct printer *printer);

#endif
