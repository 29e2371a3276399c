/*
 * vpcd_bridge FOLDER SERIAL PORT: puts the virtual card of a folder into vpcd's reader, which waits for a card on a TCP
 * port of this machine. Ends when the reader does.
 *
 * The wire (vsmartcard, virtualsmartcard/src/vpcd): messages with a big-endian length of two bytes. One byte is an
 * order to the card: 0 power off, 1 power on, 2 reset, 4 tell the ATR; only the last is answered. All else is a
 * command.
 */
#include <quorate/secret.h>
#include <quorate/virtual_card.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ORDER_OFF, ORDER_ON, ORDER_RESET, ORDER_ATR = 4 };

#define CONNECT_TRIES 100
#define CONNECT_PAUSE_NS 50000000L

static bool
take(int reader, uint8_t *ret, size_t size)
{
	const int yes = 1;

	while (size > 0) {
		ssize_t got;

		/* The driver writes length and message apart, and sends the second only once the first was
		   acknowledged: without this every command waits for 40 ms. */
		(void)setsockopt(reader, IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
		got = read(reader, ret, size);

		if (got <= 0)
			return false;
		ret += got;
		size -= (size_t)got;
	}
	return true;
}

static bool
give(int reader, const uint8_t *bytes, size_t size)
{
	uint8_t message[2 + CARD_ANSWER_MOST] = { (uint8_t)(size >> 8), (uint8_t)size };
	size_t sent = 0;

	if (size > CARD_ANSWER_MOST)
		return false;
	memcpy(message + 2, bytes, size);
	while (sent < size + 2) {
		ssize_t wrote = send(reader, message + sent, size + 2 - sent, MSG_NOSIGNAL);

		if (wrote <= 0)
			return false;
		sent += (size_t)wrote;
	}
	return true;
}

static bool
obey(struct virtual_card *card, int reader, uint8_t order)
{
	uint8_t atr[33];

	switch (order) {
	case ORDER_OFF:
	case ORDER_ON:
	case ORDER_RESET:
		virtual_card_reset(card);
		return true;
	case ORDER_ATR:
		return give(reader, atr, virtual_card_atr(atr));
	default:
		return true;
	}
}

static void
serve(struct virtual_card *card, int reader)
{
	static uint8_t command[UINT16_MAX], answer[CARD_ANSWER_MOST];
	uint8_t length[2];

	while (take(reader, length, sizeof length)) {
		size_t size = (size_t)length[0] << 8 | length[1];

		if (!take(reader, command, size))
			return;
		if (size == 1) {
			if (!obey(card, reader, command[0]))
				return;
		} else if (size > 1) {
			size_t answer_size = 0;

			virtual_card_command(card, command, size, answer, &answer_size);
			if (!give(reader, answer, answer_size))
				return;
		}
	}
}

/* The reader's driver may not be listening yet. */
static int
connect_patiently(uint16_t port)
{
	const struct timespec pause = { 0, CONNECT_PAUSE_NS };
	const struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};

	for (int i = 0; i < CONNECT_TRIES; i++) {
		int reader = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (reader < 0)
			return -1;
		if (connect(reader, (const struct sockaddr *)&address, sizeof address) == 0)
			return reader;
		close(reader);
		nanosleep(&pause, NULL);
	}
	return -1;
}

int
main(int count, char **words)
{
	struct virtual_card *card = NULL;
	enum outcome outcome;
	int reader;

	if (count != 4) {
		fputs("usage: vpcd_bridge FOLDER SERIAL PORT\n", stderr);
		return 2;
	}
	/* The card wraps keys in it. */
	outcome = secret_open();
	if (outcome == DONE)
		outcome = virtual_card_open(&card, words[1], words[2]);
	if (outcome != DONE) {
		fprintf(stderr, "vpcd_bridge: %s\n", outcome_text(outcome));
		return EXIT_FAILURE;
	}
	reader = connect_patiently((uint16_t)strtoul(words[3], NULL, 10));
	if (reader < 0) {
		fprintf(stderr, "vpcd_bridge: %s\n", strerror(errno));
		virtual_card_free(&card);
		return EXIT_FAILURE;
	}
	puts("connected");
	fflush(stdout);
	serve(card, reader);
	close(reader);
	virtual_card_free(&card);
	return EXIT_SUCCESS;
}
