#include "wire.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

bool
wire_path(const char *folder, char ret[108])
{
	int length = snprintf(ret, 108, "%s/socket", folder);

	return length > 0 && length < 108;
}

int
wire_send(int socket, const struct wire_packet *packet, size_t size)
{
	size_t whole = sizeof packet->head + size;
	ssize_t sent;

	do
		sent = send(socket, packet, whole, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)whole ? 0 : -1;
}

ssize_t
wire_receive(int socket, struct wire_packet *ret)
{
	ssize_t got;

	do
		got = recv(socket, ret, sizeof *ret, MSG_TRUNC);
	while (got < 0 && errno == EINTR);
	if (got < (ssize_t)sizeof ret->head || got > (ssize_t)sizeof *ret) {
		if (got >= 0)
			errno = got == 0 ? 0 : EPROTO;
		return -1;
	}
	return got - (ssize_t)sizeof ret->head;
}
