/* Names of mechanisms; used in a module's worker. */
#ifndef QUORATE_TOKEN_TOKEN_MECHANISM_H
#define QUORATE_TOKEN_TOKEN_MECHANISM_H

#include <quorate/token_facts.h>
#include <quorate/token_object.h>

/* Fills in name and unit by the type; sizes that mean nothing for it become 0. */
void token_mechanism_name(struct token_mechanism *mechanism);

#endif
