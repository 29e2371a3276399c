#include "published.h"
#include "share_help.h"

#include <quorate/wrapped_key.h>

/* TA_ECDSA etc. of BSI TR-03110 in CardContact's use: the default algorithm of the published key. */
static const uint8_t algorithm[] = { 4, 0, 0x7f, 0, 7, 2, 2, 2, 2, 3 };

/* The content of field number (0...) of opened key material. */
static void
assert_field(const struct secret *material, unsigned number, const char *hex)
{
	struct secret *expected = secret_of_hex(hex);
	size_t at = 2, length = 0;

	for (unsigned field = 0; field <= number; field++) {
		at += length;
		assert_in_range(at + 2, 2, material->size);
		length = (size_t)material->bytes[at] << 8 | material->bytes[at + 1];
		at += 2;
		assert_in_range(at + length, 2, material->size);
	}
	assert_int_equal(length, expected->size);
	assert_memory_equal(material->bytes + at, expected->bytes, length);
	secret_free(&expected);
}

static void
test_published_key(void **state)
{
	struct secret *bytes = secret_of_hex(PUBLISHED_WRAPPED_FILE), *dkek = secret_of_hex(PUBLISHED_DKEK), *material;
	struct wrapped_file file;
	struct wrapped_key key;

	(void)state;
	assert_int_equal(wrapped_file_parse(bytes->bytes, bytes->size, &file), DONE);
	assert_int_equal(file.blob_size, 0x16b);
	assert_int_equal(file.description[0], 0xa0);
	assert_int_equal(file.certificate[0], 0x67);
	assert_ptr_equal(file.certificate + file.certificate_size, bytes->bytes + bytes->size);
	assert_int_equal(wrapped_key_parse(file.blob, file.blob_size, &key), DONE);
	assert_int_equal(key.kind, WRAPPED_EC);
	assert_memory_equal(key.kcv, "\xec\xc9\x2c\x62\xe3\xf6\x18\x9e", DKEK_KCV_SIZE);
	assert_memory_equal(key.head + 11, algorithm, sizeof algorithm);
	assert_int_equal(wrapped_key_verify(file.blob, file.blob_size, dkek), DONE);
	assert_int_equal(wrapped_key_open(file.blob, file.blob_size, dkek, &material), DONE);
	assert_int_equal(material->bytes[0] << 8 | material->bytes[1], 256);
	assert_field(material, 5, PUBLISHED_SCALAR);
	assert_field(material, 6, PUBLISHED_POINT);
	secret_free(&material);
	secret_free(&bytes);
	secret_free(&dkek);
}

/* Every byte counts, every length is refused that is not the right one, and another DKEK is named as such. */
static void
test_damaged_key(void **state)
{
	struct secret *bytes = secret_of_hex(PUBLISHED_WRAPPED_FILE), *dkek = secret_of_hex(PUBLISHED_DKEK), *material;
	struct wrapped_file file;
	uint8_t blob[512];

	(void)state;
	assert_int_equal(wrapped_file_parse(bytes->bytes, bytes->size, &file), DONE);
	memcpy(blob, file.blob, file.blob_size);
	for (size_t i = 0; i < file.blob_size; i++) {
		blob[i] ^= 1;
		assert_int_equal(wrapped_key_open(blob, file.blob_size, dkek, &material),
			i < DKEK_KCV_SIZE ? FAIL_WRAPPED_KEY_DKEK : FAIL_WRAPPED_KEY);
		assert_null(material);
		blob[i] ^= 1;
	}
	for (size_t size = 0; size < file.blob_size; size++)
		assert_int_equal(wrapped_key_verify(blob, size, dkek), FAIL_WRAPPED_KEY);
	dkek->bytes[31] ^= 1;
	assert_int_equal(wrapped_key_verify(blob, file.blob_size, dkek), FAIL_WRAPPED_KEY_DKEK);
	secret_free(&bytes);
	secret_free(&dkek);
}

static void
test_wrapped_file(void **state)
{
	struct secret *bytes = secret_of_hex(PUBLISHED_WRAPPED_FILE);
	struct wrapped_file file;
	static const uint8_t alone[] = { 0x30, 4, 4, 2, 'a', 'b' }, described[] = { 0x30, 6, 4, 2, 'a', 'b', 0x30, 0 };
	static const uint8_t four[] = { 0x30, 8, 4, 0, 0x30, 0, 0x30, 0, 0x30, 0 };
	static const uint8_t endless[] = { 0x30, 0x80, 4, 0, 0, 0 }, no_blob[] = { 0x30, 2, 0x30, 0 };

	(void)state;
	for (size_t size = 0; size < bytes->size; size++)
		assert_int_equal(wrapped_file_parse(bytes->bytes, size, &file), FAIL_WRAPPED_KEY);
	assert_int_equal(wrapped_file_parse(alone, sizeof alone, &file), DONE);
	assert_memory_equal(file.blob, "ab", 2);
	assert_null(file.description);
	assert_null(file.certificate);
	assert_int_equal(wrapped_file_parse(described, sizeof described, &file), DONE);
	assert_int_equal(file.description_size, 2);
	assert_null(file.certificate);
	assert_int_equal(wrapped_file_parse(four, sizeof four, &file), FAIL_WRAPPED_KEY);
	assert_int_equal(wrapped_file_parse(endless, sizeof endless, &file), FAIL_WRAPPED_KEY);
	assert_int_equal(wrapped_file_parse(no_blob, sizeof no_blob, &file), FAIL_WRAPPED_KEY);
	secret_free(&bytes);
}

static void
test_seal_key(void **state)
{
	struct secret *dkek, *material, *opened;
	uint8_t blob[WRAPPED_KEY_MOST], again[WRAPPED_KEY_MOST];
	struct wrapped_key key;
	size_t size, again_size;

	(void)state;
	assert_int_equal(dkek_new(&dkek), DONE);
	/* Every length around a block, with zeros at the end that must not be taken for padding. */
	for (size_t length = 3; length < 40; length++) {
		assert_int_equal(secret_new(&material, length), DONE);
		material->size = length;
		material->bytes[0] = 0x80;
		assert_int_equal(
			wrapped_key_seal(WRAPPED_AES, algorithm, sizeof algorithm, material, dkek, blob, &size), DONE);
		assert_int_equal(wrapped_key_parse(blob, size, &key), DONE);
		assert_int_equal(key.kind, WRAPPED_AES);
		assert_int_equal(wrapped_key_open(blob, size, dkek, &opened), DONE);
		assert_true(secret_is_equal(material, opened));
		secret_free(&opened);
		/* The same key wrapped twice differs. */
		assert_int_equal(
			wrapped_key_seal(WRAPPED_AES, algorithm, sizeof algorithm, material, dkek, again, &again_size),
			DONE);
		assert_int_equal(size, again_size);
		assert_memory_not_equal(blob + key.head_size, again + key.head_size, 16);
		secret_free(&material);
	}
	assert_int_equal(secret_new(&material, WRAPPED_KEY_MOST), DONE);
	material->size = 2;
	assert_int_equal(wrapped_key_seal(WRAPPED_AES, algorithm, 10, material, dkek, blob, &size), FAIL_ARGUMENT);
	material->size = 4064;
	assert_int_equal(wrapped_key_seal(WRAPPED_AES, algorithm, 10, material, dkek, blob, &size), FAIL_ARGUMENT);
	assert_int_equal(size, 0);
	material->size = 3;
	assert_int_equal(
		wrapped_key_seal((enum wrapped_kind)7, algorithm, 10, material, dkek, blob, &size), FAIL_ARGUMENT);
	secret_free(&material);
	secret_free(&dkek);
}

TEST_GROUP(wrapped_key, cmocka_unit_test(test_published_key), cmocka_unit_test(test_damaged_key),
	cmocka_unit_test(test_wrapped_file), cmocka_unit_test(test_seal_key));
