#include "cvc.h"

#include "cvc_algorithm.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <string.h>

static const struct cvc_algorithm algorithms[] = {
	{ 1, 2, "SHA256", true, false },
	{ 1, 4, "SHA256", true, true },
	{ 1, 5, "SHA512", true, false },
	{ 1, 6, "SHA512", true, true },
	{ 2, 2, "SHA224", false, false },
	{ 2, 3, "SHA256", false, false },
	{ 2, 4, "SHA384", false, false },
	{ 2, 5, "SHA512", false, false },
};

const struct cvc_algorithm *
cvc_algorithm_of(const struct ber *oid)
{
	static const uint8_t arc[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x02 };

	if (oid->size != sizeof arc + 2 || memcmp(oid->value, arc, sizeof arc) != 0)
		return NULL;
	for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++)
		if (oid->value[sizeof arc] == algorithms[i].family &&
			oid->value[sizeof arc + 1] == algorithms[i].variant)
			return &algorithms[i];
	return NULL;
}

/* 81 modulus, 82 exponent. */
static EVP_PKEY *
rsa_key(const struct ber *key)
{
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	OSSL_PARAM *parameters = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	BIGNUM *n = NULL, *e = NULL;
	EVP_PKEY *ret = NULL;
	struct ber modulus, exponent;

	if (builder == NULL || context == NULL || !ber_find(key->value, key->size, 0x81, &modulus) ||
		!ber_find(key->value, key->size, 0x82, &exponent) || modulus.size < 128 || modulus.size > 1024 ||
		exponent.size == 0 || exponent.size > 8)
		goto done;
	n = BN_bin2bn(modulus.value, (int)modulus.size, NULL);
	e = BN_bin2bn(exponent.value, (int)exponent.size, NULL);
	if (n == NULL || e == NULL || OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) != 1 ||
		OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) != 1)
		goto done;
	parameters = OSSL_PARAM_BLD_to_param(builder);
	if (parameters == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
		EVP_PKEY_fromdata(context, &ret, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
		ret = NULL;
done:
	OSSL_PARAM_free(parameters);
	OSSL_PARAM_BLD_free(builder);
	EVP_PKEY_CTX_free(context);
	BN_free(n);
	BN_free(e);
	return ret;
}

/* The curve whose parameters stand with the key: all of them, or none. */
static bool
own_curve(const struct ber *key, const struct curve **ret)
{
	struct curve_part parts[CURVE_PARTS];
	unsigned count = 0;

	for (unsigned i = 0; i < CURVE_PARTS; i++) {
		struct ber number;

		if (!ber_find(key->value, key->size, 0x81 + i, &number))
			continue;
		parts[i] = (struct curve_part){ number.value, number.size };
		count++;
	}
	*ret = count == CURVE_PARTS ? curve_of_parts(parts) : NULL;
	return count == 0 || *ret != NULL;
}

EVP_PKEY *
cvc_public_key(const struct cvc *cvc, const struct curve *inherited)
{
	const struct curve *curve;
	struct ber point;

	if (cvc->algorithm->is_rsa)
		return rsa_key(&cvc->key);
	if (!own_curve(&cvc->key, &curve) || !ber_find(cvc->key.value, cvc->key.size, 0x86, &point))
		return NULL;
	if (curve == NULL)
		curve = inherited;
	return curve == NULL ? NULL : curve_public_key(curve, point.value, point.size);
}

/* r || s as the DER that libcrypto wants; the result belongs to the caller (OPENSSL_free). */
static unsigned char *
der_signature(const struct ber *plain, int *ret_size)
{
	size_t half = plain->size / 2;
	ECDSA_SIG *signature = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(plain->value, (int)half, NULL), *s = BN_bin2bn(plain->value + half, (int)half, NULL);
	unsigned char *der = NULL;

	*ret_size = -1;
	if (signature != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(signature, r, s) == 1) {
		r = s = NULL;
		*ret_size = i2d_ECDSA_SIG(signature, &der);
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(signature);
	return der;
}

enum outcome
cvc_signed(const struct ber *signature, const struct cvc_algorithm *algorithm, EVP_PKEY *key, const uint8_t *bytes,
	size_t size)
{
	size_t field = ((size_t)EVP_PKEY_get_bits(key) + 7) / 8;
	size_t expected = algorithm->is_rsa ? (size_t)EVP_PKEY_get_size(key) : 2 * field;
	EVP_MD_CTX *context = NULL;
	EVP_PKEY_CTX *padding;
	unsigned char *der = NULL;
	const unsigned char *given = signature->value;
	int given_size = (int)signature->size;
	enum outcome outcome = FAIL_CRYPTO;

	if (signature->size != expected || EVP_PKEY_is_a(key, algorithm->is_rsa ? "RSA" : "EC") != 1)
		return FAIL_CERTIFICATE_CHAIN;
	if (!algorithm->is_rsa) {
		der = der_signature(signature, &given_size);
		given = der;
	}
	context = EVP_MD_CTX_new();
	if (given == NULL || given_size <= 0 || context == NULL ||
		EVP_DigestVerifyInit_ex(context, &padding, algorithm->digest, NULL, NULL, key, NULL) != 1 ||
		(algorithm->is_pss && EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) != 1))
		goto done;
	outcome =
		EVP_DigestVerify(context, given, (size_t)given_size, bytes, size) == 1 ? DONE : FAIL_CERTIFICATE_CHAIN;
done:
	EVP_MD_CTX_free(context);
	OPENSSL_free(der);
	return outcome;
}

static bool
is_same_reference(const struct ber *a, const struct ber *b)
{
	return a->size == b->size && memcmp(a->value, b->value, a->size) == 0;
}

enum outcome
cvc_verify(const struct cvc *cvc, const struct cvc *issuer, EVP_PKEY *issuer_key)
{
	if (!issuer->is_authority || !is_same_reference(&cvc->authority, &issuer->holder) || issuer_key == NULL)
		return FAIL_CERTIFICATE_CHAIN;
	return cvc_signed(&cvc->signature, issuer->algorithm, issuer_key, cvc->body.whole, cvc->body.whole_size);
}

size_t
cvc_root_of(const struct cvc *cvc, const struct cvc_root *roots, size_t count, struct cvc *ret,
	const struct curve **ret_curve)
{
	for (size_t i = 0; i < count; i++) {
		const uint8_t *at = roots[i].bytes;
		EVP_PKEY *key = NULL;
		bool is_signed;
		struct cvc root;

		if (cvc_next(&at, roots[i].bytes + roots[i].size, &root) == DONE)
			key = cvc_public_key(&root, NULL);
		is_signed = key != NULL && cvc_verify(cvc, &root, key) == DONE;
		*ret_curve = is_signed ? curve_of_key(key) : NULL;
		EVP_PKEY_free(key);
		if (is_signed && ret != NULL)
			*ret = root;
		if (is_signed)
			return i;
	}
	*ret_curve = NULL;
	return SIZE_MAX;
}

/* Goes down from the certificate at top, whose own signature was looked at, to the device's. The device's key, or NULL
   where a certificate on the way was not signed by the one above it. */
static EVP_PKEY *
descend(const struct cvc *chain, size_t top, const struct curve *curve)
{
	EVP_PKEY *key = cvc_public_key(&chain[top], curve), *below;

	for (size_t i = top; key != NULL && i-- > 0; key = below) {
		below = NULL;
		if (cvc_verify(&chain[i], &chain[i + 1], key) == DONE) {
			curve = curve_of_key(key) == NULL ? curve : curve_of_key(key);
			below = cvc_public_key(&chain[i], curve);
		}
		EVP_PKEY_free(key);
	}
	return key;
}

enum device_proof
cvc_prove(const uint8_t *bytes, size_t size, const struct cvc_root *roots, size_t count, EVP_PKEY **ret_key)
{
	const uint8_t *at = bytes;
	struct cvc chain[CVC_CHAIN_MOST];
	enum device_proof proof = DEVICE_UNPROVEN;
	const struct curve *curve = NULL;
	EVP_PKEY *key = NULL;
	size_t known = 0;

	while (proof == DEVICE_UNPROVEN && known < CVC_CHAIN_MOST &&
		cvc_next(&at, bytes + size, &chain[known]) == DONE) {
		size_t root = cvc_root_of(&chain[known++], roots, count, NULL, &curve);

		proof = root < count ? roots[root].proof : DEVICE_UNPROVEN;
	}
	if (known > 0)
		key = descend(chain, known - 1, curve);
	if (key == NULL)
		proof = DEVICE_UNPROVEN;
	/* A chain that leads nowhere, or is not one: the device's certificate may have its parameters with it. */
	if (key == NULL && known > 0)
		key = cvc_public_key(&chain[0], NULL);
	if (ret_key != NULL)
		*ret_key = key;
	else
		EVP_PKEY_free(key);
	return proof;
}
