#include "readers.h"

#include <errno.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <quorate/text.h>
#include <quorate/virtual_card.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <winscard.h>

enum { CONNECTIONS_MOST = 64 };

/* What happened to a card behind a connection's back. */
enum incident { NOTHING, WAS_RESET, WAS_REMOVED };

struct connection {
	uint32_t handle; /* 0: free place */
	client_number owner;
	unsigned number; /* of the reader */
	uint32_t share;
	uint32_t protocol;
	enum incident incident;
};

struct reader {
	bool is_there;
	struct virtual_card *card; /* NULL: empty */
	uint32_t changes;          /* cards inserted and removed, 16 bits */
	uint32_t transaction;      /* handle, 0: none */
	unsigned depth;            /* transactions nest */
};

struct readers {
	char folder[256];
	int inotify;
	struct reader readers[WIRE_READERS_MOST + 1]; /* from 1 */
	struct connection connections[CONNECTIONS_MOST];
	uint32_t last_handle;
};

static void
name_of(unsigned number, char ret[WIRE_NAME_SIZE])
{
	text_format(ret, WIRE_NAME_SIZE, "Rehearsal card %u", number);
}

static unsigned
number_of(const struct readers *readers, const char *name)
{
	char each[WIRE_NAME_SIZE];

	for (unsigned i = 1; i <= WIRE_READERS_MOST; i++) {
		name_of(i, each);
		if (readers->readers[i].is_there && strcmp(name, each) == 0)
			return i;
	}
	return 0;
}

static unsigned
count_of(const struct readers *readers)
{
	unsigned count = 0;

	for (unsigned i = 1; i <= WIRE_READERS_MOST; i++)
		count += readers->readers[i].is_there;
	return count;
}

static void
tell(struct readers *readers, unsigned number, enum incident incident, const struct connection *but)
{
	for (size_t i = 0; i < CONNECTIONS_MOST; i++) {
		struct connection *connection = &readers->connections[i];

		if (connection->handle != 0 && connection->number == number && connection != but &&
			connection->incident != WAS_REMOVED)
			connection->incident = incident;
	}
}

static void
take_card_out(struct readers *readers, unsigned number)
{
	struct reader *reader = &readers->readers[number];

	virtual_card_free(&reader->card);
	reader->changes++;
	reader->transaction = 0;
	tell(readers, number, WAS_REMOVED, NULL);
}

void
readers_look(struct readers *readers)
{
	char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));

	/* What exactly happened does not matter: the folders say how things stand. */
	while (read(readers->inotify, events, sizeof events) > 0)
		continue;
	for (unsigned i = 1; i <= WIRE_READERS_MOST; i++) {
		struct reader *reader = &readers->readers[i];
		char folder[300], removed[320], serial[16];

		text_format(folder, sizeof folder, "%s/card%u", readers->folder, i);
		text_format(removed, sizeof removed, "%s/removed", folder);
		text_format(serial, sizeof serial, "REHE%07u", i);
		reader->is_there = access(folder, F_OK) == 0;
		if (reader->is_there)
			(void)inotify_add_watch(readers->inotify, folder,
				IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ONLYDIR);
		if (reader->card != NULL && (!reader->is_there || access(removed, F_OK) == 0)) {
			take_card_out(readers, i);
		} else if (reader->card == NULL && reader->is_there && access(removed, F_OK) != 0 &&
			   virtual_card_open(&reader->card, folder, serial) == DONE) {
			reader->changes++;
		}
	}
}

enum outcome
readers_open(struct readers **ret, const char *folder)
{
	struct readers *readers = calloc(1, sizeof *readers);

	*ret = NULL;
	if (readers == NULL)
		return FAIL_MEMORY;
	text_format(readers->folder, sizeof readers->folder, "%s", folder);
	readers->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (readers->inotify < 0 || inotify_add_watch(readers->inotify, folder,
					    IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ONLYDIR) < 0) {
		readers_free(&readers);
		return FAIL_REHEARSAL;
	}
	readers_look(readers);
	*ret = readers;
	return DONE;
}

void
readers_free(struct readers **readers)
{
	if (*readers != NULL) {
		for (unsigned i = 1; i <= WIRE_READERS_MOST; i++)
			virtual_card_free(&(*readers)->readers[i].card);
		if ((*readers)->inotify >= 0)
			close((*readers)->inotify);
		free(*readers);
	}
	*readers = NULL;
}

int
readers_descriptor(const struct readers *readers)
{
	return readers->inotify;
}

static struct connection *
find(struct readers *readers, client_number owner, uint32_t handle)
{
	for (size_t i = 0; i < CONNECTIONS_MOST; i++)
		if (handle != 0 && readers->connections[i].handle == handle && readers->connections[i].owner == owner)
			return &readers->connections[i];
	return NULL;
}

static unsigned
connections_to(const struct readers *readers, unsigned number, bool *ret_is_exclusive)
{
	unsigned count = 0;

	*ret_is_exclusive = false;
	for (size_t i = 0; i < CONNECTIONS_MOST; i++) {
		const struct connection *connection = &readers->connections[i];

		if (connection->handle == 0 || connection->number != number)
			continue;
		count++;
		*ret_is_exclusive = *ret_is_exclusive || connection->share == SCARD_SHARE_EXCLUSIVE;
	}
	return count;
}

/* Others hold a transaction: whoever wants the card waits. */
static bool
must_wait(const struct readers *readers, unsigned number, uint32_t handle)
{
	uint32_t holder = readers->readers[number].transaction;

	return holder != 0 && holder != handle;
}

static void
reset(struct readers *readers, unsigned number, const struct connection *by)
{
	struct reader *reader = &readers->readers[number];

	if (reader->card == NULL)
		return;
	virtual_card_reset(reader->card);
	tell(readers, number, WAS_RESET, by);
}

static void
end_connection(struct readers *readers, struct connection *connection, uint32_t disposition)
{
	struct reader *reader = &readers->readers[connection->number];
	unsigned number = connection->number;
	bool is_exclusive;

	if (reader->transaction == connection->handle)
		reader->transaction = 0;
	if (disposition != SCARD_LEAVE_CARD && connection->incident == NOTHING)
		reset(readers, number, connection);
	*connection = (struct connection){ 0 };
	/* Nobody left: the card loses power, and with it every login. */
	if (connections_to(readers, number, &is_exclusive) == 0 && reader->card != NULL)
		virtual_card_reset(reader->card);
}

static LONG
protocol_for(const struct reader *reader, uint32_t share, uint32_t wanted, uint32_t *ret)
{
	/* The card speaks T=1 and nothing else. */
	*ret = SCARD_PROTOCOL_UNDEFINED;
	if (share == SCARD_SHARE_DIRECT && (wanted == 0 || reader->card == NULL))
		return SCARD_S_SUCCESS;
	if ((wanted & SCARD_PROTOCOL_T1) == 0)
		return SCARD_E_PROTO_MISMATCH;
	*ret = SCARD_PROTOCOL_T1;
	return SCARD_S_SUCCESS;
}

static LONG
may_share(const struct readers *readers, unsigned number, uint32_t share, unsigned own)
{
	bool is_exclusive;
	unsigned others = connections_to(readers, number, &is_exclusive) - own;

	if (share < SCARD_SHARE_EXCLUSIVE || share > SCARD_SHARE_DIRECT)
		return SCARD_E_INVALID_VALUE;
	if (share != SCARD_SHARE_DIRECT && readers->readers[number].card == NULL)
		return SCARD_E_NO_SMARTCARD;
	if (others > 0 && (is_exclusive || share == SCARD_SHARE_EXCLUSIVE))
		return SCARD_E_SHARING_VIOLATION;
	return SCARD_S_SUCCESS;
}

static bool
serve_connect(struct readers *readers, client_number owner, struct wire_packet *packet, size_t *size)
{
	uint32_t share = packet->head.value[0], wanted = packet->head.value[1], protocol = 0;
	struct connection *place = NULL;
	char name[WIRE_NAME_SIZE] = { 0 };
	unsigned number;
	LONG result;

	if (*size > 0 && *size < sizeof name)
		memcpy(name, packet->data, *size);
	*size = 0;
	number = number_of(readers, name);
	for (size_t i = 0; i < CONNECTIONS_MOST && place == NULL; i++)
		if (readers->connections[i].handle == 0)
			place = &readers->connections[i];
	if (number == 0)
		result = SCARD_E_UNKNOWN_READER;
	else if (place == NULL)
		result = SCARD_E_NO_MEMORY;
	else
		result = may_share(readers, number, share, 0);
	if (result == SCARD_S_SUCCESS)
		result = protocol_for(&readers->readers[number], share, wanted, &protocol);
	if (result == SCARD_S_SUCCESS) {
		readers->last_handle = readers->last_handle % INT_MAX + 1;
		*place = (struct connection){ readers->last_handle, owner, number, share, protocol, NOTHING };
		packet->head.value[0] = place->handle;
		packet->head.value[1] = protocol;
	}
	packet->head.operation = (uint32_t)result;
	return true;
}

static LONG
incident_code(enum incident incident)
{
	return incident == WAS_RESET     ? SCARD_W_RESET_CARD
	       : incident == WAS_REMOVED ? SCARD_W_REMOVED_CARD
					 : SCARD_S_SUCCESS;
}

static LONG
reconnect(struct readers *readers, struct connection *connection, struct wire_packet *packet)
{
	struct reader *reader = &readers->readers[connection->number];
	uint32_t share = packet->head.value[1], protocol = 0;
	LONG result = may_share(readers, connection->number, share, 1);

	if (result == SCARD_S_SUCCESS)
		result = protocol_for(reader, share, packet->head.value[2], &protocol);
	if (result != SCARD_S_SUCCESS)
		return result;
	if (packet->head.value[3] != SCARD_LEAVE_CARD)
		reset(readers, connection->number, connection);
	connection->incident = NOTHING;
	connection->share = share;
	connection->protocol = protocol;
	packet->head.value[0] = protocol;
	return SCARD_S_SUCCESS;
}

static LONG
end_transaction(struct readers *readers, struct connection *connection, uint32_t disposition)
{
	struct reader *reader = &readers->readers[connection->number];

	if (reader->transaction != connection->handle)
		return SCARD_E_NOT_TRANSACTED;
	if (--reader->depth == 0)
		reader->transaction = 0;
	if (disposition != SCARD_LEAVE_CARD)
		reset(readers, connection->number, connection);
	return SCARD_S_SUCCESS;
}

static void
describe(const struct readers *readers, unsigned number, struct wire_reader *ret)
{
	memset(ret, 0, sizeof *ret);
	name_of(number, ret->name);
	if (readers->readers[number].card != NULL)
		ret->atr_size = (uint32_t)virtual_card_atr(ret->atr);
}

static LONG
status(const struct readers *readers, const struct connection *connection, struct wire_packet *packet, size_t *size)
{
	describe(readers, connection->number, (struct wire_reader *)packet->data);
	*size = sizeof(struct wire_reader);
	packet->head.value[0] = readers->readers[connection->number].card == NULL
					? SCARD_ABSENT
					: SCARD_PRESENT | SCARD_POWERED | SCARD_NEGOTIABLE | SCARD_SPECIFIC;
	packet->head.value[1] = connection->protocol;
	return SCARD_S_SUCCESS;
}

static LONG
transmit(struct readers *readers, const struct connection *connection, struct wire_packet *packet, size_t *size,
	size_t request)
{
	static uint8_t command[CARD_COMMAND_MOST];

	if (readers->readers[connection->number].card == NULL || connection->protocol != SCARD_PROTOCOL_T1)
		return SCARD_E_NOT_READY;
	if (request > sizeof command)
		return SCARD_E_INVALID_PARAMETER;
	memcpy(command, packet->data, request);
	virtual_card_command(readers->readers[connection->number].card, command, request, packet->data, size);
	OPENSSL_cleanse(command, request);
	return SCARD_S_SUCCESS;
}

static bool
wants_card(const struct connection *connection, const struct wire_packet *packet)
{
	switch (packet->head.operation) {
	case WIRE_TRANSMIT:
	case WIRE_BEGIN:
		return connection->incident == NOTHING;
	case WIRE_RECONNECT:
		return packet->head.value[3] != SCARD_LEAVE_CARD;
	case WIRE_DISCONNECT:
		return connection->incident == NOTHING && packet->head.value[1] != SCARD_LEAVE_CARD;
	default:
		return false;
	}
}

/* Requests about a connection that exists. */
static bool
serve_connection(struct readers *readers, client_number owner, struct wire_packet *packet, size_t *size)
{
	struct connection *connection = find(readers, owner, packet->head.value[0]);
	uint32_t operation = packet->head.operation;
	size_t request = *size;
	LONG result;

	if (connection != NULL && wants_card(connection, packet) &&
		must_wait(readers, connection->number, connection->handle))
		return false;
	*size = 0;
	if (connection == NULL) {
		result = SCARD_E_INVALID_HANDLE;
	} else if (operation == WIRE_RECONNECT) {
		result = reconnect(readers, connection, packet);
	} else if (operation == WIRE_DISCONNECT) {
		end_connection(readers, connection, packet->head.value[1]);
		result = SCARD_S_SUCCESS;
	} else if (connection->incident != NOTHING) {
		result = incident_code(connection->incident);
	} else if (operation == WIRE_BEGIN) {
		struct reader *reader = &readers->readers[connection->number];

		reader->depth = reader->transaction == 0 ? 1 : reader->depth + 1;
		reader->transaction = connection->handle;
		result = SCARD_S_SUCCESS;
	} else if (operation == WIRE_END) {
		result = end_transaction(readers, connection, packet->head.value[1]);
	} else if (operation == WIRE_STATUS) {
		result = status(readers, connection, packet, size);
	} else {
		result = transmit(readers, connection, packet, size, request);
	}
	packet->head.operation = (uint32_t)result;
	return true;
}

/* The state of one reader as SCardGetStatusChange tells it; true if that is news. */
static bool
look_at(const struct readers *readers, struct wire_state *state)
{
	const uint32_t change = SCARD_STATE_CHANGED;
	uint32_t known = state->current & 0xFFFF & ~change, event = 0, counter;
	bool is_exclusive, is_news;
	unsigned number;

	state->reader.atr_size = 0;
	if (strcmp(state->reader.name, "\\\\?PnP?\\Notification") == 0) {
		/* How many readers there were when the question was put stands in the upper half. */
		counter = count_of(readers);
		is_news = counter != state->current >> 16;
		state->event = counter << 16 | (is_news ? change : 0);
		return is_news;
	}
	number = number_of(readers, state->reader.name);
	if (number == 0) {
		is_news = known != SCARD_STATE_UNKNOWN;
		state->event = SCARD_STATE_UNKNOWN | (is_news ? change : 0);
		return is_news;
	}
	describe(readers, number, &state->reader);
	if (readers->readers[number].card == NULL) {
		event = SCARD_STATE_EMPTY;
	} else {
		event = SCARD_STATE_PRESENT;
		if (connections_to(readers, number, &is_exclusive) > 0)
			event |= is_exclusive ? SCARD_STATE_EXCLUSIVE : SCARD_STATE_INUSE;
	}
	counter = readers->readers[number].changes & 0xFFFF;
	is_news = event != known || (state->current >> 16 != 0 && state->current >> 16 != counter);
	state->event = counter << 16 | event | (is_news ? change : 0);
	return is_news;
}

static bool
serve_wait(const struct readers *readers, struct wire_packet *packet, size_t *size)
{
	size_t count = *size / sizeof(struct wire_state);
	bool is_news = false;

	packet->head.operation = (uint32_t)SCARD_S_SUCCESS;
	if (*size % sizeof(struct wire_state) != 0) {
		packet->head.operation = (uint32_t)SCARD_E_INVALID_PARAMETER;
		*size = 0;
		return true;
	}
	for (size_t i = 0; i < count; i++) {
		struct wire_state state;

		memcpy(&state, packet->data + i * sizeof state, sizeof state);
		state.reader.name[WIRE_NAME_SIZE - 1] = '\0';
		if ((state.current & SCARD_STATE_IGNORE) != 0)
			state.event = SCARD_STATE_IGNORE;
		else if (look_at(readers, &state))
			is_news = true;
		memcpy(packet->data + i * sizeof state, &state, sizeof state);
	}
	return is_news;
}

bool
readers_serve(struct readers *readers, client_number owner, struct wire_packet *packet, size_t *size)
{
	struct wire_reader *list = (struct wire_reader *)packet->data;
	size_t count = 0;

	switch (packet->head.operation) {
	case WIRE_READERS:
		for (unsigned i = 1; i <= WIRE_READERS_MOST; i++)
			if (readers->readers[i].is_there)
				describe(readers, i, &list[count++]);
		*size = count * sizeof *list;
		packet->head.operation = (uint32_t)SCARD_S_SUCCESS;
		return true;
	case WIRE_CONNECT:
		return serve_connect(readers, owner, packet, size);
	case WIRE_WAIT:
		return serve_wait(readers, packet, size);
	case WIRE_RECONNECT:
	case WIRE_DISCONNECT:
	case WIRE_BEGIN:
	case WIRE_END:
	case WIRE_STATUS:
	case WIRE_TRANSMIT:
		return serve_connection(readers, owner, packet, size);
	default:
		*size = 0;
		packet->head.operation = (uint32_t)SCARD_E_INVALID_PARAMETER;
		return true;
	}
}

void
readers_leave(struct readers *readers, client_number owner)
{
	for (size_t i = 0; i < CONNECTIONS_MOST; i++)
		if (readers->connections[i].handle != 0 && readers->connections[i].owner == owner)
			end_connection(readers, &readers->connections[i], SCARD_LEAVE_CARD);
}
