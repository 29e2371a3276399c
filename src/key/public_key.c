#include <quorate/public_key.h>

#include <quorate/text.h>

#include "key.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

/* Sizes that a token can claim: what is larger is nonsense, and slow. */
#define RSA_BYTES_MOST (16384 / 8)
#define EC_BYTES_MOST 512

static enum outcome
wrap(struct public_key **ret, EVP_PKEY *pkey)
{
	*ret = NULL;
	if (pkey == NULL)
		return FAIL_PUBLIC_KEY;
	*ret = malloc(sizeof **ret);
	if (*ret == NULL) {
		EVP_PKEY_free(pkey);
		return FAIL_MEMORY;
	}
	(*ret)->pkey = pkey;
	return DONE;
}

void
public_key_free(struct public_key **key)
{
	if (*key == NULL)
		return;
	EVP_PKEY_free((*key)->pkey);
	free(*key);
	*key = NULL;
}

enum outcome
public_key_of_rsa(struct public_key **ret, const uint8_t *modulus, size_t modulus_size, const uint8_t *exponent,
	size_t exponent_size)
{
	EVP_PKEY_CTX *context = NULL;
	OSSL_PARAM_BLD *build = NULL;
	OSSL_PARAM *parameters = NULL;
	BIGNUM *n = NULL, *e = NULL;
	EVP_PKEY *pkey = NULL;

	*ret = NULL;
	if (modulus_size == 0 || modulus_size > RSA_BYTES_MOST || exponent_size == 0 || exponent_size > RSA_BYTES_MOST)
		return FAIL_PUBLIC_KEY;
	n = BN_bin2bn(modulus, (int)modulus_size, NULL);
	e = BN_bin2bn(exponent, (int)exponent_size, NULL);
	build = OSSL_PARAM_BLD_new();
	context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	if (n != NULL && e != NULL && build != NULL && context != NULL && BN_num_bits(n) >= 512 && BN_is_odd(n) &&
		BN_is_odd(e) && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) &&
		(parameters = OSSL_PARAM_BLD_to_param(build)) != NULL && EVP_PKEY_fromdata_init(context) == 1)
		EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, parameters);
	OSSL_PARAM_free(parameters);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(context);
	BN_free(n);
	BN_free(e);
	return wrap(ret, pkey);
}

/* The point within its DER OCTET STRING; as it is where it is none. */
static void
strip_octet_string(const uint8_t **point, size_t *size)
{
	const uint8_t *at = *point;
	ASN1_OCTET_STRING *string = d2i_ASN1_OCTET_STRING(NULL, &at, (long)*size);

	/* A bare uncompressed point begins with 04 as well, which is the tag; once in 256 its second byte looks like
	   its length, too. */
	if (string != NULL && at == *point + *size) {
		size_t length = (size_t)ASN1_STRING_length(string);

		*point += *size - length;
		*size = length;
	}
	ASN1_OCTET_STRING_free(string);
}

enum outcome
public_key_of_ec(struct public_key **ret, const uint8_t *parameters, size_t parameters_size, const uint8_t *point,
	size_t point_size)
{
	const uint8_t *bare = point;
	size_t bare_size = point_size;
	EVP_PKEY *pkey;

	*ret = NULL;
	if (parameters_size == 0 || parameters_size > EC_BYTES_MOST * 2 || point_size == 0 ||
		point_size > EC_BYTES_MOST)
		return FAIL_PUBLIC_KEY;
	strip_octet_string(&point, &point_size);
	pkey = d2i_KeyParams(EVP_PKEY_EC, NULL, &parameters, (long)parameters_size);
	/* This looks whether the point lies on the curve; of the two readings one at most has its size. */
	if (pkey != NULL && EVP_PKEY_set1_encoded_public_key(pkey, point, point_size) != 1 &&
		EVP_PKEY_set1_encoded_public_key(pkey, bare, bare_size) != 1) {
		EVP_PKEY_free(pkey);
		pkey = NULL;
	}
	return wrap(ret, pkey);
}

enum outcome
public_key_of_der(struct public_key **ret, const uint8_t *der, size_t size)
{
	const uint8_t *at = der;
	EVP_PKEY *pkey = NULL;

	if (size <= PUBLIC_KEY_DER_MOST)
		pkey = d2i_PUBKEY(NULL, &at, (long)size);
	if (pkey != NULL && at != der + size) {
		EVP_PKEY_free(pkey);
		pkey = NULL;
	}
	return wrap(ret, pkey);
}

enum outcome
public_key_der(const struct public_key *key, uint8_t *ret, size_t *ret_size)
{
	int size = i2d_PUBKEY(key->pkey, NULL);

	*ret_size = 0;
	if (size <= 0 || size > PUBLIC_KEY_DER_MOST || i2d_PUBKEY(key->pkey, &ret) != size)
		return FAIL_CRYPTO;
	*ret_size = (size_t)size;
	return DONE;
}

enum outcome
key_take_text(BIO *bio, char **ret)
{
	char *bytes;
	long size = BIO_get_mem_data(bio, &bytes);

	*ret = size > 0 ? malloc((size_t)size + 1) : NULL;
	if (*ret == NULL)
		return FAIL_MEMORY;
	memcpy(*ret, bytes, (size_t)size);
	(*ret)[size] = '\0';
	return DONE;
}

enum outcome
public_key_pem(const struct public_key *key, char **ret)
{
	BIO *bio = BIO_new(BIO_s_mem());
	enum outcome outcome = FAIL_MEMORY;

	*ret = NULL;
	if (bio != NULL && PEM_write_bio_PUBKEY(bio, key->pkey) == 1)
		outcome = key_take_text(bio, ret);
	BIO_free(bio);
	return outcome;
}

enum outcome
public_key_digest(const struct public_key *key, uint8_t ret[PUBLIC_KEY_DIGEST_SIZE])
{
	uint8_t der[PUBLIC_KEY_DER_MOST];
	size_t size;
	enum outcome outcome = public_key_der(key, der, &size);

	if (outcome == DONE && EVP_Digest(der, size, ret, NULL, EVP_sha256(), NULL) != 1)
		outcome = FAIL_CRYPTO;
	return outcome;
}

bool
public_key_is_equal(const struct public_key *a, const struct public_key *b)
{
	return a != NULL && b != NULL && EVP_PKEY_eq(a->pkey, b->pkey) == 1;
}

bool
public_key_is_ec(const struct public_key *key)
{
	return EVP_PKEY_is_a(key->pkey, "EC");
}

void
public_key_name(const struct public_key *key, char *ret, size_t size)
{
	char group[64];
	const char *nist;

	if (!public_key_is_ec(key)) {
		text_format(ret, size, "%s %d", EVP_PKEY_get0_type_name(key->pkey), EVP_PKEY_get_bits(key->pkey));
		return;
	}
	if (EVP_PKEY_get_group_name(key->pkey, group, sizeof group, NULL) != 1) {
		text_format(ret, size, "EC %d", EVP_PKEY_get_bits(key->pkey));
		return;
	}
	nist = EC_curve_nid2nist(OBJ_sn2nid(group));
	text_format(ret, size, "EC %s", nist == NULL ? group : nist);
}

enum outcome
public_key_verify(const struct public_key *key, const void *message, size_t message_size, const uint8_t *signature,
	size_t signature_size)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	enum outcome outcome = FAIL_SIGNATURE;

	/* PKCS#1 v1.5 is what RSA does unless told otherwise. */
	if (context == NULL)
		outcome = FAIL_MEMORY;
	else if (EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key->pkey) == 1 &&
		 EVP_DigestVerify(context, signature, signature_size, message, message_size) == 1)
		outcome = DONE;
	EVP_MD_CTX_free(context);
	return outcome;
}
