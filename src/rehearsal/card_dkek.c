#include "card_inside.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

bool
card_domain_kcv(const struct card_domain *domain, uint8_t ret[DKEK_KCV_SIZE])
{
	uint8_t hash[SHA256_DIGEST_LENGTH];

	if (SHA256(domain->dkek, sizeof domain->dkek, hash) == NULL)
		return false;
	memcpy(ret, hash, DKEK_KCV_SIZE);
	OPENSSL_cleanse(hash, sizeof hash);
	return true;
}

uint16_t
card_domain_check(const struct virtual_card *card, uint8_t domain)
{
	if (card->domain_count == 0 || !card->domains[domain].is_set_up)
		return SW_DONE;
	return card->domains[domain].outstanding > 0 ? SW_CONDITIONS : SW_DONE;
}

static uint16_t
import(struct virtual_card *card, struct card_domain *domain, const struct card_command *command)
{
	if (command->size != DKEK_SIZE)
		return SW_LENGTH;
	/* pico-hsm cmd_key_domain.c: one share too many. */
	if (domain->outstanding == 0)
		return SW_NOT_ALLOWED;
	for (size_t i = 0; i < DKEK_SIZE; i++)
		domain->dkek[i] ^= command->data[i];
	domain->outstanding--;
	card->is_changed = true;
	return SW_DONE;
}

/* A domain in which keys live stays. */
static bool
has_keys(const struct virtual_card *card, uint8_t domain)
{
	for (size_t i = 0; i < card->file_count; i++)
		if ((card->files[i].id & 0xFF00) == 0xCC00 && card->files[i].id != FILE_DEVICE_KEY &&
			card_key_domain(&card->files[i]) == domain)
			return true;
	return false;
}

/* P1: 01 creates a domain, 03 deletes it, 04 deletes its DKEK alone (pico-hsm cmd_key_domain.c). */
static uint16_t
manage(struct virtual_card *card, struct card_domain *domain, const struct card_command *command)
{
	if (!card->is_logged_in)
		return SW_CONDITIONS;
	if (command->p1 == 0x01) {
		if (command->size != 1)
			return SW_LENGTH;
		if (domain->is_set_up)
			return SW_P1_P2;
		if (command->data[0] == 0)
			return SW_DATA;
		domain->is_set_up = true;
		domain->shares = domain->outstanding = command->data[0];
	} else {
		if (!domain->is_set_up)
			return SW_P1_P2;
		if (command->p1 == 0x03 && has_keys(card, command->p2))
			return SW_EXISTS;
		domain->outstanding = domain->shares;
		domain->is_set_up = command->p1 == 0x04;
	}
	OPENSSL_cleanse(domain->dkek, sizeof domain->dkek);
	card->is_changed = true;
	return domain->is_set_up ? SW_DONE : SW_NO_REFERENCE;
}

uint16_t
card_dkek(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	struct card_domain *domain = &card->domains[command->p2 % CARD_DOMAINS_MOST];
	uint8_t status[2 + DKEK_KCV_SIZE] = { 0 };
	uint16_t verdict = SW_DONE;

	/* OpenSC sc-hsm-tool.c, import_dkek_share: 6D00 from a card not initialised for key shares. */
	if (card->domain_count == 0)
		return SW_INSTRUCTION;
	/* P1 02 makes a domain for key agreement between devices, which this card has not. */
	if (command->p2 >= card->domain_count || command->p1 == 0x02 || command->p1 > 0x04)
		return SW_P1_P2;
	if (command->p1 != 0)
		verdict = manage(card, domain, command);
	else if (!domain->is_set_up)
		verdict = SW_NO_REFERENCE;
	else if (command->size > 0)
		verdict = import(card, domain, command);
	if (verdict != SW_DONE)
		return verdict;
	status[0] = domain->shares;
	status[1] = domain->outstanding;
	/* Half a DKEK has no check value to show. */
	if (domain->outstanding == 0 && !card_domain_kcv(domain, status + 2))
		return SW_EXECUTION;
	tlv_put_bytes(answer, status, sizeof status);
	return SW_DONE;
}

uint16_t
card_public_key_status(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	/* OpenSC card-sc-hsm.c, sc_hsm_public_key_auth_status: keys in all, those still missing, those needed, those
	   authenticated now. None can be registered here, so all are missing. */
	const uint8_t status[4] = { card->public_keys, card->public_keys, card->public_keys_required, 0 };

	/* sc-hsm-tool.c, public_key_auth_status: 6D00 from a card not initialised for it. */
	if (card->public_keys == 0)
		return SW_INSTRUCTION;
	if (command->p1 != 0 || command->p2 != 0)
		return SW_P1_P2;
	if (command->size > 0)
		return SW_NO_FUNCTION;
	tlv_put_bytes(answer, status, sizeof status);
	return SW_DONE;
}
