#include "groups.h"

#include "card_table.h"

#include "../../src/rehearsal/card_inside.h"

#include <openssl/objects.h>
#include <quorate/hex.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
card_table_set_up(void **state)
{
	struct table *table = calloc(1, sizeof *table);

	snprintf(table->folder, sizeof table->folder, "/tmp/quorate-card-XXXXXX");
	if (mkdtemp(table->folder) == NULL || virtual_card_open(&table->card, table->folder, "REHE0000001") != DONE)
		return -1;
	*state = table;
	return 0;
}

int
card_table_tear_down(void **state)
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

unsigned
card_table_send(struct table *table, const char *hex)
{
	static uint8_t command[4096];
	size_t size = strlen(hex) / 2;

	assert_int_equal(hex_decode(hex, strlen(hex), command, size), DONE);
	return send_bytes(table, command, size);
}

/* An extended command around data, Le 0000. */
unsigned
card_table_send_long(struct table *table, const char *head, const uint8_t *data, size_t size)
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

unsigned
card_table_send_long_hex(struct table *table, const char *head, const char *hex)
{
	static uint8_t data[4096];
	size_t size = strlen(hex) / 2;

	assert_int_equal(hex_decode(hex, strlen(hex), data, size), DONE);
	return card_table_send_long(table, head, data, size);
}

void
card_table_expect(const struct table *table, const char *hex)
{
	char text[512];

	assert_true(table->size < sizeof text / 2);
	hex_encode(table->answer, table->size, text);
	assert_string_equal(text, hex);
}

size_t
card_table_template(const char *curve, uint8_t *ret, size_t room)
{
	const struct curve named = { curve, OBJ_sn2nid(curve) };
	struct tlv_writer writer = { .bytes = ret, .room = room };
	struct curve_parameters parameters;
	size_t key;

	assert_true(curve_parameters_of(&named, &parameters));
	tlv_put(&writer, 0x5F29, "\0", 1);
	tlv_put(&writer, 0x42, "UTCA00001", 9);
	key = tlv_open(&writer, 0x7F49);
	tlv_put(&writer, 0x06, card_oid_ecdsa, CARD_OID_SIZE);
	tlv_put(&writer, 0x81, parameters.prime, parameters.size);
	tlv_put(&writer, 0x82, parameters.a, parameters.size);
	tlv_put(&writer, 0x83, parameters.b, parameters.size);
	tlv_put(&writer, 0x84, parameters.point, parameters.point_size);
	tlv_put(&writer, 0x85, parameters.order, parameters.size);
	tlv_put(&writer, 0x87, "\1", 1);
	tlv_close(&writer, key);
	tlv_put(&writer, 0x5F20, "REHE000000100001", 16);
	assert_false(writer.is_full);
	return writer.size;
}

void
card_table_prepare(struct table *table, const char *initialize)
{
	EXPECT(0x9000, SELECT);
	EXPECT(0x9000, initialize);
	EXPECT(0x9000, VERIFY);
}
