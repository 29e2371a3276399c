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
enum outcome hsm_describe(const struct card *card, struct hsm_status *ret, struct code *ret_code);

/* SELECTs likewise, and lists what the keys' descriptions say: with a label, ID, reference, and few commands. Nothing
   of certificates and data. */
enum outcome hsm_keys(const struct card *card, struct token_objects *ret, struct code *ret_code);

/*
 * Carries out one act as token.h says: reads the state, compares the serial number, acts, reads the state again (still
 * logged in, where the act logged in), and ends the login. The request's secrets stay the caller's. Nothing is ever
 * sent twice: after a lost answer the state alone decides. What the state before rules out is not sent at all
 * (FAIL_PIN_LOCKED, FAIL_SO_PIN_LOCKED, FAIL_PIN_TRANSPORT, FAIL_DKEK_NOT_SET_UP, FAIL_DKEK_COMPLETE).
 * FAIL_DKEK_UNPROVEN: the count of outstanding shares does not tell whether an import was done.
 */
void hsm_act(const struct card *card, const struct token_request *request, struct token_answer *ret);

#endif
