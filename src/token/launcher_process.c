#include "launcher.h"
#include "message.h"

#include <quorate/clock.h>
#include <quorate/text.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A worker for each module, two for PC/SC, one list, and helpers beside them. */
#define CHILDREN_MOST (2 * LIMIT_MODULES + 8)
#define VARIABLES_MOST 40
#define ARGUMENTS_MOST 6

/* The programs that may be started, with their whole argument lists; SUBJECT stands for what the console names. */
#define SUBJECT ""
static const struct {
	const char *file;
	const char *arguments[ARGUMENTS_MOST];
	bool needs_subject;
} helpers[HELPER_KIND_COUNT] = {
	[HELPER_LP] = { "/usr/bin/lp", { "lp", "-s", "-d", SUBJECT, NULL }, true },
	[HELPER_LPSTAT] = { "/usr/bin/lpstat", { "lpstat", "-e", NULL }, false },
};

/* What children keep of the environment. OPENSC_DEBUG and the like stay out: they write PINs into logs. */
static const char *const kept[] = { "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANGUAGE", "TZ", "USER",
	"LOGNAME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "SOFTHSM2_CONF", "OPENSC_CONF", "PCSCLITE_CSOCK_NAME",
	"CUPS_SERVER" };

static struct {
	int socket;
	const char *pcsc_library;
	char *environment[VARIABLES_MOST + 1];
	pid_t children[CHILDREN_MOST];
	size_t count;
} launcher;

static void
add_variable(char *variable)
{
	size_t count = 0;

	if (variable == NULL)
		return;
	while (launcher.environment[count] != NULL)
		count++;
	if (count < VARIABLES_MOST)
		launcher.environment[count] = variable;
}

static void
make_environment(const char *const *added)
{
	static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";

	add_variable(path);
	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
		const char *value = getenv(kept[i]);
		bool is_replaced = false;
		char *variable;

		for (const char *const *one = added; one != NULL && *one != NULL; one++)
			is_replaced |= strncmp(*one, kept[i], strlen(kept[i])) == 0 && (*one)[strlen(kept[i])] == '=';
		if (value != NULL && !is_replaced && asprintf(&variable, "%s=%s", kept[i], value) > 0)
			add_variable(variable);
	}
	for (const char *const *one = added; one != NULL && *one != NULL; one++)
		add_variable(strdup(*one));
}

/* Every signal as at birth, a session of its own (the terminal's keys are the console's), and no descriptor but the
   socket, once or twice. */
static int
spawn(const char *file, char *const *arguments, int socket, bool is_helper, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t all, none;
	int error;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
	if (is_helper) {
		error = posix_spawn_file_actions_adddup2(&actions, socket, 0);
		error = error != 0 ? error : posix_spawn_file_actions_adddup2(&actions, socket, 1);
	} else {
		error = posix_spawn_file_actions_adddup2(&actions, socket, 3);
	}
	error = error != 0 ? error : posix_spawn_file_actions_addclosefrom_np(&actions, is_helper ? 3 : 4);
	error = error != 0 ? error : posix_spawn(ret_pid, file, &actions, &attributes, arguments, launcher.environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* argv of posix_spawn is not const, though nothing writes to it. */
static char *
argument(const char *text)
{
	return (char *)(uintptr_t)text;
}

static int
spawn_helper(unsigned which, const char *subject, int socket, pid_t *ret_pid)
{
	char *arguments[ARGUMENTS_MOST];

	/* A name that looks like an option would become one. */
	if (which >= HELPER_KIND_COUNT || helpers[which].needs_subject != (subject[0] != '\0') || subject[0] == '-')
		return EINVAL;
	for (size_t i = 0; i < ARGUMENTS_MOST; i++) {
		const char *text = helpers[which].arguments[i];

		arguments[i] = argument(text != NULL && text[0] == '\0' ? subject : text);
	}
	return spawn(helpers[which].file, arguments, socket, true, ret_pid);
}

static int
spawn_worker(unsigned which, const char *subject, int socket, pid_t *ret_pid)
{
	char kind[4];
	char *arguments[] = { argument("quorate"), argument("--role"), kind, NULL, NULL };

	if (which >= WORKER_KIND_COUNT)
		return EINVAL;
	text_format(kind, sizeof kind, "%u", which);
	if (which == WORKER_PCSC || which == WORKER_WATCH)
		arguments[3] = argument(launcher.pcsc_library);
	else if (subject[0] != '\0')
		arguments[3] = argument(subject);
	return spawn("/proc/self/exe", arguments, socket, false, ret_pid);
}

static enum outcome
answer_launch(const struct message *request)
{
	struct message answer;
	int pair[2] = { -1, -1 }, error = EAGAIN;
	pid_t pid = 0;
	/* A helper reads and writes a stream; a worker, packets. */
	int type = request->as.launch.is_helper ? SOCK_STREAM : SOCK_SEQPACKET;
	enum outcome outcome;

	message_begin(&answer, MESSAGE_LAUNCHED);
	if (launcher.count < CHILDREN_MOST)
		error = socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) == 0 ? 0 : errno;
	if (error == 0)
		error = (request->as.launch.is_helper ? spawn_helper : spawn_worker)(
			request->as.launch.which, request->as.launch.subject, pair[1], &pid);
	if (error == 0) {
		launcher.children[launcher.count++] = pid;
		answer.as.launched.pid = pid;
		answer.descriptor = pair[0];
	} else {
		answer.as.launched.outcome = FAIL_PROCESS;
		answer.as.launched.code = (struct code){ CODE_ERRNO, (uint32_t)error };
	}
	outcome = message_send(launcher.socket, &answer, true);
	if (pair[0] >= 0) {
		close(pair[0]);
		close(pair[1]);
	}
	return outcome;
}

/* Waits for a child to end by itself. */
static void
wait_a_while(pid_t pid, int milliseconds)
{
	struct pollfd ended = { pidfd_open(pid, 0), POLLIN, 0 };
	int64_t until = clock_steady_ms() + milliseconds, left = milliseconds;

	if (ended.fd < 0)
		return;
	while (left > 0 && poll(&ended, 1, (int)left) < 0 && errno == EINTR)
		left = until - clock_steady_ms();
	close(ended.fd);
}

static int
end_child(pid_t pid)
{
	int status = -1;

	/* One that has ended already, and is not yet reaped, keeps its status. */
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static enum outcome
answer_stop(const struct message *request)
{
	struct message answer;
	pid_t pid = request->as.stop.pid;

	message_begin(&answer, MESSAGE_STOPPED);
	answer.as.stopped.status = -1;
	for (size_t i = 0; i < launcher.count; i++)
		if (launcher.children[i] == pid) {
			wait_a_while(pid, request->as.stop.milliseconds);
			answer.as.stopped.status = end_child(pid);
			launcher.children[i] = launcher.children[--launcher.count];
			break;
		}
	return message_send(launcher.socket, &answer, true);
}

/* The launcher's own descriptors: nothing of the terminal, nothing of the console's files, and its socket as 3. */
static bool
settle_down(int socket)
{
	int null = open("/dev/null", O_RDWR);

	for (int i = 0; i <= 2; i++)
		if (dup2(null, i) != i)
			return false;
	/* dup2 onto itself would leave close-on-exec as it is, dup2 onto another clears it. */
	if (dup2(socket, 3) != 3 || fcntl(3, F_SETFD, FD_CLOEXEC) != 0)
		return false;
	launcher.socket = 3;
	return close_range(4, ~0U, 0) == 0 && setsid() >= 0;
}

_Noreturn void
launcher_process(int socket, const struct launcher_settings *settings)
{
	struct message request;
	enum outcome outcome = DONE;

	if (!settle_down(socket))
		_exit(1);
	launcher.pcsc_library = settings->pcsc_library;
	make_environment(settings->environment);
	while (outcome == DONE && message_receive(launcher.socket, &request, true) == DONE) {
		if (request.kind == MESSAGE_LAUNCH)
			outcome = answer_launch(&request);
		else if (request.kind == MESSAGE_STOP)
			outcome = answer_stop(&request);
		else
			outcome = FAIL_MESSAGE;
		message_clear(&request);
	}
	while (launcher.count > 0)
		end_child(launcher.children[--launcher.count]);
	_exit(0);
}
