#include "pkcs11_inside.h"

#include <quorate/public_key.h>

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

/* As SubjectPublicKeyInfo; a number or point that makes no sense is the module's fault. */
static enum outcome
encode(enum outcome outcome, struct public_key **key, struct token_bytes *ret)
{
	uint8_t der[PUBLIC_KEY_DER_MOST];
	size_t size;

	if (outcome == DONE)
		outcome = public_key_der(*key, der, &size);
	if (outcome == DONE)
		outcome = token_bytes_set(ret, der, size);
	public_key_free(key);
	return outcome == FAIL_PUBLIC_KEY ? FAIL_MODULE_ANSWER : outcome;
}

static enum outcome
encode_rsa(struct pkcs11_run *run, CK_OBJECT_HANDLE handle, struct token_bytes *ret)
{
	struct public_key *key = NULL;
	uint8_t *modulus = NULL, *exponent = NULL;
	size_t modulus_size = 0, exponent_size = 0;
	enum outcome outcome = pkcs11_attribute(run, handle, CKA_MODULUS, NUMBER_MOST, &modulus, &modulus_size);

	if (outcome == DONE)
		outcome = pkcs11_attribute(run, handle, CKA_PUBLIC_EXPONENT, NUMBER_MOST, &exponent, &exponent_size);
	if (outcome == DONE && (modulus_size == 0 || exponent_size == 0))
		outcome = FAIL_OBJECT_FIXED;
	if (outcome == DONE)
		outcome = encode(public_key_of_rsa(&key, modulus, modulus_size, exponent, exponent_size), &key, ret);
	free(modulus);
	free(exponent);
	return outcome;
}

static enum outcome
encode_point(enum key_kind kind, const uint8_t *point, size_t size, struct token_bytes *ret)
{
	struct public_key *key = NULL;
	const uint8_t *curve;
	size_t curve_size = pkcs11_curve(kind, &curve);

	return encode(public_key_of_ec(&key, curve, curve_size, point, size), &key, ret);
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
