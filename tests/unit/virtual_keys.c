/*
 * The virtual SmartCard-HSM's keys: its certificates, what it generates, signs, wraps and unwraps; sources as in
 * virtual_card.c. What it signs is verified by libcrypto.
 */
#include "groups.h"

#include "card_table.h"
#include "published.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <quorate/hex.h>
#include <quorate/rehearsal.h>
#include <quorate/rehearsal_root.h>
#include <quorate/wrapped_key.h>
#include <stdio.h>
#include <string.h>

/* An EC public key from the point of a request or of a published key. */
static EVP_PKEY *
key_of_point(const char *curve, const uint8_t *point, size_t size)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM parameters[] = { OSSL_PARAM_construct_utf8_string("group", (char *)(uintptr_t)curve, 0),
		OSSL_PARAM_construct_octet_string("pub", (void *)(uintptr_t)point, size), OSSL_PARAM_construct_end() };
	EVP_PKEY *key = NULL;

	assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
	assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters), 1);
	EVP_PKEY_CTX_free(context);
	return key;
}

/* The place of a tag's value in bytes: the tags of these certificates do not occur inside values by chance. */
static const uint8_t *
value_of(const uint8_t *bytes, size_t size, const char *tag_and_length, size_t *ret_left)
{
	size_t length = strlen(tag_and_length) / 2;
	uint8_t pattern[4];
	const uint8_t *found;

	assert_int_equal(hex_decode(tag_and_length, 2 * length, pattern, length), DONE);
	found = memmem(bytes, size, pattern, length);
	assert_non_null(found);
	*ret_left = size - (size_t)(found + length - bytes);
	return found + length;
}

/* Whether r and s side by side are key's signature over bytes. */
static bool
is_signed(EVP_PKEY *key, const uint8_t *bytes, size_t size, const uint8_t *pair)
{
	ECDSA_SIG *signature = ECDSA_SIG_new();
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t *der = NULL;
	int length;
	bool is_good;

	ECDSA_SIG_set0(signature, BN_bin2bn(pair, 32, NULL), BN_bin2bn(pair + 32, 32, NULL));
	length = i2d_ECDSA_SIG(signature, &der);
	is_good = EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
		  EVP_DigestVerify(context, der, (size_t)length, bytes, size) == 1;
	OPENSSL_free(der);
	EVP_MD_CTX_free(context);
	ECDSA_SIG_free(signature);
	return is_good;
}

/* One certificate (7F21 with a length of one byte after 81): its body's signature by issuer, its own key. */
static EVP_PKEY *
check_certificate(EVP_PKEY *issuer, const uint8_t *bytes, size_t size, size_t *ret_size)
{
	const uint8_t *body, *point, *pair;
	size_t left, body_size;

	assert_memory_equal(bytes, "\x7F\x21\x81", 3);
	*ret_size = 4u + bytes[3];
	assert_true(*ret_size <= size);
	body = bytes + 4;
	assert_memory_equal(body, "\x7F\x4E\x81", 3);
	body_size = 4u + body[3];
	pair = value_of(body + body_size, *ret_size - 4 - body_size, "5F3740", &left);
	assert_true(is_signed(issuer, body, body_size, pair));
	point = value_of(body, body_size, "8641", &left);
	return key_of_point("brainpoolP256r1", point, 65);
}

static void
test_certificates(void **state)
{
	struct table *table = *state;
	const uint8_t *point, *at;
	EVP_PKEY *root, *issuer, *device;
	size_t left, issuer_size, device_size;

	EXPECT(0x9000, SELECT);
	/* pkcs15-sc-hsm.c, sc_pkcs15emu_sc_hsm_init: C_DevAut, then its issuer; readable without a PIN. */
	EXPECT(0x9000, "00B12F02000004540200000000");
	/* Holder: the serial number and five digits. */
	at = value_of(table->answer, table->size, "5F2010", &left);
	assert_memory_equal(at, "REHE000000100000", 16);
	point = value_of(rehearsal_root_certificate, sizeof rehearsal_root_certificate, "8641", &left);
	root = key_of_point("brainpoolP256r1", point, 65);
	device_size = 4u + table->answer[3];
	at = table->answer + device_size;
	(void)value_of(at, table->size - device_size, "4210", &left);
	issuer = check_certificate(root, at, table->size - device_size, &issuer_size);
	assert_int_equal(device_size + issuer_size, table->size);
	device = check_certificate(issuer, table->answer, table->size, &device_size);
	/* The root itself, and that it names itself. */
	at = value_of(rehearsal_root_certificate, sizeof rehearsal_root_certificate, "5F2010", &left);
	assert_memory_equal(at, REHEARSAL_ROOT, 16);
	EVP_PKEY_free(device);
	EVP_PKEY_free(issuer);
	EVP_PKEY_free(root);
}

static void
test_generate_and_sign(void **state)
{
	struct table *table = *state;
	uint8_t hash[32], point[65], request[1024];
	const uint8_t *found;
	EVP_PKEY *key, *device;
	EVP_PKEY_CTX *context;
	size_t left, request_size;

	EXPECT(0x9000, SELECT);
	EXPECT(0x9000, PLAIN(SO_PIN));
	assert_int_equal(card_table_send_long_hex(table, "00460100", TEMPLATE_P256), 0x6982);
	EXPECT(0x6982, "806801730101");
	EXPECT(0x9000, VERIFY);
	assert_int_equal(card_table_send_long_hex(table, "00460100", TEMPLATE_P256), 0x9000);
	/* pkcs15-sc-hsm.c, c_asn1_req: 67 { certificate, outer authority 42, signature 5F37 }. */
	assert_int_equal(table->answer[0], 0x67);
	found = value_of(table->answer, table->size, "8641", &left);
	memcpy(point, found, 65);
	key = key_of_point("prime256v1", point, 65);
	/* The device signs over the certificate and its own name (TR-03110 part 3, C.2): 67 82 and two bytes of length.
	 */
	assert_int_equal(table->answer[1], 0x82);
	found = value_of(table->answer, table->size, "4210", &left);
	assert_memory_equal(found, "REHE000000100000\x5F\x37\x40", 19);
	memcpy(request, table->answer, table->size);
	request_size = table->size;
	/* scsh-scripts smartcardhsm.js, generateAsymmetricKeyPair: the card keeps it in CE01, for everybody to read. */
	EXPECT(0x9000, "00B1CE0100000454020000"
		       "0000");
	assert_int_equal(table->size, request_size);
	assert_memory_equal(table->answer, request, request_size);
	EXPECT(0x9000, "00B12F02000004540200000000");
	device = key_of_point("brainpoolP256r1", value_of(table->answer, table->size, "8641", &left), 65);
	assert_true(is_signed(device, request + 4, request_size - 4 - 67, request + request_size - 64));
	request[5] ^= 1;
	assert_false(is_signed(device, request + 4, request_size - 4 - 67, request + request_size - 64));
	/* A reference that is taken is not overwritten. */
	assert_int_equal(card_table_send_long_hex(table, "00460100", TEMPLATE_P256), 0x6A89);
	assert_int_equal(card_table_send_long_hex(table, "00460000", TEMPLATE_P256), 0x6A86);
	EXPECT(0x9000, "8058000000");
	card_table_expect(table, "cc00cc01ce01");
	/* card-sc-hsm.h, ALGO_EC_SHA256 and ALGO_EC_RAW: the same signature's two ways. */
	SHA256((const uint8_t *)"abc", 3, hash);
	context = EVP_PKEY_CTX_new(key, NULL);
	assert_int_equal(EVP_PKEY_verify_init(context), 1);
	EXPECT(0x9000, "8068017303"
		       "616263"
		       "00");
	assert_int_equal(EVP_PKEY_verify(context, table->answer, table->size, hash, 32), 1);
	assert_int_equal(card_table_send_long(table, "80680170", hash, 32), 0x9000);
	assert_int_equal(EVP_PKEY_verify(context, table->answer, table->size, hash, 32), 1);
	hash[0] ^= 1;
	assert_int_not_equal(EVP_PKEY_verify(context, table->answer, table->size, hash, 32), 1);
	/* pico-hsm cmd_signature.c: no such key; no such algorithm; not this kind of key. The device key is not for
	 * hosts. */
	EXPECT(0x6A82, "8068027303"
		       "616263"
		       "00");
	EXPECT(0x6A86, "8068019903"
		       "616263"
		       "00");
	EXPECT(0x6985, "8068013303"
		       "616263"
		       "00");
	EXPECT(0x6985, "8068007303"
		       "616263"
		       "00");
	/* ECDH with its own point (cmd_decrypt_asym.c): 04 and a coordinate. */
	assert_int_equal(card_table_send_long(table, "80620180", point, 65), 0x9000);
	assert_int_equal(table->size, 33);
	assert_int_equal(table->answer[0], 0x04);
	point[64] ^= 1;
	assert_int_equal(card_table_send_long(table, "80620180", point, 65), 0x6A80);
	EXPECT(0x9000, "00E4020002"
		       "CC01");
	EXPECT(0x6A82, "8068017303"
		       "616263"
		       "00");
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(device);
	EVP_PKEY_free(key);
}

/* Every curve that the card knows (OpenSC pkcs15-sc-hsm.c, curves): made, signs, and is the same when unwrapped. */
static void
test_curves(void **state)
{
	static const char *const names[] = { "prime256v1", "secp384r1", "secp521r1", "secp256k1", "brainpoolP256r1",
		"brainpoolP320r1", "brainpoolP384r1", "brainpoolP512r1" };
	struct table *table = *state;

	card_table_prepare(table, SHARES(SO_PIN, "00"));
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		uint8_t template[1024], point[133], hash[32], blob[1024];
		size_t size = card_table_template(names[i], template, sizeof template), point_size;
		const uint8_t *found;
		EVP_PKEY_CTX *context;
		EVP_PKEY *key;
		char head[32];

		snprintf(head, sizeof head, "00460100");
		assert_int_equal(card_table_send_long(table, head, template, size), 0x9000);
		/* 86, the length of the point, 04; the last of the kind but one is the generator's under 84. */
		key = EVP_EC_gen(names[i]);
		point_size = 1 + 2 * (size_t)((EVP_PKEY_get_bits(key) + 7) / 8);
		EVP_PKEY_free(key);
		snprintf(head, sizeof head, point_size > 127 ? "8681%02zX" : "86%02zX", point_size);
		found = value_of(table->answer, table->size, head, &(size_t){ 0 });
		memcpy(point, found, point_size);
		key = key_of_point(names[i], point, point_size);
		context = EVP_PKEY_CTX_new(key, NULL);
		SHA256((const uint8_t *)"abc", 3, hash);
		EXPECT(0x9000, "8068017303"
			       "616263"
			       "00");
		assert_int_equal(EVP_PKEY_verify_init(context), 1);
		assert_int_equal(EVP_PKEY_verify(context, table->answer, table->size, hash, 32), 1);
		EXPECT(0x9000, "80720192000000");
		memcpy(blob, table->answer, table->size);
		assert_int_equal(card_table_send_long(table, "80740293", blob, table->size), 0x9000);
		EXPECT(0x9000, "8068027303"
			       "616263"
			       "00");
		assert_int_equal(EVP_PKEY_verify(context, table->answer, table->size, hash, 32), 1);
		EVP_PKEY_CTX_free(context);
		EVP_PKEY_free(key);
		EXPECT(0x9000, "00E4020002CC01");
		EXPECT(0x9000, "00E4020002CC02");
	}
}

static void
test_unwrap_published(void **state)
{
	struct table *table = *state;
	static uint8_t file[sizeof PUBLISHED_WRAPPED_FILE / 2], blob[2048];
	uint8_t point[65], hash[32];
	struct wrapped_file parts;
	char write[64];
	EVP_PKEY_CTX *context;
	EVP_PKEY *key;
	size_t size;

	assert_int_equal(hex_decode(PUBLISHED_WRAPPED_FILE, strlen(PUBLISHED_WRAPPED_FILE), file, sizeof file), DONE);
	assert_int_equal(wrapped_file_parse(file, sizeof file, &parts), DONE);
	card_table_prepare(table, SHARES(SO_PIN, "01"));
	/* Another DKEK: "Wrapped key does not match DKEK" (sc-hsm-tool.c, unwrap_key: 6A80). */
	EXPECT(0x9000, "8052000020"
		       "0101010101010101010101010101010101010101010101010101010101010101"
		       "00");
	assert_int_equal(card_table_send_long(table, "80740193", parts.blob, parts.blob_size), 0x6A80);
	card_table_prepare(table, SHARES(SO_PIN, "01"));
	EXPECT(0x9000, "8052000020" PUBLISHED_DKEK "00");
	EXPECT(0x6A82, "80740193");
	assert_int_equal(card_table_send_long(table, "80740193", parts.blob, parts.blob_size), 0x9000);
	assert_int_equal(card_table_send_long(table, "80740193", parts.blob, parts.blob_size), 0x6A89);
	/* It is the published key: what it signs verifies under the published point. */
	assert_int_equal(hex_decode(PUBLISHED_POINT, strlen(PUBLISHED_POINT), point, 65), DONE);
	key = key_of_point("secp256k1", point, 65);
	SHA256((const uint8_t *)"abc", 3, hash);
	EXPECT(0x9000, "8068017303"
		       "616263"
		       "00");
	context = EVP_PKEY_CTX_new(key, NULL);
	assert_int_equal(EVP_PKEY_verify_init(context), 1);
	assert_int_equal(EVP_PKEY_verify(context, table->answer, table->size, hash, 32), 1);
	/* Wrapped again by this card, and unwrapped through the buffer file (card-sc-hsm.c, sc_hsm_unwrap_key). */
	EXPECT(0x9000, "80720192000000");
	size = table->size;
	memcpy(blob + 8, table->answer, size);
	snprintf(write, sizeof write, "540200005382%04zX", size);
	assert_int_equal(hex_decode(write, 16, blob, 8), DONE);
	assert_int_equal(card_table_send_long(table, "00D72F10", blob, size + 8), 0x9000);
	EXPECT(0x6982, "00B12F1004"
		       "54020000"
		       "00");
	EXPECT(0x9000, "80740293");
	EXPECT(0x9000, "8068027303"
		       "616263"
		       "00");
	assert_int_equal(EVP_PKEY_verify(context, table->answer, table->size, hash, 32), 1);
	/* A flipped bit, and no login. */
	blob[8 + size - 1] ^= 1;
	assert_int_equal(card_table_send_long(table, "80740393", blob + 8, size), 0x6A80);
	EXPECT(0x6A86, "80720193000000");
	EXPECT(0x9000, SELECT);
	EXPECT(0x6982, "80720192000000");
	EXPECT(0x6982, "80740393");
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(key);
}

static void
test_rsa(void **state)
{
	struct table *table = *state;
	static uint8_t blob[4096];
	uint8_t plain[256] = { 0, 1, 2, 3 }, signature[256];
	size_t size;

	card_table_prepare(table, SHARES(SO_PIN, "00"));
	assert_int_equal(card_table_send_long_hex(table, "00460100", TEMPLATE_RSA), 0x9000);
	/* card-sc-hsm.h, ALGO_RSA_RAW and ALGO_RSA_DECRYPT: the same operation, on a whole block only. */
	assert_int_equal(card_table_send_long(table, "80680120", plain, 255), 0x6700);
	assert_int_equal(card_table_send_long(table, "80680120", plain, 256), 0x9000);
	assert_int_equal(table->size, 256);
	memcpy(signature, table->answer, 256);
	assert_int_equal(card_table_send_long(table, "80620121", plain, 256), 0x9000);
	assert_memory_equal(table->answer, signature, 256);
	EXPECT(0x6985, "8068017303"
		       "616263"
		       "00");
	assert_int_equal(card_table_send_long(table, "80680140", plain, 31), 0x6700);
	assert_int_equal(card_table_send_long(table, "80680140", plain, 32), 0x9000);
	/* Sizes that there are not. */
	assert_int_equal(card_table_send_long_hex(table, "00460200", TEMPLATE_RSA_BITS("0900")), 0x6A80);
	/* Wrapped and unwrapped it is still the same key. */
	EXPECT(0x9000, "80720192000000");
	size = table->size;
	memcpy(blob, table->answer, size);
	assert_int_equal(card_table_send_long(table, "80740593", blob, size), 0x9000);
	assert_int_equal(card_table_send_long(table, "80680520", plain, 256), 0x9000);
	assert_memory_equal(table->answer, signature, 256);
}

/* Above 2048 bits a wrapped key is D, N and E alone (kind 5): the primes are found again. */
static void
test_rsa_large(void **state)
{
	struct table *table = *state;
	static uint8_t blob[4096];
	uint8_t plain[384] = { 0, 1, 2, 3 }, signature[384];

	card_table_prepare(table, SHARES(SO_PIN, "00"));
	assert_int_equal(card_table_send_long_hex(table, "00460100", TEMPLATE_RSA_BITS("0C00")), 0x9000);
	assert_int_equal(card_table_send_long(table, "80680120", plain, 384), 0x9000);
	assert_int_equal(table->size, 384);
	memcpy(signature, table->answer, 384);
	EXPECT(0x9000, "80720192000000");
	assert_int_equal(table->answer[8], WRAPPED_RSA);
	memcpy(blob, table->answer, table->size);
	assert_int_equal(card_table_send_long(table, "80740593", blob, table->size), 0x9000);
	assert_int_equal(card_table_send_long(table, "80680520", plain, 384), 0x9000);
	assert_memory_equal(table->answer, signature, 384);
}

TEST_GROUP(virtual_keys, CARD_TEST(test_certificates), CARD_TEST(test_generate_and_sign),
	CARD_TEST(test_unwrap_published), CARD_TEST(test_rsa), CARD_TEST(test_rsa_large), CARD_TEST(test_curves));
