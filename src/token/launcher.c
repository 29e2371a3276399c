#include "launcher.h"
#include "message.h"

#include <quorate/limits.h>
#include <quorate/text.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct launcher {
	pid_t pid;
	int socket;
	char pcsc_library[LIMIT_TEXT_INPUT * 2];
};

enum outcome
launcher_open(struct launcher **ret, const struct launcher_settings *settings)
{
	struct launcher *launcher = calloc(1, sizeof *launcher);
	int pair[2];

	*ret = NULL;
	if (launcher == NULL)
		return FAIL_MEMORY;
	if (message_pair(pair) != DONE) {
		free(launcher);
		return FAIL_PROCESS;
	}
	text_format(launcher->pcsc_library, sizeof launcher->pcsc_library, "%s",
		settings == NULL || settings->pcsc_library == NULL ? "" : settings->pcsc_library);
	launcher->pid = fork();
	if (launcher->pid == 0)
		launcher_process(pair[1], settings);
	close(pair[1]);
	if (launcher->pid < 0) {
		close(pair[0]);
		free(launcher);
		return FAIL_PROCESS;
	}
	launcher->socket = pair[0];
	*ret = launcher;
	return DONE;
}

/* One request, one answer of the kind that belongs to it. */
static enum outcome
ask(struct launcher *launcher, const struct message *request, enum message_kind expected, struct message *ret)
{
	enum outcome outcome = message_send(launcher->socket, request, true);

	message_begin(ret, MESSAGE_NONE);
	if (outcome == DONE)
		outcome = message_receive(launcher->socket, ret, true);
	if (outcome == DONE && ret->kind != expected)
		outcome = FAIL_MESSAGE;
	if (outcome != DONE)
		message_clear(ret);
	return outcome;
}

static enum outcome
launch(struct launcher *launcher, bool is_helper, unsigned which, const char *subject, unsigned number,
	struct launched *ret)
{
	struct message request, answer;
	enum outcome outcome;

	*ret = (struct launched){ 0, -1 };
	message_begin(&request, MESSAGE_LAUNCH);
	request.as.launch.is_helper = is_helper;
	request.as.launch.which = which;
	request.as.launch.number = number;
	if (subject != NULL && strlen(subject) >= sizeof request.as.launch.subject)
		return FAIL_TOO_LONG;
	text_format(request.as.launch.subject, sizeof request.as.launch.subject, "%s", subject == NULL ? "" : subject);
	outcome = ask(launcher, &request, MESSAGE_LAUNCHED, &answer);
	if (outcome != DONE)
		return outcome;
	if (answer.as.launched.outcome != DONE || answer.descriptor < 0) {
		outcome = answer.as.launched.outcome == DONE ? FAIL_PROCESS : answer.as.launched.outcome;
		message_clear(&answer);
		return outcome;
	}
	*ret = (struct launched){ answer.as.launched.pid, answer.descriptor };
	return DONE;
}

enum outcome
launcher_worker(struct launcher *launcher, enum worker_kind kind, const char *subject, struct launched *ret)
{
	return launch(launcher, false, kind, subject, 0, ret);
}

enum outcome
launcher_helper(
	struct launcher *launcher, enum helper_kind kind, const char *subject, unsigned number, struct launched *ret)
{
	return launch(launcher, true, kind, subject, number, ret);
}

enum outcome
launcher_stop(struct launcher *launcher, struct launched *launched, int milliseconds, int *ret_status)
{
	struct message request, answer;
	enum outcome outcome;

	if (ret_status != NULL)
		*ret_status = -1;
	if (launched->socket >= 0)
		close(launched->socket);
	launched->socket = -1;
	message_begin(&request, MESSAGE_STOP);
	request.as.stop.pid = launched->pid;
	request.as.stop.milliseconds = milliseconds;
	outcome = ask(launcher, &request, MESSAGE_STOPPED, &answer);
	if (outcome == DONE && ret_status != NULL)
		*ret_status = answer.as.stopped.status;
	return outcome;
}

void
launcher_free(struct launcher **launcher)
{
	if (*launcher == NULL)
		return;
	/* At the end of its socket the launcher ends its children, then itself. */
	close((*launcher)->socket);
	while (waitpid((*launcher)->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(*launcher);
	*launcher = NULL;
}

const char *
launcher_pcsc_library(const struct launcher *launcher)
{
	return launcher == NULL ? "" : launcher->pcsc_library;
}
