/*
 * The virtual SmartCard-HSM, command by command: what goes in, what comes out, and where that expectation comes from.
 * Sources: OpenSC's card-sc-hsm.c, pkcs15-sc-hsm.c, sc-hsm-tool.c (what hosts send and understand), pico-hsm's cmd_*.c
 * (what a card does).
 */
#include "groups.h"
#include "published.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/rehearsal.h>
#include <quorate/rehearsal_root.h>
#include <quorate/virtual_card.h>
#include <quorate/wrapped_key.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SELECT "00A404000BE82B0601040181C31F020100"
#define SO_PIN "3537363231383830"
#define WRONG_SO_PIN "1111111111111111"
#define PIN "313233343536" /* 123456 */
#define WRONG_PIN "313131313131"
/* options 0001, user PIN 123456, SO-PIN, 3 tries */
#define PLAIN(so_pin)                                                                                                  \
	"8050000019"                                                                                                   \
	"80020001"                                                                                                     \
	"8106" PIN "8208" so_pin "910103"
#define SHARES(so_pin, shares)                                                                                         \
	"805000001C"                                                                                                   \
	"80020001"                                                                                                     \
	"8106" PIN "8208" so_pin "910103"                                                                              \
	"9201" shares
#define VERIFY "0020008106" PIN
#define P256_DOMAIN                                                                                                    \
	"8120FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"                                         \
	"8220FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC"                                         \
	"83205AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B"                                         \
	"8441046B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C2964FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE"   \
	"33576B315ECECBB6406837BF51F5"                                                                                 \
	"8520FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"
/* The template as OpenSC's pkcs15init sends it: profile, authority, public key, holder. */
#define TEMPLATE_P256                                                                                                  \
	"5F290100"                                                                                                     \
	"420955544341303030303"                                                                                        \
	"1"                                                                                                            \
	"7F4981DA"                                                                                                     \
	"060A04007F00070202020203" P256_DOMAIN "870101"                                                                \
	"5F2010524548453030303030303130303030"                                                                         \
	"31"
#define TEMPLATE_RSA                                                                                                   \
	"5F290100"                                                                                                     \
	"4209555443413030303031"                                                                                       \
	"7F4915"                                                                                                       \
	"060A04007F00070202020102"                                                                                     \
	"8203010001"                                                                                                   \
	"02020800"                                                                                                     \
	"5F201052454845303030303030313030303031"

struct table {
	struct virtual_card *card;
	char folder[64];
	uint8_t answer[CARD_ANSWER_MOST];
	size_t size;
};

static int
set_up(void **state)
{
	struct table *table = calloc(1, sizeof *table);

	snprintf(table->folder, sizeof table->folder, "/tmp/quorate-card-XXXXXX");
	if (mkdtemp(table->folder) == NULL || virtual_card_open(&table->card, table->folder, "REHE0000001") != DONE)
		return -1;
	*state = table;
	return 0;
}

static int
tear_down(void **state)
{
	struct table *table = *state;
	const char *names[] = { "state", "pin-log" };
	char path[128];

	virtual_card_free(&table->card);
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", table->folder, names[i]);
		unlink(path);
	}
	rmdir(table->folder);
	free(table);
	return 0;
}

/* Sends a command, returns the status word; the answer's data stays in the table. */
static unsigned
send_bytes(struct table *table, const uint8_t *command, size_t size)
{
	virtual_card_command(table->card, command, size, table->answer, &table->size);
	assert_true(table->size >= 2);
	table->size -= 2;
	return (unsigned)(table->answer[table->size] << 8 | table->answer[table->size + 1]);
}

static unsigned
send(struct table *table, const char *hex)
{
	static uint8_t command[4096];
	size_t size = strlen(hex) / 2;

	assert_int_equal(hex_decode(hex, strlen(hex), command, size), DONE);
	return send_bytes(table, command, size);
}

/* An extended command around data, Le 0000. */
static unsigned
send_long(struct table *table, const char *head, const uint8_t *data, size_t size)
{
	static uint8_t command[8192];

	assert_int_equal(hex_decode(head, 8, command, 4), DONE);
	command[4] = 0;
	command[5] = (uint8_t)(size >> 8);
	command[6] = (uint8_t)size;
	memcpy(command + 7, data, size);
	memset(command + 7 + size, 0, 2);
	return send_bytes(table, command, size + 9);
}

static unsigned
send_long_hex(struct table *table, const char *head, const char *hex)
{
	static uint8_t data[4096];
	size_t size = strlen(hex) / 2;

	assert_int_equal(hex_decode(hex, strlen(hex), data, size), DONE);
	return send_long(table, head, data, size);
}

#define EXPECT(status, command) assert_int_equal(send(table, command), status)

static void
expect_answer(const struct table *table, const char *hex)
{
	char text[512];

	assert_true(table->size < sizeof text / 2);
	hex_encode(table->answer, table->size, text);
	assert_string_equal(text, hex);
}

static void
prepare(struct table *table, const char *initialize)
{
	EXPECT(0x9000, SELECT);
	EXPECT(0x9000, initialize);
	EXPECT(0x9000, VERIFY);
}

static void
test_select(void **state)
{
	struct table *table = *state;

	/* card-sc-hsm.c: "an applet that is not default selected". */
	EXPECT(0x6D00, "00200081");
	/* card-sc-hsm.c, sc_hsm_init: tag 85 ends with kind and version; sc-hsm-tool.c, print_info: options 4th from
	   the end. */
	EXPECT(0x9000, SELECT);
	expect_answer(table, "6f17820178840be82b0601040181c31f020185050000010206");
	/* iso7816-4: another application is not there; and the session of the one before is over. */
	EXPECT(0x6A82, "00A4040006A00000000101");
	EXPECT(0x6D00, "00200081");
	/* card-sc-hsm.c, sc_hsm_select_file_ex: P2 0C asks for no data. */
	EXPECT(0x9000, "00A4040C0BE82B0601040181C31F0201");
	assert_int_equal(table->size, 0);
	/* pkcs15-sc-hsm.c, read_file: an EF by its identifier. iso7816.c, process_fci: 80 size, 82 kind, 83 identifier.
	 */
	EXPECT(0x9000, "00A40000022F0200");
	assert_memory_equal(table->answer, "\x62\x0B\x80\x02", 4);
	EXPECT(0x6A82, "00A40000022F0300");
	EXPECT(0x6A86, "00A4030000");
	EXPECT(0x6A86, "00A40008022F0200");
}

static void
test_select_ends_session(void **state)
{
	struct table *table = *state;

	prepare(table, PLAIN(SO_PIN));
	EXPECT(0x9000, "00200081");
	/* card-sc-hsm.c, sc_hsm_logout: SELECT is the way to log out. */
	EXPECT(0x9000, SELECT);
	EXPECT(0x63C3, "00200081");
	EXPECT(0x9000, VERIFY);
	virtual_card_reset(table->card);
	EXPECT(0x6D00, "00200081");
}

static void
test_unknown(void **state)
{
	struct table *table = *state;

	EXPECT(0x9000, SELECT);
	/* pico-hsm sc_hsm.c, sc_hsm_process_apdu. */
	EXPECT(0x6D00, "00FE0000");
	/* sc-hsm-tool.c, public_key_auth_status: 6D00 from a card not initialised for it. */
	EXPECT(0x6D00, "8054000000");
	EXPECT(0x6E00, "90200081");
	/* iso7816-4, 5.1: a length that does not fit. */
	EXPECT(0x6700, "0020");
	EXPECT(0x6700, "00200081063132");
	EXPECT(0x6700, "0020008100000631");
	EXPECT(0x6700, "00200081063132333435363131");
}

static void
test_blank(void **state)
{
	struct table *table = *state;

	EXPECT(0x9000, SELECT);
	/* sc-hsm-tool.c, print_info: the SO-PIN's 6A88 says "never initialized"; pico-hsm cmd_verify.c for the user's.
	 */
	EXPECT(0x6A88, "00200088");
	EXPECT(0x6A88, "00200081");
	EXPECT(0x6A88, VERIFY);
	/* pkcs15-sc-hsm.c, sc_pkcs15emu_sc_hsm_init: biometric references are not there. */
	EXPECT(0x6A88, "00200085");
	EXPECT(0x6A88, "0024008110" PIN PIN "31323334");
	EXPECT(0x6A88, "002C00810E" SO_PIN PIN);
	EXPECT(0x6D00, "8052000000");
	EXPECT(0x6982, "00D72F0308"
		       "54020000"
		       "53023000");
}

static void
test_verify(void **state)
{
	struct table *table = *state;

	EXPECT(0x9000, SELECT);
	EXPECT(0x9000, PLAIN(SO_PIN));
	EXPECT(0x63C3, "00200081");
	EXPECT(0x63CF, "00200088");
	EXPECT(0x63C2, "0020008106" WRONG_PIN);
	EXPECT(0x63C2, "00200081");
	EXPECT(0x9000, VERIFY);
	EXPECT(0x9000, "00200081");
	/* A wrong one after a right one ends the login (pico-hsm sc_hsm.c, check_pin); another length is wrong as well.
	 */
	EXPECT(0x63C2, "0020008105"
		       "3132333435");
	EXPECT(0x63C2, "00200081");
	EXPECT(0x63C1, "0020008107" PIN "37");
	/* check_pin: the one that uses up the last try says blocked. */
	EXPECT(0x6983, "0020008106" WRONG_PIN);
	EXPECT(0x6983, VERIFY);
	EXPECT(0x6983, "00200081");
	/* CardContact: the SO-PIN cannot be used for login. */
	EXPECT(0x6A86, "0020008808" SO_PIN);
	EXPECT(0x63CF, "00200088");
}

static void
test_change(void **state)
{
	struct table *table = *state;

	EXPECT(0x9000, SELECT);
	EXPECT(0x9000, PLAIN(SO_PIN));
	/* pico-hsm cmd_change_pin.c: old and new side by side. */
	EXPECT(0x63C2, "002400810E" WRONG_PIN "3837363534333231");
	EXPECT(0x9000, "002400810E" PIN "3837363534333231");
	EXPECT(0x63C2, VERIFY);
	EXPECT(0x9000, "0020008108"
		       "3837363534333231");
	EXPECT(0x6700, "002400810D"
		       "3837363534333231"
		       "3132333435");
	EXPECT(0x9000, "00200081");
	/* card-sc-hsm.c, sc_hsm_pin_cmd: the SO-PIN as twice 8 bytes. */
	EXPECT(0x63CE, "0024008810" WRONG_SO_PIN SO_PIN);
	EXPECT(0x9000, "0024008810" SO_PIN SO_PIN);
	EXPECT(0x63CF, "00200088");
	EXPECT(0x9000, "0024008810" SO_PIN WRONG_SO_PIN);
	EXPECT(0x63CE, "0024008810" SO_PIN SO_PIN);
	EXPECT(0x6700, "0024008811" SO_PIN SO_PIN "00");
	EXPECT(0x6A86, "0024008510" SO_PIN SO_PIN);
}

static void
test_reset_retry_counter(void **state)
{
	struct table *table = *state;

	EXPECT(0x9000, SELECT);
	EXPECT(0x9000, PLAIN(SO_PIN));
	for (int i = 0; i < 3; i++)
		(void)send(table, "0020008106" WRONG_PIN);
	EXPECT(0x6983, "00200081");
	/* card-sc-hsm.c, sc_hsm_init_pin; pico-hsm cmd_reset_retry.c. */
	EXPECT(0x63CE, "002C00810E" WRONG_SO_PIN PIN);
	EXPECT(0x6983, "00200081");
	EXPECT(0x9000, "002C008110" SO_PIN "3837363534333231");
	EXPECT(0x63C3, "00200081");
	EXPECT(0x9000, "0020008108"
		       "3837363534333231");
	EXPECT(0x6700, "002C00810D" SO_PIN "3132333435");
	EXPECT(0x6A88, "002C008810" SO_PIN SO_PIN);
	/* cmd_reset_retry.c: the counter alone only where the option says so, ... */
	EXPECT(0x6986, "002C018108" SO_PIN);
	EXPECT(0x9000, "8050000019"
		       "80020021"
		       "8106" PIN "8208" SO_PIN "910103");
	EXPECT(0x63C2, "0020008106" WRONG_PIN);
	EXPECT(0x9000, "002C018108" SO_PIN);
	EXPECT(0x63C3, "00200081");
	EXPECT(0x6986, "002C00810E" SO_PIN PIN);
	/* ... and nothing at all without the first option. */
	EXPECT(0x9000, "8050000019"
		       "80020000"
		       "8106" PIN "8208" SO_PIN "910103");
	EXPECT(0x6986, "002C00810E" SO_PIN PIN);
	EXPECT(0x6986, "002C018108" SO_PIN);
	EXPECT(0x63CF, "00200088");
}

static void
test_initialize(void **state)
{
	struct table *table = *state;

	EXPECT(0x9000, SELECT);
	/* A new card takes the SO-PIN; sc-hsm-tool.c, initialize: lengths and tries that belong together. */
	EXPECT(0x6700, "80500000");
	EXPECT(0x6A80, "8050000019"
		       "80020001"
		       "8106" PIN "8208" SO_PIN "910104");
	EXPECT(0x6A80, "8050000019"
		       "80020001"
		       "8106" PIN "8208" SO_PIN "910100");
	EXPECT(0x6A80, "8050000016"
		       "80020001"
		       "8106" PIN "8208" SO_PIN);
	EXPECT(0x6A88, "00200088");
	EXPECT(0x9000, SHARES(SO_PIN, "02"));
	EXPECT(0x63C3, "00200081");
	/* A used one checks it: 6985 and a try gone (card-sc-hsm.c, sc_hsm_initialize: "not allowed" is a wrong one).
	 */
	EXPECT(0x9000, VERIFY);
	EXPECT(0x9000, "00D72F0308"
		       "54020000"
		       "53023000");
	EXPECT(0x6985, PLAIN(WRONG_SO_PIN));
	EXPECT(0x63CE, "00200088");
	EXPECT(0x9000, "00A40000022F0300");
	/* The right one clears everything, and the tries are whole again. */
	EXPECT(0x9000, PLAIN(SO_PIN));
	EXPECT(0x63CF, "00200088");
	EXPECT(0x6A82, "00A40000022F0300");
	EXPECT(0x6D00, "8052000000");
	/* What this card has not: key domains, public key authentication, session PINs. */
	EXPECT(0x6A81, "805000001C"
		       "80020001"
		       "8106" PIN "8208" SO_PIN "910103"
		       "970101");
	EXPECT(0x6A81, "8050000019"
		       "80020005"
		       "8106" PIN "8208" SO_PIN "910103");
	for (int i = 14; i > 0; i--) {
		EXPECT(0x6985, PLAIN(WRONG_SO_PIN));
		assert_int_equal(send(table, "00200088"), 0x63C0 | i);
	}
	/* The fifteenth: waste for ever. */
	EXPECT(0x6983, PLAIN(WRONG_SO_PIN));
	EXPECT(0x6983, PLAIN(SO_PIN));
	EXPECT(0x6983, "00200088");
	EXPECT(0x6983, "0024008810" SO_PIN SO_PIN);
	EXPECT(0x6983, "002C00810E" SO_PIN PIN);
}

static void
test_transport_pin(void **state)
{
	struct table *table = *state;

	EXPECT(0x9000, SELECT);
	EXPECT(0x9000, "8050000019"
		       "80020003"
		       "8106" PIN "8208" SO_PIN "910103");
	/* sc-hsm-tool.c, print_info: 6984 is "Transport-PIN active. Please change to user selected PIN first." */
	EXPECT(0x6984, "00200081");
	EXPECT(0x6984, VERIFY);
	EXPECT(0x9000, "002400810C" PIN "363534333231");
	EXPECT(0x9000, "00200081");
	EXPECT(0x9000, "0020008106"
		       "363534333231");
}

static void
test_dkek(void **state)
{
	struct table *table = *state;

	EXPECT(0x9000, SELECT);
	EXPECT(0x9000, SHARES(SO_PIN, "02"));
	/* card-sc-hsm.c, sc_hsm_import_dkek_share: total, outstanding, key check value. */
	EXPECT(0x9000, "8052000000");
	expect_answer(table, "02020000000000000000");
	EXPECT(0x6700, "8052000010"
		       "00112233445566778899AABBCCDDEEFF"
		       "00");
	EXPECT(0x9000, "8052000020" PUBLISHED_DKEK "00");
	expect_answer(table, "02010000000000000000");
	/* No key while shares are outstanding. */
	EXPECT(0x9000, VERIFY);
	assert_int_equal(send_long_hex(table, "00460100", TEMPLATE_RSA), 0x6985);
	EXPECT(0x6985, "80720192000000");
	/* The second share of zeros leaves the published DKEK, and its published KCV. */
	EXPECT(0x9000, "8052000020"
		       "0000000000000000000000000000000000000000000000000000000000000000"
		       "00");
	expect_answer(table, "0200ecc92c62e3f6189e");
	/* pico-hsm cmd_key_domain.c: one too many. */
	EXPECT(0x6986, "8052000020" PUBLISHED_DKEK "00");
	EXPECT(0x6A86, "8052000100");
	EXPECT(0x6A86, "80520100010100");
	/* None: a DKEK of the card's own, at once complete. */
	EXPECT(0x9000, SHARES(SO_PIN, "00"));
	EXPECT(0x9000, "8052000000");
	assert_memory_equal(table->answer, "\0\0", 2);
	assert_memory_not_equal(table->answer + 2, "\0\0\0\0\0\0\0\0", 8);
}

static void
test_files(void **state)
{
	struct table *table = *state;

	EXPECT(0x9000, SELECT);
	EXPECT(0x9000, PLAIN(SO_PIN));
	/* Without the PIN nothing is written or deleted (pico-hsm cmd_update_ef.c, cmd_delete_file.c). */
	EXPECT(0x6982, "00D7CF0108"
		       "54020000"
		       "53020102");
	EXPECT(0x6982, "00E4020002"
		       "CF01");
	EXPECT(0x9000, VERIFY);
	/* card-sc-hsm.c, sc_hsm_write_ef and sc_hsm_read_binary: 54 offset, 53 data; writing creates. */
	EXPECT(0x9000, "00D7CF0108"
		       "54020000"
		       "53020102");
	EXPECT(0x9000, "00D7CF0108"
		       "54020002"
		       "53020304");
	EXPECT(0x6B00, "00D7CF0108"
		       "54020005"
		       "53020304");
	EXPECT(0x9000, "00B1CF0104"
		       "54020000"
		       "00");
	expect_answer(table, "01020304");
	EXPECT(0x6282, "00B1CF0104"
		       "54020001"
		       "10");
	expect_answer(table, "020304");
	EXPECT(0x9000, "00B1CF0104"
		       "54020003"
		       "01");
	expect_answer(table, "04");
	EXPECT(0x6B00, "00B1CF0104"
		       "54020005"
		       "00");
	EXPECT(0x6A80, "00B1CF0104"
		       "53020000"
		       "00");
	EXPECT(0x6A80, "00D7CF0104"
		       "54020000");
	/* sc_hsm_create_file, then sc_hsm_update_binary: a file just made is the one that 0000 means. */
	EXPECT(0x9000, "00D7C90206"
		       "54020000"
		       "5300");
	EXPECT(0x9000, "00D7000008"
		       "54020000"
		       "53020506");
	EXPECT(0x9000, "00B1000004"
		       "54020000"
		       "00");
	expect_answer(table, "0506");
	/* card-sc-hsm.h: what is protected, what cannot be read, what is no file at all. */
	EXPECT(0x9000, "00D7CD0308"
		       "54020000"
		       "53020708");
	EXPECT(0x6982, "00B1CC0004"
		       "54020000"
		       "00");
	EXPECT(0x6982, "00D7CC0108"
		       "54020000"
		       "53020102");
	EXPECT(0x6982, "00D72F0208"
		       "54020000"
		       "53020102");
	EXPECT(0x6982, "00E4020002"
		       "CC00");
	EXPECT(0x6982, "00E4020002"
		       "2F02");
	EXPECT(0x6A82, "00D7AB0108"
		       "54020000"
		       "53020102");
	EXPECT(0x9000, "8058000000");
	expect_answer(table, "c902cc00cd03cf01");
	EXPECT(0x9000, "00E4020002"
		       "CF01");
	EXPECT(0x6A82, "00E4020002"
		       "CF01");
	EXPECT(0x6A82, "00B1CF0104"
		       "54020000"
		       "00");
	/* Protected data wants the PIN to be read (PROT_DATA_PREFIX, "PIN protected data objects"). */
	EXPECT(0x9000, "00B1CD0304"
		       "54020000"
		       "00");
	EXPECT(0x9000, SELECT);
	EXPECT(0x6982, "00B1CD0304"
		       "54020000"
		       "00");
	EXPECT(0x9000, "00B1C90204"
		       "54020000"
		       "00");
}

static void
test_challenge(void **state)
{
	struct table *table = *state;
	uint8_t first[8];

	EXPECT(0x9000, SELECT);
	EXPECT(0x9000, "0084000008");
	assert_int_equal(table->size, 8);
	memcpy(first, table->answer, 8);
	EXPECT(0x9000, "0084000008");
	assert_memory_not_equal(first, table->answer, 8);
	/* card-sc-hsm.c, sc_hsm_get_challenge: up to 1024. */
	EXPECT(0x9000, "00840000000400");
	assert_int_equal(table->size, 1024);
	EXPECT(0x6700, "00840000000401");
	EXPECT(0x6700, "00840000");
}

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
	assert_int_equal(send_long_hex(table, "00460100", TEMPLATE_P256), 0x6982);
	EXPECT(0x6982, "806801730101");
	EXPECT(0x9000, VERIFY);
	assert_int_equal(send_long_hex(table, "00460100", TEMPLATE_P256), 0x9000);
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
	EXPECT(0x9000, "00B12F02000004540200000000");
	device = key_of_point("brainpoolP256r1", value_of(table->answer, table->size, "8641", &left), 65);
	assert_true(is_signed(device, request + 4, request_size - 4 - 67, request + request_size - 64));
	request[5] ^= 1;
	assert_false(is_signed(device, request + 4, request_size - 4 - 67, request + request_size - 64));
	/* A reference that is taken is not overwritten. */
	assert_int_equal(send_long_hex(table, "00460100", TEMPLATE_P256), 0x6A89);
	assert_int_equal(send_long_hex(table, "00460000", TEMPLATE_P256), 0x6A86);
	EXPECT(0x9000, "8058000000");
	expect_answer(table, "cc00cc01");
	/* card-sc-hsm.h, ALGO_EC_SHA256 and ALGO_EC_RAW: the same signature's two ways. */
	SHA256((const uint8_t *)"abc", 3, hash);
	context = EVP_PKEY_CTX_new(key, NULL);
	assert_int_equal(EVP_PKEY_verify_init(context), 1);
	EXPECT(0x9000, "8068017303"
		       "616263"
		       "00");
	assert_int_equal(EVP_PKEY_verify(context, table->answer, table->size, hash, 32), 1);
	assert_int_equal(send_long(table, "80680170", hash, 32), 0x9000);
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
	assert_int_equal(send_long(table, "80620180", point, 65), 0x9000);
	assert_int_equal(table->size, 33);
	assert_int_equal(table->answer[0], 0x04);
	point[64] ^= 1;
	assert_int_equal(send_long(table, "80620180", point, 65), 0x6A80);
	EXPECT(0x9000, "00E4020002"
		       "CC01");
	EXPECT(0x6A82, "8068017303"
		       "616263"
		       "00");
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(device);
	EVP_PKEY_free(key);
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
	prepare(table, SHARES(SO_PIN, "01"));
	/* Another DKEK: "Wrapped key does not match DKEK" (sc-hsm-tool.c, unwrap_key: 6A80). */
	EXPECT(0x9000, "8052000020"
		       "0101010101010101010101010101010101010101010101010101010101010101"
		       "00");
	assert_int_equal(send_long(table, "80740193", parts.blob, parts.blob_size), 0x6A80);
	prepare(table, SHARES(SO_PIN, "01"));
	EXPECT(0x9000, "8052000020" PUBLISHED_DKEK "00");
	EXPECT(0x6A82, "80740193");
	assert_int_equal(send_long(table, "80740193", parts.blob, parts.blob_size), 0x9000);
	assert_int_equal(send_long(table, "80740193", parts.blob, parts.blob_size), 0x6A89);
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
	assert_int_equal(send_long(table, "00D72F10", blob, size + 8), 0x9000);
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
	assert_int_equal(send_long(table, "80740393", blob + 8, size), 0x6A80);
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

	prepare(table, SHARES(SO_PIN, "00"));
	assert_int_equal(send_long_hex(table, "00460100", TEMPLATE_RSA), 0x9000);
	/* card-sc-hsm.h, ALGO_RSA_RAW and ALGO_RSA_DECRYPT: the same operation, on a whole block only. */
	assert_int_equal(send_long(table, "80680120", plain, 255), 0x6700);
	assert_int_equal(send_long(table, "80680120", plain, 256), 0x9000);
	assert_int_equal(table->size, 256);
	memcpy(signature, table->answer, 256);
	assert_int_equal(send_long(table, "80620121", plain, 256), 0x9000);
	assert_memory_equal(table->answer, signature, 256);
	EXPECT(0x6985, "8068017303"
		       "616263"
		       "00");
	assert_int_equal(send_long(table, "80680140", plain, 31), 0x6700);
	assert_int_equal(send_long(table, "80680140", plain, 32), 0x9000);
	/* Wrapped and unwrapped it is still the same key. */
	EXPECT(0x9000, "80720192000000");
	size = table->size;
	memcpy(blob, table->answer, size);
	assert_int_equal(send_long(table, "80740593", blob, size), 0x9000);
	assert_int_equal(send_long(table, "80680520", plain, 256), 0x9000);
	assert_memory_equal(table->answer, signature, 256);
}

static void
test_state(void **state)
{
	struct table *table = *state;
	uint8_t *log;
	size_t size;
	char path[128];

	prepare(table, SHARES(SO_PIN, "02"));
	EXPECT(0x9000, "8052000020" PUBLISHED_DKEK "00");
	EXPECT(0x63C2, "0020008106" WRONG_PIN);
	EXPECT(0x6985, PLAIN(WRONG_SO_PIN));
	/* Power gone, card opened anew: all of it is still so; another serial number does not make it another card. */
	virtual_card_free(&table->card);
	assert_int_equal(virtual_card_open(&table->card, table->folder, "REHE0000009"), DONE);
	EXPECT(0x9000, SELECT);
	EXPECT(0x63C2, "00200081");
	EXPECT(0x63CE, "00200088");
	EXPECT(0x9000, "8052000000");
	expect_answer(table, "02010000000000000000");
	EXPECT(0x9000, "00B12F02000004540200000000");
	assert_non_null(memmem(table->answer, table->size, "REHE000000100000", 16));
	/* The card's own record of tries. */
	snprintf(path, sizeof path, "%s/pin-log", table->folder);
	assert_int_equal(file_read(path, 4096, &log, &size), DONE);
	assert_string_equal((const char *)log, "user-PIN right 3\nuser-PIN wrong 2\nSO-PIN wrong 14\n");
	free(log);
	/* A state that is not one is refused, not repaired. */
	virtual_card_free(&table->card);
	snprintf(path, sizeof path, "%s/state", table->folder);
	assert_int_equal(file_replace(path, "quorate rehearsal card 1\nS\0\0\0\xFF", 30), DONE);
	assert_int_equal(virtual_card_open(&table->card, table->folder, "REHE0000001"), FAIL_REHEARSAL);
	assert_null(table->card);
}

#define CARD_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

TEST_GROUP(virtual_card, CARD_TEST(test_select), CARD_TEST(test_select_ends_session), CARD_TEST(test_unknown),
	CARD_TEST(test_blank), CARD_TEST(test_verify), CARD_TEST(test_change), CARD_TEST(test_reset_retry_counter),
	CARD_TEST(test_initialize), CARD_TEST(test_transport_pin), CARD_TEST(test_dkek), CARD_TEST(test_files),
	CARD_TEST(test_challenge), CARD_TEST(test_certificates), CARD_TEST(test_generate_and_sign),
	CARD_TEST(test_unwrap_published), CARD_TEST(test_rsa), CARD_TEST(test_state));
