#include "card_inside.h"

#include <openssl/crypto.h>
#include <openssl/rsa.h>
#include <quorate/random.h>

enum { CHALLENGE_MOST = 1024, SIGNATURE_MOST = 512 };

/* SIGN's P2: family in the high half, digest in the low one (OpenSC card-sc-hsm.h). 0 means that the host hashed. */
static const EVP_MD *
digest_of(uint8_t algorithm)
{
	switch (algorithm & 0x0F) {
	case 1:
		return EVP_sha1();
	case 2:
		return EVP_sha224();
	case 3:
		return EVP_sha256();
	case 4:
		return EVP_sha384();
	case 5:
		return EVP_sha512();
	default:
		return NULL;
	}
}

/* PSS over a hash from outside: its length names the digest (pico-hsm cmd_signature.c). */
static const EVP_MD *
digest_of_size(size_t size)
{
	const EVP_MD *digests[] = { EVP_sha1(), EVP_sha224(), EVP_sha256(), EVP_sha384(), EVP_sha512() };

	for (size_t i = 0; i < sizeof digests / sizeof digests[0]; i++)
		if ((size_t)EVP_MD_get_size(digests[i]) == size)
			return digests[i];
	return NULL;
}

static bool
is_algorithm(uint8_t algorithm)
{
	switch (algorithm & 0xF0) {
	case ALGORITHM_RSA_RAW:
		return algorithm == ALGORITHM_RSA_RAW;
	case ALGORITHM_RSA_PKCS1:
	case ALGORITHM_RSA_PSS:
	case ALGORITHM_EC_RAW:
		return (algorithm & 0x0F) <= 5;
	default:
		return false;
	}
}

static uint16_t
set_padding(EVP_PKEY_CTX *context, uint8_t algorithm, const EVP_MD *digest)
{
	switch (algorithm & 0xF0) {
	case ALGORITHM_RSA_RAW:
		return EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1 ? SW_DONE : SW_EXECUTION;
	case ALGORITHM_RSA_PKCS1:
		return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 ? SW_DONE : SW_EXECUTION;
	case ALGORITHM_RSA_PSS:
		return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
				       EVP_PKEY_CTX_set_signature_md(context, digest) == 1 &&
				       EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1
			       ? SW_DONE
			       : SW_EXECUTION;
	default:
		return SW_DONE;
	}
}

static uint16_t
sign(EVP_PKEY *key, uint8_t algorithm, const struct card_command *command, struct tlv_writer *answer)
{
	uint8_t hash[EVP_MAX_MD_SIZE], signature[SIGNATURE_MOST];
	const EVP_MD *digest = digest_of(algorithm);
	const uint8_t *input = command->data;
	size_t input_size = command->size, size = sizeof signature;
	EVP_PKEY_CTX *context;
	unsigned hash_size;
	uint16_t status;

	if (digest != NULL) {
		if (EVP_Digest(input, input_size, hash, &hash_size, digest, NULL) != 1)
			return SW_EXECUTION;
		input = hash;
		input_size = hash_size;
	} else if (algorithm == ALGORITHM_RSA_PSS) {
		digest = digest_of_size(input_size);
		if (digest == NULL)
			return SW_LENGTH;
	} else if (algorithm == ALGORITHM_RSA_RAW && input_size != (size_t)EVP_PKEY_get_size(key)) {
		return SW_LENGTH;
	}
	context = EVP_PKEY_CTX_new(key, NULL);
	status = context != NULL && EVP_PKEY_sign_init(context) == 1 ? set_padding(context, algorithm, digest)
								     : SW_EXECUTION;
	/* PKCS #1 wants the DigestInfo: libcrypto builds it from the digest, a host sends it whole. */
	if (status == SW_DONE && (algorithm & 0xF0) == ALGORITHM_RSA_PKCS1 && digest != NULL &&
		EVP_PKEY_CTX_set_signature_md(context, digest) != 1)
		status = SW_EXECUTION;
	if (status == SW_DONE && EVP_PKEY_sign(context, signature, &size, input, input_size) != 1)
		status = SW_DATA;
	if (status == SW_DONE)
		tlv_put_bytes(answer, signature, size);
	EVP_PKEY_CTX_free(context);
	return status;
}

uint16_t
card_sign(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	uint8_t algorithm = command->p2;
	EVP_PKEY *key;
	uint16_t status;
	bool is_ec;

	if (!card->is_logged_in)
		return SW_SECURITY;
	if (!is_algorithm(algorithm))
		return SW_P1_P2;
	if (command->size == 0)
		return SW_LENGTH;
	/* The device key signs requests and nothing else. */
	if (command->p1 == 0)
		return SW_CONDITIONS;
	status = card_key_load(card, command->p1, algorithm, &key);
	if (status != SW_DONE)
		return status;
	is_ec = EVP_PKEY_is_a(key, "EC") == 1;
	status = is_ec == ((algorithm & 0xF0) == ALGORITHM_EC_RAW) ? sign(key, algorithm, command, answer)
								   : SW_CONDITIONS;
	EVP_PKEY_free(key);
	return status;
}

static uint16_t
decrypt(EVP_PKEY *key, const struct card_command *command, struct tlv_writer *answer)
{
	EVP_PKEY_CTX *context;
	uint8_t plain[SIGNATURE_MOST];
	size_t size = sizeof plain;
	uint16_t status = SW_EXECUTION;

	if (EVP_PKEY_is_a(key, "RSA") != 1)
		return SW_CONDITIONS;
	if (command->size != (size_t)EVP_PKEY_get_size(key))
		return SW_LENGTH;
	context = EVP_PKEY_CTX_new(key, NULL);
	if (context != NULL && EVP_PKEY_decrypt_init(context) == 1 &&
		EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1)
		status = EVP_PKEY_decrypt(context, plain, &size, command->data, command->size) == 1 ? SW_DONE : SW_DATA;
	if (status == SW_DONE)
		tlv_put_bytes(answer, plain, size);
	OPENSSL_cleanse(plain, sizeof plain);
	EVP_PKEY_CTX_free(context);
	return status;
}

/* The peer's point comes uncompressed; 04 and the x coordinate go back (pico-hsm cmd_decrypt_asym.c). */
static uint16_t
agree(EVP_PKEY *key, const struct card_command *command, struct tlv_writer *answer)
{
	EVP_PKEY *peer = EVP_PKEY_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	uint8_t secret[80];
	size_t size = sizeof secret;
	uint16_t status = SW_DATA;

	if (EVP_PKEY_is_a(key, "EC") != 1) {
		status = SW_CONDITIONS;
	} else if (peer != NULL && context != NULL && command->data[0] == 0x04 &&
		   EVP_PKEY_copy_parameters(peer, key) == 1 &&
		   EVP_PKEY_set1_encoded_public_key(peer, command->data, command->size) == 1 &&
		   EVP_PKEY_derive_init(context) == 1 && EVP_PKEY_derive_set_peer(context, peer) == 1 &&
		   EVP_PKEY_derive(context, secret, &size) == 1) {
		tlv_put_bytes(answer, "\x04", 1);
		tlv_put_bytes(answer, secret, size);
		status = SW_DONE;
	}
	OPENSSL_cleanse(secret, sizeof secret);
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(peer);
	return status;
}

uint16_t
card_decipher(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	EVP_PKEY *key;
	uint16_t status;

	if (!card->is_logged_in)
		return SW_SECURITY;
	if (command->p2 != ALGORITHM_RSA_DECRYPT && command->p2 != ALGORITHM_EC_DH)
		return SW_P1_P2;
	if (command->size == 0)
		return SW_LENGTH;
	if (command->p1 == 0)
		return SW_CONDITIONS;
	status = card_key_load(card, command->p1, command->p2, &key);
	if (status != SW_DONE)
		return status;
	status = command->p2 == ALGORITHM_EC_DH ? agree(key, command, answer) : decrypt(key, command, answer);
	EVP_PKEY_free(key);
	return status;
}

uint16_t
card_challenge(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	uint8_t bytes[CHALLENGE_MOST];

	(void)card;
	if (command->p1 != 0 || command->p2 != 0)
		return SW_P1_P2;
	/* OpenSC card-sc-hsm.c, sc_hsm_get_challenge: up to 1024. */
	if (command->size != 0 || command->expected == 0 || command->expected > CHALLENGE_MOST)
		return SW_LENGTH;
	if (random_fill(bytes, command->expected) != DONE)
		return SW_EXECUTION;
	tlv_put_bytes(answer, bytes, command->expected);
	return SW_DONE;
}
