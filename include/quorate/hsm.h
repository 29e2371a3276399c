/*
 * The SmartCard-HSM's commands over any card (card.h), blocking; used by the PC/SC worker and by tests.
 * Sources: OpenSC src/libopensc/card-sc-hsm.c and src/tools/sc-hsm-tool.c; CardContact scsh-scripts sc-hsm/;
 * polhenarejos/pico-hsm.
 */
#ifndef QUORATE_HSM_H
#define QUORATE_HSM_H

#include <quorate/card.h>
#include <quorate/token.h>

/* SELECTs the application (which ends the session's logins) and reads everything that needs no login.
   FAIL_NOT_SMARTCARD_HSM if the card has no such application. */
enum outcome
hsm_describe(const struct card *card, struct hsm_status *ret, struct code *ret_code);

/* Carries out one act as token.h says: reads the state, compares the serial number, acts, reads the state again. The
   request's secrets stay the caller's. */
void
hsm_act(const struct card *card, const struct token_request *request, struct token_answer *ret);

#endif
