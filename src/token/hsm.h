/* What the two halves of the SmartCard-HSM share: reading its state (hsm_status.c) and acting on it (hsm.c). */
#ifndef QUORATE_TOKEN_HSM_H
#define QUORATE_TOKEN_HSM_H

#include "apdu.h"
#include "ber.h"
#include <quorate/hsm.h>

/* References of the two PINs (OpenSC card-sc-hsm.h: ID_USER_PIN, ID_SO_PIN). */
#define HSM_USER_PIN 0x81
#define HSM_SO_PIN 0x88

#define HSM_FILE_CERTIFICATES 0x2f02
#define HSM_FILE_TOKEN_INFO 0x2f03

/* SELECT of the application: ends every login. Fills in version and options. */
enum outcome hsm_select(const struct card *card, struct hsm_status *ret, struct code *ret_code);

/* Reads everything else, leaving the login alone. */
enum outcome hsm_read(const struct card *card, struct hsm_status *ret, struct code *ret_code);

/* The outcome that fits a status word where the command has no meaning of its own for it. */
enum outcome hsm_outcome(uint16_t status);

#endif
