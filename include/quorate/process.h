/* What every process of quorate does to itself before it touches a secret. */
#ifndef QUORATE_PROCESS_H
#define QUORATE_PROCESS_H

#include <quorate/outcome.h>

/*
 * First thing in main of every process: umask 0077, no core file, not dumpable (which also keeps other processes of the
 * same user from attaching), standard descriptors open, all others close-on-exec. FAIL_PROCESS if the system refuses
 * any of it.
 */
enum outcome process_begin(void);

#endif
