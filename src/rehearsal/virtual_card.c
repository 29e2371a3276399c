#include "card_inside.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	uint8_t cla, ins;
	card_handler *handler;
} commands[] = {
	{ 0x00, 0xA4, card_select },
	{ 0x00, 0x20, card_verify },
	{ 0x00, 0x24, card_change_pin },
	{ 0x00, 0x2C, card_reset_retry_counter },
	{ 0x00, 0x46, card_generate },
	{ 0x00, 0x84, card_challenge },
	{ 0x00, 0xB1, card_read },
	{ 0x00, 0xD7, card_update },
	{ 0x00, 0xE4, card_delete },
	{ 0x80, 0x50, card_initialize },
	{ 0x80, 0x52, card_dkek },
	{ 0x80, 0x54, card_public_key_status },
	{ 0x80, 0x58, card_enumerate },
	{ 0x80, 0x62, card_decipher },
	{ 0x80, 0x68, card_sign },
	{ 0x80, 0x72, card_wrap },
	{ 0x80, 0x74, card_unwrap },
};

size_t
virtual_card_atr(uint8_t ret[33])
{
	/* OpenSC card-sc-hsm.c, sc_hsm_atrs: the contact card. */
	static const uint8_t atr[] = { 0x3B, 0xFE, 0x18, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x45, 0x80, 0x31, 0x81, 0x54,
		0x48, 0x53, 0x4D, 0x31, 0x73, 0x80, 0x21, 0x40, 0x81, 0x07, 0xFA };

	memcpy(ret, atr, sizeof atr);
	return sizeof atr;
}

/* Short and extended forms, cases 1 to 4 (ISO 7816-4, 5.1). */
static bool
parse(const uint8_t *bytes, size_t size, struct card_command *ret)
{
	const uint8_t *at, *end = bytes + size;
	bool is_extended;
	size_t left;

	if (size < 4 || size > CARD_COMMAND_MOST)
		return false;
	*ret = (struct card_command){ .cla = bytes[0], .ins = bytes[1], .p1 = bytes[2], .p2 = bytes[3], .data = bytes };
	at = bytes + 4;
	left = size - 4;
	if (left == 0)
		return true;
	is_extended = *at == 0 && left >= 3;
	if (is_extended) {
		at++;
		if (left > 3) {
			ret->size = (size_t)(at[0] << 8 | at[1]);
			at += 2;
			if (ret->size == 0 || ret->size > (size_t)(end - at))
				return false;
		}
	} else if (left > 1) {
		ret->size = *at++;
		if (ret->size == 0 || ret->size > (size_t)(end - at))
			return false;
	}
	ret->data = at;
	at += ret->size;
	left = (size_t)(end - at);
	if (left == 0)
		return true;
	if (left != (is_extended ? 2u : 1u))
		return false;
	ret->expected = is_extended ? (size_t)(at[0] << 8 | at[1]) : at[0];
	if (ret->expected == 0)
		ret->expected = is_extended ? 65536 : 256;
	return true;
}

/* Whether the card is made to answer an instruction otherwise than it should: a line in folder/deviations has the
   instruction and the status word, in hex. */
static bool
deviates(const struct virtual_card *card, uint8_t ins, uint16_t *ret_status)
{
	char path[300], line[64];
	unsigned wanted, status;
	bool is_found = false;
	FILE *file;

	text_format(path, sizeof path, "%s/deviations", card->folder);
	file = fopen(path, "re");
	while (file != NULL && !is_found && fgets(line, sizeof line, file) != NULL) {
		is_found = sscanf(line, "%2x %4x", &wanted, &status) == 2 && wanted == ins;
		*ret_status = (uint16_t)status;
	}
	if (file != NULL)
		fclose(file);
	return is_found;
}

static uint16_t
dispatch(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	card_handler *handler = NULL;
	uint16_t status;

	if (deviates(card, command->ins, &status))
		return status;
	if (command->cla != 0x00 && command->cla != 0x80)
		return SW_CLASS;
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (commands[i].cla == command->cla && commands[i].ins == command->ins)
			handler = commands[i].handler;
	/* Before its selection the application hears nothing but SELECT. */
	if (handler == NULL || (!card->is_selected && handler != card_select))
		return SW_INSTRUCTION;
	return handler(card, command, answer);
}

/* A command that failed half-way must leave nothing behind: back to what is on the disk. */
static void
roll_back(struct virtual_card *card)
{
	card->is_logged_in = false;
	card->current = 0;
	if (card_state_load(card) != DONE) {
		card_state_clear(card);
		card->is_selected = false;
	}
	card->is_changed = false;
}

/* A line for each command in folder/command-log, if that file is there: how many a program needs, and which. Heads and
   lengths alone, never what is in them. */
static void
log_command(const struct virtual_card *card, const uint8_t *command, size_t size, size_t answer, uint16_t status)
{
	char path[300], head[2 * 4 + 1], line[96];
	int descriptor;

	text_format(path, sizeof path, "%s/command-log", card->folder);
	descriptor = open(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
	if (descriptor < 0)
		return;
	hex_encode(command, size < 4 ? size : 4, head);
	text_format(line, sizeof line, "%s %zu bytes, %04x %zu bytes\n", head, size, (unsigned)status, answer);
	(void)file_write_all(descriptor, line, strlen(line));
	close(descriptor);
}

void
virtual_card_command(struct virtual_card *card, const uint8_t *command, size_t size, uint8_t *ret, size_t *ret_size)
{
	struct tlv_writer answer = { .bytes = ret, .room = CARD_ANSWER_MOST - 2 };
	struct card_command parsed = { 0 };
	uint16_t status = SW_LENGTH;

	card->is_changed = false;
	if (parse(command, size, &parsed))
		status = dispatch(card, &parsed, &answer);
	if (answer.is_full)
		status = SW_EXECUTION;
	if (status == SW_EXECUTION || status == SW_MEMORY) {
		roll_back(card);
	} else if (card->is_changed && card_state_save(card) != DONE) {
		roll_back(card);
		status = SW_MEMORY;
	}
	card->is_changed = false;
	/* Data comes with success and with a warning only, and never more than was asked for. */
	if (status != SW_DONE && status != SW_END_OF_FILE)
		answer.size = 0;
	else if (answer.size > parsed.expected)
		answer.size = parsed.expected;
	ret[answer.size] = (uint8_t)(status >> 8);
	ret[answer.size + 1] = (uint8_t)status;
	*ret_size = answer.size + 2;
	log_command(card, command, size, answer.size, status);
}

static enum outcome
transmit(void *context, const uint8_t *command, size_t size, uint8_t *ret, size_t *ret_size, struct code *ret_code)
{
	enum outcome outcome = DONE;
	uint8_t *answer = malloc(CARD_ANSWER_MOST);
	size_t answer_size;

	*ret_code = (struct code){ CODE_NONE, 0 };
	if (answer == NULL)
		return FAIL_MEMORY;
	virtual_card_command(context, command, size, answer, &answer_size);
	if (answer_size > *ret_size) {
		outcome = FAIL_CARD_SILENT;
	} else {
		memcpy(ret, answer, answer_size);
		*ret_size = answer_size;
	}
	OPENSSL_cleanse(answer, answer_size);
	free(answer);
	return outcome;
}

enum outcome
virtual_card_open(struct virtual_card **ret, const char *folder, const char *serial)
{
	struct virtual_card *card;
	enum outcome outcome;

	*ret = NULL;
	if (strlen(folder) >= sizeof card->folder || strlen(serial) != CARD_SERIAL_SIZE - 1)
		return FAIL_ARGUMENT;
	card = calloc(1, sizeof *card);
	if (card == NULL)
		return FAIL_MEMORY;
	text_format(card->folder, sizeof card->folder, "%s", folder);
	text_format(card->serial, sizeof card->serial, "%s", serial);
	card->door = (struct card){ transmit, card };
	outcome = file_make_folder(folder);
	if (outcome == DONE)
		outcome = card_state_load(card);
	if (outcome == FAIL_FILE_MISSING) {
		outcome = card_certificates_make(card);
		if (outcome == DONE)
			outcome = card_state_save(card);
	}
	if (outcome != DONE) {
		virtual_card_free(&card);
		return outcome;
	}
	*ret = card;
	return DONE;
}

void
virtual_card_free(struct virtual_card **card)
{
	if (*card != NULL) {
		card_state_clear(*card);
		free(*card);
	}
	*card = NULL;
}

void
virtual_card_reset(struct virtual_card *card)
{
	card->is_selected = card->is_logged_in = false;
	card->current = 0;
}

const struct card *
virtual_card_door(struct virtual_card *card)
{
	return &card->door;
}
