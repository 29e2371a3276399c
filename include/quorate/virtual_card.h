/*
 * The virtual SmartCard-HSM: the card itself, in software, in one folder. Knows nothing of PC/SC; the card process
 * (rehearsal.h) and tests put commands in and take answers out. It is no more lenient than the real card's published
 * behaviour; unknown commands answer 6D00.
 */
#ifndef QUORATE_VIRTUAL_CARD_H
#define QUORATE_VIRTUAL_CARD_H

#include <quorate/card.h>

struct virtual_card;

/*
 * Opens the card kept in a folder (made if missing; a new card is blank: no PINs, a device key and certificate chain of
 * its own under the rehearsal's root). serial: "REHE0000001" and the like, used when the card is made. State is written
 * atomically after every command that changes it. FAIL_REHEARSAL, FAIL_FILE_*.
 */
enum outcome virtual_card_open(struct virtual_card **ret, const char *folder, const char *serial);
void virtual_card_free(struct virtual_card **card);

/* Power-up or reset: every login is dropped, no application is selected. */
void virtual_card_reset(struct virtual_card *card);

/* One command, one answer (status word at the end); ret has room for CARD_ANSWER_MOST bytes. */
void virtual_card_command(
	struct virtual_card *card, const uint8_t *command, size_t size, uint8_t *ret, size_t *ret_size);

/* The answer to reset of the contact card. */
size_t virtual_card_atr(uint8_t ret[33]);

/* The card as card.h wants it; belongs to the virtual card. */
const struct card *virtual_card_door(struct virtual_card *card);

#endif
