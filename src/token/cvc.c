#include "cvc.h"

#include <quorate/text.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

/* No device has more: its own, its issuer's, and perhaps the root. */
#define CHAIN_MOST 4

/* id-TA-ECDSA-SHA-256, 0.4.0.127.0.7.2.2.2.2.3. */
static const uint8_t ecdsa_sha256[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x02, 0x02, 0x03 };

static bool
has_known_algorithm(const struct ber *key)
{
	struct ber algorithm;

	return ber_find(key->value, key->size, 0x06, &algorithm) && algorithm.size == sizeof ecdsa_sha256 &&
	       memcmp(algorithm.value, ecdsa_sha256, sizeof ecdsa_sha256) == 0;
}

enum outcome
cvc_next(const uint8_t **at, const uint8_t *end, struct cvc *ret)
{
	struct ber outer, key, template, role;

	memset(ret, 0, sizeof *ret);
	if (*at >= end)
		return FAIL_EMPTY;
	if (!ber_next(at, end, &outer) || outer.tag != 0x7f21 ||
		!ber_find(outer.value, outer.size, 0x7f4e, &ret->body) ||
		!ber_find(outer.value, outer.size, 0x5f37, &ret->signature) ||
		!ber_find(ret->body.value, ret->body.size, 0x42, &ret->authority) ||
		!ber_find(ret->body.value, ret->body.size, 0x5f20, &ret->holder) ||
		!ber_find(ret->body.value, ret->body.size, 0x7f49, &key) ||
		!ber_find(key.value, key.size, 0x86, &ret->point) || ret->holder.size == 0 ||
		ret->holder.size > CVC_REFERENCE_MOST || ret->authority.size == 0 ||
		ret->authority.size > CVC_REFERENCE_MOST || !has_known_algorithm(&key))
		return FAIL_CERTIFICATE;
	/* Holder's authorisation: the two top bits are the role, 00 a terminal or device, which may sign nothing. */
	ret->is_authority = ber_find(ret->body.value, ret->body.size, 0x7f4c, &template) &&
			    ber_find(template.value, template.size, 0x53, &role) && role.size > 0 &&
			    (role.value[0] & 0xc0) != 0;
	return DONE;
}

/* The point as a public key on the one curve there is; libcrypto checks that it lies on it. */
static EVP_PKEY *
public_key(const struct ber *point)
{
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	OSSL_PARAM *parameters = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;

	if (builder == NULL || context == NULL ||
		OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "brainpoolP256r1", 0) != 1 ||
		OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point->value, point->size) != 1)
		goto done;
	parameters = OSSL_PARAM_BLD_to_param(builder);
	if (parameters == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
		EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
		key = NULL;
done:
	OSSL_PARAM_free(parameters);
	OSSL_PARAM_BLD_free(builder);
	EVP_PKEY_CTX_free(context);
	return key;
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

static bool
is_same_reference(const struct ber *a, const struct ber *b)
{
	return a->size == b->size && memcmp(a->value, b->value, a->size) == 0;
}

enum outcome
cvc_verify(const struct cvc *cvc, const struct cvc *issuer)
{
	EVP_MD_CTX *context = NULL;
	EVP_PKEY *key = NULL;
	unsigned char *der = NULL;
	int size;
	enum outcome outcome = FAIL_CERTIFICATE_CHAIN;

	if (cvc->signature.size != 64 || !issuer->is_authority || !is_same_reference(&cvc->authority, &issuer->holder))
		return outcome;
	key = public_key(&issuer->point);
	if (key == NULL)
		goto done;
	der = der_signature(&cvc->signature, &size);
	context = EVP_MD_CTX_new();
	if (der == NULL || size <= 0 || context == NULL ||
		EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) != 1) {
		outcome = FAIL_CRYPTO;
		goto done;
	}
	if (EVP_DigestVerify(context, der, (size_t)size, cvc->body.whole, cvc->body.whole_size) == 1)
		outcome = DONE;
done:
	EVP_MD_CTX_free(context);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	return outcome;
}

/* The root that signed a certificate, if any did. */
static enum device_proof
signed_by_root(const struct cvc *cvc, const struct cvc_root *roots, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const uint8_t *at = roots[i].bytes;
		struct cvc root;

		if (cvc_next(&at, roots[i].bytes + roots[i].size, &root) == DONE && cvc_verify(cvc, &root) == DONE)
			return roots[i].proof;
	}
	return DEVICE_UNPROVEN;
}

enum device_proof
cvc_prove(const uint8_t *chain, size_t size, const struct cvc_root *roots, size_t count)
{
	const uint8_t *at = chain;
	struct cvc cvc, issuer;
	enum device_proof proof;

	if (cvc_next(&at, chain + size, &cvc) != DONE)
		return DEVICE_UNPROVEN;
	for (int i = 0; i < CHAIN_MOST; i++) {
		proof = signed_by_root(&cvc, roots, count);
		if (proof != DEVICE_UNPROVEN)
			return proof;
		if (cvc_next(&at, chain + size, &issuer) != DONE || cvc_verify(&cvc, &issuer) != DONE)
			return DEVICE_UNPROVEN;
		cvc = issuer;
	}
	return DEVICE_UNPROVEN;
}

void
cvc_describe(const uint8_t *chain, size_t size, struct hsm_status *ret)
{
	const uint8_t *at = chain;
	const struct cvc_root *roots;
	size_t count = cvc_roots(&roots);
	struct cvc cvc;

	ret->serial[0] = '\0';
	ret->chain[0] = '\0';
	for (int i = 0; i < CHAIN_MOST && cvc_next(&at, chain + size, &cvc) == DONE; i++) {
		char holder[CVC_REFERENCE_MOST + 1];

		text_clean(cvc.holder.value, cvc.holder.size, holder, sizeof holder);
		/* The serial number is the holder reference without its five digits of sequence. */
		if (i == 0 && cvc.holder.size > 5)
			text_clean(cvc.holder.value, cvc.holder.size - 5, ret->serial, sizeof ret->serial);
		text_append(ret->chain, sizeof ret->chain, "%s%s", i == 0 ? "" : " / ", holder);
	}
	ret->proof = cvc_prove(chain, size, roots, count);
}
