/* A virtual SmartCard-HSM on the table: sends it commands in hex, and keeps what it answered. */
#ifndef TESTS_UNIT_CARD_TABLE_H
#define TESTS_UNIT_CARD_TABLE_H

#include <quorate/virtual_card.h>

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
#define TEMPLATE_RSA TEMPLATE_RSA_BITS("0800")
#define TEMPLATE_RSA_BITS(bits)                                                                                        \
	"5F290100"                                                                                                     \
	"4209555443413030303031"                                                                                       \
	"7F4915"                                                                                                       \
	"060A04007F00070202020102"                                                                                     \
	"8203010001"                                                                                                   \
	"0202" bits "5F201052454845303030303030313030303031"

struct table {
	struct virtual_card *card;
	char folder[64];
	uint8_t answer[CARD_ANSWER_MOST];
	size_t size;
};

/* fixture: a new card in a folder of its own. */
int card_table_set_up(void **state);
int card_table_tear_down(void **state);

/* Sends a command in hex, returns the status word; the answer's data stays in the table. */
unsigned card_table_send(struct table *table, const char *hex);

/* An extended command around data, Le 0000. */
unsigned card_table_send_long(struct table *table, const char *head, const uint8_t *data, size_t size);
unsigned card_table_send_long_hex(struct table *table, const char *head, const char *hex);

#define EXPECT(status, command) assert_int_equal(card_table_send(table, command), status)

/* What the last answer was, without its status word. */
void card_table_expect(const struct table *table, const char *hex);

/* The same template as TEMPLATE_P256 for any curve; returns its size. */
size_t card_table_template(const char *curve, uint8_t *ret, size_t room);

/* Selects, initialises, logs the user in. */
void card_table_prepare(struct table *table, const char *initialize);

#define CARD_TEST(name) cmocka_unit_test_setup_teardown(name, card_table_set_up, card_table_tear_down)

#endif
