#include "card_inside.h"

#include <string.h>

enum { MATERIAL_MOST = 2048 };

/* The DKEK of a domain, as wrapped_key.h wants it. */
static bool
dkek_of(const struct card_domain *domain, struct secret **ret)
{
	uint8_t copy[DKEK_SIZE];

	memcpy(copy, domain->dkek, sizeof copy);
	return secret_take(ret, copy, sizeof copy) == DONE;
}

static uint16_t
seal(const struct card_domain *domain, EVP_PKEY *key, struct tlv_writer *answer)
{
	struct secret *material = NULL, *dkek = NULL;
	uint8_t blob[WRAPPED_KEY_MOST];
	enum wrapped_kind kind;
	size_t size = 0;
	uint16_t status = SW_EXECUTION;

	if (dkek_of(domain, &dkek) && secret_new(&material, MATERIAL_MOST) == DONE &&
		card_material_put(material, key, &kind) &&
		wrapped_key_seal(kind, kind == WRAPPED_EC ? card_oid_ecdsa : card_oid_rsa, CARD_OID_SIZE, material,
			dkek, blob, &size) == DONE) {
		tlv_put_bytes(answer, blob, size);
		status = SW_DONE;
	}
	secret_free(&material);
	secret_free(&dkek);
	return status;
}

uint16_t
card_wrap(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	const struct card_file *file = card_file_find(card, FILE_KEY(command->p1));
	const struct card_domain *domain;
	EVP_PKEY *key;
	uint16_t status;

	/* sc-hsm-tool.c, wrap_key: 6D00 from a card not initialised for key wrap. */
	if (card->domain_count == 0)
		return SW_INSTRUCTION;
	if (command->p2 != ALGORITHM_WRAP)
		return SW_P1_P2;
	if (!card->is_logged_in)
		return SW_SECURITY;
	if (command->p1 == 0)
		return SW_CONDITIONS;
	/* pico-hsm cmd_key_wrap.c: a domain that is not there, or whose DKEK is not whole. */
	domain = &card->domains[file == NULL ? 0 : card_key_domain(file)];
	if (!domain->is_set_up)
		return SW_NO_REFERENCE;
	if (domain->outstanding > 0)
		return SW_CONDITIONS;
	status = card_key_load(card, command->p1, ALGORITHM_WRAP, &key);
	if (status == SW_DONE)
		status = seal(domain, key, answer);
	EVP_PKEY_free(key);
	return status;
}

static uint16_t
open_blob(struct virtual_card *card, uint8_t domain, const uint8_t *blob, size_t size, uint8_t reference)
{
	const struct card_key_use use = { .domain = domain };
	struct secret *material = NULL, *dkek = NULL;
	struct wrapped_key wrapped;
	EVP_PKEY *key = NULL;
	/* sc-hsm-tool.c, unwrap_key: wrong parameters is what it takes for "does not match the DKEK". */
	uint16_t status = SW_DATA;

	if (!dkek_of(&card->domains[domain], &dkek)) {
		status = SW_EXECUTION;
	} else if (wrapped_key_parse(blob, size, &wrapped) == DONE &&
		   wrapped_key_open(blob, size, dkek, &material) == DONE) {
		key = card_material_take(material, wrapped.kind);
		if (key != NULL)
			status = card_key_store(card, reference, key, &use);
	}
	EVP_PKEY_free(key);
	secret_free(&material);
	secret_free(&dkek);
	return status;
}

/* The domain whose DKEK the blob names goes first served: pico-hsm cmd_key_unwrap.c tries one after the other. */
static uint16_t
open_anywhere(struct virtual_card *card, const uint8_t *blob, size_t size, uint8_t reference)
{
	uint16_t status = SW_CONDITIONS;

	for (uint8_t i = 0; i < card->domain_count; i++) {
		if (!card->domains[i].is_set_up || card->domains[i].outstanding > 0)
			continue;
		status = open_blob(card, i, blob, size, reference);
		if (status != SW_DATA)
			break;
	}
	return status;
}

uint16_t
card_unwrap(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	const struct card_file *buffer = card_file_find(card, FILE_UNWRAP_BUFFER);
	uint16_t status;

	(void)answer;
	if (card->domain_count == 0)
		return SW_INSTRUCTION;
	if (command->p2 != 0x93)
		return SW_P1_P2;
	if (!card->is_logged_in)
		return SW_SECURITY;
	if (command->p1 == 0)
		return SW_CONDITIONS;
	if (card_file_find(card, FILE_KEY(command->p1)) != NULL)
		return SW_EXISTS;
	if (command->size > 0)
		return open_anywhere(card, command->data, command->size, command->p1);
	/* Newer hosts write the blob into a file first (OpenSC card-sc-hsm.c, sc_hsm_unwrap_key). */
	if (buffer == NULL || buffer->size == 0)
		return SW_NO_FILE;
	status = open_anywhere(card, buffer->bytes, buffer->size, command->p1);
	if (status == SW_DONE)
		card_file_remove(card, FILE_UNWRAP_BUFFER);
	return status;
}
