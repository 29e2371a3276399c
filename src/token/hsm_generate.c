/* Key pairs made on a SmartCard-HSM, and what it says of where they were made. */
#include "cvc.h"
#include "hsm.h"
#include "key_description.h"
#include "public_half.h"

#include <openssl/objects.h>
#include <string.h>

#define TEMPLATE_MOST 1024

/* id-TA-RSA-v1-5-SHA-256 and id-TA-ECDSA-SHA-256 (TR-03110, part 3, A.7.3). */
static const uint8_t of_rsa[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x02, 0x01, 0x02 };
static const uint8_t of_curve[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x02, 0x02, 0x03 };

/* A curve by all its numbers, RSA by exponent and size. */
static enum outcome
put_key(enum key_kind kind, struct ber_row *ret)
{
	static const uint8_t exponent[] = { 0x01, 0x00, 0x01 }, cofactor[] = { 0x01 };
	struct curve_parameters domain;
	const struct curve *curve;
	unsigned bits;
	uint8_t size[2];

	if (!token_key_kind_is_curve(kind, &bits)) {
		size[0] = (uint8_t)(bits >> 8);
		size[1] = (uint8_t)bits;
		ber_put(ret, 0x06, of_rsa, sizeof of_rsa);
		ber_put(ret, 0x82, exponent, sizeof exponent);
		ber_put(ret, 0x02, size, sizeof size);
		return DONE;
	}
	curve = curve_of_name(OBJ_nid2sn(public_half_curve(kind)));
	if (curve == NULL || !curve_parameters_of(curve, &domain))
		return FAIL_KEY_KIND;
	ber_put(ret, 0x06, of_curve, sizeof of_curve);
	ber_put(ret, 0x81, domain.prime, domain.size);
	ber_put(ret, 0x82, domain.a, domain.size);
	ber_put(ret, 0x83, domain.b, domain.size);
	ber_put(ret, 0x84, domain.point, domain.point_size);
	ber_put(ret, 0x85, domain.order, domain.size);
	ber_put(ret, 0x87, cofactor, sizeof cofactor);
	return DONE;
}

/* The body of a request as the device is to sign it (OpenSC pkcs15init/pkcs15-sc-hsm.c, sc_hsm_generate_key). */
static enum outcome
put_template(const struct token_request *request, const struct hsm_status *hsm, struct ber_row *ret)
{
	static const uint8_t version[] = { 0x00 };
	static const char authority[] = "UTCA00001", sequence[] = "00001";
	uint8_t key_bytes[TEMPLATE_MOST];
	struct ber_row key = { key_bytes, 0, sizeof key_bytes, false };
	char holder[TOKEN_SERIAL_SIZE + sizeof sequence] = "";
	enum outcome outcome = put_key(request->kind, &key);
	/* A holder reference has 16 characters at most. */
	size_t serial = strlen(hsm->serial), most = CVC_REFERENCE_MOST - (sizeof sequence - 1);

	if (serial == 0)
		memcpy(holder, authority, sizeof authority);
	memcpy(serial == 0 ? holder + 4 : holder, hsm->serial, serial > most ? most : serial);
	memcpy(holder + (serial == 0 ? 4 : serial > most ? most : serial), sequence, sizeof sequence);
	ber_put(ret, 0x5f29, version, sizeof version);
	ber_put(ret, 0x42, authority, sizeof authority - 1);
	ber_put(ret, 0x7f49, key.bytes, key.size);
	ber_put(ret, 0x5f20, holder, strlen(holder));
	if (request->key_domain != 0)
		ber_put(ret, 0x92, &request->key_domain, 1);
	if (outcome == DONE && (key.is_full || ret->is_full))
		outcome = FAIL_TOO_LONG;
	return outcome;
}

/* Two keys of one ID cannot be told apart by other programs. */
static enum outcome
find_id(const struct card *card, const struct apdu_answer *list, const struct token_object *wanted,
	struct token_answer *ret)
{
	enum outcome outcome = DONE;

	for (unsigned i = 0; outcome == DONE && i + 1 < list->size; i += 2) {
		struct token_object key;

		if (list->bytes[i] != HSM_KEYS || list->bytes[i + 1] == 0)
			continue;
		outcome = hsm_key_describe(card, list->bytes[i + 1], &key, &ret->code);
		if (outcome == DONE && key.id_size == wanted->id_size && memcmp(key.id, wanted->id, key.id_size) == 0)
			outcome = FAIL_OBJECT_EXISTS;
	}
	return outcome;
}

static enum outcome
generate_outcome(uint16_t status)
{
	switch (status) {
	case 0x6a80:
	case 0x6a81:
		return FAIL_KEY_KIND;
	case 0x6a84:
		return FAIL_TOKEN_FULL;
	case 0x6a89:
		return FAIL_OBJECT_EXISTS;
	default:
		return hsm_outcome(status);
	}
}

/* The key's name, and the device's request beside it where the device has not put it there itself. */
static enum outcome
dress(const struct card *card, const struct token_object *key, struct token_answer *ret)
{
	uint8_t description[DESCRIPTION_MOST];
	struct apdu_answer list;
	size_t size;
	enum outcome outcome = key_description_write(key, description, &size);

	if (outcome == DONE)
		outcome = hsm_file_list(card, &list);
	if (outcome == DONE && !hsm_file_is_listed(&list, HSM_FILE_CERTIFICATE(key->key_reference)))
		outcome = hsm_file_write(card, HSM_FILE_CERTIFICATE(key->key_reference), ret->request.bytes,
			ret->request.size, &ret->code);
	if (outcome == DONE && hsm_file_is_listed(&list, HSM_FILE_DESCRIPTION(key->key_reference)))
		outcome = hsm_file_delete(card, HSM_FILE_DESCRIPTION(key->key_reference), &ret->code);
	if (outcome == DONE)
		outcome = hsm_file_write(card, HSM_FILE_DESCRIPTION(key->key_reference), description, size, &ret->code);
	return outcome == DONE || hsm_is_lost(outcome) ? outcome : FAIL_KEY_BARE;
}

static enum outcome
send_generate(const struct card *card, const struct token_request *request, uint8_t reference, struct token_answer *ret)
{
	uint8_t bytes[TEMPLATE_MOST];
	struct ber_row template = { bytes, 0, sizeof bytes, false };
	struct apdu_answer answer;
	EVP_PKEY *key;
	size_t whole;
	bool is_request;
	enum outcome outcome = put_template(request, &ret->before, &template);
	const struct apdu generate = { 0x00, 0x46, reference, 0x00, template.bytes, template.size, 0x10000 };

	if (outcome == DONE)
		outcome = apdu_send(card, &generate, &answer);
	if (outcome != DONE)
		return outcome;
	ret->code = answer.code;
	outcome = generate_outcome(answer.status);
	if (outcome != DONE)
		return outcome;
	key = public_half(answer.bytes, answer.size, &whole, &is_request);
	if (key == NULL || !is_request)
		outcome = FAIL_CARD_ANSWER;
	if (outcome == DONE)
		outcome = public_half_der(key, &ret->value);
	if (outcome == DONE)
		outcome = token_bytes_set(&ret->request, answer.bytes, whole);
	EVP_PKEY_free(key);
	return outcome;
}

/* Which domain the key is to live in, and whether keys can be made there now. */
static enum outcome
domain_ready(const struct token_request *request, const struct hsm_status *hsm)
{
	const struct key_domain *domain;

	if (request->key_domain >= HSM_KEY_DOMAINS)
		return FAIL_KEY_DOMAIN;
	domain = &hsm->key_domains[request->key_domain];
	if (request->key_domain != 0 && domain->state != KEY_DOMAIN_DKEK)
		return FAIL_KEY_DOMAIN;
	return domain->state == KEY_DOMAIN_DKEK && domain->outstanding > 0 ? FAIL_DKEK_OUTSTANDING : DONE;
}

enum outcome
hsm_act_generate(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	struct token_object key = request->object;
	struct apdu_answer list;
	struct hsm_status now;
	struct code code;
	enum outcome outcome = token_check_object_label(key.label);

	if (outcome == DONE && (request->kind >= KEY_OTHER || key.id_size == 0 || key.id_size > TOKEN_OBJECT_ID_SIZE))
		outcome = FAIL_ARGUMENT;
	if (outcome == DONE)
		outcome = domain_ready(request, &ret->before);
	if (outcome == DONE)
		outcome = hsm_file_list(card, &list);
	if (outcome == DONE)
		outcome = find_id(card, &list, &key, ret);
	if (outcome == DONE)
		outcome = hsm_choose_reference(&list, 0, &key.key_reference);
	if (outcome == DONE)
		outcome = hsm_login(card, request, ret);
	if (outcome != DONE)
		return outcome;
	key.class = OBJECT_PRIVATE_KEY;
	key.kind = request->kind;
	outcome = send_generate(card, request, key.key_reference, ret);
	if (outcome == DONE)
		outcome = dress(card, &key, ret);
	if (hsm_is_lost(outcome)) {
		/* The login is gone with it, so what is there is left as it is. */
		if (hsm_select(card, &now, &code) == DONE && hsm_file_list(card, &list) == DONE &&
			hsm_file_is_listed(&list, HSM_FILE_KEY(key.key_reference)))
			outcome = FAIL_KEY_BARE;
		return outcome;
	}
	if (outcome == DONE)
		outcome = hsm_file_take(card, HSM_FILE_CERTIFICATES, &ret->certificate, &ret->code);
	if (outcome == DONE)
		outcome = hsm_object_find(card, &key, &list, &key, &ret->code);
	return outcome == DONE ? token_objects_add(&ret->objects, &key) : outcome;
}

enum outcome
hsm_act_read_attestation(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	struct cvc_request parsed;
	enum outcome outcome;

	if (request->object.key_reference == 0)
		return FAIL_ARGUMENT;
	outcome = hsm_file_take(card, HSM_FILE_CERTIFICATE(request->object.key_reference), &ret->request, &ret->code);
	if (outcome == DONE && ret->request.size == 0)
		outcome = FAIL_OBJECT_MISSING;
	if (outcome == DONE && cvc_request(ret->request.bytes, ret->request.size, &parsed) != DONE)
		outcome = FAIL_ATTESTATION_REPLACED;
	if (outcome == DONE)
		outcome = hsm_file_take(card, HSM_FILE_CERTIFICATES, &ret->certificate, &ret->code);
	return outcome;
}
