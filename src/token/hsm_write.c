/* A certificate goes to a SmartCard-HSM: beside the key of its ID (CExx, in the place of the device's request for the
   key), or into a file of its own (CAxx with its description C8xx). */
#include "hsm.h"
#include "key_description.h"

#include <openssl/x509.h>
#include <string.h>

static bool
is_certificate(const struct token_bytes *data)
{
	const uint8_t *at = data->bytes;
	X509 *certificate = data->size == 0 ? NULL : d2i_X509(NULL, &at, (long)data->size);
	bool is_whole = certificate != NULL && at == data->bytes + data->size;

	X509_free(certificate);
	return is_whole;
}

/* FAIL_OBJECT_EXISTS where a certificate's file holds just these bytes; *ret_reference: of the key with this ID, 0 if
   there is none. */
static enum outcome
look_around(const struct card *card, const struct apdu_answer *list, const struct token_request *request,
	uint8_t *ret_reference, struct token_answer *ret)
{
	enum outcome outcome = DONE;

	*ret_reference = 0;
	for (unsigned i = 0; outcome == DONE && i + 1 < list->size; i += 2) {
		uint8_t kind = list->bytes[i], bytes[HSM_FILE_MOST];
		struct token_object key;
		size_t size;

		if (kind == HSM_CERTIFICATES || kind == HSM_KEY_CERTIFICATES) {
			outcome = hsm_file_read(
				card, (uint16_t)(kind << 8 | list->bytes[i + 1]), bytes, &size, &ret->code);
			if (outcome == DONE && size >= request->data.size &&
				memcmp(bytes, request->data.bytes, request->data.size) == 0)
				outcome = FAIL_OBJECT_EXISTS;
		} else if (kind == HSM_KEYS && list->bytes[i + 1] != 0 && *ret_reference == 0) {
			outcome = hsm_key_describe(card, list->bytes[i + 1], &key, &ret->code);
			if (outcome == DONE && key.id_size > 0 && key.id_size == request->object.id_size &&
				memcmp(key.id, request->object.id, key.id_size) == 0)
				*ret_reference = key.key_reference;
		}
	}
	return outcome;
}

static enum outcome
write_alone(const struct card *card, const struct apdu_answer *list, const struct token_request *request,
	struct token_answer *ret, uint16_t *ret_file)
{
	uint8_t description[DESCRIPTION_MOST];
	unsigned number = 0;
	size_t size;
	enum outcome outcome;

	while (number < 256 &&
		(hsm_file_is_listed(list, (uint16_t)(HSM_CERTIFICATES << 8 | number)) ||
			hsm_file_is_listed(list, (uint16_t)(HSM_CERTIFICATE_DESCRIPTIONS << 8 | number))))
		number++;
	if (number == 256)
		return FAIL_TOKEN_FULL;
	*ret_file = (uint16_t)(HSM_CERTIFICATES << 8 | number);
	outcome = certificate_description_write(&request->object, *ret_file, description, &size);
	/* The certificate first: a description of nothing would be worse than a certificate without a name. */
	if (outcome == DONE)
		outcome = hsm_file_write(card, *ret_file, request->data.bytes, request->data.size, &ret->code);
	if (outcome == DONE)
		outcome = hsm_file_write(
			card, (uint16_t)(HSM_CERTIFICATE_DESCRIPTIONS << 8 | number), description, size, &ret->code);
	return outcome;
}

enum outcome
hsm_act_write_certificate(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	struct token_object written = request->object;
	struct apdu_answer list;
	uint8_t reference = 0;
	uint16_t file = 0;
	enum outcome outcome = token_check_object_label(request->object.label);

	if (outcome == DONE && !is_certificate(&request->data))
		outcome = FAIL_CERTIFICATE_FILE;
	if (outcome == DONE && request->object.id_size > TOKEN_OBJECT_ID_SIZE)
		outcome = FAIL_ARGUMENT;
	if (outcome == DONE && request->data.size > HSM_FILE_MOST - 1)
		outcome = FAIL_TOO_LONG;
	if (outcome == DONE)
		outcome = hsm_file_list(card, &list);
	if (outcome == DONE)
		outcome = look_around(card, &list, request, &reference, ret);
	if (outcome == DONE)
		outcome = hsm_login(card, request, ret);
	if (outcome != DONE)
		return outcome;
	if (reference == 0) {
		outcome = write_alone(card, &list, request, ret, &file);
	} else {
		file = HSM_FILE_CERTIFICATE(reference);
		if (hsm_file_is_listed(&list, file))
			outcome = hsm_file_delete(card, file, &ret->code);
		if (outcome == DONE)
			outcome = hsm_file_write(card, file, request->data.bytes, request->data.size, &ret->code);
	}
	if (outcome != DONE)
		return outcome;
	written.class = OBJECT_CERTIFICATE;
	written.handle = file;
	written.key_reference = reference;
	return token_objects_add(&ret->objects, &written);
}
