#include "card_inside.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/param_build.h>
#include <quorate/wrapped_key.h>
#include <string.h>

/* The fields of a wrapped RSA key with CRT, in their order (wrapped_key.h). */
static const char *const rsa_fields[] = { OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
	OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, OSSL_PKEY_PARAM_RSA_FACTOR2,
	OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E };
enum { RSA_FIELDS = sizeof rsa_fields / sizeof rsa_fields[0], RSA_MODULUS = 5, RSA_EXPONENT = 6, MATERIAL_MOST = 2048 };
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
put_rsa(struct secret *material, const EVP_PKEY *key)
{
	bool is_done = put_number(material, (size_t)EVP_PKEY_get_bits(key));

	for (size_t i = 0; i < RSA_FIELDS && is_done; i++) {
		uint8_t bytes[256];
		BIGNUM *number = NULL;
		/* The private fields are all half as long as the modulus. */
		int size = i < RSA_MODULUS ? (EVP_PKEY_get_bits(key) + 15) / 16 : 0;

		is_done = EVP_PKEY_get_bn_param(key, rsa_fields[i], &number) == 1;
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
	const struct card_curve *curve = card_curve_of_key(key);
	struct card_domain domain;
	uint8_t number[66], point[133];
	BIGNUM *d = NULL;
	size_t point_size = card_curve_point(key, point, sizeof point);
	bool is_done = curve != NULL && point_size > 0 && card_curve_domain(curve, &domain) &&
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

static uint16_t
seal(struct virtual_card *card, EVP_PKEY *key, struct tlv_writer *answer)
{
	bool is_ec = EVP_PKEY_is_a(key, "EC") == 1;
	struct secret *material = NULL, *dkek = NULL;
	uint8_t copy[DKEK_SIZE], blob[WRAPPED_KEY_MOST];
	size_t size = 0;
	uint16_t status = SW_EXECUTION;

	memcpy(copy, card->dkek, sizeof copy);
	if (secret_take(&dkek, copy, sizeof copy) == DONE && secret_new(&material, MATERIAL_MOST) == DONE &&
		(is_ec ? put_ec(material, key) : put_rsa(material, key)) &&
		wrapped_key_seal(is_ec ? WRAPPED_EC : WRAPPED_RSA_CRT, is_ec ? card_oid_ecdsa : card_oid_rsa,
			CARD_OID_SIZE, material, dkek, blob, &size) == DONE) {
		tlv_put_bytes(answer, blob, size);
		status = SW_DONE;
	}
	secret_free(&material);
	secret_free(&dkek);
	return status;
}

uint16_t
card_wrap(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	EVP_PKEY *key;
	uint16_t status;

	/* sc-hsm-tool.c, wrap_key: 6D00 from a card not initialised for key wrap. */
	if (!card->has_dkek)
		return SW_INSTRUCTION;
	if (command->p2 != ALGORITHM_WRAP)
		return SW_P1_P2;
	if (!card->is_logged_in)
		return SW_SECURITY;
	if (command->p1 == 0 || card->dkek_outstanding > 0)
		return SW_CONDITIONS;
	status = card_key_load(card, command->p1, ALGORITHM_WRAP, &key);
	if (status == SW_DONE)
		status = seal(card, key, answer);
	EVP_PKEY_free(key);
	return status;
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
	const struct card_curve *curve;
	uint8_t point[133];
	EVP_PKEY *key;

	if (!take_fields(material, fields, EC_FIELDS))
		return NULL;
	curve = card_curve_of_prime(fields[EC_PRIME].bytes, fields[EC_PRIME].size);
	if (curve == NULL)
		return NULL;
	key = card_curve_key(curve, fields[EC_NUMBER].bytes, fields[EC_NUMBER].size);
	/* The point that came along must be the number's. */
	if (key != NULL && (card_curve_point(key, point, sizeof point) != fields[EC_POINT_FIELD].size ||
				   memcmp(point, fields[EC_POINT_FIELD].bytes, fields[EC_POINT_FIELD].size) != 0)) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	return key;
}

/* p, q, n, e determine the rest: d = 1/e mod (p-1)(q-1). */
static BIGNUM *
private_exponent(const BIGNUM *p, const BIGNUM *q, const BIGNUM *e)
{
	BN_CTX *context = BN_CTX_secure_new();
	BIGNUM *p1 = BN_secure_new(), *q1 = BN_secure_new(), *phi = BN_secure_new(), *d = BN_secure_new();
	bool is_done = context != NULL && p1 != NULL && q1 != NULL && phi != NULL && d != NULL &&
		       BN_copy(p1, p) != NULL && BN_sub_word(p1, 1) == 1 && BN_copy(q1, q) != NULL &&
		       BN_sub_word(q1, 1) == 1 && BN_mul(phi, p1, q1, context) == 1;

	if (is_done) {
		BN_set_flags(phi, BN_FLG_CONSTTIME);
		is_done = BN_mod_inverse(d, e, phi, context) != NULL;
	}
	BN_clear_free(phi);
	BN_clear_free(q1);
	BN_clear_free(p1);
	BN_CTX_free(context);
	if (!is_done) {
		BN_clear_free(d);
		return NULL;
	}
	return d;
}

static EVP_PKEY *
take_rsa(const struct secret *material)
{
	struct field fields[RSA_FIELDS];
	BIGNUM *numbers[RSA_FIELDS] = { NULL }, *d = NULL;
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL), *check = NULL;
	OSSL_PARAM *parameters = NULL;
	EVP_PKEY *key = NULL;
	bool is_done = builder != NULL && context != NULL && take_fields(material, fields, RSA_FIELDS);

	for (size_t i = 0; i < RSA_FIELDS && is_done; i++) {
		numbers[i] = BN_secure_new();
		is_done = numbers[i] != NULL && fields[i].size <= 256 &&
			  BN_bin2bn(fields[i].bytes, (int)fields[i].size, numbers[i]) != NULL &&
			  !BN_is_zero(numbers[i]) && OSSL_PARAM_BLD_push_BN(builder, rsa_fields[i], numbers[i]) == 1;
	}
	if (!is_done)
		goto out;
	d = private_exponent(numbers[2], numbers[4], numbers[RSA_EXPONENT]);
	if (d == NULL || OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_D, d) != 1)
		goto out;
	parameters = OSSL_PARAM_BLD_to_param(builder);
	if (parameters == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
		EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters) != 1) {
		key = NULL;
		goto out;
	}
	check = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	if (check == NULL || EVP_PKEY_pairwise_check(check) != 1 || EVP_PKEY_get_bits(key) > 2048) {
		EVP_PKEY_free(key);
		key = NULL;
	}
out:
	EVP_PKEY_CTX_free(check);
	OSSL_PARAM_free(parameters);
	BN_clear_free(d);
	for (size_t i = 0; i < RSA_FIELDS; i++)
		BN_clear_free(numbers[i]);
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_BLD_free(builder);
	return key;
}

static uint16_t
open_blob(struct virtual_card *card, const uint8_t *blob, size_t size, uint8_t reference)
{
	struct secret *material = NULL, *dkek = NULL;
	uint8_t copy[DKEK_SIZE];
	struct wrapped_key wrapped;
	EVP_PKEY *key = NULL;
	/* sc-hsm-tool.c, unwrap_key: wrong parameters is what it takes for "does not match the DKEK". */
	uint16_t status = SW_DATA;

	memcpy(copy, card->dkek, sizeof copy);
	if (secret_take(&dkek, copy, sizeof copy) != DONE) {
		status = SW_EXECUTION;
	} else if (wrapped_key_parse(blob, size, &wrapped) == DONE &&
		   wrapped_key_open(blob, size, dkek, &material) == DONE) {
		key = wrapped.kind == WRAPPED_EC        ? take_ec(material)
		      : wrapped.kind == WRAPPED_RSA_CRT ? take_rsa(material)
							: NULL;
		if (key != NULL)
			status = card_key_store(card, reference, key, NULL, 0);
	}
	EVP_PKEY_free(key);
	secret_free(&material);
	secret_free(&dkek);
	return status;
}

uint16_t
card_unwrap(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	const struct card_file *buffer = card_file_find(card, FILE_UNWRAP_BUFFER);
	uint16_t status;

	(void)answer;
	if (!card->has_dkek)
		return SW_INSTRUCTION;
	if (command->p2 != 0x93)
		return SW_P1_P2;
	if (!card->is_logged_in)
		return SW_SECURITY;
	if (command->p1 == 0 || card->dkek_outstanding > 0)
		return SW_CONDITIONS;
	if (card_file_find(card, FILE_KEY(command->p1)) != NULL)
		return SW_EXISTS;
	if (command->size > 0)
		return open_blob(card, command->data, command->size, command->p1);
	/* Newer hosts write the blob into a file first (OpenSC card-sc-hsm.c, sc_hsm_unwrap_key). */
	if (buffer == NULL || buffer->size == 0)
		return SW_NO_FILE;
	status = open_blob(card, buffer->bytes, buffer->size, command->p1);
	if (status == SW_DONE)
		card_file_remove(card, FILE_UNWRAP_BUFFER);
	return status;
}
