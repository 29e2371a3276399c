/* What the processes say to each other: everything comes back as it was sent, and nothing else is taken. */
#include "../../src/token/message.h"
#include "groups.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int pair[2];

static int
open_pair(void **state)
{
	(void)state;
	return message_pair(pair) != DONE;
}

static int
close_pair(void **state)
{
	(void)state;
	close(pair[0]);
	close(pair[1]);
	return 0;
}

/* What a message looks like as a packet. */
static size_t
packet_of(const struct message *message, uint8_t *ret, size_t size)
{
	ssize_t received;

	assert_int_equal(message_send(pair[0], message, false), DONE);
	received = recv(pair[1], ret, size, MSG_DONTWAIT);
	assert_true(received > 0);
	return (size_t)received;
}

static enum outcome
receive_packet(const uint8_t *packet, size_t size)
{
	struct message message;
	enum outcome outcome;

	assert_int_equal(send(pair[0], packet, size, MSG_DONTWAIT), (ssize_t)size);
	outcome = message_receive(pair[1], &message, false);
	message_clear(&message);
	return outcome;
}

static struct message
an_act(void)
{
	struct message message;
	uint8_t pin[] = "12345678", share[DKEK_SIZE];

	memset(share, 7, sizeof share);
	message_begin(&message, MESSAGE_ACT);
	message.as.act.act = TOKEN_IMPORT_DKEK;
	snprintf(message.as.act.target.reader, sizeof message.as.act.target.reader, "Reader 1");
	assert_int_equal(secret_take(&message.as.act.user_pin, pin, 8), DONE);
	assert_int_equal(secret_take(&message.as.act.dkek_share, share, sizeof share), DONE);
	return message;
}

static void
test_round_trip(void **state)
{
	struct message sent = an_act(), received;
	size_t used = CRYPTO_secure_used();

	(void)state;
	assert_int_equal(message_send(pair[0], &sent, false), DONE);
	/* The packet stood in the secure heap, and is gone. */
	assert_int_equal(CRYPTO_secure_used(), used);
	assert_int_equal(message_receive(pair[1], &received, false), DONE);
	assert_int_equal(received.kind, MESSAGE_ACT);
	assert_string_equal(received.as.act.target.reader, "Reader 1");
	assert_true(secret_is_equal(received.as.act.user_pin, sent.as.act.user_pin));
	assert_true(secret_is_equal(received.as.act.dkek_share, sent.as.act.dkek_share));
	assert_null(received.as.act.so_pin);
	message_clear(&received);
	message_clear(&sent);
	assert_int_equal(message_receive(pair[1], &received, false), DONE);
	assert_int_equal(received.kind, MESSAGE_NONE);

	message_begin(&sent, MESSAGE_ANSWER);
	memset(&sent.as.answer.random, 9, TOKEN_RANDOM_SIZE);
	sent.as.answer.act = TOKEN_RANDOM;
	sent.as.answer.code = (struct code){ CODE_SCARD, 0x80100068 };
	sent.as.answer.after.user_pin.tries_left = -1;
	sent.as.answer.after.proof = DEVICE_GENUINE;
	snprintf(sent.as.answer.before.label, TOKEN_LABEL_SIZE, "%s", "label");
	assert_int_equal(message_send(pair[0], &sent, false), DONE);
	assert_int_equal(message_receive(pair[1], &received, false), DONE);
	assert_memory_equal(&received.as.answer, &sent.as.answer, sizeof sent.as.answer);

	message_begin(&sent, MESSAGE_SLOT);
	sent.as.slot.id = ~0UL;
	sent.as.slot.flags = 0x123456789;
	snprintf(sent.as.slot.label, TOKEN_LABEL_SIZE, "a\033[2Jb");
	assert_int_equal(message_send(pair[0], &sent, false), DONE);
	assert_int_equal(message_receive(pair[1], &received, false), DONE);
	assert_int_equal(received.as.slot.id, ~0UL);
	assert_int_equal(received.as.slot.flags, 0x123456789);
	/* The receiver cleans, whoever sends. */
	assert_string_equal(received.as.slot.label, "a?[2Jb");
}

/* Every packet cut at every place, and made longer, is refused and leaves no secret behind. */
static void
test_truncated(void **state)
{
	struct message act = an_act(), others[4];
	uint8_t packet[8192];
	size_t size, used;

	(void)state;
	message_begin(&others[0], MESSAGE_ANSWER);
	message_begin(&others[1], MESSAGE_READER);
	message_begin(&others[2], MESSAGE_LAUNCH);
	message_begin(&others[3], MESSAGE_CHANGED);
	size = packet_of(&act, packet, sizeof packet);
	message_clear(&act);
	used = CRYPTO_secure_used();
	assert_int_equal(receive_packet(packet, size), DONE);
	for (size_t cut = 1; cut < size; cut++)
		assert_int_equal(receive_packet(packet, cut), FAIL_MESSAGE);
	packet[size] = 0;
	assert_int_equal(receive_packet(packet, size + 1), FAIL_MESSAGE);
	assert_int_equal(receive_packet(packet, sizeof packet), FAIL_MESSAGE);
	assert_int_equal(CRYPTO_secure_used(), used);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		size = packet_of(&others[i], packet, sizeof packet);
		assert_int_equal(receive_packet(packet, size), DONE);
		for (size_t cut = 1; cut < size; cut += 7)
			assert_int_equal(receive_packet(packet, cut), FAIL_MESSAGE);
		packet[size] = 0;
		assert_int_equal(receive_packet(packet, size + 1), FAIL_MESSAGE);
	}
	OPENSSL_cleanse(packet, sizeof packet);
}

/* Bytes changed at random: whatever comes of it, every text ends, every number is within its limits, no memory is
   touched that is not ours (the sanitizers watch), and no secret is left. */
static void
test_noise(void **state)
{
	size_t used = CRYPTO_secure_used(), taken = 0, refused = 0;

	(void)state;
	srand(1);
	for (int i = 0; i < 20000; i++) {
		uint8_t packet[8192];
		struct message message;
		size_t size;

		if (i % 2 == 0)
			message_begin(&message, MESSAGE_READER);
		else
			message = an_act();
		size = packet_of(&message, packet, sizeof packet);
		message_clear(&message);
		for (int j = rand() % 4; j >= 0; j--)
			packet[(size_t)rand() % size] ^= (uint8_t)(1 << rand() % 8);
		assert_int_equal(send(pair[0], packet, size, MSG_DONTWAIT), (ssize_t)size);
		if (message_receive(pair[1], &message, false) == DONE) {
			taken++;
			if (message.kind == MESSAGE_READER) {
				assert_true((unsigned)message.as.reader.outcome < OUTCOME_COUNT);
				assert_true(strlen(message.as.reader.name) < TOKEN_NAME_SIZE);
				assert_true((unsigned)message.as.reader.hsm.user_pin.state <= PIN_LOCKED);
			}
		} else {
			refused++;
		}
		message_clear(&message);
	}
	assert_true(taken > 0 && refused > 0);
	assert_int_equal(CRYPTO_secure_used(), used);
}

static void
test_wrong(void **state)
{
	struct message message;
	uint8_t nothing = MESSAGE_NONE, unknown = MESSAGE_KIND_COUNT;

	(void)state;
	assert_int_equal(receive_packet(&nothing, 1), FAIL_MESSAGE);
	/* A packet of an unknown kind stays in the socket; its sender is stopped. */
	recv(pair[1], &nothing, 1, MSG_DONTWAIT);
	assert_int_equal(receive_packet(&unknown, 1), FAIL_MESSAGE);
	recv(pair[1], &unknown, 1, MSG_DONTWAIT);
	/* Out of range: not sent. */
	message_begin(&message, MESSAGE_STOP);
	message.as.stop.pid = -1;
	assert_int_equal(message_send(pair[0], &message, false), FAIL_ARGUMENT);
	/* A descriptor where none belongs is closed. */
	message_begin(&message, MESSAGE_LOOK);
	message.descriptor = STDIN_FILENO;
	assert_int_equal(message_send(pair[0], &message, false), DONE);
	assert_int_equal(message_receive(pair[1], &message, false), FAIL_MESSAGE);
	message_clear(&message);
	close(pair[0]);
	pair[0] = -1;
	assert_int_equal(message_receive(pair[1], &message, false), FAIL_WORKER_GONE);
	message_begin(&message, MESSAGE_CHANGED);
	assert_int_equal(message_send(pair[1], &message, false), FAIL_WORKER_GONE);
}

TEST_GROUP(message, cmocka_unit_test_setup_teardown(test_round_trip, open_pair, close_pair),
	cmocka_unit_test_setup_teardown(test_truncated, open_pair, close_pair),
	cmocka_unit_test_setup_teardown(test_noise, open_pair, close_pair),
	cmocka_unit_test_setup_teardown(test_wrong, open_pair, close_pair));
