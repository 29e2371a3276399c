#include "published.h"
#include "share_help.h"

#include <quorate/derivation.h>
#include <quorate/limits.h>
#include <quorate/share_file.h>
#include <quorate/share_text.h>

#include "../../src/share/md5_chain.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

static const uint8_t salt[DERIVATION_SALT_SIZE] = { 0x8a, 0, 0x11, 0xff, 4, 5, 6, 7 };

static void
test_dkek(void **state)
{
	uint8_t kcv[DKEK_KCV_SIZE];
	char text[DKEK_KCV_TEXT_SIZE];
	struct secret *dkek, *share, *other;

	(void)state;
	assert_int_equal(dkek_zero(&dkek), DONE);
	assert_int_equal(dkek_kcv(dkek, kcv), DONE);
	dkek_kcv_text(kcv, text);
	assert_string_equal(text, "6668 7AAD F862 BD77");
	share = secret_of_hex(PUBLISHED_DKEK);
	dkek_add(dkek, share);
	assert_true(secret_is_equal(dkek, share));
	assert_int_equal(dkek_kcv(dkek, kcv), DONE);
	dkek_kcv_text(kcv, text);
	assert_string_equal(text, PUBLISHED_KCV_TEXT);
	/* The same share twice cancels itself out. */
	dkek_add(dkek, share);
	assert_false(secret_is_equal(dkek, share));
	memset(dkek->bytes, 1, DKEK_SIZE);
	assert_int_equal(dkek_kcv(dkek, kcv), DONE);
	dkek_kcv_text(kcv, text);
	assert_string_equal(text, "72CD 6E84 22C4 07FB");
	dkek->size--;
	assert_int_equal(dkek_kcv(dkek, kcv), FAIL_ARGUMENT);
	secret_free(&dkek);
	secret_free(&share);
	assert_int_equal(dkek_new(&share), DONE);
	assert_int_equal(dkek_new(&other), DONE);
	assert_int_equal(share->size, DKEK_SIZE);
	assert_false(secret_is_equal(share, other));
	secret_free(&share);
	secret_free(&other);
	assert_true(dkek_kcv_is_known((const uint8_t[]){ 0, 0, 0, 0, 0, 0, 0, 1 }));
	assert_false(dkek_kcv_is_known((const uint8_t[DKEK_KCV_SIZE]){ 0 }));
}

/* Every length of message against libcrypto's MD5, and the vectors of RFC 1321. */
static void
test_md5(void **state)
{
	uint8_t message[MD5_MESSAGE_ROOM], copy[MD5_MESSAGE_ROOM], digest[MD5_DIGEST_SIZE], expected[MD5_DIGEST_SIZE];
	uint32_t words[MD5_DIGEST_WORDS];
	char hex[2 * MD5_DIGEST_SIZE + 1];

	(void)state;
	for (size_t size = 0; size <= MD5_MESSAGE_MOST; size++) {
		for (size_t i = 0; i < sizeof message; i++)
			message[i] = copy[i] = (uint8_t)(i * 37 + size);
		md5_chain_begin(words, message, size);
		md5_chain_write(words, digest);
		assert_int_equal(EVP_Digest(copy, size, expected, NULL, EVP_md5(), NULL), 1);
		assert_memory_equal(digest, expected, sizeof digest);
		md5_chain_step(words, 1);
		md5_chain_write(words, digest);
		assert_int_equal(EVP_Digest(expected, sizeof expected, expected, NULL, EVP_md5(), NULL), 1);
		assert_memory_equal(digest, expected, sizeof digest);
	}
	memcpy(message, "message digest", 14);
	md5_chain_begin(words, message, 14);
	md5_chain_write(words, digest);
	hex_encode(digest, sizeof digest, hex);
	assert_string_equal(hex, "f96b697d7cb7938d525a2f31aaf161d0");
}

static void
test_derivation(void **state)
{
	static const unsigned long counts[] = { 1, 2, 3, 100, 4096, 4097, 4098 };
	uint8_t expected[DERIVATION_KEY_SIZE];
	struct secret *password = secret_of_text("0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF"),
		      *key;
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < LIMIT_PASSWORD_MAX; i++)
		password->bytes[i] = (uint8_t)repeatable(&seed);
	for (size_t size = 1; size <= LIMIT_PASSWORD_MAX; size++) {
		unsigned long iterations = counts[size % 7];

		password->size = size;
		assert_int_equal(derivation_run(password, salt, iterations, &key), DONE);
		assert_int_equal(EVP_BytesToKey(EVP_aes_256_cbc(), EVP_md5(), salt, password->bytes, (int)size,
					 (int)iterations, expected, expected + 32),
			32);
		assert_int_equal(key->size, DERIVATION_KEY_SIZE);
		assert_memory_equal(key->bytes, expected, DERIVATION_KEY_SIZE);
		secret_free(&key);
	}
	password->size = 0;
	assert_int_equal(derivation_run(password, salt, 1, &key), FAIL_ARGUMENT);
	assert_null(key);
	password->size = LIMIT_PASSWORD_MAX + 1;
	assert_int_equal(derivation_run(password, salt, 1, &key), FAIL_ARGUMENT);
	password->size = 1;
	assert_int_equal(derivation_run(password, salt, 0, &key), FAIL_ARGUMENT);
	secret_free(&password);
}

static void
test_derivation_progress(void **state)
{
	struct derivation *derivation;
	struct secret *password = secret_of_text("passwordpassword"), *key;
	struct pollfd wait = { .events = POLLIN };
	double before = 0, now;
	int looks = 0;

	(void)state;
	assert_int_equal(derivation_start(&derivation, password, salt, 300000), DONE);
	/* It has a copy of its own. */
	secret_free(&password);
	wait.fd = derivation_descriptor(derivation);
	while (poll(&wait, 1, 5) == 0) {
		now = derivation_fraction(derivation);
		assert_true(now >= before && now <= 1.0);
		before = now;
		looks++;
	}
	assert_in_range(looks, 2, 10000);
	assert_true(before > 0);
	assert_true(derivation_is_done(derivation));
	assert_true(derivation_fraction(derivation) == 1.0);
	assert_int_equal(derivation_left_ms(derivation), 0);
	assert_int_equal(derivation_finish(&derivation, &key), DONE);
	assert_null(derivation);
	assert_int_equal(fcntl(wait.fd, F_GETFD), -1);
	secret_free(&key);
}

static void
test_derivation_cancel(void **state)
{
	size_t before = CRYPTO_secure_used();
	struct derivation *derivation;
	struct secret *password = secret_of_text("passwordpassword");
	struct pollfd wait = { .events = POLLIN };
	int64_t left;

	(void)state;
	assert_int_equal(derivation_start(&derivation, password, salt, LIMIT_DKEK_ITERATIONS), DONE);
	assert_int_equal(derivation_left_ms(derivation), -1);
	wait.fd = derivation_descriptor(derivation);
	assert_int_equal(poll(&wait, 1, 300), 0);
	left = derivation_left_ms(derivation);
	assert_in_range(left, 300, 600000);
	assert_false(derivation_is_done(derivation));
	derivation_free(&derivation);
	assert_null(derivation);
	derivation_free(&derivation);
	secret_free(&password);
	assert_int_equal(CRYPTO_secure_used(), before);
}

/* The published file, at the full count: 30,000,000 steps. */
static void
test_published_file(void **state)
{
	struct secret *bytes = secret_of_hex(PUBLISHED_SHARE_FILE), *password = secret_of_text(PUBLISHED_PASSWORD);
	struct secret *expected = secret_of_hex(PUBLISHED_DKEK), *key, *share;
	uint8_t written[SHARE_FILE_SIZE];
	struct share_file file;

	(void)state;
	assert_int_equal(share_file_parse(bytes->bytes, bytes->size, &file), DONE);
	share_file_write(&file, written);
	assert_memory_equal(written, bytes->bytes, SHARE_FILE_SIZE);
	assert_int_equal(derivation_run(password, file.salt, LIMIT_DKEK_ITERATIONS, &key), DONE);
	assert_int_equal(share_file_open(&file, key, &share), DONE);
	assert_true(secret_is_equal(share, expected));
	secret_free(&share);
	/* Sealed anew it is the same file. */
	memset(file.ciphertext, 0, sizeof file.ciphertext);
	assert_int_equal(share_file_seal(&file, key, expected), DONE);
	share_file_write(&file, written);
	assert_memory_equal(written, bytes->bytes, SHARE_FILE_SIZE);
	secret_free(&key);
	secret_free(&bytes);
	secret_free(&password);
	secret_free(&expected);
}

static void
test_share_file(void **state)
{
	struct secret *key = secret_of_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
					   "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
	uint8_t bytes[SHARE_FILE_SIZE + 1] = { 0 };
	struct share_file file, again;
	struct secret *share, *opened;

	(void)state;
	assert_int_equal(share_file_new(&file), DONE);
	assert_int_equal(share_file_new(&again), DONE);
	assert_memory_not_equal(file.salt, again.salt, sizeof file.salt);
	assert_int_equal(dkek_new(&share), DONE);
	assert_int_equal(share_file_seal(&file, key, share), DONE);
	assert_int_equal(share_file_open(&file, key, &opened), DONE);
	assert_true(secret_is_equal(share, opened));
	secret_free(&opened);

	share_file_write(&file, bytes);
	assert_int_equal(share_file_parse(bytes, SHARE_FILE_SIZE, &again), DONE);
	assert_memory_equal(&again, &file, sizeof file);
	assert_int_equal(share_file_parse(bytes, SHARE_FILE_SIZE - 1, &again), FAIL_SHARE_FILE_SIZE);
	assert_int_equal(share_file_parse(bytes, SHARE_FILE_SIZE + 1, &again), FAIL_SHARE_FILE_SIZE);
	assert_int_equal(share_file_parse(bytes, 0, &again), FAIL_SHARE_FILE_SIZE);
	bytes[7] = '-';
	assert_int_equal(share_file_parse(bytes, SHARE_FILE_SIZE, &again), FAIL_SHARE_FILE_MAGIC);

	key->size--;
	assert_int_equal(share_file_open(&file, key, &opened), FAIL_ARGUMENT);
	assert_null(opened);
	key->size++;
	share->size--;
	assert_int_equal(share_file_seal(&file, key, share), FAIL_ARGUMENT);
	secret_free(&share);
	secret_free(&key);
}

/* PKCS#7 alone would take a last byte 01, or 02 02, for padding: of 4096 wrong keys, some 16. */
static void
test_padding(void **state)
{
	struct secret *key, *share, *opened;
	unsigned lenient = 0;
	struct share_file file;
	uint8_t plain[64];
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

	(void)state;
	assert_int_equal(share_file_new(&file), DONE);
	assert_int_equal(dkek_new(&share), DONE);
	assert_int_equal(secret_new(&key, DERIVATION_KEY_SIZE), DONE);
	key->size = DERIVATION_KEY_SIZE;
	assert_int_equal(share_file_seal(&file, key, share), DONE);
	for (unsigned i = 1; i <= 4096; i++) {
		int size, rest;

		key->bytes[0] = (uint8_t)i;
		key->bytes[1] = (uint8_t)(i >> 8);
		EVP_DecryptInit_ex(context, EVP_aes_256_cbc(), NULL, key->bytes, key->bytes + 32);
		EVP_DecryptUpdate(context, plain, &size, file.ciphertext, sizeof file.ciphertext);
		lenient += EVP_DecryptFinal_ex(context, plain + size, &rest) == 1;
		assert_int_equal(share_file_open(&file, key, &opened), FAIL_SHARE_FILE_KEY);
		assert_null(opened);
	}
	assert_in_range(lenient, 1, 100);
	EVP_CIPHER_CTX_free(context);
	secret_free(&key);
	secret_free(&share);
}

static void
test_share_file_load(void **state)
{
	char name[] = "/tmp/quorate-unit-XXXXXX";
	struct secret *bytes = secret_of_hex(PUBLISHED_SHARE_FILE);
	struct share_file file;
	int descriptor = mkstemp(name);

	(void)state;
	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, bytes->bytes, bytes->size), SHARE_FILE_SIZE);
	assert_int_equal(share_file_load(name, &file), DONE);
	assert_memory_equal(file.salt, bytes->bytes + 8, sizeof file.salt);
	assert_int_equal(write(descriptor, "\n", 1), 1);
	assert_int_equal(share_file_load(name, &file), FAIL_SHARE_FILE_SIZE);
	assert_int_equal(ftruncate(descriptor, 0), 0);
	assert_int_equal(share_file_load(name, &file), FAIL_SHARE_FILE_SIZE);
	close(descriptor);
	unlink(name);
	assert_int_equal(share_file_load(name, &file), FAIL_FILE_MISSING);
	secret_free(&bytes);
}

static void
test_text_write(void **state)
{
	struct secret *bytes = secret_of_number(0x0000d69f82048a5b), *text;

	(void)state;
	/* Leading zeros are shown. */
	assert_int_equal(share_text_write(bytes, &text), DONE);
	assert_secret_is(text, "0000 d69f 8204 8a5b");
	secret_free(&text);
	bytes->size = 7;
	assert_int_equal(share_text_write(bytes, &text), FAIL_ARGUMENT);
	secret_free(&bytes);
}

static void
test_text_read(void **state)
{
	static const struct {
		const char *text;
		enum outcome prime, value;
		uint64_t number;
	} cases[] = {
		{ "8dd4 9d69 8204 8a5b", DONE, DONE, 0x8dd49d6982048a5b },
		{ "8DD49D6982048A5B", DONE, DONE, 0x8dd49d6982048a5b },
		{ " 8d:d4:9d-69:82 04::8a:5b ", DONE, DONE, 0x8dd49d6982048a5b },
		{ "0000000000000000", DONE, DONE, 0 },
		/* As sc-hsm-tool writes what begins with a zero byte, or with two. */
		{ "d4:9d:69:82:04:8a:5b", FAIL_PRIME_LENGTH, DONE, 0xd49d6982048a5b },
		{ "9d:69:82:04:8a:5b", FAIL_PRIME_LENGTH, DONE, 0x9d6982048a5b },
		{ "7", FAIL_PRIME_LENGTH, DONE, 7 },
		{ "8dd4 9d69 8204 8a5b 0", FAIL_PRIME_LENGTH, FAIL_SHARE_VALUE_LENGTH, 0 },
		{ "0 8dd4 9d69 8204 8a5b", FAIL_PRIME_LENGTH, FAIL_SHARE_VALUE_LENGTH, 0 },
		{ "", FAIL_EMPTY, FAIL_EMPTY, 0 },
		{ " : - ", FAIL_EMPTY, FAIL_EMPTY, 0 },
		{ "8dd4 9d69 8204 8a5g", FAIL_HEX, FAIL_HEX, 0 },
		{ "8dd4.9d69.8204.8a5b", FAIL_HEX, FAIL_HEX, 0 },
		{ "0x8dd49d6982048a", FAIL_HEX, FAIL_HEX, 0 },
		{ "8dd4 9d69\t8204 8a5b", FAIL_HEX, FAIL_HEX, 0 },
		{ "\xc3\xa9", FAIL_HEX, FAIL_HEX, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct secret *text = secret_of_text(cases[i].text), *bytes;

		assert_int_equal(share_text_read_prime(text, &bytes), cases[i].prime);
		if (cases[i].prime == DONE)
			assert_int_equal(number_of_secret(bytes), cases[i].number);
		else
			assert_null(bytes);
		secret_free(&bytes);
		assert_int_equal(share_text_read_value(text, &bytes), cases[i].value);
		if (cases[i].value == DONE)
			assert_int_equal(number_of_secret(bytes), cases[i].number);
		else
			assert_null(bytes);
		secret_free(&bytes);
		secret_free(&text);
	}
}

static void
test_text_id(void **state)
{
	static const struct {
		const char *text;
		enum outcome outcome;
		unsigned id;
	} cases[] = {
		{ "1", DONE, 1 },
		{ "9", DONE, 9 },
		/* Decimal, as it is shown: sc-hsm-tool shows 10 and reads it as 16. */
		{ "10", DONE, 10 },
		{ "012", DONE, 12 },
		{ "255", DONE, 255 },
		{ "256", FAIL_SHARE_ID, 0 },
		{ "99999999999999999999", FAIL_SHARE_ID, 0 },
		{ "4294967297", FAIL_SHARE_ID, 0 },
		{ "0", FAIL_SHARE_ID_ZERO, 0 },
		{ "000", FAIL_SHARE_ID_ZERO, 0 },
		{ "", FAIL_EMPTY, 0 },
		/* What can only be hex is read so. */
		{ "a", DONE, 10 },
		{ "F", DONE, 15 },
		{ "1f", DONE, 31 },
		{ "0b", DONE, 11 },
		{ "fF", DONE, 255 },
		{ "fff", FAIL_SHARE_ID, 0 },
		{ "g", FAIL_SHARE_ID, 0 },
		{ "-1", FAIL_SHARE_ID, 0 },
		{ "+1", FAIL_SHARE_ID, 0 },
		{ "1 ", FAIL_SHARE_ID, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		unsigned id = 99;

		assert_int_equal(share_text_read_id(cases[i].text, strlen(cases[i].text), &id), cases[i].outcome);
		assert_int_equal(id, cases[i].id);
	}
}

static void
test_text_takes(void **state)
{
	char hex[128] = "", id[128] = "", word[128] = "";
	size_t hexes = 0, ids = 0, words = 0;

	(void)state;
	for (int character = -2; character < 300; character++) {
		if (share_text_takes(CHECK_VALUE, character))
			hex[hexes++] = (char)character;
		if (share_text_takes(CHECK_ID, character))
			id[ids++] = (char)character;
		if (share_text_takes(CHECK_ITSELF, character))
			word[words++] = (char)character;
		assert_int_equal(share_text_takes(CHECK_PRIME, character), share_text_takes(CHECK_VALUE, character));
	}
	assert_string_equal(hex, " -0123456789:ABCDEFabcdef");
	assert_string_equal(id, "0123456789ABCDEFabcdef");
	assert_string_equal(word, "0123456789ACDEFGHIJKLMNOPQRSTUVWXYZacdefghijklmnopqrstuvwxyz");
}

TEST_GROUP(share, cmocka_unit_test(test_dkek), cmocka_unit_test(test_md5), cmocka_unit_test(test_derivation),
	cmocka_unit_test(test_derivation_progress), cmocka_unit_test(test_derivation_cancel),
	cmocka_unit_test(test_published_file), cmocka_unit_test(test_share_file), cmocka_unit_test(test_padding),
	cmocka_unit_test(test_share_file_load), cmocka_unit_test(test_text_write), cmocka_unit_test(test_text_read),
	cmocka_unit_test(test_text_id), cmocka_unit_test(test_text_takes));
