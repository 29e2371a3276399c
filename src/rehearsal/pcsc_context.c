#include "pcsc_context.h"
#include "pcsc_link.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONTEXTS_MOST = 64, HANDLES_MOST = 64 };

struct pcsc_context {
	SCARDCONTEXT id; /* 0: free place */
	int link;
	unsigned users; /* threads inside */
	bool is_closed; /* the last user clears up */
	bool is_broken; /* the process is gone, or answered out of turn */
	pthread_mutex_t turn;
};

/* The tables, and everything in them but a context's turn and its link. */
static pthread_mutex_t tables = PTHREAD_MUTEX_INITIALIZER;
static struct pcsc_context contexts[CONTEXTS_MOST];
static struct {
	SCARDHANDLE handle;
	SCARDCONTEXT context;
} handles[HANDLES_MOST];
static SCARDCONTEXT last_id = 0x51000000;

static struct pcsc_context *
enter(SCARDCONTEXT id)
{
	struct pcsc_context *found = NULL;

	pthread_mutex_lock(&tables);
	for (size_t i = 0; i < CONTEXTS_MOST && found == NULL; i++)
		if (id != 0 && contexts[i].id == id && !contexts[i].is_closed)
			found = &contexts[i];
	if (found != NULL)
		found->users++;
	pthread_mutex_unlock(&tables);
	return found;
}

static void
leave(struct pcsc_context *context)
{
	pthread_mutex_lock(&tables);
	if (--context->users == 0 && context->is_closed) {
		close(context->link);
		pthread_mutex_destroy(&context->turn);
		for (size_t i = 0; i < HANDLES_MOST; i++)
			if (handles[i].context == context->id)
				handles[i].handle = 0;
		context->id = 0;
	}
	pthread_mutex_unlock(&tables);
}

LONG
pcsc_context_open(SCARDCONTEXT *ret)
{
	struct pcsc_context *place = NULL;
	int link = pcsc_link_open();

	if (link < 0)
		return SCARD_E_NO_SERVICE;
	pthread_mutex_lock(&tables);
	for (size_t i = 0; i < CONTEXTS_MOST && place == NULL; i++)
		if (contexts[i].id == 0)
			place = &contexts[i];
	if (place != NULL) {
		*place = (struct pcsc_context){ .id = ++last_id, .link = link };
		pthread_mutex_init(&place->turn, NULL);
		*ret = place->id;
	}
	pthread_mutex_unlock(&tables);
	if (place == NULL) {
		close(link);
		return SCARD_E_NO_MEMORY;
	}
	return SCARD_S_SUCCESS;
}

LONG
pcsc_context_close(SCARDCONTEXT id)
{
	struct pcsc_context *context = enter(id);

	if (context == NULL)
		return SCARD_E_INVALID_HANDLE;
	pthread_mutex_lock(&tables);
	context->is_closed = true;
	pthread_mutex_unlock(&tables);
	/* Whoever still waits inside is woken. */
	shutdown(context->link, SHUT_RDWR);
	leave(context);
	return SCARD_S_SUCCESS;
}

bool
pcsc_context_is_open(SCARDCONTEXT id)
{
	struct pcsc_context *context = enter(id);

	if (context == NULL)
		return false;
	leave(context);
	return true;
}

LONG
pcsc_context_ask(SCARDCONTEXT id, struct wire_packet *packet, size_t size, size_t *ret_size)
{
	struct pcsc_context *context = enter(id);
	LONG result = SCARD_E_NO_SERVICE;
	ssize_t got = -1;

	*ret_size = 0;
	if (context == NULL)
		return SCARD_E_INVALID_HANDLE;
	pthread_mutex_lock(&context->turn);
	if (!context->is_broken && wire_send(context->link, packet, size) == 0)
		got = wire_receive(context->link, packet);
	if (got >= 0) {
		*ret_size = (size_t)got;
		/* Codes are 32 bits with the top one set, LONG may be wider: as winscard.h casts them. */
		result = (LONG)packet->head.operation;
	} else {
		context->is_broken = true;
		result = context->is_closed ? SCARD_E_CANCELLED : SCARD_E_NO_SERVICE;
	}
	pthread_mutex_unlock(&context->turn);
	leave(context);
	return result;
}

LONG
pcsc_context_cancel(SCARDCONTEXT id)
{
	struct pcsc_context *context = enter(id);
	struct wire_packet *packet = calloc(1, sizeof *packet);
	LONG result = SCARD_S_SUCCESS;

	if (context == NULL) {
		result = SCARD_E_INVALID_HANDLE;
	} else if (packet == NULL) {
		result = SCARD_E_NO_MEMORY;
	} else {
		packet->head.operation = WIRE_CANCEL;
		if (wire_send(context->link, packet, 0) != 0)
			result = SCARD_E_NO_SERVICE;
	}
	free(packet);
	if (context != NULL)
		leave(context);
	return result;
}

LONG
pcsc_handle_add(SCARDCONTEXT context, uint32_t handle)
{
	LONG result = SCARD_E_NO_MEMORY;

	pthread_mutex_lock(&tables);
	for (size_t i = 0; i < HANDLES_MOST && result != SCARD_S_SUCCESS; i++) {
		if (handles[i].handle != 0)
			continue;
		handles[i].handle = (SCARDHANDLE)handle;
		handles[i].context = context;
		result = SCARD_S_SUCCESS;
	}
	pthread_mutex_unlock(&tables);
	return result;
}

void
pcsc_handle_remove(SCARDHANDLE handle)
{
	pthread_mutex_lock(&tables);
	for (size_t i = 0; i < HANDLES_MOST; i++)
		if (handles[i].handle == handle)
			handles[i].handle = 0;
	pthread_mutex_unlock(&tables);
}

LONG
pcsc_handle_ask(SCARDHANDLE handle, struct wire_packet *packet, size_t size, size_t *ret_size)
{
	SCARDCONTEXT context = 0;

	pthread_mutex_lock(&tables);
	for (size_t i = 0; i < HANDLES_MOST; i++)
		if (handle != 0 && handles[i].handle == handle)
			context = handles[i].context;
	pthread_mutex_unlock(&tables);
	packet->head.value[0] = (uint32_t)handle;
	return pcsc_context_ask(context, packet, size, ret_size);
}
