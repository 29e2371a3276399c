/*
 * quorate-rehearsal-card FOLDER: plays all cards of a rehearsal. Started by the PC/SC library when somebody needs it;
 * never two at once; ends by itself when nobody was connected for a while. The caller gets its exit status as soon as
 * the socket listens: 0, also when another process plays already.
 */
#include "readers.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <quorate/process.h>
#include <quorate/secret.h>
#include <quorate/text.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <winscard.h>

enum { CLIENTS_MOST = 64, LINGER_MS = 10000 };

struct client {
	int socket; /* -1: free place */
	client_number number;
	struct wire_packet *waiting; /* a request that cannot be answered yet */
	size_t waiting_size;
	int64_t deadline; /* of a WIRE_WAIT, milliseconds; -1: none */
};

struct server {
	struct readers *readers;
	int listener;
	struct client clients[CLIENTS_MOST];
	client_number last_number;
	bool is_ending;
};

static int64_t
now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void
forget_request(struct client *client)
{
	if (client->waiting != NULL)
		OPENSSL_cleanse(client->waiting, sizeof client->waiting->head + client->waiting_size);
	free(client->waiting);
	client->waiting = NULL;
}

static void
drop(struct server *server, struct client *client)
{
	forget_request(client);
	close(client->socket);
	client->socket = -1;
	readers_leave(server->readers, client->number);
}

static void
answer(struct server *server, struct client *client, struct wire_packet *packet, size_t size)
{
	/* Never blocks: a client that does not fetch its one answer is not worth waiting for. */
	if (wire_send(client->socket, packet, size) != 0)
		drop(server, client);
	OPENSSL_cleanse(packet, sizeof packet->head + size);
}

/* Tries the request that waits, and says what time or a cancel made of it. */
static void
retry(struct server *server, struct client *client, bool is_cancelled)
{
	static struct wire_packet packet;
	size_t size = client->waiting_size;

	memcpy(&packet, client->waiting, sizeof packet.head + size);
	if (!readers_serve(server->readers, client->number, &packet, &size)) {
		if (is_cancelled)
			packet.head.operation = (uint32_t)SCARD_E_CANCELLED;
		else if (client->deadline >= 0 && now_ms() >= client->deadline)
			packet.head.operation = (uint32_t)SCARD_E_TIMEOUT;
		else {
			OPENSSL_cleanse(&packet, sizeof packet.head + client->waiting_size);
			return;
		}
	}
	forget_request(client);
	answer(server, client, &packet, size);
}

static void
retry_all(struct server *server)
{
	for (size_t i = 0; i < CLIENTS_MOST; i++)
		if (server->clients[i].socket >= 0 && server->clients[i].waiting != NULL)
			retry(server, &server->clients[i], false);
}

static void
take_request(struct server *server, struct client *client)
{
	static struct wire_packet packet;
	ssize_t got = wire_receive(client->socket, &packet);
	uint32_t operation;
	size_t size;

	if (got < 0) {
		if (errno != EAGAIN)
			drop(server, client);
		return;
	}
	size = (size_t)got;
	operation = packet.head.operation;
	if (operation == WIRE_CANCEL) {
		if (client->waiting != NULL && client->waiting->head.operation == WIRE_WAIT)
			retry(server, client, true);
	} else if (client->waiting != NULL) {
		/* One request at a time. */
		drop(server, client);
	} else if (operation == WIRE_HELLO || operation == WIRE_QUIT) {
		server->is_ending = operation == WIRE_QUIT;
		packet.head.operation = (uint32_t)(operation == WIRE_HELLO && packet.head.value[0] != WIRE_VERSION
							   ? SCARD_E_INVALID_VALUE
							   : SCARD_S_SUCCESS);
		answer(server, client, &packet, 0);
	} else {
		client->waiting = malloc(sizeof packet.head + size);
		if (client->waiting == NULL) {
			drop(server, client);
		} else {
			memcpy(client->waiting, &packet, sizeof packet.head + size);
			client->waiting_size = size;
			client->deadline = operation == WIRE_WAIT && packet.head.value[0] != WIRE_FOREVER
						   ? now_ms() + packet.head.value[0]
						   : -1;
			retry(server, client, false);
		}
	}
	OPENSSL_cleanse(&packet, sizeof packet.head + size);
}

static void
take_client(struct server *server)
{
	struct ucred who;
	socklen_t size = sizeof who;
	int socket = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (socket < 0)
		return;
	if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 && (who.uid == getuid() || who.uid == 0)) {
		for (size_t i = 0; i < CLIENTS_MOST; i++) {
			if (server->clients[i].socket >= 0)
				continue;
			server->clients[i] = (struct client){ .socket = socket, .number = ++server->last_number };
			return;
		}
	}
	close(socket);
}

static int
patience(const struct server *server, int64_t idle_since)
{
	int64_t until = idle_since >= 0 ? idle_since + LINGER_MS : -1, left;

	for (size_t i = 0; i < CLIENTS_MOST; i++) {
		const struct client *client = &server->clients[i];

		if (client->socket >= 0 && client->waiting != NULL && client->deadline >= 0 &&
			(until < 0 || client->deadline < until))
			until = client->deadline;
	}
	if (until < 0)
		return -1;
	left = until - now_ms();
	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

static void
serve(struct server *server)
{
	int64_t idle_since = now_ms();

	while (!server->is_ending && (idle_since < 0 || now_ms() - idle_since < LINGER_MS)) {
		struct pollfd ready[CLIENTS_MOST + 2] = { { server->listener, POLLIN, 0 },
			{ readers_descriptor(server->readers), POLLIN, 0 } };
		size_t clients = 0;

		for (size_t i = 0; i < CLIENTS_MOST; i++)
			ready[i + 2] = (struct pollfd){ server->clients[i].socket, POLLIN, 0 };
		if (poll(ready, CLIENTS_MOST + 2, patience(server, idle_since)) < 0 && errno != EINTR)
			return;
		if (ready[1].revents != 0)
			readers_look(server->readers);
		for (size_t i = 0; i < CLIENTS_MOST; i++)
			if (ready[i + 2].revents != 0)
				take_request(server, &server->clients[i]);
		if (ready[0].revents != 0)
			take_client(server);
		retry_all(server);
		for (size_t i = 0; i < CLIENTS_MOST; i++)
			clients += server->clients[i].socket >= 0;
		if (clients > 0)
			idle_since = -1;
		else if (idle_since < 0)
			idle_since = now_ms();
	}
}

/* The lock of the folder; -1 if another process has it. It goes with the process, whatever becomes of it. */
static int
take_lock(const char *folder)
{
	char path[300];
	int lock;

	text_format(path, sizeof path, "%s/lock", folder);
	lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) != 0) {
		close(lock);
		lock = -1;
	}
	return lock;
}

static int
listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memcpy(address.sun_path, path, strlen(path) + 1);
	/* Whoever left it there is gone: the lock is ours. */
	unlink(path);
	if (listener >= 0 && (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
				     listen(listener, CLIENTS_MOST) != 0)) {
		close(listener);
		listener = -1;
	}
	return listener;
}

/* Away from the caller's terminal and session; true in the process that goes on. */
static bool
detach(void)
{
	pid_t child = fork();
	int nothing;

	if (child != 0)
		_exit(child < 0);
	if (setsid() < 0)
		_exit(1);
	child = fork();
	if (child != 0)
		_exit(child < 0);
	nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	return nothing >= 0 && dup2(nothing, 0) == 0 && dup2(nothing, 1) == 1 && dup2(nothing, 2) == 2 &&
	       chdir("/") == 0;
}

int
main(int argc, char **argv)
{
	static struct server server;
	char folder[PATH_MAX], path[108];
	int lock;

	/* Nothing of the caller's stays open: it may be waiting for the end of a pipe. */
	if (close_range(3, UINT_MAX, 0) != 0 || process_begin() != DONE || argc != 2 ||
		realpath(argv[1], folder) == NULL || strlen(folder) >= 256 || !wire_path(folder, path))
		return 2;
	lock = take_lock(folder);
	if (lock < 0)
		return 0;
	for (size_t i = 0; i < CLIENTS_MOST; i++)
		server.clients[i].socket = -1;
	if (readers_open(&server.readers, folder) != DONE)
		return 1;
	server.listener = listen_at(path);
	if (server.listener < 0)
		return 1;
	/* Locked memory is not inherited: the secure heap comes after the last fork. */
	if (detach() && secret_open() == DONE)
		serve(&server);
	unlink(path);
	for (size_t i = 0; i < CLIENTS_MOST; i++)
		if (server.clients[i].socket >= 0)
			drop(&server, &server.clients[i]);
	readers_free(&server.readers);
	close(server.listener);
	close(lock);
	return 0;
}
