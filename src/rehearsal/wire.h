/*
 * What the PC/SC library and the card process say to each other: one request, one answer, each a packet on a Unix
 * socket of packets; both ends check every length. A context of the library is one connection. A request that must wait
 * (for a transaction of others, for a change) is answered late; only WIRE_CANCEL may be sent meanwhile, and has no
 * answer of its own.
 */
#ifndef QUORATE_REHEARSAL_WIRE_H
#define QUORATE_REHEARSAL_WIRE_H

#include <quorate/card.h>
#include <stdbool.h>
#include <sys/types.h>

enum wire_operation {
	WIRE_HELLO = 1,  /* value[0]: WIRE_VERSION */
	WIRE_READERS,    /* answer: data = struct wire_reader each */
	WIRE_CONNECT,    /* value: share mode, protocols; data: reader's name. Answer: value = handle, protocol */
	WIRE_RECONNECT,  /* value: handle, share mode, protocols, initialisation. Answer: value[0] = protocol */
	WIRE_DISCONNECT, /* value: handle, disposition */
	WIRE_BEGIN,      /* value: handle */
	WIRE_END,        /* value: handle, disposition */
	WIRE_STATUS,     /* value: handle. Answer: value = state, protocol; data = struct wire_reader */
	WIRE_TRANSMIT,   /* value: handle; data: command. Answer: data */
	WIRE_WAIT,       /* value: milliseconds; data: struct wire_state each. Answer: the same, filled in */
	WIRE_CANCEL,     /* ends a WIRE_WAIT of this connection */
	WIRE_QUIT,       /* the card process ends, for the folder is about to be cleared */
};

#define WIRE_VERSION 1
#define WIRE_READERS_MOST 16
#define WIRE_NAME_SIZE 32
#define WIRE_ATR_SIZE 33
#define WIRE_DATA_MOST CARD_ANSWER_MOST
#define WIRE_FOREVER UINT32_MAX

struct wire_head {
	uint32_t operation; /* in an answer: the SCARD_ code */
	uint32_t value[4];
};

struct wire_packet {
	struct wire_head head;
	uint8_t data[WIRE_DATA_MOST];
};

struct wire_reader {
	char name[WIRE_NAME_SIZE];
	uint32_t atr_size;
	uint8_t atr[WIRE_ATR_SIZE];
};

struct wire_state {
	struct wire_reader reader;
	uint32_t current, event;
};

/* The socket of a rehearsal, its length checked; false if the folder's name is too long. */
bool wire_path(const char *folder, char ret[108]);

/* Sends a whole packet with size bytes of data; receives one (blocking or not, as the socket is). -1 on failure or when
   the packet is malformed (errno tells; 0 for the end), else the size of its data. */
int wire_send(int socket, const struct wire_packet *packet, size_t size);
ssize_t wire_receive(int socket, struct wire_packet *ret);

#endif
