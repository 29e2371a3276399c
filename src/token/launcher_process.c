#include "launcher.h"
#include "message.h"

#include <quorate/clock.h>
#include <quorate/text.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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
#define ARGUMENTS_MOST 24

/* The programs that may be started, with their whole argument lists; SUBJECT stands for what the console names, NUMBER
 * for its number, PICTURE for the picture of that number on standard input. */
#define SUBJECT "\001"
#define NUMBER "\002"
#define PICTURE "\003"
static const struct {
	const char *file;
	const char *arguments[8];
	bool needs_subject;
	bool is_confined; /* it reads what strangers made: little room, no powers */
} helpers[HELPER_KIND_COUNT] = {
	[HELPER_LP] = { "/usr/bin/lp", { "-n", NUMBER, "-t", "quorate", "-d", SUBJECT }, true, false },
	[HELPER_LPSTAT] = { "/usr/bin/lpstat", { "-e" }, false, false },
	[HELPER_QUEUES] = { "/usr/bin/lpstat", { "-a", "-p" }, false, false },
	[HELPER_JOBS] = { "/usr/bin/lpstat", { "-o", SUBJECT }, true, false },
	[HELPER_JOBS_ALL] = { "/usr/bin/lpstat", { "-W", "all", "-o", SUBJECT }, true, false },
	[HELPER_CANCEL_JOB] = { "/usr/bin/cancel", { SUBJECT }, true, false },
	[HELPER_PURGE_QUEUE] = { "/usr/bin/cancel", { "-x", "-a", SUBJECT }, true, false },
	[HELPER_MOUNT] = { "/usr/bin/udisksctl", { "mount", "--no-user-interaction", "-b", SUBJECT }, true, false },
	[HELPER_UNMOUNT] = { "/usr/bin/udisksctl", { "unmount", "--no-user-interaction", "-b", SUBJECT }, true, false },
	[HELPER_LOCK] = { "/usr/bin/udisksctl", { "lock", "--no-user-interaction", "-b", SUBJECT }, true, false },
	[HELPER_ZBARIMG] = { "/usr/bin/zbarimg", { "--nodbus", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", PICTURE },
		false, true },
};

static const char *const pictures[PICTURE_KIND_COUNT] = {
	[PICTURE_PNG] = "png:-", [PICTURE_JPEG] = "jpeg:-", [PICTURE_PNM] = "pnm:-", [PICTURE_TIFF] = "tiff:-"
};

/* Of a confined helper: seconds of work, bytes of memory and of files; no core file; and whatever it is made to do, it
 * gains no powers by it. Root's own helper becomes nobody. */
static const char *const confinement[] = { "/usr/bin/prlimit", "--cpu=20", "--as=1073741824", "--fsize=134217728",
	"--core=0", "--nofile=64", "/usr/bin/setpriv", "--no-new-privs", "--inh-caps=-all", NULL };
static const char *const becomes_nobody[] = { "--bounding-set=-all", "--reuid=65534", "--regid=65534", "--clear-groups",
	NULL };

/* What children keep of the environment. OPENSC_DEBUG and the like stay out: they write PINs into logs. */
static const char *const kept[] = { "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANGUAGE", "TZ", "USER",
	"LOGNAME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "SOFTHSM2_CONF", "OPENSC_CONF", "PCSCLITE_CSOCK_NAME" };

/* Helpers are read by this program, not by people: their words have one language. */
static const char *const kept_for_helpers[] = { "HOME", "USER", "LOGNAME", "CUPS_SERVER", "DBUS_SYSTEM_BUS_ADDRESS" };
static const char *const fixed_for_helpers[] = { "LC_ALL=C", "MAGICK_THREAD_LIMIT=1", "MAGICK_TMPDIR=/dev/shm", NULL };

struct environment {
	char *variables[VARIABLES_MOST + 1];
};

static struct {
	int socket;
	const char *pcsc_library, *root;
	struct environment workers, helpers;
	pid_t children[CHILDREN_MOST];
	size_t count;
} launcher;

static void
add_variable(struct environment *environment, char *variable)
{
	size_t count = 0;

	if (variable == NULL)
		return;
	while (environment->variables[count] != NULL)
		count++;
	if (count < VARIABLES_MOST)
		environment->variables[count] = variable;
}

static void
make_environment(struct environment *ret, const char *const *names, size_t count, const char *const *added)
{
	static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";

	add_variable(ret, path);
	for (size_t i = 0; i < count; i++) {
		const char *value = getenv(names[i]);
		bool is_replaced = false;
		char *variable;

		for (const char *const *one = added; one != NULL && *one != NULL; one++)
			is_replaced |=
				strncmp(*one, names[i], strlen(names[i])) == 0 && (*one)[strlen(names[i])] == '=';
		if (value != NULL && !is_replaced && asprintf(&variable, "%s=%s", names[i], value) > 0)
			add_variable(ret, variable);
	}
	for (const char *const *one = added; one != NULL && *one != NULL; one++)
		add_variable(ret, strdup(*one));
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
	error = error != 0 ? error
			   : posix_spawn(ret_pid, file, &actions, &attributes, arguments,
				     is_helper ? launcher.helpers.variables : launcher.workers.variables);
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

/* A word of the table with what it stands for in its place; NULL if there is none such. */
static const char *
fill_in(const char *word, const struct message *request, const char *number)
{
	uint32_t picture = request->as.launch.number;

	if (strcmp(word, SUBJECT) == 0)
		return request->as.launch.subject;
	if (strcmp(word, NUMBER) == 0)
		return request->as.launch.number > 0 ? number : NULL;
	if (strcmp(word, PICTURE) == 0)
		return picture < PICTURE_KIND_COUNT ? pictures[picture] : NULL;
	return word;
}

static size_t
add_words(char **arguments, size_t count, const char *const *words)
{
	while (*words != NULL)
		arguments[count++] = argument(*words++);
	return count;
}

static int
spawn_helper(const struct message *request, int socket, pid_t *ret_pid)
{
	unsigned which = request->as.launch.which;
	const char *subject = request->as.launch.subject;
	char *arguments[ARGUMENTS_MOST + 1] = { NULL }, number[16], file[PATH_MAX];
	size_t count = 0;

	/* A name that looks like an option would become one. */
	if (which >= HELPER_KIND_COUNT || helpers[which].needs_subject != (subject[0] != '\0') || subject[0] == '-')
		return EINVAL;
	text_format(number, sizeof number, "%u", request->as.launch.number);
	text_format(file, sizeof file, "%s%s", launcher.root == NULL ? "" : launcher.root, helpers[which].file);
	if (access(file, X_OK) != 0)
		return errno;
	if (helpers[which].is_confined) {
		count = add_words(arguments, count, confinement);
		if (geteuid() == 0)
			count = add_words(arguments, count, becomes_nobody);
	}
	arguments[count++] = file;
	for (size_t i = 0; i < 8 && helpers[which].arguments[i] != NULL; i++) {
		const char *word = fill_in(helpers[which].arguments[i], request, number);

		if (word == NULL)
			return EINVAL;
		arguments[count++] = argument(word);
	}
	return spawn(arguments[0], arguments, socket, true, ret_pid);
}

static int
spawn_worker(const struct message *request, int socket, pid_t *ret_pid)
{
	unsigned which = request->as.launch.which;
	const char *subject = request->as.launch.subject;
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
		error = (request->as.launch.is_helper ? spawn_helper : spawn_worker)(request, pair[1], &pid);
	if (error == 0) {
		launcher.children[launcher.count++] = pid;
		answer.as.launched.pid = pid;
		answer.descriptor = pair[0];
	} else {
		answer.as.launched.outcome =
			request->as.launch.is_helper && error == ENOENT ? FAIL_HELPER_MISSING : FAIL_PROCESS;
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
settle_down(int socket, int trace)
{
	int null = open("/dev/null", O_RDWR);

	for (int i = 0; i <= 2; i++)
		if (dup2(i == 2 && trace > 0 ? trace : null, i) != i)
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

	if (!settle_down(socket, settings->trace))
		_exit(1);
	launcher.pcsc_library = settings->pcsc_library;
	launcher.root = settings->root;
	make_environment(&launcher.workers, kept, sizeof kept / sizeof kept[0], settings->environment);
	make_environment(&launcher.helpers, kept_for_helpers, sizeof kept_for_helpers / sizeof kept_for_helpers[0],
		fixed_for_helpers);
	while (outcome == DONE && message_receive(launcher.socket, &request, true) == DONE) {
		if (request.kind == MESSAGE_LAUNCH)
			outcome = answer_launch(&request);
		else if (request.kind == MESSAGE_STOP)
			outcome = answer_stop(&request);
		else
			outcome = FAIL_MESSAGE;
		message_clear(&request);
	}
	/* All at once, then one after the other. */
	for (size_t i = 0; i < launcher.count; i++)
		kill(launcher.children[i], SIGKILL);
	while (launcher.count > 0)
		end_child(launcher.children[--launcher.count]);
	_exit(0);
}
