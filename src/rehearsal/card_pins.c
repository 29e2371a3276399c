#include "card_inside.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <quorate/file.h>
#include <quorate/random.h>
#include <quorate/text.h>
#include <string.h>
#include <unistd.h>

enum { USER_PIN = 0x81, SO_PIN = 0x88, USER_PIN_LEAST = 6 };

static bool
hash_of(const struct card_pin *pin, const uint8_t *digits, size_t size, uint8_t ret[32])
{
	uint8_t bytes[sizeof pin->salt + CARD_PIN_MOST];
	bool is_done;

	if (size > CARD_PIN_MOST)
		return false;
	memcpy(bytes, pin->salt, sizeof pin->salt);
	memcpy(bytes + sizeof pin->salt, digits, size);
	is_done = SHA256(bytes, sizeof pin->salt + size, ret) != NULL;
	OPENSSL_cleanse(bytes, sizeof bytes);
	return is_done;
}

bool
card_pin_set(struct card_pin *pin, const uint8_t *digits, size_t size, uint8_t tries)
{
	struct card_pin fresh = { .length = (uint8_t)size, .tries = tries, .tries_most = tries };

	if (random_fill(fresh.salt, sizeof fresh.salt) != DONE || !hash_of(&fresh, digits, size, fresh.hash))
		return false;
	*pin = fresh;
	return true;
}

/* A line for each try in folder/pin-log: tests and people see what a program really did to the card. */
static void
log_try(const struct virtual_card *card, const struct card_pin *pin, const char *verdict)
{
	char path[300], line[64];
	int descriptor;

	text_format(path, sizeof path, "%s/pin-log", card->folder);
	text_format(line, sizeof line, "%s %s %u\n", pin == &card->so ? "SO-PIN" : "user-PIN", verdict,
		(unsigned)pin->tries);
	descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (descriptor < 0)
		return;
	(void)file_write_all(descriptor, line, strlen(line));
	close(descriptor);
}

uint16_t
card_pin_try(struct virtual_card *card, struct card_pin *pin, const uint8_t *digits, size_t size)
{
	uint8_t hash[32] = { 0 };
	bool is_right;

	if (pin->length == 0)
		return SW_NO_REFERENCE;
	if (pin == &card->user)
		card->is_logged_in = false;
	if (pin->tries == 0) {
		log_try(card, pin, "blocked");
		return SW_BLOCKED;
	}
	is_right = hash_of(pin, digits, size, hash) && size == pin->length &&
		   CRYPTO_memcmp(hash, pin->hash, sizeof hash) == 0;
	OPENSSL_cleanse(hash, sizeof hash);
	card->is_changed = card->is_changed || !is_right || pin->tries != pin->tries_most;
	pin->tries = is_right ? pin->tries_most : (uint8_t)(pin->tries - 1);
	log_try(card, pin, is_right ? "right" : "wrong");
	if (is_right)
		return SW_DONE;
	/* pico-hsm sc_hsm.c, check_pin: the try that uses up the last one already says blocked. */
	return pin->tries == 0 ? SW_BLOCKED : (uint16_t)(SW_TRIES_LEFT | pin->tries);
}

static uint16_t
status_of(const struct virtual_card *card, const struct card_pin *pin)
{
	if (pin->length == 0)
		return SW_NO_REFERENCE;
	if (pin == &card->user && card->is_transport_pin)
		return SW_NOT_USABLE;
	if (pin->tries == 0)
		return SW_BLOCKED;
	if (pin == &card->user && card->is_logged_in)
		return SW_DONE;
	return (uint16_t)(SW_TRIES_LEFT | pin->tries);
}

uint16_t
card_verify(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	uint16_t status;

	(void)answer;
	if (command->p1 != 0)
		return SW_P1_P2;
	if (command->p2 == SO_PIN) {
		/* The SO-PIN cannot be used for login; it can only be asked about (CardContact, manual). */
		return command->size > 0 ? SW_P1_P2 : status_of(card, &card->so);
	}
	if (command->p2 != USER_PIN)
		return SW_NO_REFERENCE;
	if (command->size == 0)
		return status_of(card, &card->user);
	if (card->is_transport_pin)
		return SW_NOT_USABLE;
	status = card_pin_try(card, &card->user, command->data, command->size);
	card->is_logged_in = status == SW_DONE;
	return status;
}

uint16_t
card_change_pin(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	struct card_pin *pin = command->p2 == USER_PIN ? &card->user : &card->so;
	size_t least = pin == &card->user ? USER_PIN_LEAST : CARD_SO_PIN_SIZE;
	size_t most = pin == &card->user ? CARD_PIN_MOST : CARD_SO_PIN_SIZE;
	const uint8_t *fresh;
	uint16_t status;
	size_t size;

	(void)answer;
	if (command->p1 != 0 || (command->p2 != USER_PIN && command->p2 != SO_PIN))
		return SW_P1_P2;
	if (pin->length == 0)
		return SW_NO_REFERENCE;
	/* Old and new stand side by side: the card knows where the old one ends. */
	if (command->size < pin->length + least || command->size > pin->length + most)
		return SW_LENGTH;
	status = card_pin_try(card, pin, command->data, pin->length);
	if (status != SW_DONE)
		return status;
	fresh = command->data + pin->length;
	size = command->size - pin->length;
	if (!card_pin_set(pin, fresh, size, pin->tries_most))
		return SW_EXECUTION;
	if (pin == &card->user) {
		card->is_transport_pin = false;
		card->is_logged_in = true;
	}
	card->is_changed = true;
	return SW_DONE;
}

uint16_t
card_reset_retry_counter(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	bool is_counter_only = (command->p1 & 0x01) != 0;
	size_t fresh_size;
	uint16_t status;

	(void)answer;
	if (command->p2 != USER_PIN)
		return SW_NO_REFERENCE;
	if (command->p1 > 0x03)
		return SW_P1_P2;
	if (card->so.length == 0)
		return SW_NO_REFERENCE;
	/* pico-hsm cmd_reset_retry.c: without the option nothing; the form without a new PIN where only that is set. */
	if ((card->options & OPTION_RESET_PIN) == 0 || ((card->options & OPTION_RESET_ONLY) != 0) != is_counter_only)
		return SW_NOT_ALLOWED;
	/* 02 and 03 are the same by a login with the SO-PIN, and such a login there is not. */
	if (command->p1 > 0x01)
		return SW_CONDITIONS;
	if (command->size < CARD_SO_PIN_SIZE)
		return SW_LENGTH;
	fresh_size = command->size - CARD_SO_PIN_SIZE;
	if (is_counter_only ? fresh_size != 0 : fresh_size < USER_PIN_LEAST || fresh_size > CARD_PIN_MOST)
		return SW_LENGTH;
	status = card_pin_try(card, &card->so, command->data, CARD_SO_PIN_SIZE);
	if (status != SW_DONE)
		return status;
	card->is_logged_in = false;
	if (is_counter_only)
		card->user.tries = card->user.tries_most;
	else if (!card_pin_set(&card->user, command->data + CARD_SO_PIN_SIZE, fresh_size, card->user.tries_most))
		return SW_EXECUTION;
	card->is_changed = true;
	return SW_DONE;
}
