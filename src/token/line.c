#include "line.h"

#include <quorate/clock.h>
#include <quorate/text.h>

#include <string.h>

/* The first pause before a worker is started anew, and how often it doubles. */
#define PAUSE_MS 1000
#define DOUBLINGS_MOST 6

void
line_begin(struct line *line, struct launcher *launcher, enum worker_kind kind, const char *subject, int patience_ms)
{
	memset(line, 0, sizeof *line);
	line->launcher = launcher;
	line->kind = kind;
	line->patience_ms = patience_ms;
	line->launched.socket = -1;
	text_format(line->subject, sizeof line->subject, "%s", subject == NULL ? "" : subject);
}

static void
plan_restart(struct line *line)
{
	unsigned doublings = line->failures < DOUBLINGS_MOST ? line->failures : DOUBLINGS_MOST;

	line->restart_at = clock_steady_ms() + ((int64_t)PAUSE_MS << doublings);
	line->failures++;
}

void
line_stop(struct line *line)
{
	if (line_is_running(line))
		launcher_stop(line->launcher, &line->launched, 0, NULL);
	line->deadline = line->restart_at = 0;
	line->is_looking = line->is_acting = line->is_inspecting = line->wants_look = line->wants_fresh = false;
}

void
line_fail(struct line *line)
{
	line_stop(line);
	plan_restart(line);
}

static void
expect(struct line *line)
{
	int patience = line->is_acting && line->is_slow ? LIMIT_WORKER_SLOW_MS : line->patience_ms;

	line->deadline = line->is_looking || line->is_acting || line->is_inspecting ? clock_steady_ms() + patience : 0;
}

enum outcome
line_start(struct line *line)
{
	enum outcome outcome = launcher_worker(
		line->launcher, line->kind, line->subject[0] == '\0' ? NULL : line->subject, &line->launched);

	line->restart_at = 0;
	/* The one that lists the modules looks unasked. */
	line->is_looking = outcome == DONE && line->kind == WORKER_MODULES;
	expect(line);
	if (outcome != DONE)
		plan_restart(line);
	return outcome;
}

/* A worker that cannot be sent to is found out when nothing comes back. */
static enum outcome
send_look(struct line *line, bool is_fresh)
{
	struct message message;

	message_begin(&message, MESSAGE_LOOK);
	message.as.look.is_fresh = is_fresh;
	line->is_looking = true;
	line->wants_look = line->wants_fresh = false;
	expect(line);
	return message_send(line->launched.socket, &message, false);
}

void
line_look(struct line *line, bool is_fresh)
{
	if (!line_is_running(line))
		return;
	if (line->is_looking) {
		line->wants_look = true;
		line->wants_fresh |= is_fresh;
	} else {
		(void)send_look(line, is_fresh);
	}
}

enum outcome
line_act(struct line *line, const struct token_request *request)
{
	struct message message;
	enum outcome outcome;

	if (!line_is_running(line))
		return line->kind == WORKER_PCSC ? FAIL_NO_PCSC : FAIL_WORKER_GONE;
	message_begin(&message, MESSAGE_ACT);
	message.as.act = *request;
	/* The look that is to begin anew waits for one on its way, and would come after the act. */
	message.as.act.is_fresh = line->wants_fresh;
	outcome = message_send(line->launched.socket, &message, false);
	if (outcome == DONE) {
		line->is_acting = true;
		line->is_slow = token_act_is_slow(request);
		expect(line);
	}
	return outcome;
}

enum outcome
line_inspect(struct line *line, const struct message *message)
{
	enum outcome outcome;

	if (!line_is_running(line))
		return FAIL_WORKER_GONE;
	outcome = message_send(line->launched.socket, message, false);
	if (outcome == DONE) {
		line->is_inspecting = true;
		expect(line);
	}
	return outcome;
}

enum outcome
line_receive(struct line *line, struct message *ret)
{
	enum outcome outcome = message_receive(line->launched.socket, ret, false);

	if (outcome != DONE)
		return outcome;
	switch (ret->kind) {
	case MESSAGE_NONE:
		return line->deadline != 0 && clock_steady_ms() >= line->deadline ? FAIL_WORKER_HUNG : DONE;
	case MESSAGE_LOOKED:
		if (!line->is_looking)
			return FAIL_MESSAGE;
		line->is_looking = false;
		line->failures = 0;
		break;
	case MESSAGE_ANSWER:
		if (!line->is_acting)
			return FAIL_MESSAGE;
		line->is_acting = false;
		break;
	case MESSAGE_INSPECTED:
		if (!line->is_inspecting)
			return FAIL_MESSAGE;
		line->is_inspecting = false;
		break;
	default:
		break;
	}
	expect(line);
	return line->wants_look && !line->is_looking ? send_look(line, line->wants_fresh) : DONE;
}

bool
line_is_running(const struct line *line)
{
	return line->launched.socket >= 0;
}

bool
line_is_due(const struct line *line)
{
	return line->restart_at != 0 && clock_steady_ms() >= line->restart_at;
}

int64_t
line_timeout(const struct line *line)
{
	int64_t at = line->restart_at != 0 ? line->restart_at : line->deadline, left = at - clock_steady_ms();

	if (at == 0)
		return -1;
	return left < 0 ? 0 : left;
}
