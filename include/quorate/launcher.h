/*
 * The launcher: a small process, forked before the console locks itself down, which alone may start other programs:
 * workers (this program itself in another role) and the few named helpers. The console talks to it over a socket pair.
 */
#ifndef QUORATE_LAUNCHER_H
#define QUORATE_LAUNCHER_H

#include <quorate/outcome.h>
#include <sys/types.h>

enum worker_kind {
	WORKER_MODULES, /* lists the registered PKCS#11 modules, then ends */
	WORKER_PKCS11,  /* loads the one module that subject names: a path, or a name registered with p11-kit */
	WORKER_PCSC,    /* loads the PC/SC library */
	WORKER_WATCH,   /* waits for readers and cards to change, writes a byte for each change */
	WORKER_WAIT,    /* loads the module that subject names, and waits for its slots to change */
	WORKER_KIND_COUNT
};

/* Programs other than ourselves; the table in launcher.c says which files and which arguments are allowed. */
enum helper_kind {
	HELPER_LP,          /* lp -d subject -n number: prints its standard input, says the job's name */
	HELPER_LPSTAT,      /* lpstat -e: names of printers on its standard output */
	HELPER_QUEUES,      /* lpstat -a -p: whether queues take jobs and print them */
	HELPER_JOBS,        /* lpstat -o subject: jobs that wait or are printed */
	HELPER_JOBS_ALL,    /* lpstat -W all -o subject: likewise, and those that the spool still remembers */
	HELPER_CANCEL_JOB,  /* cancel subject: a job that waits; its data stay in the spool */
	HELPER_PURGE_QUEUE, /* cancel -x -a subject: every job of a queue, and their data; cancel -x of a single
			       job leaves its data (CUPS 2.4) */
	HELPER_ZBARIMG,     /* what the picture on its standard input says in QR symbols; number: enum picture_kind */
	HELPER_MOUNT,       /* udisksctl mount -b subject */
	HELPER_UNMOUNT,     /* udisksctl unmount -b subject: what is left is written first */
	HELPER_LOCK,        /* udisksctl lock -b subject: the encrypted drive under what was unmounted */
	HELPER_KIND_COUNT
};

/* Pictures that zbarimg may be given: by name, so that nothing in the picture chooses its reader. */
enum picture_kind { PICTURE_PNG, PICTURE_JPEG, PICTURE_PNM, PICTURE_TIFF, PICTURE_KIND_COUNT };

struct launcher;

struct launcher_settings {
	const char *pcsc_library;       /* NULL: libpcsclite.so.1 */
	const char *const *environment; /* NULL-terminated "NAME=value" added for workers (the rehearsal's), or NULL */
	int trace;                      /* what workers say on standard error goes here; 0: nowhere */
	const char *root;               /* folder that stands for / where helpers are looked for; NULL but in tests */
};

/* A child with one end of a socket pair (a worker) or of a pipe pair (a helper's standard input and output, in one
 * socket). */
struct launched {
	pid_t pid;
	int socket;
};

/* Forks the launcher. To be called before threads exist and before secrets do. */
enum outcome launcher_open(struct launcher **ret, const struct launcher_settings *settings);

/* Starts a worker or helper; subject may be NULL, number (of copies, for those that count) 0 to LIMIT_COPIES.
 * FAIL_PROCESS (also where the program is not installed), FAIL_TOO_LONG, FAIL_WORKER_GONE (the launcher itself is
 * gone). */
enum outcome launcher_worker(
	struct launcher *launcher, enum worker_kind kind, const char *subject, struct launched *ret);
enum outcome launcher_helper(
	struct launcher *launcher, enum helper_kind kind, const char *subject, unsigned number, struct launched *ret);

/* Closes the socket and kills and reaps the process. *ret_status (may be NULL): the wait status. A helper that ended by
   itself keeps its status; milliseconds to wait for that first. socket becomes -1. */
enum outcome launcher_stop(struct launcher *launcher, struct launched *launched, int milliseconds, int *ret_status);

/* Ends the launcher and with it every worker. NULL is fine. */
void launcher_free(struct launcher **launcher);

/* main() of the process in a role: `quorate --role KIND [SUBJECT]` with the socket as descriptor 3. Returns the exit
 * status. */
int worker_main(int argc, char **argv);

#endif
