/* Keys, certificates and data on a SmartCard-HSM by its own commands: made, used, found again, renamed, copied. What
 * the card signs is verified by libcrypto. */
#include "groups.h"

#include "desk.h"

#include <quorate/attestation.h>
#include <quorate/hex.h>
#include <quorate/public_key.h>
#include <quorate/virtual_card.h>
#include <quorate/wrapped_key.h>

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE "what is signed"

static struct token_object
named(const char *label, uint8_t id)
{
	struct token_object object = { .class = OBJECT_PRIVATE_KEY, .id = { id }, .id_size = 1 };

	snprintf(object.label, sizeof object.label, "%s", label);
	return object;
}

static struct token_request
about(enum token_act act, const struct token_object *object)
{
	return (struct token_request){ .act = act, .user_pin = desk_secret(USER_PIN), .object = *object };
}

/* Makes a key; what is known of it afterwards. */
static struct token_object
generate(struct desk *desk, enum key_kind kind, const char *label, uint8_t id, struct public_key **ret_key)
{
	struct token_object object = named(label, id);
	struct token_request request = about(TOKEN_GENERATE, &object);

	request.kind = kind;
	desk_act(desk, request, DONE);
	assert_int_equal(desk->answer.objects.count, 1);
	object = desk->answer.objects.list[0];
	assert_int_equal(object.kind, kind);
	assert_int_equal(public_key_of_der(ret_key, desk->answer.value.bytes, desk->answer.value.size), DONE);
	return object;
}

static void
expect_signature(struct desk *desk, const struct token_object *key, const struct public_key *public)
{
	struct token_request request = about(TOKEN_SIGN, key);

	assert_int_equal(token_bytes_set(&request.data, MESSAGE, strlen(MESSAGE)), DONE);
	desk_act(desk, request, DONE);
	assert_int_equal(
		public_key_verify(public, MESSAGE, strlen(MESSAGE), desk->answer.value.bytes, desk->answer.value.size),
		DONE);
	desk->answer.value.bytes[desk->answer.value.size / 2] ^= 1;
	assert_int_equal(
		public_key_verify(public, MESSAGE, strlen(MESSAGE), desk->answer.value.bytes, desk->answer.value.size),
		FAIL_SIGNATURE);
}

/* Every kind that the card offers, and no other: made, attested, listed, used. */
static void
test_every_kind(void **state)
{
	struct desk *desk = *state;
	bool is_long = getenv("QUORATE_LONG") != NULL;
	key_kinds offered;

	desk_prepare(desk, 7);
	ACT(desk, DONE, .act = TOKEN_LIST_OBJECTS);
	offered = desk->answer.kinds;
	assert_int_equal(offered, (1 << KEY_OTHER) - 1);
	for (int kind = 0; kind < KEY_OTHER; kind++) {
		struct public_key *public = NULL, *read = NULL;
		struct attestation is;
		struct token_object key;
		char name[64];

		/* A minute each, now and then. */
		if (!is_long && (kind == KEY_RSA_3072 || kind == KEY_RSA_4096))
			continue;
		key = generate(desk, (enum key_kind)kind, token_key_kind_name((enum key_kind)kind), (uint8_t)(kind + 1),
			&public);
		public_key_name(public, name, sizeof name);
		assert_non_null(strstr(name, token_key_kind_name((enum key_kind)kind)));
		assert_int_equal(attestation_verify(desk->answer.request.bytes, desk->answer.request.size,
					 desk->answer.certificate.bytes, desk->answer.certificate.size, &is),
			DONE);
		assert_int_equal(is.proof, DEVICE_REHEARSAL);
		assert_string_equal(is.serial, "REHE0000001");
		assert_int_equal(is.key_size, desk->answer.value.size);
		assert_memory_equal(is.key, desk->answer.value.bytes, is.key_size);
		expect_signature(desk, &key, public);
		desk_act(desk, about(TOKEN_READ_VALUE, &key), DONE);
		assert_int_equal(public_key_of_der(&read, desk->answer.value.bytes, desk->answer.value.size), DONE);
		assert_true(public_key_is_equal(public, read));
		public_key_free(&public);
		public_key_free(&read);
	}
	ACT(desk, DONE, .act = TOKEN_LIST_OBJECTS);
	assert_int_equal(desk->answer.objects.count, is_long ? 20 : 16);
	assert_int_equal(desk->answer.objects.list[0].class, OBJECT_PRIVATE_KEY);
	assert_string_equal(desk->answer.objects.list[0].label, "RSA 2048");
	assert_int_equal(desk->answer.objects.list[0].usage, USAGE_DECRYPT | USAGE_SIGN);
	assert_int_equal(desk->answer.objects.list[1].class, OBJECT_PUBLIC_KEY);
	assert_string_equal(desk->answer.objects.list[2].type, is_long ? "RSA" : "EC P-256");
}

/* What cannot be is refused before the card is asked, and before a PIN is tried. */
static void
test_refused(void **state)
{
	struct desk *desk = *state;
	struct public_key *public = NULL;
	struct token_object key, other = named("other", 1);
	struct token_request request;

	ACT(desk, DONE, .act = TOKEN_INITIALISE, .label = "acts", .user_pin = desk_secret(USER_PIN),
		.so_pin = desk_secret(SO_PIN), .dkek_shares = 1);
	request = about(TOKEN_GENERATE, &other);
	request.kind = KEY_P256;
	desk_act(desk, request, FAIL_DKEK_OUTSTANDING);
	assert_int_equal(desk->sent[0x46], 0);
	ACT(desk, DONE, .act = TOKEN_INITIALISE, .label = "acts", .user_pin = desk_secret(USER_PIN),
		.so_pin = desk_secret(SO_PIN));
	key = generate(desk, KEY_P256, "first", 1, &public);
	desk_expect_tries(desk, "user-PIN right 10\nSO-PIN right 15\nuser-PIN right 10\nuser-PIN right 10\n");
	request = about(TOKEN_GENERATE, &other);
	request.kind = KEY_P256;
	desk_act(desk, request, FAIL_OBJECT_EXISTS);
	request = about(TOKEN_GENERATE, &other);
	request.kind = KEY_OTHER;
	desk_act(desk, request, FAIL_ARGUMENT);
	request = about(TOKEN_GENERATE, &other);
	request.kind = KEY_P256;
	request.key_domain = 3;
	desk_act(desk, request, FAIL_KEY_DOMAIN);
	other.id[0] = 9;
	desk_act(desk, about(TOKEN_SIGN, &other), FAIL_OBJECT_MISSING);
	desk_act(desk, about(TOKEN_READ_VALUE, &other), FAIL_OBJECT_MISSING);
	assert_int_equal(desk->sent[0x20], 4);
	/* Two with the same name are told apart by the file they are in. */
	other = key;
	other.handle = 0;
	expect_signature(desk, &other, public);
	public_key_free(&public);
}

/* A lost answer: the key may be there, without a name; nothing is sent again. */
static void
test_lost(void **state)
{
	struct desk *desk = *state;
	struct token_object object = named("lost", 5);
	struct token_request request;

	desk_prepare(desk, 7);
	for (int i = 0; i < 2; i++) {
		desk->is_carried_out = i == 1;
		desk->lost_instruction = 0x46;
		request = about(TOKEN_GENERATE, &object);
		request.kind = KEY_P256;
		desk_act(desk, request, i == 0 ? FAIL_CARD_SILENT : FAIL_KEY_BARE);
		assert_int_equal(desk->sent[0x46], 1);
	}
	/* The bare key can be got rid of, and has not taken the ID. */
	ACT(desk, DONE, .act = TOKEN_LIST_OBJECTS);
	assert_int_equal(desk->answer.objects.count, 2);
	object = desk->answer.objects.list[0];
	assert_string_equal(object.label, "");
	desk_act(desk, about(TOKEN_DELETE_OBJECT, &object), DONE);
	ACT(desk, DONE, .act = TOKEN_LIST_OBJECTS);
	assert_int_equal(desk->answer.objects.count, 0);
}

/* A certificate for a key, by whoever; returns its size. */
static size_t
certify(const struct token_bytes *der_key, const char *name, uint8_t ret[2048])
{
	EVP_PKEY *issuer = EVP_EC_gen("P-256"), *subject;
	const uint8_t *at = der_key->bytes;
	X509 *certificate = X509_new();
	uint8_t *to = ret;
	int size;

	subject = d2i_PUBKEY(NULL, &at, (long)der_key->size);
	assert_non_null(subject);
	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_NAME_add_entry_by_txt(
		X509_get_subject_name(certificate), "CN", MBSTRING_ASC, (const uint8_t *)name, -1, -1, 0);
	X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
	assert_int_equal(X509_set_pubkey(certificate, subject), 1);
	assert_true(X509_sign(certificate, issuer, EVP_sha256()) > 0);
	size = i2d_X509(certificate, &to);
	assert_in_range(size, 100, 2048);
	X509_free(certificate);
	EVP_PKEY_free(subject);
	EVP_PKEY_free(issuer);
	return (size_t)size;
}

static struct token_request
writing(const uint8_t *bytes, size_t size, const char *label, uint8_t id)
{
	struct token_object object = named(label, id);
	struct token_request request = about(TOKEN_WRITE_CERTIFICATE, &object);

	assert_int_equal(token_bytes_set(&request.data, bytes, size), DONE);
	return request;
}

static const struct token_object *
listed(struct desk *desk, enum object_class class, const char *label)
{
	ACT(desk, DONE, .act = TOKEN_LIST_OBJECTS);
	for (size_t i = 0; i < desk->answer.objects.count; i++)
		if (desk->answer.objects.list[i].class == class &&
			strcmp(desk->answer.objects.list[i].label, label) == 0)
			return &desk->answer.objects.list[i];
	return NULL;
}

static void
test_certificates(void **state)
{
	struct desk *desk = *state;
	struct public_key *public = NULL;
	struct token_object key, certificate;
	struct token_request request;
	uint8_t own[2048], other[2048];
	size_t own_size, other_size;

	desk_prepare(desk, 7);
	key = generate(desk, KEY_P256, "signing", 3, &public);
	own_size = certify(&desk->answer.value, "own", own);
	other_size = certify(&desk->answer.value, "other", other);
	/* With the ID of the key it takes the place of the device's request for it; without, it gets a name of its
	   own. Never twice. */
	desk_act(desk, writing(own, own_size, "signing", 3), DONE);
	assert_int_equal(desk->answer.objects.list[0].key_reference, key.key_reference);
	desk_act(desk, writing(own, own_size, "signing", 3), FAIL_OBJECT_EXISTS);
	desk_act(desk, writing(other, other_size, "root", 0x77), DONE);
	desk_act(desk, writing(other, other_size, "root", 0x78), FAIL_OBJECT_EXISTS);
	desk_act(desk, writing(other, other_size - 1, "cut", 0x79), FAIL_CERTIFICATE_FILE);
	desk_act(desk, about(TOKEN_READ_ATTESTATION, &key), FAIL_ATTESTATION_REPLACED);
	certificate = *listed(desk, OBJECT_CERTIFICATE, "root");
	assert_int_equal(certificate.id[0], 0x77);
	desk_act(desk, about(TOKEN_READ_VALUE, &certificate), DONE);
	assert_int_equal(desk->answer.value.size, other_size);
	assert_memory_equal(desk->answer.value.bytes, other, other_size);
	certificate = *listed(desk, OBJECT_CERTIFICATE, "signing");
	desk_act(desk, about(TOKEN_READ_VALUE, &certificate), DONE);
	assert_memory_equal(desk->answer.value.bytes, own, own_size);
	/* The key's public half is in its certificate now, and it signs as before. */
	expect_signature(desk, &key, public);
	/* Renamed, both of them; the key and its certificate have one name. */
	request = about(TOKEN_RENAME_OBJECT, &certificate);
	request.has_new_label = true;
	snprintf(request.new_label, sizeof request.new_label, "renamed");
	desk_act(desk, request, DONE);
	assert_string_equal(desk->answer.objects.list[0].label, "renamed");
	assert_non_null(listed(desk, OBJECT_PRIVATE_KEY, "renamed"));
	certificate = *listed(desk, OBJECT_CERTIFICATE, "root");
	request = about(TOKEN_RENAME_OBJECT, &certificate);
	request.has_new_label = request.has_new_id = true;
	snprintf(request.new_label, sizeof request.new_label, "Root of 2026");
	request.new_id_size = 2;
	request.new_id[0] = request.new_id[1] = 0x42;
	desk_act(desk, request, DONE);
	certificate = *listed(desk, OBJECT_CERTIFICATE, "Root of 2026");
	assert_int_equal(certificate.id_size, 2);
	desk_act(desk, about(TOKEN_READ_VALUE, &certificate), DONE);
	assert_memory_equal(desk->answer.value.bytes, other, other_size);
	/* A certificate goes alone; with a key goes its name. */
	desk_act(desk, about(TOKEN_DELETE_OBJECT, &certificate), DONE);
	certificate = *listed(desk, OBJECT_CERTIFICATE, "renamed");
	desk_act(desk, about(TOKEN_DELETE_OBJECT, &certificate), DONE);
	key = *listed(desk, OBJECT_PRIVATE_KEY, "renamed");
	expect_signature(desk, &key, public);
	desk_act(desk, about(TOKEN_READ_VALUE, &key), FAIL_OBJECT_FIXED);
	desk_act(desk, about(TOKEN_DELETE_OBJECT, &key), DONE);
	assert_null(listed(desk, OBJECT_PRIVATE_KEY, "renamed"));
	assert_int_equal(desk->answer.objects.count, 0);
	public_key_free(&public);
}

/* Writes a file as OpenSC does: after SELECT and VERIFY. */
static void
put_file(struct desk *desk, const char *file, const char *content)
{
	uint8_t bytes[128], answer[CARD_ANSWER_MOST];
	char command[256];
	size_t size = strlen(content) / 2, answer_size;
	const char *commands[] = { "00A404000BE82B0601040181C31F020100", "00200081083132333435363738", command };

	snprintf(command, sizeof command, "00D7%s%02zX5402000053%02zX%s", file, size + 6, size, content);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(hex_decode(commands[i], strlen(commands[i]), bytes, strlen(commands[i]) / 2), DONE);
		virtual_card_command(desk->card, bytes, strlen(commands[i]) / 2, answer, &answer_size);
		assert_memory_equal(answer + answer_size - 2, "\x90\x00", 2);
	}
}

/* Data, with descriptions as pkcs11-tool (OpenSC 0.23) leaves them: "some data", for all, and "priv data". */
static void
test_data(void **state)
{
	struct desk *desk = *state;
	struct token_object data;
	struct token_request request;

	desk_prepare(desk, 7);
	put_file(desk, "CF00", "68690A");
	put_file(desk, "C900",
		"3026300F0C09736F6D652064617461030206"
		"40300B0C09736F6D652064617461A10630040402CF00");
	put_file(desk, "CD01", "736563726574");
	put_file(desk, "C901",
		"302930120C097072697620646174610302"
		"06C0040101300B0C09707269762064617461A10630040402CD01");
	data = *listed(desk, OBJECT_DATA, "some data");
	ACT(desk, DONE, .act = TOKEN_READ_VALUE, .object = data);
	assert_int_equal(desk->answer.value.size, 3);
	data = *listed(desk, OBJECT_DATA, "priv data");
	assert_true(data.flags & OBJECT_PRIVATE);
	ACT(desk, FAIL_ARGUMENT, .act = TOKEN_READ_VALUE, .object = data);
	desk_act(desk, about(TOKEN_READ_VALUE, &data), DONE);
	assert_memory_equal(desk->answer.value.bytes, "secret", 6);
	request = about(TOKEN_RENAME_OBJECT, &data);
	request.has_new_label = true;
	snprintf(request.new_label, sizeof request.new_label, "%s", "a much longer name than it had before");
	desk_act(desk, request, DONE);
	data = *listed(desk, OBJECT_DATA, request.new_label);
	desk_act(desk, about(TOKEN_DELETE_OBJECT, &data), DONE);
	ACT(desk, DONE, .act = TOKEN_LIST_OBJECTS);
	assert_int_equal(desk->answer.objects.count, 1);
}

/* Backed up on one card and restored on another with the same DKEK, the copy signs for the original's public key. */
static void
test_copy(void **state)
{
	struct desk *desks = *state;
	static const enum key_kind kinds[] = { KEY_RSA_2048, KEY_P256, KEY_P521, KEY_BRAINPOOL_P384R1, KEY_SECP256K1 };
	static uint8_t bytes[WRAPPED_FILE_MOST];

	desk_prepare(&desks[0], 7);
	desk_prepare(&desks[1], 7);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct public_key *public = NULL;
		struct token_object key = generate(&desks[0], kinds[i], "original", (uint8_t)(i + 1), &public), copy;
		struct wrapped_file file;
		struct token_request request;
		size_t size;

		desk_act(&desks[0], about(TOKEN_WRAP_KEY, &key), DONE);
		file = (struct wrapped_file){ desks[0].answer.value.bytes, desks[0].answer.description.bytes,
			desks[0].answer.certificate.bytes, desks[0].answer.value.size, desks[0].answer.description.size,
			desks[0].answer.certificate.size };
		assert_int_equal(wrapped_file_encode(&file, bytes, &size), DONE);
		assert_int_equal(wrapped_file_parse(bytes, size, &file), DONE);
		request = about(TOKEN_UNWRAP_KEY, &(struct token_object){ .class = OBJECT_PRIVATE_KEY });
		token_bytes_set(&request.data, file.blob, file.blob_size);
		token_bytes_set(&request.description, file.description, file.description_size);
		token_bytes_set(&request.certificate, file.certificate, file.certificate_size);
		desk_act(&desks[1], request, DONE);
		copy = desks[1].answer.objects.list[0];
		assert_true(token_object_is_same(&copy, &key));
		expect_signature(&desks[1], &copy, public);
		desk_act(&desks[1], about(TOKEN_READ_ATTESTATION, &copy), DONE);
		public_key_free(&public);
	}
}

TEST_GROUP(hsm_keys, DESK_TEST(test_every_kind), DESK_TEST(test_refused), DESK_TEST(test_lost),
	DESK_TEST(test_certificates), DESK_TEST(test_data), DESK_TEST(test_copy));
