/*
 * The library's way to the card process: finds it, starts it when it is not there, and carries requests. The rehearsal
 * is named by QUORATE_REHEARSAL (folder) and QUORATE_REHEARSAL_CARD (program).
 */
#ifndef QUORATE_REHEARSAL_PCSC_LINK_H
#define QUORATE_REHEARSAL_PCSC_LINK_H

#include "wire.h"

/* A new connection that the process has answered on; -1 if there is no process and none could be started. */
int pcsc_link_open(void);

#endif
