#include "card_inside.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/param_build.h>
#include <string.h>

/*
 * The plain inside of a wrapped key (wrapped_key.h): the size in bits, then fields with their lengths. RSA up to 2048
 * bits goes with its CRT numbers, beyond that as D, N and E alone, from which its primes are found again.
 */
/* The fields of an RSA key with CRT, in their order. */
static const char *const crt_fields[] = { OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
	OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, OSSL_PKEY_PARAM_RSA_FACTOR2,
	OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E };
static const char *const plain_fields[] = { OSSL_PKEY_PARAM_RSA_D, OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E };
enum { CRT_FIELDS = sizeof crt_fields / sizeof crt_fields[0], CRT_MODULUS = 5, PLAIN_FIELDS = 3 };
enum { CRT_BITS_MOST = 2048, RSA_BITS_MOST = 4096, NUMBER_MOST = RSA_BITS_MOST / 8 };
enum { EC_PRIME = 2, EC_NUMBER = 5, EC_POINT_FIELD = 6, EC_FIELDS = 7 };

struct field {
	const uint8_t *bytes;
	size_t size;
};

static bool
put_number(struct secret *material, size_t number)
{
	return secret_push(material, (uint8_t)(number >> 8)) && secret_push(material, (uint8_t)number);
}

static bool
put_field(struct secret *material, const uint8_t *bytes, size_t size)
{
	bool is_done = put_number(material, size);

	for (size_t i = 0; i < size && is_done; i++)
		is_done = secret_push(material, bytes[i]);
	return is_done;
}

static bool
put_numbers(struct secret *material, const EVP_PKEY *key, const char *const *fields, size_t count, size_t full)
{
	bool is_done = put_number(material, (size_t)EVP_PKEY_get_bits(key));

	for (size_t i = 0; i < count && is_done; i++) {
		uint8_t bytes[NUMBER_MOST];
		BIGNUM *number = NULL;
		/* The private fields of the CRT are all half as long as the modulus. */
		int size = i < full ? (EVP_PKEY_get_bits(key) + 15) / 16 : 0;

		is_done = EVP_PKEY_get_bn_param(key, fields[i], &number) == 1;
		if (is_done && size == 0)
			size = BN_num_bytes(number);
		is_done = is_done && size <= (int)sizeof bytes && BN_bn2binpad(number, bytes, size) == size &&
			  put_field(material, bytes, (size_t)size);
		BN_clear_free(number);
		OPENSSL_cleanse(bytes, sizeof bytes);
	}
	return is_done;
}

static bool
put_ec(struct secret *material, EVP_PKEY *key)
{
	const struct curve *curve = curve_of_key(key);
	struct curve_parameters domain;
	uint8_t number[CURVE_FIELD_MOST], point[CURVE_POINT_MOST];
	BIGNUM *d = NULL;
	size_t point_size = curve_point(key, point, sizeof point);
	bool is_done = curve != NULL && point_size > 0 && curve_parameters_of(curve, &domain) &&
		       EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &d) == 1 &&
		       BN_bn2binpad(d, number, (int)domain.size) == (int)domain.size &&
		       put_number(material, domain.size * 8) && put_field(material, domain.a, domain.size) &&
		       put_field(material, domain.b, domain.size) && put_field(material, domain.prime, domain.size) &&
		       put_field(material, domain.order, domain.size) &&
		       put_field(material, domain.point, domain.point_size) &&
		       put_field(material, number, domain.size) && put_field(material, point, point_size);

	BN_clear_free(d);
	OPENSSL_cleanse(number, sizeof number);
	return is_done;
}

bool
card_material_put(struct secret *material, EVP_PKEY *key, enum wrapped_kind *ret_kind)
{
	bool is_crt = EVP_PKEY_get_bits(key) <= CRT_BITS_MOST;

	if (EVP_PKEY_is_a(key, "EC") == 1) {
		*ret_kind = WRAPPED_EC;
		return put_ec(material, key);
	}
	*ret_kind = is_crt ? WRAPPED_RSA_CRT : WRAPPED_RSA;
	return is_crt ? put_numbers(material, key, crt_fields, CRT_FIELDS, CRT_MODULUS)
		      : put_numbers(material, key, plain_fields, PLAIN_FIELDS, 0);
}

/* The fields behind the key size; false unless there are exactly as many as expected. */
static bool
take_fields(const struct secret *material, struct field *ret, size_t count)
{
	size_t at = 2;

	for (size_t i = 0; i < count; i++) {
		if (material->size < at + 2)
			return false;
		ret[i].size = (size_t)(material->bytes[at] << 8 | material->bytes[at + 1]);
		ret[i].bytes = material->bytes + at + 2;
		at += 2;
		if (ret[i].size > material->size - at)
			return false;
		at += ret[i].size;
	}
	return at == material->size;
}

static EVP_PKEY *
take_ec(const struct secret *material)
{
	struct field fields[EC_FIELDS];
	const struct curve *curve;
	uint8_t point[CURVE_POINT_MOST];
	EVP_PKEY *key;

	if (!take_fields(material, fields, EC_FIELDS))
		return NULL;
	curve = curve_of_prime(fields[EC_PRIME].bytes, fields[EC_PRIME].size);
	if (curve == NULL)
		return NULL;
	key = curve_private_key(curve, fields[EC_NUMBER].bytes, fields[EC_NUMBER].size);
	/* The point that came along must be the number's. */
	if (key != NULL && (curve_point(key, point, sizeof point) != fields[EC_POINT_FIELD].size ||
				   memcmp(point, fields[EC_POINT_FIELD].bytes, fields[EC_POINT_FIELD].size) != 0)) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	return key;
}

/* Numbers of the secure heap, all or none. */
static bool
take_numbers(const struct secret *material, size_t count, BIGNUM **ret)
{
	struct field fields[CRT_FIELDS];

	if (!take_fields(material, fields, count))
		return false;
	for (size_t i = 0; i < count; i++) {
		ret[i] = BN_secure_new();
		if (ret[i] == NULL || fields[i].size > NUMBER_MOST ||
			BN_bin2bn(fields[i].bytes, (int)fields[i].size, ret[i]) == NULL || BN_is_zero(ret[i]))
			return false;
	}
	return true;
}

/* A factor of n: e d - 1 is a multiple of the order of every number modulo n, so one of its square roots of 1 is not 1
   or -1 for every other base (Handbook of Applied Cryptography, 8.2.2). */
static BIGNUM *
find_prime(const BIGNUM *n, const BIGNUM *e, const BIGNUM *d, BN_CTX *context)
{
	BIGNUM *odd = BN_secure_new(), *root = BN_secure_new(), *next = BN_secure_new(), *base = BN_new();
	BIGNUM *prime = BN_secure_new(), *found = NULL, *less = BN_dup(n);
	int halvings = 0;
	bool is_good = odd != NULL && root != NULL && next != NULL && base != NULL && prime != NULL && less != NULL &&
		       BN_sub_word(less, 1) == 1 && BN_mul(odd, e, d, context) == 1 && BN_sub_word(odd, 1) == 1 &&
		       !BN_is_zero(odd);

	while (is_good && !BN_is_odd(odd)) {
		is_good = BN_rshift1(odd, odd) == 1;
		halvings++;
	}
	for (unsigned long start = 2; is_good && start < 100 && found == NULL; start++) {
		is_good = BN_set_word(base, start) == 1 && BN_mod_exp(root, base, odd, n, context) == 1;
		for (int i = 0; is_good && i < halvings && !BN_is_one(root) && BN_cmp(root, less) != 0; i++) {
			is_good = BN_mod_sqr(next, root, n, context) == 1;
			if (is_good && BN_is_one(next)) {
				is_good = BN_sub_word(root, 1) == 1 && BN_gcd(prime, root, n, context) == 1;
				found = prime;
				break;
			}
			BN_swap(root, next);
		}
	}
	if (found == NULL || !is_good) {
		BN_clear_free(prime);
		found = NULL;
	}
	BN_clear_free(odd);
	BN_clear_free(root);
	BN_clear_free(next);
	BN_free(base);
	BN_free(less);
	return found;
}

/* The key of a modulus, an exponent and one of its primes; NULL if they do not belong together. */
static EVP_PKEY *
key_of_prime(const BIGNUM *n, const BIGNUM *e, const BIGNUM *p, BN_CTX *numbers)
{
	BIGNUM *q = BN_secure_new(), *p1 = BN_secure_new(), *q1 = BN_secure_new(), *phi = BN_secure_new();
	BIGNUM *d = BN_secure_new(), *dp = BN_secure_new(), *dq = BN_secure_new(), *qi = BN_secure_new();
	const BIGNUM *values[] = { dp, dq, p, qi, q, n, e };
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL), *check = NULL;
	OSSL_PARAM *parameters = NULL;
	EVP_PKEY *key = NULL;
	bool is_done = q != NULL && p1 != NULL && q1 != NULL && phi != NULL && d != NULL && dp != NULL && dq != NULL &&
		       qi != NULL && builder != NULL && context != NULL && BN_div(q, NULL, n, p, numbers) == 1 &&
		       BN_copy(p1, p) != NULL && BN_sub_word(p1, 1) == 1 && BN_copy(q1, q) != NULL &&
		       BN_sub_word(q1, 1) == 1 && BN_mul(phi, p1, q1, numbers) == 1;

	if (is_done) {
		BN_set_flags(phi, BN_FLG_CONSTTIME);
		is_done = BN_mod_inverse(d, e, phi, numbers) != NULL && BN_mod(dp, d, p1, numbers) == 1 &&
			  BN_mod(dq, d, q1, numbers) == 1 && BN_mod_inverse(qi, q, p, numbers) != NULL &&
			  OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_D, d) == 1;
	}
	for (size_t i = 0; i < CRT_FIELDS && is_done; i++)
		is_done = OSSL_PARAM_BLD_push_BN(builder, crt_fields[i], values[i]) == 1;
	parameters = is_done ? OSSL_PARAM_BLD_to_param(builder) : NULL;
	if (parameters == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
		EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters) != 1) {
		key = NULL;
		goto out;
	}
	check = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	if (check == NULL || EVP_PKEY_pairwise_check(check) != 1 || EVP_PKEY_get_bits(key) > RSA_BITS_MOST) {
		EVP_PKEY_free(key);
		key = NULL;
	}
out:
	EVP_PKEY_CTX_free(check);
	OSSL_PARAM_free(parameters);
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_BLD_free(builder);
	BN_clear_free(q);
	BN_clear_free(p1);
	BN_clear_free(q1);
	BN_clear_free(phi);
	BN_clear_free(d);
	BN_clear_free(dp);
	BN_clear_free(dq);
	BN_clear_free(qi);
	return key;
}

/* The numbers of the CRT follow from modulus, exponent and one prime; those that came along are not needed. */
static EVP_PKEY *
take_rsa(const struct secret *material, bool is_crt)
{
	BIGNUM *numbers[CRT_FIELDS] = { NULL }, *prime = NULL;
	BN_CTX *context = BN_CTX_secure_new();
	size_t count = is_crt ? CRT_FIELDS : PLAIN_FIELDS;
	EVP_PKEY *key = NULL;

	if (context == NULL || !take_numbers(material, count, numbers))
		goto out;
	prime = is_crt ? BN_dup(numbers[2]) : find_prime(numbers[1], numbers[2], numbers[0], context);
	if (prime != NULL)
		key = key_of_prime(numbers[count - 2], numbers[count - 1], prime, context);
out:
	BN_clear_free(prime);
	for (size_t i = 0; i < CRT_FIELDS; i++)
		BN_clear_free(numbers[i]);
	BN_CTX_free(context);
	return key;
}

EVP_PKEY *
card_material_take(const struct secret *material, enum wrapped_kind kind)
{
	switch (kind) {
	case WRAPPED_EC:
		return take_ec(material);
	case WRAPPED_RSA:
	case WRAPPED_RSA_CRT:
		return take_rsa(material, kind == WRAPPED_RSA_CRT);
	default:
		return NULL;
	}
}
