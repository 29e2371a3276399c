/* What lies on a SmartCard-HSM: listed, found again, read, renamed, deleted. A key is a file CCxx, its description
   C4xx, and in CExx the device's request for it or a certificate. Certificates without a key are CAxx with a
   description C8xx, data are CFxx or CDxx (behind the user PIN) with C9xx. */
#include "hsm.h"
#include "key_description.h"
#include "public_half.h"

#include <string.h>

/* Where the second half of a file's name is a key's reference. */
static bool
is_of_key(uint16_t file)
{
	return file >> 8 == HSM_KEYS || file >> 8 == HSM_KEY_CERTIFICATES;
}

/* The file that names an object; a key's and what belongs to it have one for all. */
static uint16_t
description_of(uint16_t file)
{
	const uint8_t kind = file >> 8 == HSM_CERTIFICATES                            ? HSM_CERTIFICATE_DESCRIPTIONS
			     : file >> 8 == HSM_DATA || file >> 8 == HSM_PRIVATE_DATA ? HSM_DATA_DESCRIPTIONS
										      : HSM_KEY_DESCRIPTIONS;

	return (uint16_t)(kind << 8 | (file & 0xff));
}

enum outcome
hsm_key_describe(const struct card *card, uint8_t reference, struct token_object *ret, struct code *ret_code)
{
	uint8_t bytes[HSM_FILE_MOST];
	size_t size;
	enum outcome outcome = hsm_file_read(card, HSM_FILE_DESCRIPTION(reference), bytes, &size, ret_code);

	if (outcome != DONE)
		return outcome;
	/* What has no description is a key without a name. */
	if (!key_description_read(bytes, size, ret)) {
		memset(ret, 0, sizeof *ret);
		ret->class = OBJECT_PRIVATE_KEY;
		ret->kind = KEY_OTHER;
	}
	ret->flags = OBJECT_PRIVATE | OBJECT_SENSITIVE;
	ret->handle = HSM_FILE_KEY(reference);
	ret->key_reference = reference;
	return DONE;
}

/* A key, with what its public half tells of it, and that half: the request or the certificate. */
static enum outcome
add_key(const struct card *card, const struct apdu_answer *list, uint8_t reference, bool is_key,
	struct token_answer *ret)
{
	uint8_t bytes[HSM_FILE_MOST];
	struct token_object key, half;
	EVP_PKEY *public = NULL;
	size_t size = 0, whole = 0;
	bool is_request = false, has_half = hsm_file_is_listed(list, HSM_FILE_CERTIFICATE(reference));
	enum outcome outcome = hsm_key_describe(card, reference, &key, &ret->code);

	if (outcome == DONE && has_half)
		outcome = hsm_file_read(card, HSM_FILE_CERTIFICATE(reference), bytes, &size, &ret->code);
	if (outcome != DONE)
		return outcome;
	public = public_half(bytes, size, &whole, &is_request);
	if (public != NULL)
		public_half_describe(public, &key);
	EVP_PKEY_free(public);
	if (is_key)
		outcome = token_objects_add(&ret->objects, &key);
	if (outcome != DONE || !has_half)
		return outcome;
	half = key;
	half.class = is_request ? OBJECT_PUBLIC_KEY : OBJECT_CERTIFICATE;
	half.handle = HSM_FILE_CERTIFICATE(reference);
	half.flags = 0;
	half.usage = key.usage & USAGE_DECRYPT ? USAGE_ENCRYPT | USAGE_VERIFY : USAGE_VERIFY;
	if (!is_request) {
		half.type[0] = '\0';
		half.bits = half.usage = 0;
		half.kind = KEY_OTHER;
	}
	return token_objects_add(&ret->objects, &half);
}

static enum outcome
add_file(const struct card *card, uint16_t file, struct token_answer *ret)
{
	uint8_t bytes[HSM_FILE_MOST];
	struct token_object object;
	size_t size;
	uint16_t about;
	enum outcome outcome = hsm_file_read(card, description_of(file), bytes, &size, &ret->code);

	if (outcome != DONE)
		return outcome;
	if (!file_description_read(bytes, size, &object, &about))
		memset(&object, 0, sizeof object);
	object.class = file >> 8 == HSM_CERTIFICATES ? OBJECT_CERTIFICATE : OBJECT_DATA;
	object.kind = KEY_OTHER;
	object.flags = file >> 8 == HSM_PRIVATE_DATA ? OBJECT_PRIVATE : 0;
	object.handle = file;
	return token_objects_add(&ret->objects, &object);
}

/* What a card makes, by its version: it has no list of mechanisms to ask for. Those before 3 end with 2048 bits and
   curves of 320 (CardContact's and Nitrokey's data sheets); what a card does not take after all it refuses. */
static key_kinds
kinds_of(const struct hsm_status *hsm)
{
	key_kinds kinds = 1 << KEY_RSA_2048 | 1 << KEY_P256 | 1 << KEY_SECP256K1 | 1 << KEY_BRAINPOOL_P256R1;

	if (hsm->version_major >= 3)
		kinds |= 1 << KEY_RSA_3072 | 1 << KEY_RSA_4096 | 1 << KEY_P384 | 1 << KEY_P521 |
			 1 << KEY_BRAINPOOL_P384R1 | 1 << KEY_BRAINPOOL_P512R1;
	return kinds;
}

static enum outcome
list_objects(const struct card *card, const struct apdu_answer *list, struct token_answer *ret)
{
	enum outcome outcome = DONE;

	for (unsigned i = 0; outcome == DONE && i + 1 < list->size; i += 2) {
		uint8_t kind = list->bytes[i], reference = list->bytes[i + 1];

		/* Reference 0 is the device's own; a public half without its key is there, too. */
		if ((kind == HSM_KEYS && reference != 0) || (kind == HSM_KEY_CERTIFICATES && reference != 0 &&
								    !hsm_file_is_listed(list, HSM_FILE_KEY(reference))))
			outcome = add_key(card, list, reference, kind == HSM_KEYS, ret);
		else if (kind == HSM_CERTIFICATES || kind == HSM_DATA || kind == HSM_PRIVATE_DATA)
			outcome = add_file(card, (uint16_t)(kind << 8 | reference), ret);
	}
	return outcome;
}

enum outcome
hsm_act_list_objects(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	struct apdu_answer list;
	enum outcome outcome = hsm_file_list(card, &list);

	(void)request;
	ret->code = list.code;
	ret->kinds = kinds_of(&ret->before);
	return outcome == DONE ? list_objects(card, &list, ret) : outcome;
}

enum outcome
hsm_object_find(const struct card *card, const struct token_object *wanted, struct apdu_answer *ret_list,
	struct token_object *ret, struct code *ret_code)
{
	struct token_answer all = { 0 };
	size_t count = 0;
	enum outcome outcome = hsm_file_list(card, ret_list);

	all.code = ret_list->code;
	/* What belongs to a key is found by its reference, without reading all the others. */
	if (outcome == DONE && wanted->key_reference != 0)
		outcome = add_key(card, ret_list, wanted->key_reference,
			hsm_file_is_listed(ret_list, HSM_FILE_KEY(wanted->key_reference)), &all);
	else if (outcome == DONE)
		outcome = list_objects(card, ret_list, &all);
	for (size_t i = 0; outcome == DONE && i < all.objects.count; i++) {
		const struct token_object *one = &all.objects.list[i];

		if (!token_object_is_same(one, wanted) ||
			(wanted->key_reference != 0 && one->key_reference != wanted->key_reference))
			continue;
		if (count++ == 0 || one->handle == wanted->handle)
			*ret = *one;
	}
	*ret_code = all.code;
	token_objects_free(&all.objects);
	if (outcome == DONE && count == 0)
		outcome = FAIL_OBJECT_MISSING;
	/* The handle, which is the file, chooses among equals. */
	if (outcome == DONE && count > 1 && ret->handle != wanted->handle)
		outcome = FAIL_OBJECT_AMBIGUOUS;
	return outcome;
}

static enum outcome
delete_if_listed(const struct card *card, const struct apdu_answer *list, uint16_t file, struct token_answer *ret)
{
	return hsm_file_is_listed(list, file) ? hsm_file_delete(card, file, &ret->code) : DONE;
}

/* The device's request is the key's public half, and goes with it; a certificate is somebody's work, and stays. */
static enum outcome
delete_request(const struct card *card, const struct apdu_answer *list, uint8_t reference, struct token_answer *ret)
{
	uint8_t bytes[HSM_FILE_MOST];
	size_t size, whole;
	bool is_request;
	enum outcome outcome;

	if (!hsm_file_is_listed(list, HSM_FILE_CERTIFICATE(reference)))
		return DONE;
	outcome = hsm_file_read(card, HSM_FILE_CERTIFICATE(reference), bytes, &size, &ret->code);
	if (outcome != DONE)
		return outcome;
	EVP_PKEY_free(public_half(bytes, size, &whole, &is_request));
	return is_request ? hsm_file_delete(card, HSM_FILE_CERTIFICATE(reference), &ret->code) : DONE;
}

enum outcome
hsm_act_delete_object(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	struct token_object object;
	struct apdu_answer list;
	uint16_t file;
	enum outcome outcome = hsm_object_find(card, &request->object, &list, &object, &ret->code);

	if (outcome == DONE)
		outcome = hsm_login(card, request, ret);
	if (outcome != DONE)
		return outcome;
	file = (uint16_t)object.handle;
	outcome = hsm_file_delete(card, file, &ret->code);
	/* A certificate or request beside a key leaves the key's name alone. */
	if (outcome == DONE &&
		(file >> 8 != HSM_KEY_CERTIFICATES || !hsm_file_is_listed(&list, HSM_FILE_KEY(file & 0xff))))
		outcome = delete_if_listed(card, &list, description_of(file), ret);
	if (outcome == DONE && file >> 8 == HSM_KEYS)
		outcome = delete_request(card, &list, object.key_reference, ret);
	return outcome;
}

enum outcome
hsm_act_read_value(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	uint8_t bytes[HSM_FILE_MOST];
	struct token_object object;
	struct apdu_answer list;
	EVP_PKEY *public;
	size_t size, whole;
	enum outcome outcome = hsm_object_find(card, &request->object, &list, &object, &ret->code);

	if (outcome == DONE && object.flags & OBJECT_PRIVATE && object.class == OBJECT_DATA)
		outcome = hsm_login(card, request, ret);
	if (outcome == DONE)
		outcome = hsm_file_read(card,
			is_of_key((uint16_t)object.handle) ? HSM_FILE_CERTIFICATE(object.key_reference)
							   : (uint16_t)object.handle,
			bytes, &size, &ret->code);
	if (outcome != DONE)
		return outcome;
	if (object.class == OBJECT_DATA)
		return token_bytes_set(&ret->value, bytes, size);
	public = public_half(bytes, size, &whole, NULL);
	if (object.class == OBJECT_CERTIFICATE)
		outcome = whole == 0 ? FAIL_CERTIFICATE_FILE : token_bytes_set(&ret->value, bytes, whole);
	else
		outcome = public == NULL ? FAIL_OBJECT_FIXED : public_half_der(public, &ret->value);
	EVP_PKEY_free(public);
	return outcome;
}

/* The new description takes the place of the old one; a file keeps its length, so it is made anew. */
static enum outcome
replace_description(
	const struct card *card, uint16_t file, const struct token_request *request, struct token_answer *ret)
{
	uint8_t old[HSM_FILE_MOST], bytes[DESCRIPTION_MOST];
	const char *label = request->has_new_label ? request->new_label : request->object.label;
	size_t old_size, size;
	enum outcome outcome = hsm_file_read(card, file, old, &old_size, &ret->code);

	if (outcome == DONE)
		outcome = description_rename(old, old_size, label, request->has_new_id ? request->new_id : NULL,
			request->new_id_size, bytes, &size);
	if (outcome == DONE)
		outcome = hsm_login(card, request, ret);
	if (outcome == DONE)
		outcome = hsm_file_delete(card, file, &ret->code);
	if (outcome == DONE && hsm_file_write(card, file, bytes, size, &ret->code) != DONE)
		outcome = FAIL_KEY_BARE;
	return outcome;
}

enum outcome
hsm_act_rename_object(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	struct token_object object, now;
	struct apdu_answer list;
	enum outcome outcome = request->has_new_label ? token_check_object_label(request->new_label) : DONE;

	if (outcome != DONE)
		return outcome;
	if (request->new_id_size > TOKEN_OBJECT_ID_SIZE || (!request->has_new_label && !request->has_new_id))
		return FAIL_ARGUMENT;
	outcome = hsm_object_find(card, &request->object, &list, &object, &ret->code);
	if (outcome == DONE)
		outcome = replace_description(card, description_of((uint16_t)object.handle), request, ret);
	if (outcome != DONE)
		return outcome;
	now = object;
	memcpy(now.label, request->has_new_label ? request->new_label : object.label, sizeof now.label);
	/* Data have no ID. */
	if (request->has_new_id && object.class != OBJECT_DATA) {
		memcpy(now.id, request->new_id, request->new_id_size);
		now.id_size = request->new_id_size;
	}
	outcome = hsm_object_find(card, &now, &list, &object, &ret->code);
	return outcome == DONE ? token_objects_add(&ret->objects, &object) : outcome;
}
