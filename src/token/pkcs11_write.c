#include "pkcs11_inside.h"

#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

/* The parts of a certificate that its object repeats, as DER. */
struct parts {
	uint8_t *subject, *issuer, *serial;
	int subject_size, issuer_size, serial_size;
};

static void
parts_free(struct parts *parts)
{
	OPENSSL_free(parts->subject);
	OPENSSL_free(parts->issuer);
	OPENSSL_free(parts->serial);
}

static enum outcome
take_apart(const struct token_bytes *data, struct parts *ret)
{
	const uint8_t *at = data->bytes;
	X509 *certificate = d2i_X509(NULL, &at, (long)data->size);
	bool is_whole = certificate != NULL && at == data->bytes + data->size;

	memset(ret, 0, sizeof *ret);
	if (is_whole) {
		ret->subject_size = i2d_X509_NAME(X509_get_subject_name(certificate), &ret->subject);
		ret->issuer_size = i2d_X509_NAME(X509_get_issuer_name(certificate), &ret->issuer);
		ret->serial_size = i2d_ASN1_INTEGER(X509_get_serialNumber(certificate), &ret->serial);
		is_whole = ret->subject_size > 0 && ret->issuer_size > 0 && ret->serial_size > 0;
	}
	X509_free(certificate);
	return is_whole ? DONE : FAIL_CERTIFICATE_FILE;
}

static bool
note_one(void *context, const struct token_object *object)
{
	(void)object;
	*(bool *)context = true;
	return false;
}

static enum outcome
create(struct pkcs11_run *run, const struct token_request *request, struct parts *parts, CK_OBJECT_HANDLE *ret)
{
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_CERTIFICATE_TYPE type = CKC_X_509;
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	struct token_object like = request->object;
	CK_ATTRIBUTE template[] = {
		{ CKA_CLASS, &class, sizeof class },
		{ CKA_VALUE, request->data.bytes, request->data.size },
		{ CKA_CERTIFICATE_TYPE, &type, sizeof type },
		{ CKA_TOKEN, &yes, sizeof yes },
		{ CKA_PRIVATE, &no, sizeof no },
		{ CKA_SUBJECT, parts->subject, (CK_ULONG)parts->subject_size },
		{ CKA_ISSUER, parts->issuer, (CK_ULONG)parts->issuer_size },
		{ CKA_SERIAL_NUMBER, parts->serial, (CK_ULONG)parts->serial_size },
		{ CKA_LABEL, like.label, strlen(like.label) },
		{ CKA_ID, like.id, like.id_size },
	};
	bool is_there = false;
	enum outcome outcome = pkcs11_each(run, template, 2, note_one, &is_there);

	if (outcome == DONE && is_there)
		return FAIL_OBJECT_EXISTS;
	if (outcome != DONE)
		return outcome;
	return pkcs11_check(run,
		run->functions->C_CreateObject(run->session, template, sizeof template / sizeof template[0], ret),
		PIN_OF_NOBODY);
}

/* What was written is read back: a token that keeps something else has not done it. */
static enum outcome
read_back(
	struct pkcs11_run *run, const struct token_request *request, CK_OBJECT_HANDLE handle, struct token_answer *ret)
{
	struct token_object object;
	uint8_t *bytes = NULL;
	size_t size;
	enum outcome outcome = pkcs11_attribute(run, handle, CKA_VALUE, LIMIT_TOKEN_BYTES, &bytes, &size);

	if (outcome == DONE && (size != request->data.size || memcmp(bytes, request->data.bytes, size) != 0))
		outcome = FAIL_MODULE_ANSWER;
	free(bytes);
	if (outcome != DONE)
		return outcome;
	pkcs11_read_object(run, handle, &object);
	run->code = object.code;
	return object.outcome == DONE ? token_objects_add(&ret->objects, &object) : object.outcome;
}

enum outcome
pkcs11_write_certificate(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret)
{
	struct parts parts;
	CK_OBJECT_HANDLE handle;
	enum outcome outcome = take_apart(&request->data, &parts);

	if (outcome == DONE)
		outcome = token_check_object_label(request->object.label);
	if (outcome == DONE && request->object.id_size > TOKEN_OBJECT_ID_SIZE)
		outcome = FAIL_ARGUMENT;
	if (outcome == DONE)
		outcome = create(run, request, &parts, &handle);
	if (outcome == DONE)
		outcome = read_back(run, request, handle, ret);
	parts_free(&parts);
	return outcome;
}

enum outcome
pkcs11_delete(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret)
{
	struct token_object object;
	CK_OBJECT_HANDLE handle;
	enum outcome outcome = pkcs11_find_object(run, &request->object, &object, &handle);

	(void)ret;
	if (outcome != DONE)
		return outcome;
	return pkcs11_check(run, run->functions->C_DestroyObject(run->session, handle), PIN_OF_NOBODY);
}

enum outcome
pkcs11_rename(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret)
{
	char label[TOKEN_OBJECT_LABEL_SIZE];
	uint8_t id[TOKEN_OBJECT_ID_SIZE];
	CK_ATTRIBUTE template[2];
	CK_ULONG count = 0;
	struct token_object object;
	CK_OBJECT_HANDLE handle;
	enum outcome outcome = request->has_new_label ? token_check_object_label(request->new_label) : DONE;

	if (outcome != DONE)
		return outcome;
	if (request->new_id_size > sizeof id || (!request->has_new_label && !request->has_new_id))
		return FAIL_ARGUMENT;
	memcpy(label, request->new_label, sizeof label);
	memcpy(id, request->new_id, sizeof id);
	if (request->has_new_label)
		template[count++] = (CK_ATTRIBUTE){ CKA_LABEL, label, strlen(label) };
	if (request->has_new_id)
		template[count++] = (CK_ATTRIBUTE){ CKA_ID, id, request->new_id_size };
	outcome = pkcs11_find_object(run, &request->object, &object, &handle);
	if (outcome == DONE)
		outcome = pkcs11_check(
			run, run->functions->C_SetAttributeValue(run->session, handle, template, count), PIN_OF_NOBODY);
	if (outcome != DONE)
		return outcome;
	pkcs11_read_object(run, handle, &object);
	run->code = object.code;
	if (object.outcome != DONE)
		return object.outcome;
	if ((request->has_new_label && strcmp(object.label, label) != 0) ||
		(request->has_new_id &&
			(object.id_size != request->new_id_size || memcmp(object.id, id, object.id_size) != 0)))
		return FAIL_MODULE_ANSWER;
	return token_objects_add(&ret->objects, &object);
}
