#include <quorate/random.h>
#include <quorate/wrapped_key.h>

#include "aes_cbc.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#define MAC_SIZE 16
#define NOISE_SIZE 8
/* Default algorithm, allowed algorithms, access conditions, key OID: each a 2-byte length and so many bytes. */
#define HEAD_FIELDS 4
/* The least that is in a blob's plain part: noise, the key's size, and one byte of a key. */
#define PLAIN_LEAST (NOISE_SIZE + 2 + 1)

/* DKEK.js: the keys of a DKEK are SHA-256(DKEK, counter), the counter in 4 bytes. */
enum derived_key { KEY_ENCRYPTION = 1, KEY_MAC = 2 };

static enum outcome
derive_key(const struct secret *dkek, enum derived_key which, struct secret **ret)
{
	struct secret *input = NULL;
	enum outcome outcome;

	*ret = NULL;
	if (dkek->size != DKEK_SIZE)
		return FAIL_ARGUMENT;
	outcome = secret_new(&input, DKEK_SIZE + 4);
	if (outcome == DONE)
		outcome = secret_new(ret, AES_KEY_SIZE);
	if (outcome == DONE) {
		memcpy(input->bytes, dkek->bytes, DKEK_SIZE);
		input->bytes[DKEK_SIZE + 3] = (uint8_t)which;
		(*ret)->size = AES_KEY_SIZE;
		if (EVP_Digest(input->bytes, DKEK_SIZE + 4, (*ret)->bytes, NULL, EVP_sha256(), NULL) != 1)
			outcome = FAIL_CRYPTO;
	}
	if (outcome != DONE)
		secret_free(ret);
	secret_free(&input);
	return outcome;
}

static enum outcome
compute_mac(const struct secret *dkek, const uint8_t *bytes, size_t size, uint8_t ret[MAC_SIZE])
{
	const OSSL_PARAM parameters[] = {
		OSSL_PARAM_utf8_string(OSSL_MAC_PARAM_CIPHER, (char[]){ "AES-256-CBC" }, sizeof "AES-256-CBC" - 1),
		OSSL_PARAM_END,
	};
	struct secret *key;
	EVP_MAC *cmac = NULL;
	EVP_MAC_CTX *context = NULL;
	size_t written;
	enum outcome outcome = derive_key(dkek, KEY_MAC, &key);

	if (outcome != DONE)
		return outcome;
	cmac = EVP_MAC_fetch(NULL, "CMAC", NULL);
	if (cmac != NULL)
		context = EVP_MAC_CTX_new(cmac);
	if (context == NULL || EVP_MAC_init(context, key->bytes, key->size, parameters) != 1 ||
		EVP_MAC_update(context, bytes, size) != 1 || EVP_MAC_final(context, ret, &written, MAC_SIZE) != 1 ||
		written != MAC_SIZE)
		outcome = FAIL_CRYPTO;
	EVP_MAC_CTX_free(context);
	EVP_MAC_free(cmac);
	secret_free(&key);
	return outcome;
}

/* With a zero IV: the noise in front takes its place. */
static enum outcome
crypt_key(const struct secret *dkek, const uint8_t *in, size_t size, uint8_t *out, bool is_sealing)
{
	static const uint8_t zero[AES_BLOCK_SIZE];
	struct secret *key;
	enum outcome outcome = derive_key(dkek, KEY_ENCRYPTION, &key);

	if (outcome == DONE)
		outcome = aes_cbc(key->bytes, zero, in, size, out, is_sealing);
	secret_free(&key);
	return outcome;
}

static bool
is_kind(uint8_t kind)
{
	return kind == WRAPPED_RSA || kind == WRAPPED_RSA_CRT || kind == WRAPPED_EC || kind == WRAPPED_AES;
}

enum outcome
wrapped_key_parse(const uint8_t *bytes, size_t size, struct wrapped_key *ret)
{
	size_t at = DKEK_KCV_SIZE + 1;

	*ret = (struct wrapped_key){ 0 };
	if (size < at + MAC_SIZE || size > WRAPPED_KEY_MOST || !is_kind(bytes[DKEK_KCV_SIZE]))
		return FAIL_WRAPPED_KEY;
	size -= MAC_SIZE;
	for (unsigned field = 0; field < HEAD_FIELDS; field++) {
		size_t length;

		if (size - at < 2)
			return FAIL_WRAPPED_KEY;
		length = (size_t)bytes[at] << 8 | bytes[at + 1];
		at += 2;
		if (size - at < length)
			return FAIL_WRAPPED_KEY;
		at += length;
	}
	if (size == at || (size - at) % AES_BLOCK_SIZE != 0)
		return FAIL_WRAPPED_KEY;
	memcpy(ret->kcv, bytes, DKEK_KCV_SIZE);
	ret->kind = (enum wrapped_kind)bytes[DKEK_KCV_SIZE];
	ret->head = bytes;
	ret->head_size = at;
	ret->ciphertext = bytes + at;
	ret->ciphertext_size = size - at;
	ret->mac = bytes + size;
	return DONE;
}

enum outcome
wrapped_key_verify(const uint8_t *bytes, size_t size, const struct secret *dkek)
{
	uint8_t kcv[DKEK_KCV_SIZE], mac[MAC_SIZE];
	struct wrapped_key key;
	enum outcome outcome = wrapped_key_parse(bytes, size, &key);

	if (outcome == DONE)
		outcome = dkek_kcv(dkek, kcv);
	if (outcome == DONE && memcmp(kcv, key.kcv, DKEK_KCV_SIZE) != 0)
		outcome = FAIL_WRAPPED_KEY_DKEK;
	if (outcome == DONE)
		outcome = compute_mac(dkek, bytes, size - MAC_SIZE, mac);
	if (outcome == DONE && CRYPTO_memcmp(mac, key.mac, MAC_SIZE) != 0)
		outcome = FAIL_WRAPPED_KEY;
	return outcome;
}

enum outcome
wrapped_key_open(const uint8_t *bytes, size_t size, const struct secret *dkek, struct secret **ret)
{
	struct secret *plain = NULL;
	struct wrapped_key key;
	size_t end;
	enum outcome outcome = wrapped_key_verify(bytes, size, dkek);

	*ret = NULL;
	if (outcome == DONE)
		outcome = wrapped_key_parse(bytes, size, &key);
	if (outcome == DONE)
		outcome = secret_new(&plain, key.ciphertext_size);
	if (outcome == DONE)
		outcome = crypt_key(dkek, key.ciphertext, key.ciphertext_size, plain->bytes, false);
	if (outcome != DONE)
		goto out;
	/* Authentic by its MAC, so there is nobody whom the padding could tell anything. */
	end = key.ciphertext_size;
	while (end > 0 && plain->bytes[end - 1] == 0)
		end--;
	if (end <= PLAIN_LEAST || plain->bytes[end - 1] != 0x80) {
		outcome = FAIL_WRAPPED_KEY;
		goto out;
	}
	plain->size = end - 1 - NOISE_SIZE;
	memmove(plain->bytes, plain->bytes + NOISE_SIZE, plain->size);
	OPENSSL_cleanse(plain->bytes + plain->size, plain->capacity - plain->size);
	*ret = secret_move(&plain);
out:
	secret_free(&plain);
	return outcome;
}

enum outcome
wrapped_key_seal(enum wrapped_kind kind, const uint8_t *algorithm, size_t algorithm_size, const struct secret *material,
	const struct secret *dkek, uint8_t *ret, size_t *ret_size)
{
	size_t head = DKEK_KCV_SIZE + 1 + 2 * HEAD_FIELDS + algorithm_size;
	size_t padded = (NOISE_SIZE + material->size + 1 + AES_BLOCK_SIZE - 1) / AES_BLOCK_SIZE * AES_BLOCK_SIZE;
	struct secret *plain = NULL;
	enum outcome outcome;

	*ret_size = 0;
	if (!is_kind((uint8_t)kind) || material->size < PLAIN_LEAST - NOISE_SIZE || material->size > WRAPPED_KEY_MOST ||
		algorithm_size > WRAPPED_KEY_MOST || head + padded + MAC_SIZE > WRAPPED_KEY_MOST)
		return FAIL_ARGUMENT;
	memset(ret, 0, head);
	outcome = dkek_kcv(dkek, ret);
	ret[DKEK_KCV_SIZE] = (uint8_t)kind;
	ret[DKEK_KCV_SIZE + 1] = (uint8_t)(algorithm_size >> 8);
	ret[DKEK_KCV_SIZE + 2] = (uint8_t)algorithm_size;
	if (algorithm_size > 0)
		memcpy(ret + DKEK_KCV_SIZE + 3, algorithm, algorithm_size);
	if (outcome == DONE)
		outcome = secret_new(&plain, padded);
	if (outcome == DONE)
		outcome = random_fill(plain->bytes, NOISE_SIZE);
	if (outcome == DONE) {
		memcpy(plain->bytes + NOISE_SIZE, material->bytes, material->size);
		plain->bytes[NOISE_SIZE + material->size] = 0x80;
		outcome = crypt_key(dkek, plain->bytes, padded, ret + head, true);
	}
	if (outcome == DONE)
		outcome = compute_mac(dkek, ret, head + padded, ret + head + padded);
	if (outcome == DONE)
		*ret_size = head + padded + MAC_SIZE;
	secret_free(&plain);
	return outcome;
}
