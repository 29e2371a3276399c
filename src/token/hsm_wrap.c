/* Keys that leave a SmartCard-HSM, encrypted under its DKEK. */
#include "hsm.h"

#include <quorate/wrapped_key.h>

#include <string.h>

enum outcome
hsm_dkek_ready(const struct key_domain *domain)
{
	if (domain->state != KEY_DOMAIN_DKEK)
		return FAIL_DKEK_NOT_SET_UP;
	return domain->outstanding > 0 ? FAIL_DKEK_OUTSTANDING : DONE;
}

enum outcome
hsm_act_wrap_key(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	const uint8_t reference = request->object.key_reference;
	const struct apdu wrap = { 0x80, 0x72, reference, 0x92, NULL, 0, 0x10000 };
	struct apdu_answer answer;
	struct wrapped_key parsed;
	bool is_known = false;
	enum outcome outcome = FAIL_DKEK_NOT_SET_UP;

	if (reference == 0)
		return FAIL_ARGUMENT;
	/* Which domain the key is in only the card knows; one of them has to be ready. */
	for (size_t i = 0; i < HSM_KEY_DOMAINS && outcome != DONE; i++)
		if (ret->before.key_domains[i].state == KEY_DOMAIN_DKEK)
			outcome = hsm_dkek_ready(&ret->before.key_domains[i]);
	if (outcome == DONE)
		outcome = hsm_login(card, request, ret);
	if (outcome == DONE)
		outcome = apdu_send(card, &wrap, &answer);
	if (outcome != DONE)
		return outcome;
	ret->code = answer.code;
	if (answer.status == 0x6a82 || answer.status == 0x6a88)
		return FAIL_OBJECT_MISSING;
	if (answer.status == 0x6985)
		return FAIL_KEY_USE;
	if (answer.status != 0x9000)
		return hsm_outcome(answer.status);
	if (wrapped_key_parse(answer.bytes, answer.size, &parsed) != DONE)
		return FAIL_CARD_ANSWER;
	/* Wrapped under a DKEK that is this device's. */
	for (size_t i = 0; i < HSM_KEY_DOMAINS; i++) {
		const struct key_domain *domain = &ret->before.key_domains[i];

		is_known |= domain->state == KEY_DOMAIN_DKEK &&
			    (!dkek_kcv_is_known(domain->kcv) || memcmp(domain->kcv, parsed.kcv, DKEK_KCV_SIZE) == 0);
	}
	if (!is_known)
		return FAIL_KCV;
	outcome = token_bytes_set(&ret->value, answer.bytes, answer.size);
	if (outcome == DONE)
		outcome = hsm_file_take(card, HSM_FILE_DESCRIPTION(reference), &ret->description, &ret->code);
	if (outcome == DONE)
		outcome = hsm_file_take(card, HSM_FILE_CERTIFICATE(reference), &ret->certificate, &ret->code);
	return outcome;
}
