/*
 * Contexts and card handles of the PC/SC library: each context is one connection to the card process and serves one
 * caller at a time; SCardCancel alone comes in beside. Safe for threads.
 */
#ifndef QUORATE_REHEARSAL_PCSC_CONTEXT_H
#define QUORATE_REHEARSAL_PCSC_CONTEXT_H

#include "wire.h"

#include <winscard.h>

struct pcsc_context;

LONG pcsc_context_open(SCARDCONTEXT *ret);
LONG pcsc_context_close(SCARDCONTEXT id);

/* True while the context is open and its process there. */
bool pcsc_context_is_open(SCARDCONTEXT id);

/*
 * One request and its answer, in place: size bytes of data go out, *ret_size come back. In the request a card handle is
 * value[0]. SCARD_E_INVALID_HANDLE, SCARD_E_NO_SERVICE, or what the process says.
 */
LONG pcsc_context_ask(SCARDCONTEXT id, struct wire_packet *packet, size_t size, size_t *ret_size);
LONG pcsc_context_cancel(SCARDCONTEXT id);

/* Handles are the library's own; behind each stand a context and the number that the process gave. */
LONG pcsc_handle_add(SCARDCONTEXT context, uint32_t remote, SCARDHANDLE *ret);
void pcsc_handle_remove(SCARDHANDLE handle);
LONG pcsc_handle_ask(SCARDHANDLE handle, struct wire_packet *packet, size_t size, size_t *ret_size);

#endif
