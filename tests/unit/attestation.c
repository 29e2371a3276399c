/* Attestations: made by virtual cards, whose root is known as the rehearsal's; every part of them counts. */
#include "groups.h"

#include "card_table.h"

#include <openssl/x509.h>
#include <quorate/attestation.h>
#include <quorate/hex.h>
#include <stdio.h>
#include <string.h>

struct saved {
	uint8_t request[2048], chain[2048], file[ATTESTATION_MOST];
	size_t request_size, chain_size, file_size;
};

static void
read_file(struct table *table, const char *file, uint8_t *ret, size_t *ret_size)
{
	char command[64];

	snprintf(command, sizeof command,
		"00B1%s0000045402000000"
		"00",
		file);
	assert_int_equal(card_table_send(table, command), 0x9000);
	memcpy(ret, table->answer, table->size);
	*ret_size = table->size;
}

/* A key made on a new card, and what the card says of it. */
static void
make(struct table *table, const char *template, struct saved *ret)
{
	card_table_prepare(table, PLAIN(SO_PIN));
	assert_int_equal(card_table_send_long_hex(table, "00460100", template), 0x9000);
	read_file(table, "CE01", ret->request, &ret->request_size);
	read_file(table, "2F02", ret->chain, &ret->chain_size);
	assert_int_equal(attestation_encode(ret->request, ret->request_size, ret->chain, ret->chain_size, ret->file,
				 &ret->file_size),
		DONE);
}

static void
test_rehearsal(void **state)
{
	struct table *table = *state;
	static struct saved saved;
	struct attestation is;
	EVP_PKEY *key;
	const uint8_t *at = is.key;
	uint8_t digest[32];

	make(table, TEMPLATE_P256, &saved);
	assert_int_equal(attestation_read(saved.file, saved.file_size, &is), DONE);
	assert_int_equal(is.proof, DEVICE_REHEARSAL);
	assert_string_equal(is.serial, "REHE0000001");
	assert_string_equal(is.chain, "REHE000000100000 / UTREHEDICA00001");
	assert_string_equal(is.valid_from, "2026-01-01");
	assert_string_equal(is.valid_to, "2099-12-31");
	assert_string_equal(is.kind, "EC prime256v1");
	key = d2i_PUBKEY(NULL, &at, (long)is.key_size);
	assert_non_null(key);
	assert_ptr_equal(at, is.key + is.key_size);
	EVP_PKEY_free(key);
	assert_int_equal(EVP_Digest(is.key, is.key_size, digest, NULL, EVP_sha256(), NULL), 1);
	assert_memory_equal(digest, is.fingerprint, 32);
	/* CardContact's order: issuer's, device's, request, each in a wrapping of its own. */
	{
		static const uint8_t oid[] = { 0x06, 0x0b, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x81, 0xc3, 0x1f, 0x04, 0x03,
			0x01 };
		size_t device = 4u + saved.chain[3], issuer = saved.chain_size - device, inside;
		uint8_t file[4096], *to = file + 4;

		assert_int_equal(saved.chain[2], 0x81);
		memcpy(to, oid, sizeof oid);
		to += sizeof oid;
		for (int i = 0; i < 3; i++) {
			const uint8_t *part = i == 0 ? saved.chain + device : i == 1 ? saved.chain : saved.request;
			size_t size = i == 0 ? issuer : i == 1 ? device : saved.request_size;

			*to++ = (uint8_t)(0x61 + i);
			*to++ = 0x82;
			*to++ = (uint8_t)(size >> 8);
			*to++ = (uint8_t)size;
			memcpy(to, part, size);
			to += size;
		}
		inside = (size_t)(to - file) - 4;
		memcpy(file, (uint8_t[]){ 0x30, 0x82, (uint8_t)(inside >> 8), (uint8_t)inside }, 4);
		assert_int_equal(attestation_read(file, (size_t)(to - file), &is), DONE);
		assert_int_equal(is.proof, DEVICE_REHEARSAL);
		file[8] ^= 1;
		assert_int_equal(attestation_read(file, (size_t)(to - file), &is), FAIL_ATTESTATION);
	}
}

static void
test_rsa(void **state)
{
	struct table *table = *state;
	static struct saved saved;
	struct attestation is;

	make(table, TEMPLATE_RSA, &saved);
	assert_int_equal(attestation_read(saved.file, saved.file_size, &is), DONE);
	assert_string_equal(is.kind, "RSA 2048");
	assert_int_equal(is.proof, DEVICE_REHEARSAL);
}

/* No byte can be changed without its being noticed: refused, or no longer proven. */
static void
test_every_byte_counts(void **state)
{
	struct table *table = *state;
	static struct saved saved;
	struct attestation is;
	unsigned keys = 0, devices = 0;

	make(table, TEMPLATE_P256, &saved);
	for (size_t i = 0; i < saved.file_size; i++) {
		enum outcome outcome;

		saved.file[i] ^= 0x04;
		outcome = attestation_read(saved.file, saved.file_size, &is);
		assert_true(outcome != DONE || is.proof == DEVICE_UNPROVEN);
		assert_int_equal(is.proof, DEVICE_UNPROVEN);
		keys += outcome == FAIL_ATTESTATION_KEY;
		devices += outcome == FAIL_ATTESTATION_DEVICE;
		saved.file[i] ^= 0x04;
	}
	/* Both signatures were really looked at. */
	assert_true(keys >= 64 && devices >= 64);
	for (size_t i = 0; i < saved.file_size; i += 7)
		assert_int_not_equal(attestation_read(saved.file, i, &is), DONE);
}

/* Another device's certificates do not fit; without the device's signature nothing is proven; without its issuer's
   certificate it leads nowhere. */
static void
test_other_device(void **state)
{
	struct table *table = *state, *other;
	static struct saved saved, others;
	struct attestation is;
	void *second;
	const uint8_t *inner = saved.request + 4;
	size_t inner_size, device_size;

	make(table, TEMPLATE_P256, &saved);
	assert_int_equal(card_table_set_up(&second), 0);
	other = second;
	make(other, TEMPLATE_P256, &others);
	assert_int_equal(attestation_verify(saved.request, saved.request_size, others.chain, others.chain_size, &is),
		FAIL_ATTESTATION_DEVICE);
	assert_int_equal(saved.request[1], 0x82);
	inner_size = (size_t)(inner[3] << 8 | inner[4]) + 5;
	assert_memory_equal(inner, "\x7f\x21\x82", 3);
	assert_int_equal(
		attestation_verify(inner, inner_size, saved.chain, saved.chain_size, &is), FAIL_ATTESTATION_UNSIGNED);
	assert_int_equal(
		attestation_encode(inner, inner_size, saved.chain, saved.chain_size, saved.file, &saved.file_size),
		FAIL_ATTESTATION);
	assert_int_equal(attestation_verify(saved.request, saved.request_size, saved.chain, 0, &is), FAIL_CERTIFICATE);
	/* A device's certificate without parameters says nothing by itself. */
	device_size = 4u + saved.chain[3];
	assert_int_equal(attestation_verify(saved.request, saved.request_size, saved.chain, device_size, &is),
		FAIL_CERTIFICATE_CHAIN);
	/* Padding at the end of the file on the card does no harm. */
	memset(saved.request + saved.request_size, 0, 16);
	assert_int_equal(
		attestation_verify(saved.request, saved.request_size + 16, saved.chain, saved.chain_size, &is), DONE);
	saved.request[saved.request_size] = 0x30;
	assert_int_equal(attestation_verify(saved.request, saved.request_size + 16, saved.chain, saved.chain_size, &is),
		FAIL_ATTESTATION);
	card_table_tear_down(&second);
}

TEST_GROUP(attestation, CARD_TEST(test_rehearsal), CARD_TEST(test_rsa), CARD_TEST(test_every_byte_counts),
	CARD_TEST(test_other_device));
