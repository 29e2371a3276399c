#include "card_inside.h"

#include <openssl/crypto.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

/* Content of a key's file: number of allowed algorithms (0: all), those, the key in DER. */
enum { ALGORITHMS_MOST = 64 };

const uint8_t card_oid_rsa[CARD_OID_SIZE] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x02, 0x01, 0x02 };
const uint8_t card_oid_ecdsa[CARD_OID_SIZE] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x02, 0x02, 0x03 };

static bool
is_oid(const struct tlv *oid, const uint8_t expected[CARD_OID_SIZE])
{
	return oid->size == CARD_OID_SIZE && memcmp(oid->value, expected, CARD_OID_SIZE) == 0;
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
	if (file->size < 1 || file->size < 1u + file->bytes[0])
		return SW_EXECUTION;
	count = file->bytes[0];
	if (count > 0 && memchr(file->bytes + 1, algorithm, count) == NULL)
		return SW_CONDITIONS;
	at = file->bytes + 1 + count;
	*ret = d2i_AutoPrivateKey(NULL, &at, (long)(file->size - 1 - count));
	return *ret == NULL ? SW_EXECUTION : SW_DONE;
}

uint16_t
card_key_store(
	struct virtual_card *card, uint8_t reference, EVP_PKEY *key, const uint8_t *algorithms, size_t algorithm_count)
{
	uint8_t bytes[1 + ALGORITHMS_MOST + CARD_KEY_MOST], *at = bytes + 1 + algorithm_count;
	uint16_t status;
	int size;

	if (algorithm_count > ALGORITHMS_MOST)
		return SW_DATA;
	size = i2d_PrivateKey(key, NULL);
	if (size <= 0 || size > CARD_KEY_MOST)
		return SW_EXECUTION;
	bytes[0] = (uint8_t)algorithm_count;
	if (algorithm_count > 0)
		memcpy(bytes + 1, algorithms, algorithm_count);
	status = i2d_PrivateKey(key, &at) != size
			 ? SW_EXECUTION
			 : card_file_put(card, FILE_KEY(reference), bytes, 1 + algorithm_count + (size_t)size);
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
	if (size != 1024 && size != 1536 && size != 2048)
		return SW_DATA;
	*ret = EVP_RSA_gen(size);
	return *ret == NULL ? SW_EXECUTION : SW_DONE;
}

/* All domain parameters stand in the template, and are those of one curve that we know. */
static bool
is_domain(const struct tlv *public_key, const struct card_domain *domain)
{
	const struct {
		unsigned tag;
		const uint8_t *value;
		size_t size;
	} wanted[] = {
		{ 0x81, domain->prime, domain->size },
		{ 0x82, domain->a, domain->size },
		{ 0x83, domain->b, domain->size },
		{ 0x84, domain->point, domain->point_size },
		{ 0x85, domain->order, domain->size },
	};

	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		struct tlv given;

		if (!tlv_find(public_key->value, public_key->size, wanted[i].tag, &given) ||
			given.size != wanted[i].size || memcmp(given.value, wanted[i].value, given.size) != 0)
			return false;
	}
	return true;
}

static uint16_t
generate_ec(const struct tlv *public_key, EVP_PKEY **ret)
{
	const struct card_curve *curve;
	struct card_domain domain;
	struct tlv prime;

	if (!tlv_find(public_key->value, public_key->size, 0x81, &prime))
		return SW_DATA;
	curve = card_curve_of_prime(prime.value, prime.size);
	if (curve == NULL)
		return SW_NO_FUNCTION;
	if (!card_curve_domain(curve, &domain) || !is_domain(public_key, &domain))
		return SW_DATA;
	*ret = EVP_EC_gen(curve->name);
	return *ret == NULL ? SW_EXECUTION : SW_DONE;
}

uint16_t
card_generate(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	struct tlv public_key, oid, authority = { 0 }, holder = { 0 }, algorithms = { 0 };
	EVP_PKEY *key = NULL;
	uint16_t status;

	if (!card->is_logged_in)
		return SW_SECURITY;
	/* P2 is the key that signs the request: the device's. */
	if (command->p1 == 0 || command->p2 != 0)
		return SW_P1_P2;
	if (card->dkek_outstanding > 0)
		return SW_CONDITIONS;
	if (card_file_find(card, FILE_KEY(command->p1)) != NULL)
		return SW_EXISTS;
	if (!tlv_find(command->data, command->size, 0x7F49, &public_key) ||
		!tlv_find(public_key.value, public_key.size, 0x06, &oid) ||
		!tlv_find(command->data, command->size, 0x5F20, &holder) || holder.size < 8 || holder.size > 16)
		return SW_DATA;
	(void)tlv_find(command->data, command->size, 0x42, &authority);
	(void)tlv_find(command->data, command->size, 0x91, &algorithms);
	if (authority.size > 16)
		return SW_DATA;
	if (is_oid(&oid, card_oid_rsa))
		status = generate_rsa(&public_key, &key);
	else if (is_oid(&oid, card_oid_ecdsa))
		status = generate_ec(&public_key, &key);
	else
		status = SW_NO_FUNCTION;
	if (status == SW_DONE)
		status = card_certificates_request(card, key, &authority, &holder, answer);
	if (status == SW_DONE)
		status = card_key_store(card, command->p1, key, algorithms.value, algorithms.size);
	EVP_PKEY_free(key);
	return status;
}
