#include "pkcs11_inside.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <stdlib.h>
#include <string.h>

/* The longest number of a public key: RSA 16384. */
#define NUMBER_MOST 2048

/* Object identifiers of the named curves as CKA_EC_PARAMS has them (DER). */
static const struct {
	enum key_kind kind;
	size_t size;
	uint8_t bytes[12];
} curves[] = {
	{ KEY_P256, 10, { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 } },
	{ KEY_P384, 7, { 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22 } },
	{ KEY_P521, 7, { 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23 } },
	{ KEY_SECP256K1, 7, { 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a } },
	{ KEY_BRAINPOOL_P256R1, 11, { 0x06, 0x09, 0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07 } },
	{ KEY_BRAINPOOL_P384R1, 11, { 0x06, 0x09, 0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0b } },
	{ KEY_BRAINPOOL_P512R1, 11, { 0x06, 0x09, 0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0d } },
};

size_t
pkcs11_curve(enum key_kind kind, const uint8_t **ret)
{
	for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++)
		if (curves[i].kind == kind) {
			*ret = curves[i].bytes;
			return curves[i].size;
		}
	*ret = NULL;
	return 0;
}

enum key_kind
pkcs11_kind_of_curve(const uint8_t *parameters, size_t size)
{
	for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++)
		if (curves[i].size == size && memcmp(curves[i].bytes, parameters, size) == 0)
			return curves[i].kind;
	return KEY_OTHER;
}

/* A key made of parameters, as SubjectPublicKeyInfo; libcrypto refuses points that are not on the curve. */
static enum outcome
encode(const char *type, OSSL_PARAM_BLD *build, struct token_bytes *ret)
{
	OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;
	uint8_t *der = NULL;
	int size = 0;
	enum outcome outcome = FAIL_MEMORY;

	if (parameters != NULL && context != NULL) {
		outcome = FAIL_MODULE_ANSWER;
		if (EVP_PKEY_fromdata_init(context) == 1 &&
			EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) == 1)
			size = i2d_PUBKEY(key, &der);
		if (size > 0)
			outcome = token_bytes_set(ret, der, (size_t)size);
	}
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(parameters);
	return outcome;
}

static enum outcome
encode_rsa(struct pkcs11_run *run, CK_OBJECT_HANDLE handle, struct token_bytes *ret)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *n = NULL, *e = NULL;
	uint8_t *modulus = NULL, *exponent = NULL;
	size_t modulus_size = 0, exponent_size = 0;
	enum outcome outcome = pkcs11_attribute(run, handle, CKA_MODULUS, NUMBER_MOST, &modulus, &modulus_size);

	if (outcome == DONE)
		outcome = pkcs11_attribute(run, handle, CKA_PUBLIC_EXPONENT, NUMBER_MOST, &exponent, &exponent_size);
	if (outcome == DONE && (modulus_size == 0 || exponent_size == 0))
		outcome = FAIL_OBJECT_FIXED;
	if (outcome == DONE) {
		n = BN_bin2bn(modulus, (int)modulus_size, NULL);
		e = BN_bin2bn(exponent, (int)exponent_size, NULL);
		outcome = FAIL_MEMORY;
		if (build != NULL && n != NULL && e != NULL &&
			OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
			OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
			outcome = encode("RSA", build, ret);
	}
	BN_free(n);
	BN_free(e);
	free(modulus);
	free(exponent);
	OSSL_PARAM_BLD_free(build);
	return outcome;
}

/* The point stands in an OCTET STRING, as the standard has it, or bare, as some modules have it. */
static enum outcome
encode_point(enum key_kind kind, const uint8_t *bytes, size_t size, struct token_bytes *ret)
{
	const uint8_t *at = bytes;
	ASN1_OCTET_STRING *wrapped = d2i_ASN1_OCTET_STRING(NULL, &at, (long)size);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	const uint8_t *oid;
	size_t oid_size = pkcs11_curve(kind, &oid);
	ASN1_OBJECT *curve = d2i_ASN1_OBJECT(NULL, &oid, (long)oid_size);
	enum outcome outcome = FAIL_MEMORY;

	if (wrapped != NULL && at == bytes + size) {
		bytes = ASN1_STRING_get0_data(wrapped);
		size = (size_t)ASN1_STRING_length(wrapped);
	}
	if (build != NULL && curve != NULL &&
		OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, OBJ_nid2sn(OBJ_obj2nid(curve)), 0) ==
			1 &&
		OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, bytes, size) == 1)
		outcome = encode("EC", build, ret);
	ASN1_OCTET_STRING_free(wrapped);
	ASN1_OBJECT_free(curve);
	OSSL_PARAM_BLD_free(build);
	return outcome;
}

enum outcome
pkcs11_public_key(struct pkcs11_run *run, CK_OBJECT_HANDLE handle, struct token_bytes *ret)
{
	struct token_object object;
	uint8_t *point = NULL;
	size_t size;
	enum outcome outcome;

	pkcs11_read_object(run, handle, &object);
	if (object.outcome != DONE) {
		run->code = object.code;
		return object.outcome;
	}
	if (strcmp(object.type, "RSA") == 0)
		return encode_rsa(run, handle, ret);
	if (object.kind == KEY_OTHER)
		return FAIL_CARD_UNSUPPORTED;
	outcome = pkcs11_attribute(run, handle, CKA_EC_POINT, NUMBER_MOST, &point, &size);
	if (outcome == DONE)
		outcome = size == 0 ? FAIL_OBJECT_FIXED : encode_point(object.kind, point, size, ret);
	free(point);
	return outcome;
}
