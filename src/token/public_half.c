#include "public_half.h"

#include "cvc.h"

#include <quorate/text.h>

#include <openssl/objects.h>
#include <openssl/x509.h>

static const struct {
	enum key_kind kind;
	int nid;
} curves[] = {
	{ KEY_P256, NID_X9_62_prime256v1 },
	{ KEY_P384, NID_secp384r1 },
	{ KEY_P521, NID_secp521r1 },
	{ KEY_SECP256K1, NID_secp256k1 },
	{ KEY_BRAINPOOL_P256R1, NID_brainpoolP256r1 },
	{ KEY_BRAINPOOL_P384R1, NID_brainpoolP384r1 },
	{ KEY_BRAINPOOL_P512R1, NID_brainpoolP512r1 },
};

int
public_half_curve(enum key_kind kind)
{
	for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++)
		if (curves[i].kind == kind)
			return curves[i].nid;
	return 0;
}

EVP_PKEY *
public_half(const uint8_t *bytes, size_t size, size_t *ret_size, bool *ret_is_request)
{
	const uint8_t *at = bytes;
	struct cvc_request request;
	struct ber whole;
	EVP_PKEY *key = NULL;
	X509 *certificate;
	bool is_request = cvc_request(bytes, size, &request) == DONE;

	*ret_size = 0;
	if (ret_is_request != NULL)
		*ret_is_request = is_request;
	if (is_request && ber_next(&at, bytes + size, &whole)) {
		*ret_size = whole.whole_size;
		return cvc_public_key(&request.inner, NULL);
	}
	certificate = size == 0 ? NULL : d2i_X509(NULL, &at, (long)size);
	if (certificate != NULL) {
		*ret_size = (size_t)(at - bytes);
		key = X509_get_pubkey(certificate);
	}
	X509_free(certificate);
	return key;
}

enum outcome
public_half_der(const EVP_PKEY *key, struct token_bytes *ret)
{
	uint8_t *der = NULL;
	int size = i2d_PUBKEY(key, &der);
	enum outcome outcome = size > 0 ? token_bytes_set(ret, der, (size_t)size) : FAIL_CRYPTO;

	OPENSSL_free(der);
	return outcome;
}

static enum key_kind
kind_of(const EVP_PKEY *key)
{
	const struct curve *curve = curve_of_key(key);
	unsigned bits;

	for (int kind = 0; kind < KEY_OTHER; kind++)
		if (curve != NULL ? public_half_curve((enum key_kind)kind) == curve->nid
				  : EVP_PKEY_is_a(key, "RSA") && !token_key_kind_is_curve((enum key_kind)kind, &bits) &&
					    (int)bits == EVP_PKEY_get_bits(key))
			return (enum key_kind)kind;
	return KEY_OTHER;
}

void
public_half_describe(const EVP_PKEY *key, struct token_object *ret)
{
	const struct curve *curve = curve_of_key(key);

	ret->kind = kind_of(key);
	ret->bits = (uint32_t)EVP_PKEY_get_bits(key);
	if (curve != NULL)
		text_format(ret->type, sizeof ret->type, "EC %s",
			ret->kind == KEY_OTHER ? curve->name : token_key_kind_name(ret->kind));
	else
		text_format(ret->type, sizeof ret->type, "%s", EVP_PKEY_get0_type_name(key));
}
