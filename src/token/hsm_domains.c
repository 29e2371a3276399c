#include "hsm.h"

#include <string.h>

/* Status of a key domain's DKEK: total, outstanding, KCV (OpenSC card-sc-hsm.c, sc_hsm_import_dkek_share). */
static enum outcome
read_domain(const struct card *card, uint8_t number, struct key_domain *ret, struct code *ret_code)
{
	const struct apdu status = { 0x80, 0x52, 0x00, number, NULL, 0, 256 };
	struct apdu_answer answer;
	enum outcome outcome = apdu_send(card, &status, &answer);

	*ret = (struct key_domain){ KEY_DOMAIN_ABSENT };
	*ret_code = answer.code;
	if (outcome != DONE)
		return outcome;
	if (answer.status == 0x6a88)
		ret->state = KEY_DOMAIN_EMPTY;
	if (answer.status != 0x9000)
		return DONE;
	if (answer.size < 2 + DKEK_KCV_SIZE || answer.bytes[1] > answer.bytes[0])
		return FAIL_CARD_ANSWER;
	ret->state = KEY_DOMAIN_DKEK;
	ret->shares = answer.bytes[0];
	ret->outstanding = answer.bytes[1];
	memcpy(ret->kcv, answer.bytes + 2, DKEK_KCV_SIZE);
	return DONE;
}

/* OpenSC card-sc-hsm.c, sc_hsm_public_key_auth_status; 6D00 where it is not set up. */
static enum outcome
read_authentication(const struct card *card, struct key_authentication *ret, struct code *ret_code)
{
	const struct apdu status = { 0x80, 0x54, 0x00, 0x00, NULL, 0, 256 };
	struct apdu_answer answer;
	enum outcome outcome = apdu_send(card, &status, &answer);

	*ret = (struct key_authentication){ false };
	*ret_code = answer.code;
	if (outcome != DONE || answer.status != 0x9000)
		return outcome;
	if (answer.size < 4)
		return FAIL_CARD_ANSWER;
	*ret = (struct key_authentication){ true, answer.bytes[0], answer.bytes[1], answer.bytes[2], answer.bytes[3] };
	return DONE;
}

enum outcome
hsm_domains_read(const struct card *card, struct hsm_status *ret, struct code *ret_code)
{
	const struct key_domain *first = &ret->key_domains[0];
	enum outcome outcome = read_domain(card, 0, &ret->key_domains[0], ret_code);

	ret->has_dkek = first->state == KEY_DOMAIN_DKEK;
	ret->dkek_total = first->shares;
	ret->dkek_outstanding = first->outstanding;
	memcpy(ret->kcv, first->kcv, DKEK_KCV_SIZE);
	/* Cards before version 3 have this one only, and would take the number for nothing. */
	ret->key_domain_count = first->state != KEY_DOMAIN_ABSENT && ret->version_major >= 3;
	for (uint8_t i = 1; i < HSM_KEY_DOMAINS; i++)
		ret->key_domains[i] = (struct key_domain){ KEY_DOMAIN_ABSENT };
	while (outcome == DONE && ret->key_domain_count > 0 && ret->key_domain_count < HSM_KEY_DOMAINS) {
		uint8_t next = ret->key_domain_count;

		outcome = read_domain(card, next, &ret->key_domains[next], ret_code);
		if (ret->key_domains[next].state == KEY_DOMAIN_ABSENT)
			break;
		ret->key_domain_count++;
	}
	return outcome == DONE ? read_authentication(card, &ret->key_authentication, ret_code) : outcome;
}

/* 80 52 with P1 01 makes a domain, with 03 it deletes one; what came of it says the status. A card answers a deletion
   with the status of what is no longer there (pico-hsm cmd_key_domain.c: 6A88). */
static enum outcome
manage(const struct card *card, uint8_t p1, const struct token_request *request, const uint8_t *shares,
	struct token_answer *ret)
{
	const struct apdu manage = { 0x80, 0x52, p1, request->key_domain, shares, shares == NULL ? 0 : 1, 256 };
	enum key_domain_state wanted = shares == NULL ? KEY_DOMAIN_EMPTY : KEY_DOMAIN_DKEK;
	struct key_domain now;
	struct apdu_answer answer;
	struct code code;
	enum outcome outcome = hsm_login(card, request, ret);

	if (outcome == DONE)
		outcome = apdu_send(card, &manage, &answer);
	if (outcome != DONE)
		return outcome;
	ret->code = answer.code;
	outcome = read_domain(card, request->key_domain, &now, &code);
	if (outcome != DONE || now.state == wanted)
		return outcome;
	if (answer.status == 0x6a89)
		return FAIL_KEY_DOMAIN_USED;
	return answer.status == 0x9000 || answer.status == 0x6a88 ? FAIL_CARD_ANSWER : hsm_outcome(answer.status);
}

enum outcome
hsm_act_create_domain(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	const uint8_t shares = (uint8_t)request->dkek_shares;

	if (request->key_domain >= ret->before.key_domain_count)
		return FAIL_KEY_DOMAIN;
	if (ret->before.key_domains[request->key_domain].state != KEY_DOMAIN_EMPTY)
		return FAIL_KEY_DOMAIN_THERE;
	if (request->dkek_shares < 1 || request->dkek_shares > 255)
		return FAIL_ARGUMENT;
	return manage(card, 0x01, request, &shares, ret);
}

enum outcome
hsm_act_delete_domain(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	if (request->key_domain >= ret->before.key_domain_count ||
		ret->before.key_domains[request->key_domain].state != KEY_DOMAIN_DKEK)
		return FAIL_KEY_DOMAIN;
	return manage(card, 0x03, request, NULL, ret);
}
