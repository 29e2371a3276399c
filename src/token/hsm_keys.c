#include "cvc.h"
#include "hsm.h"
#include "key_description.h"

#include <quorate/wrapped_key.h>

#include <string.h>

/* Reads a file into bytes of the answer. */
static enum outcome
take_file(const struct card *card, uint16_t file, struct token_bytes *to, struct token_answer *ret)
{
	uint8_t bytes[HSM_FILE_MOST];
	size_t size;
	enum outcome outcome = hsm_file_read(card, file, bytes, &size, &ret->code);

	return outcome == DONE ? token_bytes_set(to, bytes, size) : outcome;
}

/* The key of a reference, as its description has it; what has none is a key without a name. */
static enum outcome
describe_key(const struct card *card, uint8_t reference, struct token_object *ret, struct code *ret_code)
{
	uint8_t bytes[HSM_FILE_MOST];
	size_t size;
	enum outcome outcome = hsm_file_read(card, HSM_FILE_DESCRIPTION(reference), bytes, &size, ret_code);

	if (outcome != DONE)
		return outcome;
	if (!key_description_read(bytes, size, ret)) {
		memset(ret, 0, sizeof *ret);
		ret->class = OBJECT_PRIVATE_KEY;
		ret->kind = KEY_OTHER;
	}
	ret->handle = HSM_FILE_KEY(reference);
	ret->key_reference = reference;
	return DONE;
}

/* Keys and certificates; references are what tells them apart. */
enum outcome
hsm_act_list_objects(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	struct apdu_answer list;
	enum outcome outcome = hsm_file_list(card, &list);

	(void)request;
	ret->code = list.code;
	for (unsigned i = 0; outcome == DONE && i + 1 < list.size; i += 2) {
		struct token_object object;
		uint8_t kind = list.bytes[i], reference = list.bytes[i + 1];

		if (reference == 0 || (kind != 0xcc && kind != 0xce && kind != 0xca))
			continue;
		outcome = describe_key(card, reference, &object, &ret->code);
		if (kind != 0xcc) {
			object.class = OBJECT_CERTIFICATE;
			object.handle = (uint64_t)kind << 8 | reference;
			object.type[0] = '\0';
			object.bits = 0;
			if (kind == 0xca)
				object.key_reference = 0;
		}
		if (outcome == DONE)
			outcome = token_objects_add(&ret->objects, &object);
	}
	return outcome;
}

enum outcome
hsm_act_delete_object(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	uint8_t reference = request->object.key_reference, bytes[HSM_FILE_MOST];
	bool is_key = request->object.class != OBJECT_CERTIFICATE;
	struct cvc_request kept;
	struct token_object is;
	struct apdu_answer list;
	struct code code;
	size_t size;
	enum outcome outcome;

	if (reference == 0)
		return FAIL_ARGUMENT;
	outcome = hsm_file_list(card, &list);
	if (outcome == DONE)
		outcome = describe_key(card, reference, &is, &ret->code);
	if (outcome != DONE)
		return outcome;
	if (!hsm_file_is_listed(&list, is_key ? HSM_FILE_KEY(reference) : HSM_FILE_CERTIFICATE(reference)) ||
		strcmp(is.label, request->object.label) != 0 || is.id_size != request->object.id_size ||
		memcmp(is.id, request->object.id, is.id_size) != 0)
		return FAIL_OBJECT_MISSING;
	outcome = hsm_login(card, request, ret);
	if (outcome != DONE)
		return outcome;
	if (!is_key)
		return hsm_file_delete(card, HSM_FILE_CERTIFICATE(reference), &ret->code);
	outcome = hsm_file_delete(card, HSM_FILE_KEY(reference), &ret->code);
	if (outcome == DONE && hsm_file_is_listed(&list, HSM_FILE_DESCRIPTION(reference)))
		outcome = hsm_file_delete(card, HSM_FILE_DESCRIPTION(reference), &ret->code);
	/* The device's request is the key's public half, and goes with it; a certificate is somebody's work, and stays.
	 */
	if (outcome == DONE && hsm_file_is_listed(&list, HSM_FILE_CERTIFICATE(reference)))
		outcome = hsm_file_read(card, HSM_FILE_CERTIFICATE(reference), bytes, &size, &code);
	else
		return outcome;
	if (outcome == DONE && cvc_request(bytes, size, &kept) == DONE)
		outcome = hsm_file_delete(card, HSM_FILE_CERTIFICATE(reference), &ret->code);
	return outcome;
}

enum outcome
hsm_act_read_attestation(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	struct cvc_request parsed;
	enum outcome outcome;

	if (request->object.key_reference == 0)
		return FAIL_ARGUMENT;
	outcome = take_file(card, HSM_FILE_CERTIFICATE(request->object.key_reference), &ret->request, ret);
	if (outcome == DONE && ret->request.size == 0)
		outcome = FAIL_OBJECT_MISSING;
	if (outcome == DONE && cvc_request(ret->request.bytes, ret->request.size, &parsed) != DONE)
		outcome = FAIL_ATTESTATION_REPLACED;
	if (outcome == DONE)
		outcome = take_file(card, HSM_FILE_CERTIFICATES, &ret->certificate, ret);
	return outcome;
}

/* The state of a DKEK that wraps or unwraps. */
static enum outcome
dkek_ready(const struct key_domain *domain)
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
			outcome = dkek_ready(&ret->before.key_domains[i]);
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
		outcome = take_file(card, HSM_FILE_DESCRIPTION(reference), &ret->description, ret);
	if (outcome == DONE)
		outcome = take_file(card, HSM_FILE_CERTIFICATE(reference), &ret->certificate, ret);
	return outcome;
}

static bool
is_free(const struct apdu_answer *list, uint8_t reference)
{
	return !hsm_file_is_listed(list, HSM_FILE_KEY(reference)) &&
	       !hsm_file_is_listed(list, HSM_FILE_DESCRIPTION(reference)) &&
	       !hsm_file_is_listed(list, HSM_FILE_CERTIFICATE(reference));
}

/* The reference for a key that comes: the one wanted, or the first that is free; nothing is ever overwritten. */
static enum outcome
choose_reference(const struct apdu_answer *list, uint8_t wanted, uint8_t *ret)
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
	outcome = dkek_ready(domain);
	if (outcome == DONE && dkek_kcv_is_known(domain->kcv) && memcmp(domain->kcv, parsed.kcv, DKEK_KCV_SIZE) != 0)
		outcome = FAIL_WRAPPED_KEY_DKEK;
	if (outcome == DONE)
		outcome = hsm_file_list(card, &list);
	if (outcome == DONE)
		outcome = choose_reference(&list, request->object.key_reference, &reference);
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
	if (describe_key(card, reference, &object, &code) == DONE) {
		object.key_domain = request->key_domain;
		if (token_objects_add(&ret->objects, &object) != DONE && outcome == DONE)
			outcome = FAIL_MEMORY;
	}
	return outcome == DONE ? DONE : FAIL_KEY_BARE;
}
