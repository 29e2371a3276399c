#include <quorate/curve.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <string.h>

static const struct curve curves[] = {
	{ "prime256v1", NID_X9_62_prime256v1 },
	{ "secp384r1", NID_secp384r1 },
	{ "secp521r1", NID_secp521r1 },
	{ "secp256k1", NID_secp256k1 },
	{ "brainpoolP256r1", NID_brainpoolP256r1 },
	{ "brainpoolP320r1", NID_brainpoolP320r1 },
	{ "brainpoolP384r1", NID_brainpoolP384r1 },
	{ "brainpoolP512r1", NID_brainpoolP512r1 },
};

bool
curve_parameters_of(const struct curve *curve, struct curve_parameters *ret)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(curve->nid);
	BIGNUM *prime = BN_new(), *a = BN_new(), *b = BN_new();
	bool is_done = false;
	int size;

	memset(ret, 0, sizeof *ret);
	if (group == NULL || prime == NULL || a == NULL || b == NULL ||
		EC_GROUP_get_curve(group, prime, a, b, NULL) != 1)
		goto out;
	size = BN_num_bytes(prime);
	ret->size = (size_t)size;
	ret->point_size = EC_POINT_point2oct(group, EC_GROUP_get0_generator(group), POINT_CONVERSION_UNCOMPRESSED,
		ret->point, sizeof ret->point, NULL);
	is_done = BN_bn2binpad(prime, ret->prime, size) == size && BN_bn2binpad(a, ret->a, size) == size &&
		  BN_bn2binpad(b, ret->b, size) == size && ret->point_size == 2 * ret->size + 1 &&
		  BN_bn2binpad(EC_GROUP_get0_order(group), ret->order, size) == size;
out:
	BN_free(b);
	BN_free(a);
	BN_free(prime);
	EC_GROUP_free(group);
	return is_done;
}

const struct curve *
curve_of_prime(const uint8_t *prime, size_t size)
{
	for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
		struct curve_parameters domain;

		if (curve_parameters_of(&curves[i], &domain) && domain.size == size &&
			memcmp(domain.prime, prime, size) == 0)
			return &curves[i];
	}
	return NULL;
}

static bool
is_part(const struct curve_part *part, const uint8_t *bytes, size_t size)
{
	return part->size == size && memcmp(part->bytes, bytes, size) == 0;
}

const struct curve *
curve_of_parts(const struct curve_part parts[CURVE_PARTS])
{
	const struct curve *curve = curve_of_prime(parts[CURVE_PRIME].bytes, parts[CURVE_PRIME].size);
	struct curve_parameters is;

	if (curve == NULL || !curve_parameters_of(curve, &is) || !is_part(&parts[CURVE_A], is.a, is.size) ||
		!is_part(&parts[CURVE_B], is.b, is.size) ||
		!is_part(&parts[CURVE_GENERATOR], is.point, is.point_size) ||
		!is_part(&parts[CURVE_ORDER], is.order, is.size))
		return NULL;
	return curve;
}

const struct curve *
curve_of_name(const char *name)
{
	int nid = OBJ_sn2nid(name);

	for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++)
		if (nid == curves[i].nid)
			return &curves[i];
	return NULL;
}

const struct curve *
curve_of_key(const EVP_PKEY *key)
{
	char name[64];
	size_t length;

	return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name, &length) == 1
		       ? curve_of_name(name)
		       : NULL;
}

EVP_PKEY *
curve_public_key(const struct curve *curve, const uint8_t *point, size_t size)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	OSSL_PARAM *parameters = NULL;
	EVP_PKEY *key = NULL;

	if (context != NULL && builder != NULL && size > 0 && point[0] == 0x04 &&
		OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, curve->name, 0) == 1 &&
		OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, size) == 1)
		parameters = OSSL_PARAM_BLD_to_param(builder);
	if (parameters != NULL && (EVP_PKEY_fromdata_init(context) != 1 ||
					  EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1))
		key = NULL;
	OSSL_PARAM_free(parameters);
	OSSL_PARAM_BLD_free(builder);
	EVP_PKEY_CTX_free(context);
	return key;
}

EVP_PKEY *
curve_private_key(const struct curve *curve, const uint8_t *number, size_t size)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(curve->nid);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	BIGNUM *d = BN_bin2bn(number, (int)size, NULL);
	OSSL_PARAM *parameters = NULL;
	EC_POINT *point = NULL;
	EVP_PKEY *key = NULL;
	uint8_t bytes[CURVE_POINT_MOST];
	size_t length;

	if (group == NULL || context == NULL || builder == NULL || d == NULL || BN_is_zero(d) ||
		BN_cmp(d, EC_GROUP_get0_order(group)) >= 0)
		goto out;
	BN_set_flags(d, BN_FLG_CONSTTIME);
	point = EC_POINT_new(group);
	if (point == NULL || EC_POINT_mul(group, point, d, NULL, NULL, NULL) != 1)
		goto out;
	length = EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, bytes, sizeof bytes, NULL);
	if (length == 0 || OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, curve->name, 0) != 1 ||
		OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, d) != 1 ||
		OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, bytes, length) != 1)
		goto out;
	parameters = OSSL_PARAM_BLD_to_param(builder);
	if (parameters == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
		EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters) != 1)
		key = NULL;
out:
	OSSL_PARAM_free(parameters);
	EC_POINT_free(point);
	BN_clear_free(d);
	OSSL_PARAM_BLD_free(builder);
	EVP_PKEY_CTX_free(context);
	EC_GROUP_free(group);
	return key;
}

size_t
curve_point(EVP_PKEY *key, uint8_t *ret, size_t room)
{
	uint8_t *point = NULL;
	size_t size = EVP_PKEY_get1_encoded_public_key(key, &point);

	if (size > room)
		size = 0;
	if (size > 0)
		memcpy(ret, point, size);
	OPENSSL_free(point);
	return size;
}
