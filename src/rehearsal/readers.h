/*
 * The readers of the card process: one for each folder cardN, and in it the card, unless a file "removed" lies there.
 * Connections, sharing, transactions, resets and removals as PC/SC has them (pcsc-lite winscard.h and its server).
 */
#ifndef QUORATE_REHEARSAL_READERS_H
#define QUORATE_REHEARSAL_READERS_H

#include "wire.h"

struct readers;

enum outcome readers_open(struct readers **ret, const char *folder);
void readers_free(struct readers **readers);

/* Becomes readable when folders or cards may have changed; then readers_look takes that in. */
int readers_descriptor(const struct readers *readers);
void readers_look(struct readers *readers);

/* Whose request it is: any number that is the connection's own. */
typedef uint32_t client_number;

/*
 * Answers one request in place; *size is the data's. False if it cannot be answered yet (it must be tried again after
 * anything happened; nothing was changed). WIRE_WAIT is answered only if something changed; time and cancelling are the
 * caller's.
 */
bool readers_serve(struct readers *readers, client_number owner, struct wire_packet *packet, size_t *size);

/* The connection is gone: its card connections are closed and its transactions end. */
void readers_leave(struct readers *readers, client_number owner);

#endif
