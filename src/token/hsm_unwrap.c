/* Keys that come back into a SmartCard-HSM with the same DKEK, and look as they did. */
#include "hsm.h"

#include <quorate/wrapped_key.h>

#include <string.h>

static bool
is_free(const struct apdu_answer *list, uint8_t reference)
{
	return !hsm_file_is_listed(list, HSM_FILE_KEY(reference)) &&
	       !hsm_file_is_listed(list, HSM_FILE_DESCRIPTION(reference)) &&
	       !hsm_file_is_listed(list, HSM_FILE_CERTIFICATE(reference));
}

enum outcome
hsm_choose_reference(const struct apdu_answer *list, uint8_t wanted, uint8_t *ret)
{
	*ret = wanted;
	if (wanted != 0)
		return is_free(list, wanted) ? DONE : FAIL_OBJECT_EXISTS;
	for (unsigned i = 1; i <= 255; i++) {
		if (is_free(list, (uint8_t)i)) {
			*ret = (uint8_t)i;
			return DONE;
		}
	}
	return FAIL_TOKEN_FULL;
}

static enum outcome
unwrap_outcome(uint16_t status)
{
	switch (status) {
	case 0x6a80:
		return FAIL_WRAPPED_KEY_DKEK;
	case 0x6a84:
		return FAIL_TOKEN_FULL;
	case 0x6a89:
		return FAIL_OBJECT_EXISTS;
	default:
		return hsm_outcome(status);
	}
}

/*
 * As one long command first, which older cards want; then through the file 2F10, which newer ones want and which
 * readers without long commands need (OpenSC up to 0.23, and after). A command that was refused has done nothing; after
 * a lost answer the list of files says whether the key is there.
 */
static enum outcome
unwrap(const struct card *card, const struct token_bytes *blob, uint8_t reference, struct token_answer *ret)
{
	const struct apdu direct = { 0x80, 0x74, reference, 0x93, blob->bytes, blob->size, 0 };
	const struct apdu buffered = { 0x80, 0x74, reference, 0x93, NULL, 0, 0 };
	struct apdu_answer answer;
	enum outcome outcome = apdu_send(card, &direct, &answer);

	ret->code = answer.code;
	if (outcome != DONE)
		return outcome;
	outcome = unwrap_outcome(answer.status);
	if (outcome == DONE || outcome == FAIL_NOT_LOGGED_IN || outcome == FAIL_TOKEN_FULL ||
		outcome == FAIL_OBJECT_EXISTS)
		return outcome;
	if (hsm_file_put(card, HSM_FILE_UNWRAP, blob->bytes, blob->size, &ret->code) != DONE)
		return outcome;
	outcome = apdu_send(card, &buffered, &answer);
	ret->code = answer.code;
	return outcome == DONE ? unwrap_outcome(answer.status) : outcome;
}

/* Description and certificate of the key as it was, so that the copy looks like the original. A card may have made a
   request of its own for it. */
static enum outcome
dress(const struct card *card, const struct token_request *request, uint8_t reference, struct token_answer *ret)
{
	const struct {
		uint16_t file;
		const struct token_bytes *bytes;
	} parts[] = {
		{ HSM_FILE_DESCRIPTION(reference), &request->description },
		{ HSM_FILE_CERTIFICATE(reference), &request->certificate },
	};
	struct apdu_answer list;
	enum outcome outcome = hsm_file_list(card, &list);

	for (size_t i = 0; i < 2 && outcome == DONE; i++) {
		if (parts[i].bytes->size == 0)
			continue;
		if (hsm_file_is_listed(&list, parts[i].file))
			outcome = hsm_file_delete(card, parts[i].file, &ret->code);
		if (outcome == DONE)
			outcome = hsm_file_write(
				card, parts[i].file, parts[i].bytes->bytes, parts[i].bytes->size, &ret->code);
	}
	return outcome;
}

enum outcome
hsm_act_unwrap_key(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	struct wrapped_key parsed;
	struct key_domain *domain;
	struct token_object object;
	struct apdu_answer list;
	struct hsm_status now;
	struct code code;
	uint8_t reference;
	enum outcome outcome = wrapped_key_parse(request->data.bytes, request->data.size, &parsed);

	if (outcome != DONE)
		return outcome;
	if (request->key_domain >= HSM_KEY_DOMAINS)
		return FAIL_KEY_DOMAIN;
	domain = &ret->before.key_domains[request->key_domain];
	outcome = hsm_dkek_ready(domain);
	if (outcome == DONE && dkek_kcv_is_known(domain->kcv) && memcmp(domain->kcv, parsed.kcv, DKEK_KCV_SIZE) != 0)
		outcome = FAIL_WRAPPED_KEY_DKEK;
	if (outcome == DONE)
		outcome = hsm_file_list(card, &list);
	if (outcome == DONE)
		outcome = hsm_choose_reference(&list, request->object.key_reference, &reference);
	if (outcome == DONE)
		outcome = hsm_login(card, request, ret);
	if (outcome != DONE)
		return outcome;
	/* Some cards tell the KCV after a login only. */
	if (!dkek_kcv_is_known(domain->kcv)) {
		now = ret->before;
		outcome = hsm_read(card, &now, &ret->code);
		if (outcome == DONE && dkek_kcv_is_known(now.key_domains[request->key_domain].kcv) &&
			memcmp(now.key_domains[request->key_domain].kcv, parsed.kcv, DKEK_KCV_SIZE) != 0)
			outcome = FAIL_WRAPPED_KEY_DKEK;
		if (outcome != DONE)
			return outcome;
	}
	outcome = unwrap(card, &request->data, reference, ret);
	if (hsm_is_lost(outcome)) {
		/* The login is gone with it, so the key is left as it is: there, without its description, or not there.
		 */
		if (hsm_select(card, &now, &code) == DONE && hsm_file_list(card, &list) == DONE &&
			hsm_file_is_listed(&list, HSM_FILE_KEY(reference)))
			outcome = FAIL_KEY_BARE;
		return outcome;
	}
	if (outcome == DONE) {
		outcome = hsm_file_list(card, &list);
		if (outcome == DONE && !hsm_file_is_listed(&list, HSM_FILE_KEY(reference)))
			outcome = FAIL_CARD_ANSWER;
	}
	if (outcome != DONE)
		return outcome;
	outcome = dress(card, request, reference, ret);
	if (hsm_key_describe(card, reference, &object, &code) == DONE) {
		object.key_domain = request->key_domain;
		if (token_objects_add(&ret->objects, &object) != DONE && outcome == DONE)
			outcome = FAIL_MEMORY;
	}
	return outcome == DONE ? DONE : FAIL_KEY_BARE;
}
