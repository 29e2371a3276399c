/* Inside of preflight: the checks, and how they read and tell. */
#ifndef HOST_PREFLIGHT_INSIDE_H
#define HOST_PREFLIGHT_INSIDE_H

#include <quorate/preflight.h>

/* Small files of /proc, /sys and /etc are read up to this; what is beyond is not looked at. */
#define PREFLIGHT_TEXT_SIZE 8192

typedef void preflight_check(const struct preflight_world *world, struct preflight_finding *ret);

/* preflight_machine.c: the kernel and what it is connected to */
preflight_check preflight_network, preflight_wireless, preflight_swap, preflight_core, preflight_hibernation,
	preflight_ptrace;
/* preflight_process.c: this process */
preflight_check preflight_dumps, preflight_memory, preflight_tracer, preflight_environment;
/* preflight_terminal.c */
preflight_check preflight_terminal, preflight_scrollback, preflight_size, preflight_locale;
/* preflight_place.c: time, random numbers, and where files go */
preflight_check preflight_clock, preflight_random, preflight_scratch, preflight_space, preflight_drives;
/* preflight_programs.c: what else runs, and what is loaded */
preflight_check preflight_opensc, preflight_modules, preflight_pcscd, preflight_printers, preflight_binary;

/* Reads the beginning of a file below root; ret is terminated. False if it cannot be read. */
bool preflight_read(const struct preflight_world *world, const char *path, char ret[PREFLIGHT_TEXT_SIZE]);

/* The path below root. */
void preflight_path(const struct preflight_world *world, const char *path, char *ret, size_t size);

/* Makes it at least as bad as state and adds a line to the reason; the remedy of the worst state stands, the first of
 * equals. remedy may be NULL. */
void preflight_say(struct preflight_finding *ret, enum preflight_state state, const char *remedy, const char *format,
	...) __attribute__((format(printf, 4, 5)));

/* What a line that begins with name (and a blank, a tab, '=' or ':') says behind it, without blanks at both ends; false
 * if there is none. */
bool preflight_field(const char *text, const char *name, char *ret, size_t size);

/* The next line of a text, terminated in ret, cut at size; false at the end. */
bool preflight_line(const char **text, char *ret, size_t size);

/* The value of an environment variable, NULL if it is not set. */
const char *preflight_variable(const struct preflight_world *world, const char *name);

/* The SHA-256 of a file below root as 64 hex digits; false if it cannot be read. */
bool preflight_digest(const struct preflight_world *world, const char *path, char ret[65]);

#endif
