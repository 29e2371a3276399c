/* The procedures on a token, played on the rehearsal's card. */
#ifndef TESTS_UNIT_PROCEDURE_PLAY_H
#define TESTS_UNIT_PROCEDURE_PLAY_H

#include "play.h"

#define USER_PIN "94715286"
#define SO_PIN "1928374650918273"

const struct ceremony_kind *procedure_kind(const char *name);

/* A blank card, and a console in which no keyboard was tried. */
void procedure_insert(struct play *play);

/* Up to the first question. */
void procedure_begin(struct play *play, const char *name);

void procedure_try_keyboard(struct play *play);
void procedure_choose_new(struct play *play, const char *pin);

/* The whole procedure initialise-token, with USER_PIN and SO_PIN and without a DKEK. */
void procedure_initialise(struct play *play);

/* The card's own log, a line for each try since it was read last. */
void procedure_expect_tries(const struct play *play, const char *expected);

#endif
