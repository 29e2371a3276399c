/* What the files of the rehearsal itself share. */
#ifndef QUORATE_REHEARSAL_INSIDE_H
#define QUORATE_REHEARSAL_INSIDE_H

#include "wire.h"

#include <quorate/rehearsal.h>

/* rehearsal_token.c: the SoftHSM token, made once by softhsm2-util (sets has_softhsm), and all tokens taken away. */
enum outcome rehearsal_make_token(struct rehearsal *rehearsal);
enum outcome rehearsal_drop_tokens(const char *folder);

#endif
