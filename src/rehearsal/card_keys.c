#include "card_inside.h"

#include <openssl/crypto.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

/* Content of a key's file: key domain, number of allowed algorithms (0: all), those, the key in DER. */
enum { ALGORITHMS_MOST = 64, FILE_HEAD = 2 };

const uint8_t card_oid_rsa[CARD_OID_SIZE] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x02, 0x01, 0x02 };
const uint8_t card_oid_ecdsa[CARD_OID_SIZE] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x02, 0x02, 0x03 };

static bool
is_oid(const struct tlv *oid, const uint8_t expected[CARD_OID_SIZE])
{
	return oid->size == CARD_OID_SIZE && memcmp(oid->value, expected, CARD_OID_SIZE) == 0;
}

uint8_t
card_key_domain(const struct card_file *file)
{
	return file->size > 0 ? file->bytes[0] : 0;
}

uint16_t
card_key_load(struct virtual_card *card, uint8_t reference, uint8_t algorithm, EVP_PKEY **ret)
{
	const struct card_file *file = card_file_find(card, FILE_KEY(reference));
	const uint8_t *at;
	size_t count;

	*ret = NULL;
	if (file == NULL)
		return SW_NO_FILE;
	if (file->size < FILE_HEAD || file->size < (size_t)FILE_HEAD + file->bytes[1])
		return SW_EXECUTION;
	count = file->bytes[1];
	if (count > 0 && memchr(file->bytes + FILE_HEAD, algorithm, count) == NULL)
		return SW_CONDITIONS;
	at = file->bytes + FILE_HEAD + count;
	*ret = d2i_AutoPrivateKey(NULL, &at, (long)(file->size - FILE_HEAD - count));
	return *ret == NULL ? SW_EXECUTION : SW_DONE;
}

uint16_t
card_key_store(struct virtual_card *card, uint8_t reference, EVP_PKEY *key, const struct card_key_use *use)
{
	uint8_t bytes[FILE_HEAD + ALGORITHMS_MOST + CARD_KEY_MOST], *at = bytes + FILE_HEAD + use->algorithm_count;
	uint16_t status;
	int size;

	if (use->algorithm_count > ALGORITHMS_MOST)
		return SW_DATA;
	size = i2d_PrivateKey(key, NULL);
	if (size <= 0 || size > CARD_KEY_MOST)
		return SW_EXECUTION;
	bytes[0] = use->domain;
	bytes[1] = (uint8_t)use->algorithm_count;
	if (use->algorithm_count > 0)
		memcpy(bytes + FILE_HEAD, use->algorithms, use->algorithm_count);
	status = i2d_PrivateKey(key, &at) != size ? SW_EXECUTION
						  : card_file_put(card, FILE_KEY(reference), bytes,
							    FILE_HEAD + use->algorithm_count + (size_t)size);
	OPENSSL_cleanse(bytes, sizeof bytes);
	return status;
}

static uint16_t
generate_rsa(const struct tlv *public_key, EVP_PKEY **ret)
{
	struct tlv exponent, bits;
	unsigned size;

	if (!tlv_find(public_key->value, public_key->size, 0x82, &exponent) ||
		!tlv_find(public_key->value, public_key->size, 0x02, &bits) || exponent.size != 3 ||
		memcmp(exponent.value, "\x01\x00\x01", 3) != 0 || bits.size != 2)
		return SW_DATA;
	size = (unsigned)(bits.value[0] << 8 | bits.value[1]);
	if (size != 1024 && size != 1536 && size != 2048 && size != 3072 && size != 4096)
		return SW_DATA;
	*ret = EVP_RSA_gen(size);
	return *ret == NULL ? SW_EXECUTION : SW_DONE;
}

/* All domain parameters stand in the template, and are those of one curve that we know. */
static uint16_t
generate_ec(const struct tlv *public_key, EVP_PKEY **ret)
{
	struct curve_part parts[CURVE_PARTS];
	const struct curve *curve;

	for (unsigned i = 0; i < CURVE_PARTS; i++) {
		struct tlv given;

		if (!tlv_find(public_key->value, public_key->size, 0x81 + i, &given))
			return SW_DATA;
		parts[i] = (struct curve_part){ given.value, given.size };
	}
	if (curve_of_prime(parts[CURVE_PRIME].bytes, parts[CURVE_PRIME].size) == NULL)
		return SW_NO_FUNCTION;
	curve = curve_of_parts(parts);
	if (curve == NULL)
		return SW_DATA;
	*ret = EVP_EC_gen(curve->name);
	return *ret == NULL ? SW_EXECUTION : SW_DONE;
}

uint16_t
card_generate(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	struct tlv public_key, oid, authority = { 0 }, holder = { 0 }, algorithms = { 0 }, domain = { 0 };
	struct card_key_use use = { 0 };
	EVP_PKEY *key = NULL;
	uint16_t status;

	if (!card->is_logged_in)
		return SW_SECURITY;
	/* P2 is the key that signs the request: the device's. */
	if (command->p1 == 0 || command->p2 != 0)
		return SW_P1_P2;
	if (!tlv_find(command->data, command->size, 0x7F49, &public_key) ||
		!tlv_find(public_key.value, public_key.size, 0x06, &oid) ||
		!tlv_find(command->data, command->size, 0x5F20, &holder) || holder.size < 8 || holder.size > 16)
		return SW_DATA;
	(void)tlv_find(command->data, command->size, 0x42, &authority);
	(void)tlv_find(command->data, command->size, 0x91, &algorithms);
	if (authority.size > 16)
		return SW_DATA;
	/* pico-hsm sc_hsm.c, find_and_store_meta_key: 92 names the key domain. */
	if (tlv_find(command->data, command->size, 0x92, &domain)) {
		if (domain.size != 1 || domain.value[0] >= card->domain_count)
			return SW_DATA;
		use.domain = domain.value[0];
	}
	status = card_domain_check(card, use.domain);
	if (status != SW_DONE)
		return status;
	if (card_file_find(card, FILE_KEY(command->p1)) != NULL)
		return SW_EXISTS;
	use.algorithms = algorithms.value;
	use.algorithm_count = algorithms.size;
	if (is_oid(&oid, card_oid_rsa))
		status = generate_rsa(&public_key, &key);
	else if (is_oid(&oid, card_oid_ecdsa))
		status = generate_ec(&public_key, &key);
	else
		status = SW_NO_FUNCTION;
	if (status == SW_DONE)
		status = card_certificates_request(card, key, &authority, &holder, answer);
	if (status == SW_DONE)
		status = card_key_store(card, command->p1, key, &use);
	/* The card keeps the request too (scsh-scripts smartcardhsm.js, generateAsymmetricKeyPair, reads it there). */
	if (status == SW_DONE) {
		status = card_file_put(card, FILE_CERTIFICATE(command->p1), answer->bytes, answer->size);
		if (status != SW_DONE)
			card_file_remove(card, FILE_KEY(command->p1));
	}
	EVP_PKEY_free(key);
	return status;
}
