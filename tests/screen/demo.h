/* What the two halves of the console's fake world share: the devices (demo_world.c) and the ceremony (console_demo.c).
 */
#ifndef TESTS_SCREEN_DEMO_H
#define TESTS_SCREEN_DEMO_H

#include <quorate/slots.h>

/* As the command line tells it. */
extern struct demo {
	unsigned slots, objects; /* objects: of the second slot */
	const char *step, *folder;
	const char *clock; /* a file with the seconds by which the steady clock is ahead; NULL: none */
	int64_t plug_at;   /* clock_steady_ms() when one more reader appears; 0: never, or done */
	bool is_plugged;
	bool is_hostile; /* a token with a label that means harm, cleaned as the workers clean it */
} demo;

/* Modules, slots and readers as demo.slots wants them; not to be freed. */
struct slots *demo_world(void);

#endif
