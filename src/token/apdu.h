/* Command APDUs of ISO 7816-4. */
#ifndef QUORATE_TOKEN_APDU_H
#define QUORATE_TOKEN_APDU_H

#include <quorate/card.h>
#include <quorate/secret.h>

/* The longest data field of any command here: a wrapped key (wrapped_key.h). Beyond 255 bytes the length is extended.
 */
#define APDU_DATA_MOST 4096
/* Room for an answer; the longest is the list of a card's files. */
#define APDU_ANSWER_MOST 4096

struct apdu {
	uint8_t cla, ins, p1, p2;
	const uint8_t *data;
	size_t size;     /* of data, at most APDU_DATA_MOST */
	size_t expected; /* of the answer: 0 none, 256 whatever a short answer holds, beyond that extended length */
};

struct apdu_answer {
	uint8_t bytes[APDU_ANSWER_MOST];
	size_t size; /* without the status word */
	uint16_t status;
	struct code code; /* the status word, or why there is none */
};

/* Sends a command. DONE means that the card answered; look at the status. The command's bytes stand in the secure heap
   and are wiped. FAIL_CARD_ANSWER for an answer without a status word, else what the card's transmit says. */
enum outcome apdu_send(const struct card *card, const struct apdu *apdu, struct apdu_answer *ret);

/* The same for a PIN that is typed at the reader. */
enum outcome apdu_enter_pin(const struct card *card, const struct card_pin_entry *entry, struct apdu_answer *ret);

#endif
