/* What can be done with a SmartCard-HSM's PINs, keys and key domains, over virtual cards; and answers that get lost. */
#include "groups.h"

#include "desk.h"
#include "published.h"

#include <quorate/attestation.h>
#include <quorate/hex.h>
#include <quorate/virtual_card.h>
#include <quorate/wrapped_key.h>

#include <stdio.h>
#include <string.h>

static void
test_pins(void **state)
{
	struct desk *desk = *state;

	ACT(desk, FAIL_PIN_TRANSPORT, .act = TOKEN_CHANGE_USER_PIN, .user_pin = desk_secret(USER_PIN),
		.new_pin = desk_secret("87654321"));
	ACT(desk, FAIL_PIN_TRANSPORT, .act = TOKEN_RESET_USER_PIN, .so_pin = desk_secret(SO_PIN),
		.new_pin = desk_secret("87654321"));
	desk_prepare(desk, 7);
	desk_expect_tries(desk, "user-PIN right 10\n");
	ACT(desk, DONE, .act = TOKEN_CHANGE_USER_PIN, .user_pin = desk_secret(USER_PIN),
		.new_pin = desk_secret("87654321"));
	assert_int_equal(desk->answer.before.user_pin.tries_left, 10);
	ACT(desk, FAIL_PIN_WRONG, .act = TOKEN_CHANGE_USER_PIN, .user_pin = desk_secret(USER_PIN),
		.new_pin = desk_secret("11111111"));
	assert_int_equal(desk->answer.before.user_pin.tries_left, 10);
	assert_int_equal(desk->answer.after.user_pin.tries_left, 9);
	/* What would be refused anyway costs nothing. */
	ACT(desk, FAIL_PIN_LENGTH, .act = TOKEN_CHANGE_USER_PIN, .user_pin = desk_secret("87654321"),
		.new_pin = desk_secret("12345"));
	ACT(desk, FAIL_NOT_TRANSPORT, .act = TOKEN_SET_TRANSPORT_PIN, .user_pin = desk_secret("87654321"),
		.new_pin = desk_secret("123456"));
	desk_expect_tries(desk, "user-PIN right 10\nuser-PIN wrong 9\n");
	ACT(desk, FAIL_SO_PIN_WRONG, .act = TOKEN_CHANGE_SO_PIN, .so_pin = desk_secret("1111111111111111"),
		.new_pin = desk_secret("2222222222222222"));
	assert_int_equal(desk->answer.after.so_pin.tries_left, 14);
	ACT(desk, DONE, .act = TOKEN_CHANGE_SO_PIN, .so_pin = desk_secret(SO_PIN),
		.new_pin = desk_secret("2222222222222222"));
	assert_int_equal(desk->answer.after.so_pin.tries_left, 15);
	ACT(desk, FAIL_SO_PIN_LENGTH, .act = TOKEN_CHANGE_SO_PIN, .so_pin = desk_secret("2222222222222222"),
		.new_pin = desk_secret("123"));
	ACT(desk, DONE, .act = TOKEN_PROVE_SO_PIN, .so_pin = desk_secret("2222222222222222"));
	desk_expect_tries(desk, "SO-PIN wrong 14\nSO-PIN right 15\nSO-PIN right 15\n");
	for (int i = 0; i < 9; i++)
		ACT(desk, i < 8 ? FAIL_PIN_WRONG : FAIL_PIN_LOCKED, .act = TOKEN_VERIFY_USER_PIN,
			.user_pin = desk_secret("000000"));
	ACT(desk, FAIL_PIN_LOCKED, .act = TOKEN_CHANGE_USER_PIN, .user_pin = desk_secret("87654321"),
		.new_pin = desk_secret("11111111"));
	assert_int_equal(desk->sent[0x24], 0);
	ACT(desk, FAIL_SO_PIN_WRONG, .act = TOKEN_RESET_USER_PIN, .so_pin = desk_secret(SO_PIN),
		.new_pin = desk_secret("11111111"));
	/* The counter alone these options do not allow: found out by the card, at no try. */
	ACT(desk, FAIL_NOT_ALLOWED, .act = TOKEN_RESET_USER_PIN, .so_pin = desk_secret("2222222222222222"));
	ACT(desk, DONE, .act = TOKEN_RESET_USER_PIN, .so_pin = desk_secret("2222222222222222"),
		.new_pin = desk_secret("11111111"));
	assert_int_equal(desk->answer.after.user_pin.tries_left, 10);
	ACT(desk, DONE, .act = TOKEN_VERIFY_USER_PIN, .user_pin = desk_secret("11111111"));
}

/* Devices initialised by others, with options of their own. */
static void
initialise_raw(struct desk *desk, const char *command)
{
	uint8_t bytes[64], answer[CARD_ANSWER_MOST];
	size_t size = strlen(command) / 2, answer_size;

	assert_int_equal(hex_decode(command, strlen(command), bytes, size), DONE);
	virtual_card_command(desk->card,
		(const uint8_t *)"\x00\xa4\x04\x00\x0b\xe8\x2b\x06\x01\x04\x01\x81\xc3"
				 "\x1f\x02\x01\x00",
		17, answer, &answer_size);
	virtual_card_command(desk->card, bytes, size, answer, &answer_size);
	assert_memory_equal(answer, "\x90\x00", 2);
}

#define RAW(options, tail)                                                                                             \
	"80500000" tail "8002" options "8106313233343536"                                                              \
	"82081234567890123456"                                                                                         \
	"910103"

static void
test_options(void **state)
{
	struct desk *desk = *state;

	/* No reset at all; the counter alone; a transport PIN. No try of the SO-PIN goes on what the options forbid. */
	initialise_raw(desk, RAW("0000", "19"));
	ACT(desk, FAIL_NOT_ALLOWED, .act = TOKEN_RESET_USER_PIN, .so_pin = desk_secret(SO_PIN),
		.new_pin = desk_secret("11111111"));
	assert_int_equal(desk->sent[0x2c], 0);
	initialise_raw(desk, RAW("0021", "19"));
	ACT(desk, FAIL_PIN_WRONG, .act = TOKEN_VERIFY_USER_PIN, .user_pin = desk_secret("000000"));
	ACT(desk, FAIL_NOT_ALLOWED, .act = TOKEN_RESET_USER_PIN, .so_pin = desk_secret(SO_PIN),
		.new_pin = desk_secret("11111111"));
	assert_int_equal(desk->sent[0x2c], 0);
	ACT(desk, DONE, .act = TOKEN_RESET_USER_PIN, .so_pin = desk_secret(SO_PIN));
	assert_int_equal(desk->answer.after.user_pin.tries_left, 3);
	initialise_raw(desk, RAW("0003", "19"));
	ACT(desk, FAIL_PIN_TRANSPORT, .act = TOKEN_VERIFY_USER_PIN, .user_pin = desk_secret("123456"));
	ACT(desk, FAIL_PIN_TRANSPORT, .act = TOKEN_CHANGE_USER_PIN, .user_pin = desk_secret("123456"),
		.new_pin = desk_secret("654321"));
	ACT(desk, FAIL_PIN_WRONG, .act = TOKEN_SET_TRANSPORT_PIN, .user_pin = desk_secret("000000"),
		.new_pin = desk_secret("654321"));
	ACT(desk, DONE, .act = TOKEN_SET_TRANSPORT_PIN, .user_pin = desk_secret("123456"),
		.new_pin = desk_secret("654321"));
	ACT(desk, DONE, .act = TOKEN_VERIFY_USER_PIN, .user_pin = desk_secret("654321"));
	/* Public key authentication, as the device tells it. */
	initialise_raw(desk, RAW("0001", "1D") "93020302");
	ACT(desk, DONE, .act = TOKEN_DESCRIBE);
	assert_true(desk->answer.before.key_authentication.is_set_up);
	assert_int_equal(desk->answer.before.key_authentication.total, 3);
	assert_int_equal(desk->answer.before.key_authentication.missing, 3);
	assert_int_equal(desk->answer.before.key_authentication.required, 2);
}

/* A PIN whose answer is lost is not sent again, whatever became of it. */
static void
test_lost_pins(void **state)
{
	struct desk *desk = *state;

	desk_prepare(desk, 7);
	desk_expect_tries(desk, "user-PIN right 10\n");
	for (int i = 0; i < 2; i++) {
		desk->is_carried_out = i == 1;
		desk->lost_instruction = 0x24;
		ACT(desk, FAIL_CARD_SILENT, .act = TOKEN_CHANGE_USER_PIN, .user_pin = desk_secret("00000000"),
			.new_pin = desk_secret("87654321"));
		assert_int_equal(desk->sent[0x24], 1);
		assert_true(desk->answer.has_after);
		assert_int_equal(desk->answer.after.user_pin.tries_left, 10 - i);
		desk->lost_instruction = 0x2c;
		ACT(desk, FAIL_CARD_SILENT, .act = TOKEN_RESET_USER_PIN, .so_pin = desk_secret("0000000000000000"),
			.new_pin = desk_secret("87654321"));
		assert_int_equal(desk->sent[0x2c], 1);
		assert_int_equal(desk->answer.after.so_pin.tries_left, 15 - i);
	}
	desk_expect_tries(desk, "user-PIN wrong 9\nSO-PIN wrong 14\n");
}

/* The published wrapped key of a real Nitrokey HSM. */
static void
published(struct wrapped_file *ret)
{
	static uint8_t file[sizeof PUBLISHED_WRAPPED_FILE / 2];

	assert_int_equal(hex_decode(PUBLISHED_WRAPPED_FILE, strlen(PUBLISHED_WRAPPED_FILE), file, sizeof file), DONE);
	assert_int_equal(wrapped_file_parse(file, sizeof file, ret), DONE);
}

static struct token_request
unwrap(const struct wrapped_file *file, uint8_t reference)
{
	struct token_request request = {
		.act = TOKEN_UNWRAP_KEY, .user_pin = desk_secret(USER_PIN), .object.key_reference = reference
	};

	assert_int_equal(token_bytes_set(&request.data, file->blob, file->blob_size), DONE);
	assert_int_equal(token_bytes_set(&request.description, file->description, file->description_size), DONE);
	assert_int_equal(token_bytes_set(&request.certificate, file->certificate, file->certificate_size), DONE);
	return request;
}

static void
prepare_published(struct desk *desk)
{
	uint8_t bytes[DKEK_SIZE];
	struct secret *share;

	assert_int_equal(hex_decode(PUBLISHED_DKEK, 64, bytes, DKEK_SIZE), DONE);
	assert_int_equal(secret_take(&share, bytes, DKEK_SIZE), DONE);
	ACT(desk, DONE, .act = TOKEN_INITIALISE, .label = "acts", .user_pin = desk_secret(USER_PIN),
		.so_pin = desk_secret(SO_PIN), .dkek_shares = 1);
	ACT(desk, DONE, .act = TOKEN_IMPORT_DKEK, .dkek_share = share);
}

static void
test_backup(void **state)
{
	struct desk *desks = *state, *one = &desks[0], *two = &desks[1];
	struct wrapped_file file, again;
	static uint8_t bytes[WRAPPED_FILE_MOST];
	struct token_object key;
	size_t size;

	published(&file);
	prepare_published(one);
	prepare_published(two);
	/* Onto the first free reference, with its name and its request; onto the one wanted; never over another. */
	desk_act(one, unwrap(&file, 0), DONE);
	assert_int_equal(one->answer.objects.count, 1);
	key = one->answer.objects.list[0];
	assert_int_equal(key.key_reference, 1);
	assert_string_equal(key.label, "btc-test");
	assert_int_equal(key.id_size, 20);
	assert_string_equal(key.type, "EC");
	desk_act(one, unwrap(&file, 1), FAIL_OBJECT_EXISTS);
	assert_int_equal(one->sent[0x74], 0);
	desk_act(one, unwrap(&file, 0), DONE);
	assert_int_equal(one->answer.objects.list[0].key_reference, 2);
	ACT(one, DONE, .act = TOKEN_LIST_OBJECTS);
	assert_int_equal(one->answer.objects.count, 4);
	/* Backed up, written as sc-hsm-tool writes it, read, and restored on another device: the same in every part. */
	ACT(one, DONE, .act = TOKEN_WRAP_KEY, .user_pin = desk_secret(USER_PIN), .object.key_reference = 2);
	again = (struct wrapped_file){ one->answer.value.bytes, one->answer.description.bytes,
		one->answer.certificate.bytes, one->answer.value.size, one->answer.description.size,
		one->answer.certificate.size };
	assert_int_equal(wrapped_file_encode(&again, bytes, &size), DONE);
	assert_int_equal(wrapped_file_parse(bytes, size, &again), DONE);
	assert_int_equal(again.description_size, file.description_size);
	assert_memory_equal(again.description, file.description, file.description_size);
	assert_int_equal(again.certificate_size, file.certificate_size);
	assert_memory_equal(again.certificate, file.certificate, file.certificate_size);
	/* Through a reader without long commands as well. */
	two->lacks_long = true;
	desk_act(two, unwrap(&again, 9), DONE);
	assert_true(token_object_is_same(&two->answer.objects.list[0], &key));
	assert_int_equal(two->answer.objects.list[0].key_reference, 9);
	two->lacks_long = false;
	ACT(two, DONE, .act = TOKEN_READ_ATTESTATION, .object.key_reference = 9);
	assert_int_equal(two->answer.request.size, file.certificate_size);
	/* Gone with all that belongs to it; not when another key is meant. */
	key.key_reference = 9;
	snprintf(key.label, sizeof key.label, "other");
	desk_act(two,
		(struct token_request){ .act = TOKEN_DELETE_OBJECT, .user_pin = desk_secret(USER_PIN), .object = key },
		FAIL_OBJECT_MISSING);
	assert_int_equal(two->sent[0x20], 4);
	snprintf(key.label, sizeof key.label, "btc-test");
	desk_act(two,
		(struct token_request){ .act = TOKEN_DELETE_OBJECT, .user_pin = desk_secret(USER_PIN), .object = key },
		DONE);
	ACT(two, DONE, .act = TOKEN_LIST_OBJECTS);
	assert_int_equal(two->answer.objects.count, 0);
	ACT(two, FAIL_OBJECT_MISSING, .act = TOKEN_READ_ATTESTATION, .object.key_reference = 9);
	ACT(two, FAIL_OBJECT_MISSING, .act = TOKEN_WRAP_KEY, .user_pin = desk_secret(USER_PIN),
		.object.key_reference = 9);
}

/* Another DKEK, or one that is not whole, is refused before the card is asked, and before a PIN is sent. */
static void
test_backup_refused(void **state)
{
	struct desk *desk = *state;
	struct wrapped_file file;
	struct token_request request;

	published(&file);
	desk_prepare(desk, 7);
	desk_expect_tries(desk, "user-PIN right 10\n");
	desk_act(desk, unwrap(&file, 0), FAIL_WRAPPED_KEY_DKEK);
	assert_int_equal(desk->sent[0x74], 0);
	ACT(desk, DONE, .act = TOKEN_INITIALISE, .label = "acts", .user_pin = desk_secret(USER_PIN),
		.so_pin = desk_secret(SO_PIN), .dkek_shares = 2);
	desk_expect_tries(desk, "SO-PIN right 15\nuser-PIN right 10\n");
	desk_act(desk, unwrap(&file, 0), FAIL_DKEK_OUTSTANDING);
	ACT(desk, FAIL_DKEK_OUTSTANDING, .act = TOKEN_WRAP_KEY, .user_pin = desk_secret(USER_PIN),
		.object.key_reference = 1);
	/* The device was set up for two shares, and one is what the caller has. */
	request = (struct token_request){ .act = TOKEN_IMPORT_DKEK, .dkek_shares = 1 };
	assert_int_equal(dkek_zero(&request.dkek_share), DONE);
	desk_act(desk, request, FAIL_DKEK_SHARES);
	assert_int_equal(desk->answer.after.dkek_outstanding, 2);
	file.blob_size--;
	desk_act(desk, unwrap(&file, 0), FAIL_WRAPPED_KEY);
	initialise_raw(desk, RAW("0001", "19"));
	file.blob_size++;
	desk_act(desk, unwrap(&file, 0), FAIL_DKEK_NOT_SET_UP);
	desk_expect_tries(desk, "SO-PIN right 15\n");
}

/* A lost answer to UNWRAP: the key may be there, bare; nothing is sent again. */
static void
test_backup_lost(void **state)
{
	struct desk *desk = *state;
	struct wrapped_file file;

	published(&file);
	prepare_published(desk);
	desk->lost_instruction = 0x74;
	desk_act(desk, unwrap(&file, 0), FAIL_CARD_SILENT);
	assert_int_equal(desk->sent[0x74], 1);
	desk->lost_instruction = 0x74;
	desk->is_carried_out = true;
	desk_act(desk, unwrap(&file, 0), FAIL_KEY_BARE);
	assert_int_equal(desk->sent[0x74], 1);
	/* It takes its place, so the next one gets another; one that cannot be dressed says so. */
	desk->is_carried_out = false;
	desk->lost_instruction = 0xd7;
	desk_act(desk, unwrap(&file, 0), FAIL_KEY_BARE);
	assert_int_equal(desk->answer.objects.list[0].key_reference, 2);
}

static void
test_key_domains(void **state)
{
	struct desk *desk = *state;
	struct token_request request;
	struct wrapped_file file;
	uint8_t bytes[DKEK_SIZE];

	initialise_raw(desk, RAW("0001", "1C") "970103");
	ACT(desk, FAIL_KEY_DOMAIN, .act = TOKEN_CREATE_KEY_DOMAIN, .key_domain = 3, .dkek_shares = 1,
		.user_pin = desk_secret("123456"));
	assert_int_equal(desk->answer.before.key_domain_count, 3);
	assert_int_equal(desk->answer.before.key_domains[2].state, KEY_DOMAIN_EMPTY);
	ACT(desk, DONE, .act = TOKEN_CREATE_KEY_DOMAIN, .key_domain = 2, .dkek_shares = 1,
		.user_pin = desk_secret("123456"));
	assert_int_equal(desk->answer.after.key_domains[2].outstanding, 1);
	ACT(desk, FAIL_KEY_DOMAIN_THERE, .act = TOKEN_CREATE_KEY_DOMAIN, .key_domain = 2, .dkek_shares = 1,
		.user_pin = desk_secret("123456"));
	ACT(desk, FAIL_KEY_DOMAIN, .act = TOKEN_DELETE_KEY_DOMAIN, .key_domain = 1, .user_pin = desk_secret("123456"));
	assert_int_equal(hex_decode(PUBLISHED_DKEK, 64, bytes, DKEK_SIZE), DONE);
	request = (struct token_request){ .act = TOKEN_IMPORT_DKEK, .key_domain = 2 };
	assert_int_equal(secret_take(&request.dkek_share, bytes, DKEK_SIZE), DONE);
	desk_act(desk, request, DONE);
	assert_int_equal(desk->answer.after.key_domains[2].outstanding, 0);
	assert_memory_equal(desk->answer.after.key_domains[2].kcv, "\xec\xc9\x2c\x62\xe3\xf6\x18\x9e", 8);
	published(&file);
	request = unwrap(&file, 0);
	secret_free(&request.user_pin);
	request.user_pin = desk_secret("123456");
	request.key_domain = 2;
	desk_act(desk, request, DONE);
	assert_int_equal(desk->answer.objects.list[0].key_domain, 2);
	ACT(desk, FAIL_KEY_DOMAIN_USED, .act = TOKEN_DELETE_KEY_DOMAIN, .key_domain = 2,
		.user_pin = desk_secret("123456"));
	ACT(desk, DONE, .act = TOKEN_LIST_OBJECTS);
	request = (struct token_request){
		.act = TOKEN_DELETE_OBJECT, .user_pin = desk_secret("123456"), .object = desk->answer.objects.list[0]
	};
	desk_act(desk, request, DONE);
	ACT(desk, DONE, .act = TOKEN_DELETE_KEY_DOMAIN, .key_domain = 2, .user_pin = desk_secret("123456"));
	assert_int_equal(desk->answer.after.key_domains[2].state, KEY_DOMAIN_EMPTY);
}

TEST_GROUP(hsm_acts, DESK_TEST(test_pins), DESK_TEST(test_options), DESK_TEST(test_lost_pins), DESK_TEST(test_backup),
	DESK_TEST(test_backup_refused), DESK_TEST(test_backup_lost), DESK_TEST(test_key_domains));
