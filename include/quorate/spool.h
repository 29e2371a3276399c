/*
 * What CUPS says about its queues and jobs, read from the output of lpstat, lp and cancel in the C locale, and a look
 * at its spool folder. CUPS keeps what was printed: whoever prints a filled sheet has the spool emptied and looked at.
 */
#ifndef QUORATE_SPOOL_H
#define QUORATE_SPOOL_H

#include <quorate/outcome.h>
#include <stdbool.h>

#define SPOOL_NAME_SIZE 128
#define SPOOL_REASON_SIZE 96
/* A queue's name, a dash and a number. */
#define SPOOL_JOB_SIZE (SPOOL_NAME_SIZE + 16)

enum queue_state { QUEUE_UNKNOWN, QUEUE_READY, QUEUE_PRINTING, QUEUE_PAUSED };

struct queue {
	char name[SPOOL_NAME_SIZE];
	enum queue_state state;
	bool is_rejecting;              /* takes no jobs */
	char reason[SPOOL_REASON_SIZE]; /* why it is paused or rejecting, in the words of whoever did that; "" if none
					 */
};

/* Reads `lpstat -e`: a name a line. Names that could not be named to lp again are left out. Returns how many, at most
 * most. */
size_t spool_read_names(const char *text, size_t size, struct queue *ret, size_t most);

/* Reads `lpstat -a -p` into the queues of the same names. */
void spool_read_states(const char *text, size_t size, struct queue *queues, size_t count);

/* The queue's state in a few words: "ready", "paused: out of paper". Always terminated. */
void spool_tell(const struct queue *queue, char *ret, size_t size);

/* The job's name from what lp says: "request id is laser-12 (1 file(s))"; false if it says no such thing. */
bool spool_read_job(const char *text, size_t size, char ret[SPOOL_JOB_SIZE]);

/* Reads `lpstat -o QUEUE`: whether the job is listed, and how many others are (ret_others may be NULL). */
bool spool_has_job(const char *text, size_t size, const char *job, unsigned *ret_others);

enum spool_look {
	SPOOL_CLEAN,  /* nothing of the job is there */
	SPOOL_LEFT,   /* files of the job are there */
	SPOOL_UNSEEN, /* the system does not let us look */
};

/* Looks for a job's files in the spool folder. root: "" or the folder that stands for / (tests). */
enum spool_look spool_look(const char *root, const char *job);

#endif
