/*
 * Printers, without waiting for them: lpstat, lp and cancel run as helpers of the launcher, their sockets are polled by
 * the loop. A sheet goes to lp through its pipe and into no file; it stays here until lp took it. A job is watched
 * until the queue is rid of it; what it leaves in the spool is purged when asked for, and looked for.
 */
#ifndef UI_PRINTER_H
#define UI_PRINTER_H

#include "errand.h"

#include <quorate/spool.h>

#define PRINTERS_MOST 16

enum printer_state {
	PRINTER_IDLE,
	PRINTER_LISTING,  /* lpstat -e */
	PRINTER_ASKING,   /* lpstat -a -p */
	PRINTER_SENDING,  /* lp reads the sheet */
	PRINTER_WRITING,  /* a device reads it */
	PRINTER_WATCHING, /* lpstat -o, again and again, until the job is through */
	PRINTER_CANCELLING,
	PRINTER_PURGING, /* cancel -x -a */
	PRINTER_LOOKING, /* lpstat -W all -o: whether the purge left anything */
};

/* What happened; each is told once. */
enum printer_event {
	PRINTER_NOTHING,
	PRINTER_LISTED,  /* queues are known (again); outcome says if there are none */
	PRINTER_TAKEN,   /* lp took the sheets; the job is watched now */
	PRINTER_WAITS,   /* the job waits in a queue that is paused */
	PRINTER_THROUGH, /* the queue is rid of the job, or the device took it all */
	PRINTER_FAILED,  /* outcome says why; nothing is on its way */
	PRINTER_PURGED,  /* look says what was found in the spool */
};

struct printer {
	struct launcher *launcher;
	const char *root; /* for the spool folder: "" or what stands for / */
	struct errand errand;
	int device; /* -1: none */
	enum printer_state state;
	struct queue queues[PRINTERS_MOST];
	size_t count;
	uint8_t *bytes; /* what is printed; wiped when it is freed */
	size_t size, sent;
	char queue[SPOOL_NAME_SIZE], job[SPOOL_JOB_SIZE]; /* where it went; "" if it did not */
	bool is_asked_apart;                              /* the queues were asked because a job does not get through */
	bool was_waiting;                                 /* PRINTER_WAITS was told */
	unsigned polls, others;
	enum spool_look look;
	enum outcome outcome; /* of what ended last; FAIL_NO_PRINTER if none is set up */
	int64_t next_at;      /* on the steady clock: when patience ends, or the next look is due */
};

void printer_open(struct printer *printer, struct launcher *launcher, const char *root);

/* Begins to ask for printers and their states. */
void printer_list(struct printer *printer);

/* Begins to print on the queue of that number. bytes are moved in, and wiped at the end. */
void printer_print(struct printer *printer, size_t number, uint8_t *bytes, size_t size, unsigned copies);

/* Begins to write to a character device, a printer that CUPS does not know. bytes are moved in. */
void printer_write(struct printer *printer, const char *device, uint8_t *bytes, size_t size);

/* Takes a waiting job back; its data stay in the spool until it is purged. */
void printer_cancel(struct printer *printer);

/* Begins to purge the last job: the queue's jobs all go, as cancel knows no other way; printer->others says how many of
 * others were waiting there at the last look. */
void printer_purge(struct printer *printer);

/* Whether sheets are on their way to the spool or the device: leaving now would lose them. */
bool printer_is_busy(const struct printer *printer);

/* The descriptor to poll, 0 or 1 of them; milliseconds to wait at most, -1: for ever. */
size_t printer_descriptors(const struct printer *printer, struct pollfd *ret, size_t most);
int printer_timeout(const struct printer *printer);

/* Goes on without waiting. */
enum printer_event printer_advance(struct printer *printer);

/* Stops what is under way, wipes and frees. */
void printer_close(struct printer *printer);

#endif
