/* The PC/SC functions in use, found in a library at run time (pcsc_library.c), and what pcsc.c and pcsc_card.c share.
 */
#ifndef QUORATE_TOKEN_PCSC_LIBRARY_H
#define QUORATE_TOKEN_PCSC_LIBRARY_H

#include "pcsc.h"
#include <quorate/card.h>

#include <winscard.h>

/* result, name, parameters */
#define PCSC_FUNCTIONS(FUNCTION)                                                                                       \
	FUNCTION(EstablishContext, (DWORD, LPCVOID, LPCVOID, LPSCARDCONTEXT))                                          \
	FUNCTION(ReleaseContext, (SCARDCONTEXT))                                                                       \
	FUNCTION(ListReaders, (SCARDCONTEXT, LPCSTR, LPSTR, LPDWORD))                                                  \
	FUNCTION(GetStatusChange, (SCARDCONTEXT, DWORD, SCARD_READERSTATE *, DWORD))                                   \
	FUNCTION(Connect, (SCARDCONTEXT, LPCSTR, DWORD, DWORD, LPSCARDHANDLE, LPDWORD))                                \
	FUNCTION(Reconnect, (SCARDHANDLE, DWORD, DWORD, DWORD, LPDWORD))                                               \
	FUNCTION(Disconnect, (SCARDHANDLE, DWORD))                                                                     \
	FUNCTION(BeginTransaction, (SCARDHANDLE))                                                                      \
	FUNCTION(EndTransaction, (SCARDHANDLE, DWORD))                                                                 \
	FUNCTION(Control, (SCARDHANDLE, DWORD, LPCVOID, DWORD, LPVOID, DWORD, LPDWORD))                                \
	FUNCTION(Transmit, (SCARDHANDLE, const SCARD_IO_REQUEST *, LPCBYTE, DWORD, SCARD_IO_REQUEST *, LPBYTE, LPDWORD))

struct pcsc_library {
	void *handle;
#define FUNCTION(name, parameters) LONG(*name) parameters;
	PCSC_FUNCTIONS(FUNCTION)
#undef FUNCTION
};

/* FAIL_NO_PCSC if the library or a function of it is missing. */
enum outcome pcsc_library_open(struct pcsc_library *ret, const char *file);
void pcsc_library_close(struct pcsc_library *library);

/* A connected card within a transaction. */
struct pcsc_card {
	const struct pcsc_library *library;
	SCARDHANDLE handle;
	DWORD protocol;
	DWORD verify, modify; /* the reader's own codes for PINs at its keys; 0: it has none */
	struct card card;     /* its door; context is this structure */
};

/* Connects (shared) and begins a transaction; after another program's reset it begins anew. */
enum outcome pcsc_card_open(struct pcsc_card *ret, const struct pcsc_library *library, SCARDCONTEXT context,
	const char *reader, struct code *ret_code);
void pcsc_card_close(struct pcsc_card *card);

/* pcsc_pad.c: whether the reader has keys of its own; a PIN typed there, as card.h has it. */
void pcsc_pad_find(struct pcsc_card *card);
enum outcome pcsc_pad_enter(
	void *context, const struct card_pin_entry *entry, uint8_t *ret, size_t *ret_size, struct code *ret_code);

/* The outcome that fits a PC/SC return value. */
enum outcome pcsc_outcome(LONG result);

#endif
