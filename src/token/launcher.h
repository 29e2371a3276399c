/* The launcher's own process (launcher_process.c), seen from the console's half (launcher.c). */
#ifndef QUORATE_TOKEN_LAUNCHER_H
#define QUORATE_TOKEN_LAUNCHER_H

#include <quorate/launcher.h>

/* Serves requests on the socket until the console is gone, then ends every child. Does not return. */
_Noreturn void launcher_process(int socket, const struct launcher_settings *settings);

/* The library of PC/SC that workers load; "" for the usual one. */
const char *launcher_pcsc_library(const struct launcher *launcher);

#endif
