/* What every process of quorate does to itself before it touches a secret. */
#ifndef QUORATE_PROCESS_H
#define QUORATE_PROCESS_H

#include <quorate/outcome.h>

/*
 * First thing in main of every process: umask 0077, no core file, not dumpable (which also keeps other processes of the
 * same user from attaching), standard descriptors open, all others close-on-exec. FAIL_PROCESS if the system refuses
 * any of it. Where the limit allows (root, or no limit), all memory is locked as it is used; secrets are in locked
 * memory in any case.
 */
enum outcome process_begin(void);

enum process_role {
	PROCESS_CONSOLE, /* holds secrets: starts no program, opens no socket but pairs */
	PROCESS_WORKER,  /* holds a foreign library: opens no socket but local ones */
};

/*
 * Gives powers up for good, for this process, its threads and what it starts, by seccomp(2): what the role says, and
 * reaching into other processes, loading code into the kernel, and setting the clock. What is refused gives EPERM; the
 * process goes on. FAIL_CONFINE if the system does not do this.
 */
enum outcome process_confine(enum process_role role);

#endif
