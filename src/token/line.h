/* A worker as the console sees it: started, asked, given up on, and started anew with growing pauses. Non-blocking. */
#ifndef QUORATE_TOKEN_LINE_H
#define QUORATE_TOKEN_LINE_H

#include "message.h"

struct line {
	struct launcher *launcher;
	enum worker_kind kind;
	char subject[MESSAGE_SUBJECT_SIZE]; /* "": none */
	int patience_ms;
	struct launched launched; /* socket -1: not running */
	int64_t deadline;         /* of the answer that is awaited; 0: none is */
	int64_t restart_at;       /* 0: not to be started */
	unsigned failures;        /* in a row */
	bool is_looking, is_acting, is_inspecting;
	bool is_slow;                 /* the act on its way may take minutes */
	bool wants_look, wants_fresh; /* another look after this one */
};

void line_begin(
	struct line *line, struct launcher *launcher, enum worker_kind kind, const char *subject, int patience_ms);

/* Starts the worker. FAIL_PROCESS, FAIL_WORKER_GONE: it is tried again later. */
enum outcome line_start(struct line *line);

/* Stops the worker, for good. */
void line_stop(struct line *line);

/* Stops the worker and plans the next start; the pause doubles with each failure, up to about a minute. */
void line_fail(struct line *line);

/* Asks for a look, now or after the one on its way; nothing while the worker is not running. */
void line_look(struct line *line, bool is_fresh);

/* Sends an act. FAIL_NO_PCSC, FAIL_WORKER_GONE while the worker is not running. */
enum outcome line_act(struct line *line, const struct token_request *request);

/* Sends a MESSAGE_INSPECT, one at a time; MESSAGE_INSPECTED ends it. FAIL_WORKER_GONE likewise. */
enum outcome line_inspect(struct line *line, const struct message *message);

/* The next message that has come, MESSAGE_NONE if none; MESSAGE_LOOKED ends a look. FAIL_WORKER_GONE, FAIL_WORKER_HUNG,
   FAIL_MESSAGE: call line_fail. */
enum outcome line_receive(struct line *line, struct message *ret);

bool line_is_running(const struct line *line);

/* True once a planned start is due. */
bool line_is_due(const struct line *line);

/* Milliseconds until something is due here, -1: nothing. */
int64_t line_timeout(const struct line *line);

#endif
