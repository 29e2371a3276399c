/* Commands without a screen, and the one that opens the console; one file each. */
#ifndef UI_COMMAND_H
#define UI_COMMAND_H

#include "options.h"

#include <quorate/launcher.h>
#include <quorate/plan_file.h>
#include <quorate/rehearsal.h>
#include <quorate/slots.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_AT_RISK = 3 };

struct command {
	const char *name;      /* NULL: the console, which needs no word */
	const char *arguments; /* operands for the usage line, "" if there are none */
	const char *help;      /* one line, marked for gettext */
	const char *options;   /* letters of the options it takes beside the global ones, as in options.c */
	size_t files_least, files_most;
	bool opens_devices; /* opens the launcher by itself; for the others main opens the secure heap */
	int (*run)(const struct options *options);
};

/* All commands, the console first; *ret_count: how many. */
const struct command *command_all(size_t *ret_count);

int command_console(const struct options *options);
int command_rehearse(const struct options *options);
int command_status(const struct options *options);
int command_log(const struct options *options);
int command_field_test(const struct options *options);
int command_verify(const struct options *options);
int command_audit(const struct options *options);
int command_check_word(const struct options *options);
int command_rescue(const struct options *options);
int command_sheet(const struct options *options);
int command_read_back(const struct options *options);
int command_qr(const struct options *options);
int command_keys(const struct options *options);
int command_attest(const struct options *options);
int command_plan(const struct options *options);
int command_ceremony(const struct options *options);
int command_journal(const struct options *options);
int command_preflight(const struct options *options);
int command_self_check(const struct options *options);

/* Where ceremonies keep their folders: as given, or the place for a program's own records in the home folder; it need
 * not be there yet. FAIL_FILE_MISSING if there is no home folder, FAIL_TOO_LONG. */
#define COMMAND_FOLDER_SIZE 512
enum outcome command_folder(const char *given, char ret[COMMAND_FOLDER_SIZE]);

/* Launcher, secure heap, self-check and slots, opened in the order in which they must be. */
struct devices {
	struct launcher *launcher;
	struct slots *slots;
	int trace; /* the pipe's end to read from; 0: there is none */
};

/* To look at them once, no secret being touched; or for anything else, which the self-check comes before; or that with
   OpenSC's debug output, which comes through a pipe. */
enum devices_use { DEVICES_LOOK, DEVICES_ACT, DEVICES_TRACE };

/* rehearsal NULL: the real devices, or with --rehearsal the rehearsal's. On failure a sentence was printed and nothing
 * stays open. */
enum outcome devices_open(
	struct devices *ret, const struct options *options, const struct rehearsal *rehearsal, enum devices_use use);
void devices_close(struct devices *devices);

/* The secure heap and the quick self-check: before any secret. On failure a sentence was printed. */
enum outcome secrets_open(void);

/* Reads a plan; its faults were printed unless DONE. */
enum outcome plan_open(struct plan_file **ret, const char *path);

/* The console, on the real devices (rehearsal NULL) or in rehearsal; folder is there. Returns the exit status. */
int console_open(const struct options *options, const struct rehearsal *rehearsal, const char *folder);

/* Prints "quorate: SUBJECT: sentence (code)" to standard error and returns EXIT_FAILED; subject may be NULL. */
int report(const char *subject, enum outcome outcome);
int report_code(const char *subject, enum outcome outcome, struct code code);

/* MD5 steps of a share file: LIMIT_DKEK_ITERATIONS but in the tests' own build. */
extern const unsigned long command_iterations;

/* The folder that stands for / where helpers, the spool and drives are looked for: "" but in the tests' own build. */
const char *command_root(void);

#endif
