/* Looking at this machine as the console is: its modules, its folder, its terminal. */
#ifndef UI_PREFLIGHT_LOOK_H
#define UI_PREFLIGHT_LOOK_H

#include <quorate/preflight.h>
#include <quorate/slots.h>

/* slots may be NULL; folder as in struct preflight_world. Returns how many findings there are (PREFLIGHT_MOST fit). */
size_t preflight_look(const char *root, const char *folder, const struct slots *slots, struct preflight_finding *ret);

#endif
