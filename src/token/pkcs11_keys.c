#include "pkcs11_inside.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

/* The longest signature: RSA 16384. */
#define SIGNATURE_MOST 2048

struct sought {
	struct token_object found;
	bool is_found;
};

static bool
take_first(void *context, const struct token_object *object)
{
	struct sought *sought = context;

	sought->found = *object;
	sought->is_found = true;
	return false;
}

/* The first object of a class with this ID. */
static enum outcome
find_by_id(struct pkcs11_run *run, enum object_class class, const struct token_object *like, struct sought *ret)
{
	CK_OBJECT_CLASS number = pkcs11_class(class);
	uint8_t id[TOKEN_OBJECT_ID_SIZE];
	CK_ATTRIBUTE template[] = { { CKA_CLASS, &number, sizeof number }, { CKA_ID, id, like->id_size } };

	memset(ret, 0, sizeof *ret);
	memcpy(id, like->id, sizeof id);
	return like->id_size == 0 ? DONE : pkcs11_each(run, template, 2, take_first, ret);
}

/* A private key does not always tell its public half; then the public key of the same ID does. */
static enum outcome
public_half(struct pkcs11_run *run, const struct token_object *key, struct token_bytes *ret)
{
	struct sought half;
	enum outcome outcome = find_by_id(run, OBJECT_PUBLIC_KEY, key, &half);

	if (outcome != DONE)
		return outcome;
	if (half.is_found)
		return pkcs11_public_key(run, pkcs11_handle(run, &half.found), ret);
	return pkcs11_public_key(run, pkcs11_handle(run, key), ret);
}

/* The private key can never leave the token, not even wrapped; what it may do is to sign, and with RSA to decrypt. */
static CK_RV
generate(struct pkcs11_run *run, const struct token_request *request, CK_OBJECT_HANDLE *ret_public,
	CK_OBJECT_HANDLE *ret_private)
{
	unsigned size;
	bool is_curve = token_key_kind_is_curve(request->kind, &size);
	CK_MECHANISM mechanism = { is_curve ? CKM_EC_KEY_PAIR_GEN : CKM_RSA_PKCS_KEY_PAIR_GEN, NULL, 0 };
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE, decrypts = is_curve ? CK_FALSE : CK_TRUE;
	CK_ULONG bits = size;
	CK_KEY_TYPE type = is_curve ? CKK_EC : CKK_RSA;
	CK_BYTE exponent[] = { 0x01, 0x00, 0x01 };
	char label[TOKEN_OBJECT_LABEL_SIZE];
	uint8_t id[TOKEN_OBJECT_ID_SIZE], parameters[16];
	const uint8_t *oid;
	size_t oid_size = pkcs11_curve(request->kind, &oid);
	CK_ATTRIBUTE public[] = {
		{ CKA_KEY_TYPE, &type, sizeof type },
		{ CKA_TOKEN, &yes, sizeof yes },
		{ CKA_PRIVATE, &no, sizeof no },
		{ CKA_VERIFY, &yes, sizeof yes },
		{ CKA_ENCRYPT, &decrypts, sizeof decrypts },
		{ CKA_LABEL, label, strlen(request->object.label) },
		{ CKA_ID, id, request->object.id_size },
		{ is_curve ? CKA_EC_PARAMS : CKA_MODULUS_BITS, is_curve ? (void *)parameters : (void *)&bits,
			is_curve ? oid_size : sizeof bits },
		{ CKA_PUBLIC_EXPONENT, exponent, sizeof exponent },
	};
	CK_ATTRIBUTE private[] = {
		{ CKA_KEY_TYPE, &type, sizeof type },
		{ CKA_TOKEN, &yes, sizeof yes },
		{ CKA_PRIVATE, &yes, sizeof yes },
		{ CKA_SENSITIVE, &yes, sizeof yes },
		{ CKA_EXTRACTABLE, &no, sizeof no },
		{ CKA_SIGN, &yes, sizeof yes },
		{ CKA_DECRYPT, &decrypts, sizeof decrypts },
		{ CKA_LABEL, label, strlen(request->object.label) },
		{ CKA_ID, id, request->object.id_size },
	};
	CK_ULONG public_count = sizeof public / sizeof public[0];

	if (oid_size > sizeof parameters)
		return CKR_CURVE_NOT_SUPPORTED;
	if (oid_size > 0)
		memcpy(parameters, oid, oid_size);
	memcpy(label, request->object.label, sizeof label);
	memcpy(id, request->object.id, sizeof id);
	return run->functions->C_GenerateKeyPair(run->session, &mechanism, public,
		is_curve ? public_count - 1 : public_count, private, sizeof private / sizeof private[0], ret_public,
		ret_private);
}

enum outcome
pkcs11_generate(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret)
{
	CK_OBJECT_HANDLE public, private;
	struct token_object object;
	struct sought old;
	enum outcome outcome = token_check_object_label(request->object.label);

	if (outcome != DONE)
		return outcome;
	if (request->kind >= KEY_OTHER || request->object.id_size == 0 ||
		request->object.id_size > TOKEN_OBJECT_ID_SIZE)
		return FAIL_ARGUMENT;
	outcome = pkcs11_mechanisms(run, NULL, NULL, &ret->kinds);
	if (outcome == DONE && (ret->kinds >> request->kind & 1) == 0)
		outcome = FAIL_KEY_KIND;
	if (outcome == DONE)
		outcome = find_by_id(run, OBJECT_PRIVATE_KEY, &request->object, &old);
	if (outcome == DONE && old.is_found)
		outcome = FAIL_OBJECT_EXISTS;
	if (outcome == DONE)
		outcome = pkcs11_check(run, generate(run, request, &public, &private), PIN_OF_NOBODY);
	if (outcome != DONE)
		return outcome;
	pkcs11_read_object(run, private, &object);
	run->code = object.code;
	outcome = object.outcome;
	if (outcome == DONE)
		outcome = token_objects_add(&ret->objects, &object);
	return outcome == DONE ? pkcs11_public_key(run, public, &ret->value) : outcome;
}

/* r and s one after the other, as PKCS#11 has them, become the structure of X.509. */
static enum outcome
encode_signature(const uint8_t *bytes, size_t size, struct token_bytes *ret)
{
	ECDSA_SIG *signature = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(bytes, (int)(size / 2), NULL), *s = BN_bin2bn(bytes + size / 2, (int)(size / 2), NULL);
	uint8_t *der = NULL;
	int der_size;
	enum outcome outcome = FAIL_MEMORY;

	if (signature == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(signature, r, s) != 1) {
		BN_free(r);
		BN_free(s);
	} else {
		der_size = i2d_ECDSA_SIG(signature, &der);
		if (der_size > 0)
			outcome = token_bytes_set(ret, der, (size_t)der_size);
	}
	OPENSSL_free(der);
	ECDSA_SIG_free(signature);
	return outcome;
}

/* A key may want its PIN again for every signature; it is the one that the login took already. */
static enum outcome
authenticate(struct pkcs11_run *run, const struct token_request *request)
{
	CK_UTF8CHAR *pin = request->is_pin_pad || request->user_pin == NULL ? NULL : request->user_pin->bytes;
	CK_ULONG size = pin == NULL ? 0 : request->user_pin->size;

	return pkcs11_check(run, run->functions->C_Login(run->session, CKU_CONTEXT_SPECIFIC, pin, size), PIN_OF_USER);
}

enum outcome
pkcs11_sign(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret)
{
	/* DigestInfo of SHA-256 up to the hash (RFC 8017, 9.2). */
	static const uint8_t digest_info[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
		0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };
	uint8_t input[sizeof digest_info + SHA256_DIGEST_LENGTH], signature[SIGNATURE_MOST];
	CK_MECHANISM mechanism = { CKM_ECDSA, NULL, 0 };
	CK_ULONG size = sizeof signature;
	struct token_object key;
	CK_OBJECT_HANDLE handle;
	uint8_t *at = input + sizeof digest_info;
	bool is_rsa;
	enum outcome outcome = pkcs11_find_object(run, &request->object, &key, &handle);

	if (outcome != DONE)
		return outcome;
	is_rsa = strcmp(key.type, "RSA") == 0;
	if (key.class != OBJECT_PRIVATE_KEY || (key.usage & USAGE_SIGN) == 0)
		return FAIL_KEY_USE;
	if (!is_rsa && strncmp(key.type, "EC", 2) != 0)
		return FAIL_CARD_UNSUPPORTED;
	memcpy(input, digest_info, sizeof digest_info);
	if (EVP_Digest(request->data.bytes, request->data.size, input + sizeof digest_info, NULL, EVP_sha256(), NULL) !=
		1)
		return FAIL_CRYPTO;
	if (is_rsa) {
		mechanism.mechanism = CKM_RSA_PKCS;
		at = input;
	}
	outcome = pkcs11_check(run, run->functions->C_SignInit(run->session, &mechanism, handle), PIN_OF_NOBODY);
	if (outcome == DONE && (key.flags & OBJECT_ALWAYS_AUTHENTICATE) != 0)
		outcome = authenticate(run, request);
	if (outcome == DONE)
		outcome = pkcs11_check(run,
			run->functions->C_Sign(
				run->session, at, (CK_ULONG)(input + sizeof input - at), signature, &size),
			PIN_OF_NOBODY);
	if (outcome != DONE)
		return outcome;
	if (size == 0 || size > sizeof signature || (!is_rsa && size % 2 != 0))
		return FAIL_MODULE_ANSWER;
	return is_rsa ? token_bytes_set(&ret->value, signature, size) : encode_signature(signature, size, &ret->value);
}

enum outcome
pkcs11_read_value(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret)
{
	struct token_object object;
	CK_OBJECT_HANDLE handle;
	uint8_t *bytes = NULL;
	size_t size;
	enum outcome outcome = pkcs11_find_object(run, &request->object, &object, &handle);

	if (outcome != DONE)
		return outcome;
	switch (object.class) {
	case OBJECT_PUBLIC_KEY:
		return pkcs11_public_key(run, handle, &ret->value);
	case OBJECT_PRIVATE_KEY:
		return public_half(run, &object, &ret->value);
	case OBJECT_CERTIFICATE:
	case OBJECT_DATA:
		outcome = pkcs11_attribute(run, handle, CKA_VALUE, LIMIT_TOKEN_BYTES, &bytes, &size);
		if (outcome == DONE)
			outcome = token_bytes_set(&ret->value, bytes, size);
		free(bytes);
		return outcome;
	default:
		return FAIL_CARD_UNSUPPORTED;
	}
}
