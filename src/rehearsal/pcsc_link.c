#include "pcsc_link.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The process may just be ending, or clearing up: patience before there is said to be no service. */
enum { TRIES = 100, PAUSE_MS = 50 };

static int
connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct wire_packet *hello = malloc(sizeof *hello);
	int link = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	bool is_heard = false;

	memcpy(address.sun_path, path, strlen(path) + 1);
	if (hello != NULL && link >= 0 && connect(link, (struct sockaddr *)&address, sizeof address) == 0) {
		hello->head = (struct wire_head){ .operation = WIRE_HELLO, .value = { WIRE_VERSION } };
		is_heard =
			wire_send(link, hello, 0) == 0 && wire_receive(link, hello) >= 0 && hello->head.operation == 0;
	}
	free(hello);
	if (!is_heard && link >= 0) {
		close(link);
		link = -1;
	}
	return link;
}

/* Starts the program and waits until its socket listens. The host's signals and descriptors are not its business. */
static void
start(const char *program, const char *folder)
{
	char *arguments[] = { (char *)(uintptr_t)program, (char *)(uintptr_t)folder, NULL };
	char *environment[] = { NULL };
	posix_spawnattr_t attributes;
	sigset_t none, all;
	pid_t child;

	if (posix_spawnattr_init(&attributes) != 0)
		return;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	if (posix_spawn(&child, program, NULL, &attributes, arguments, environment) == 0) {
		/* Where the host ignores SIGCHLD there is nothing to reap: the tries below do the waiting. */
		while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	posix_spawnattr_destroy(&attributes);
}

int
pcsc_link_open(void)
{
	const char *folder = secure_getenv("QUORATE_REHEARSAL"), *program = secure_getenv("QUORATE_REHEARSAL_CARD");
	const struct timespec pause = { 0, PAUSE_MS * 1000000L };
	char path[108];
	int link;

	if (folder == NULL || program == NULL || folder[0] != '/' || !wire_path(folder, path))
		return -1;
	for (int i = 0; i < TRIES; i++) {
		link = connect_to(path);
		if (link >= 0)
			return link;
		if (access(folder, W_OK) != 0 || access(program, X_OK) != 0)
			return -1;
		if (i > 0)
			nanosleep(&pause, NULL);
		start(program, folder);
	}
	return -1;
}
