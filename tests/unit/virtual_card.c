/*
 * The virtual SmartCard-HSM, command by command: what goes in, what comes out, and where that expectation comes from.
 * Sources: OpenSC's card-sc-hsm.c, pkcs15-sc-hsm.c, sc-hsm-tool.c (what hosts send and understand), pico-hsm's cmd_*.c
 * (what a card does).
 */
#include "groups.h"

#include "card_table.h"
#include "published.h"

#include <quorate/file.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
test_select(void **state)
{
	struct table *table = *state;

	/* card-sc-hsm.c: "an applet that is not default selected". */
	EXPECT(0x6D00, "00200081");
	/* card-sc-hsm.c, sc_hsm_init: tag 85 ends with kind and version; sc-hsm-tool.c, print_info: options 4th from
	   the end. */
	EXPECT(0x9000, SELECT);
	card_table_expect(table, "6f17820178840be82b0601040181c31f020185050000010305");
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

	card_table_prepare(table, PLAIN(SO_PIN));
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
		(void)card_table_send(table, "0020008106" WRONG_PIN);
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
	/* ... and by a login as SO that nobody has (P1 02 and 03: has_session_sopin). */
	EXPECT(0x6985, "002C028106" PIN);
	EXPECT(0x6986, "002C0381");
	EXPECT(0x6A86, "002C048106" PIN);
	EXPECT(0x9000, "8050000019"
		       "80020021"
		       "8106" PIN "8208" SO_PIN "910103");
	EXPECT(0x63C2, "0020008106" WRONG_PIN);
	EXPECT(0x9000, "002C018108" SO_PIN);
	EXPECT(0x63C3, "00200081");
	EXPECT(0x6986, "002C00810E" SO_PIN PIN);
	EXPECT(0x6985, "002C0381");
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
	/* What this card has not: biometric servers, session PINs. */
	EXPECT(0x6A81, "805000001C"
		       "80020001"
		       "8106" PIN "8208" SO_PIN "910103"
		       "950101");
	EXPECT(0x6A81, "8050000019"
		       "80020005"
		       "8106" PIN "8208" SO_PIN "910103");
	for (int i = 14; i > 0; i--) {
		EXPECT(0x6985, PLAIN(WRONG_SO_PIN));
		assert_int_equal(card_table_send(table, "00200088"), 0x63C0 | i);
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
	card_table_expect(table, "02020000000000000000");
	EXPECT(0x6700, "8052000010"
		       "00112233445566778899AABBCCDDEEFF"
		       "00");
	EXPECT(0x9000, "8052000020" PUBLISHED_DKEK "00");
	card_table_expect(table, "02010000000000000000");
	/* No key while shares are outstanding. */
	EXPECT(0x9000, VERIFY);
	assert_int_equal(card_table_send_long_hex(table, "00460100", TEMPLATE_RSA), 0x6985);
	EXPECT(0x6985, "80720192000000");
	/* The second share of zeros leaves the published DKEK, and its published KCV. */
	EXPECT(0x9000, "8052000020"
		       "0000000000000000000000000000000000000000000000000000000000000000"
		       "00");
	card_table_expect(table, "0200ecc92c62e3f6189e");
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

#define DOMAINS(count)                                                                                                 \
	"805000001C"                                                                                                   \
	"80020001"                                                                                                     \
	"8106" PIN "8208" SO_PIN "910103"                                                                              \
	"9701" count
#define ZERO_SHARE "0000000000000000000000000000000000000000000000000000000000000000"

/* pico-hsm cmd_initialize.c and cmd_key_domain.c throughout. */
static void
test_key_domains(void **state)
{
	struct table *table = *state;
	uint8_t wrapped[1024];
	size_t size;

	EXPECT(0x9000, SELECT);
	/* Tag 97 makes places for domains, none of which is set up; beyond them there is nothing. */
	EXPECT(0x6A80, DOMAINS("00"));
	EXPECT(0x6A80, DOMAINS("11"));
	EXPECT(0x6A80, "805000001F"
		       "80020001"
		       "8106" PIN "8208" SO_PIN "910103"
		       "920101"
		       "970102");
	EXPECT(0x9000, DOMAINS("02"));
	EXPECT(0x6A88, "8052000000");
	EXPECT(0x6A88, "8052000100");
	EXPECT(0x6A86, "8052000200");
	/* Making and deleting want the PIN. */
	EXPECT(0x6985, "8052010101"
		       "01"
		       "00");
	EXPECT(0x9000, VERIFY);
	EXPECT(0x6700, "8052010100");
	EXPECT(0x6A80, "8052010101"
		       "00"
		       "00");
	EXPECT(0x9000, "8052010101"
		       "02"
		       "00");
	card_table_expect(table, "02020000000000000000");
	EXPECT(0x6A86, "8052010101"
		       "01"
		       "00");
	EXPECT(0x9000, "8052010001"
		       "01"
		       "00");
	/* Each has its own DKEK. */
	EXPECT(0x9000, "8052000020" PUBLISHED_DKEK "00");
	card_table_expect(table, "0100ecc92c62e3f6189e");
	EXPECT(0x9000, "8052000120" PUBLISHED_DKEK "00");
	card_table_expect(table, "02010000000000000000");
	/* 04 forgets the shares that are in, and the domain waits for them again. */
	EXPECT(0x9000, "8052040100");
	card_table_expect(table, "02020000000000000000");
	EXPECT(0x9000, "8052000120" ZERO_SHARE "00");
	EXPECT(0x9000, "8052000120" PUBLISHED_DKEK "00");
	EXPECT(0x9000, "8052040100");
	/* A key is made in the domain that tag 92 names: not while shares are missing, not in one that is not there. */
	assert_int_equal(card_table_send_long_hex(table, "00460100", TEMPLATE_P256 "920101"), 0x6985);
	assert_int_equal(card_table_send_long_hex(table, "00460100", TEMPLATE_P256 "920102"), 0x6A80);
	EXPECT(0x9000, "8052000120" ZERO_SHARE "00");
	EXPECT(0x9000, "8052000120" ZERO_SHARE "00");
	assert_int_equal(card_table_send_long_hex(table, "00460100", TEMPLATE_P256 "920101"), 0x9000);
	assert_int_equal(card_table_send_long_hex(table, "00460200", TEMPLATE_P256), 0x9000);
	/* It is wrapped under its own domain's DKEK, and comes back into that one. */
	EXPECT(0x9000, "80720292000000");
	assert_memory_equal(table->answer, "\xec\xc9\x2c\x62\xe3\xf6\x18\x9e", 8);
	EXPECT(0x9000, "80720192000000");
	assert_memory_not_equal(table->answer, "\xec\xc9\x2c\x62\xe3\xf6\x18\x9e", 8);
	memcpy(wrapped, table->answer, table->size);
	size = table->size;
	/* A domain with a key in it is not deleted; an empty one is, and says afterwards that it is not there. */
	EXPECT(0x6A89, "8052030100");
	EXPECT(0x9000, "00E4020002"
		       "CC01");
	assert_int_equal(card_table_send_long(table, "80740393", wrapped, size), 0x9000);
	EXPECT(0x6A89, "8052030100");
	EXPECT(0x9000, "00E4020002"
		       "CC03");
	EXPECT(0x6A88, "8052030100");
	EXPECT(0x6A86, "8052030100");
	EXPECT(0x6A86, "8052040100");
	EXPECT(0x6A88, "8052000100");
	assert_int_equal(card_table_send_long(table, "80740393", wrapped, size), 0x6A80);
	/* P1 02 is key agreement between devices, which this card has not; 05 is nothing. */
	EXPECT(0x6A86, "8052020000");
	EXPECT(0x6A86, "8052050000");
	/* The power goes: all of it is still so. */
	virtual_card_free(&table->card);
	assert_int_equal(virtual_card_open(&table->card, table->folder, "REHE0000001"), DONE);
	EXPECT(0x9000, SELECT);
	EXPECT(0x9000, "8052000000");
	card_table_expect(table, "0100ecc92c62e3f6189e");
	EXPECT(0x6A88, "8052000100");
}

#define PUBLIC_KEYS(options, keys)                                                                                     \
	"805000001D"                                                                                                   \
	"8002" options "8106" PIN "8208" SO_PIN "910103"                                                               \
	"9302" keys

static void
test_public_key_status(void **state)
{
	struct table *table = *state;

	EXPECT(0x9000, SELECT);
	/* sc-hsm-tool.c, initialize: 1 to 90 keys, and no more needed than there are. */
	EXPECT(0x6A80, PUBLIC_KEYS("0001", "0000"));
	EXPECT(0x6A80, PUBLIC_KEYS("0001", "5B01"));
	EXPECT(0x6A80, PUBLIC_KEYS("0001", "0203"));
	EXPECT(0x9000, PUBLIC_KEYS("0019", "0302"));
	EXPECT(0x9000, SELECT);
	assert_memory_equal(table->answer + table->size - 5, "\x00\x19\x01", 3);
	/* card-sc-hsm.c, sc_hsm_public_key_auth_status: total, missing, required, authenticated. */
	EXPECT(0x9000, "8054000000");
	card_table_expect(table, "03030200");
	EXPECT(0x6A86, "8054000100");
	EXPECT(0x6A81, "8054000001"
		       "67"
		       "00");
	/* The two options mean nothing without public keys. */
	EXPECT(0x6A81, "8050000019"
		       "80020009"
		       "8106" PIN "8208" SO_PIN "910103");
	EXPECT(0x9000, PLAIN(SO_PIN));
	EXPECT(0x6D00, "8054000000");
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
	card_table_expect(table, "01020304");
	EXPECT(0x6282, "00B1CF0104"
		       "54020001"
		       "10");
	card_table_expect(table, "020304");
	EXPECT(0x9000, "00B1CF0104"
		       "54020003"
		       "01");
	card_table_expect(table, "04");
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
	card_table_expect(table, "0506");
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
	card_table_expect(table, "c902cc00cd03cf01");
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

static void
test_state(void **state)
{
	struct table *table = *state;
	uint8_t *log;
	size_t size;
	char path[128];

	card_table_prepare(table, SHARES(SO_PIN, "02"));
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
	card_table_expect(table, "02010000000000000000");
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
	assert_int_equal(file_replace(path, "quorate rehearsal card 2\nS\0\0\0\xFF", 30), DONE);
	assert_int_equal(virtual_card_open(&table->card, table->folder, "REHE0000001"), FAIL_REHEARSAL);
	assert_null(table->card);
}

TEST_GROUP(virtual_card, CARD_TEST(test_select), CARD_TEST(test_select_ends_session), CARD_TEST(test_unknown),
	CARD_TEST(test_blank), CARD_TEST(test_verify), CARD_TEST(test_change), CARD_TEST(test_reset_retry_counter),
	CARD_TEST(test_initialize), CARD_TEST(test_transport_pin), CARD_TEST(test_dkek), CARD_TEST(test_key_domains),
	CARD_TEST(test_public_key_status), CARD_TEST(test_files), CARD_TEST(test_challenge), CARD_TEST(test_state));
