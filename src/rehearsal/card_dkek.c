#include "card_inside.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

uint16_t
card_dkek(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	uint8_t status[2 + DKEK_KCV_SIZE] = { 0 }, hash[SHA256_DIGEST_LENGTH];

	/* OpenSC sc-hsm-tool.c, import_dkek_share: 6D00 from a card not initialised for key shares. */
	if (!card->has_dkek)
		return SW_INSTRUCTION;
	/* P1 01 to 04 manage key domains; there is one, and it was made with the card. */
	if (command->p1 != 0 || command->p2 != 0)
		return SW_P1_P2;
	if (command->size > 0) {
		if (command->size != DKEK_SIZE)
			return SW_LENGTH;
		/* pico-hsm cmd_key_domain.c: one share too many. */
		if (card->dkek_outstanding == 0)
			return SW_NOT_ALLOWED;
		for (size_t i = 0; i < DKEK_SIZE; i++)
			card->dkek[i] ^= command->data[i];
		card->dkek_outstanding--;
		card->is_changed = true;
	}
	status[0] = card->dkek_shares;
	status[1] = card->dkek_outstanding;
	/* Half a DKEK has no check value to show. */
	if (card->dkek_outstanding == 0) {
		if (SHA256(card->dkek, sizeof card->dkek, hash) == NULL)
			return SW_EXECUTION;
		for (size_t i = 0; i < DKEK_KCV_SIZE; i++)
			status[2 + i] = hash[i];
		OPENSSL_cleanse(hash, sizeof hash);
	}
	tlv_put_bytes(answer, status, sizeof status);
	return SW_DONE;
}
