#include "apdu.h"

/* Header, length, data, expected length; extended only where data or answer may be longer than a short form holds. */
static void
encode(const struct apdu *apdu, struct secret *ret)
{
	const uint8_t header[] = { apdu->cla, apdu->ins, apdu->p1, apdu->p2 };
	bool is_extended = apdu->expected > 256 || apdu->size > 255;

	for (size_t i = 0; i < sizeof header; i++)
		secret_push(ret, header[i]);
	if (is_extended)
		secret_push(ret, 0);
	if (apdu->size > 0) {
		if (is_extended)
			secret_push(ret, (uint8_t)(apdu->size >> 8));
		secret_push(ret, (uint8_t)apdu->size);
	}
	for (size_t i = 0; i < apdu->size; i++)
		secret_push(ret, apdu->data[i]);
	if (apdu->expected > 0 && is_extended)
		secret_push(ret, (uint8_t)(apdu->expected >> 8));
	if (apdu->expected > 0)
		secret_push(ret, (uint8_t)apdu->expected);
}

static enum outcome
take_answer(struct apdu_answer *ret, size_t size)
{
	if (size < 2 || size > sizeof ret->bytes)
		return FAIL_CARD_ANSWER;
	ret->size = size - 2;
	ret->status = (uint16_t)(ret->bytes[size - 2] << 8 | ret->bytes[size - 1]);
	ret->code = (struct code){ CODE_STATUS_WORD, ret->status };
	return DONE;
}

enum outcome
apdu_enter_pin(const struct card *card, const struct card_pin_entry *entry, struct apdu_answer *ret)
{
	size_t size = sizeof ret->bytes;
	enum outcome outcome;

	ret->size = 0;
	ret->status = 0;
	ret->code = (struct code){ CODE_NONE, 0 };
	if (card->enter_pin == NULL)
		return FAIL_CARD_UNSUPPORTED;
	outcome = card->enter_pin(card->context, entry, ret->bytes, &size, &ret->code);
	return outcome == DONE ? take_answer(ret, size) : outcome;
}

enum outcome
apdu_send(const struct card *card, const struct apdu *apdu, struct apdu_answer *ret)
{
	struct secret *command = NULL;
	size_t size = sizeof ret->bytes;
	enum outcome outcome = FAIL_ARGUMENT;

	ret->size = 0;
	ret->status = 0;
	ret->code = (struct code){ CODE_NONE, 0 };
	if (apdu->size > APDU_DATA_MOST)
		return outcome;
	outcome = secret_new(&command, 4 + 3 + apdu->size + 2);
	if (outcome != DONE)
		return outcome;
	encode(apdu, command);
	outcome = card->transmit(card->context, command->bytes, command->size, ret->bytes, &size, &ret->code);
	secret_free(&command);
	return outcome == DONE ? take_answer(ret, size) : outcome;
}
