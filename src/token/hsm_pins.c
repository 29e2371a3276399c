#include "hsm.h"

#include <quorate/hex.h>

#include <string.h>

/* What a status word says of a PIN that was tried. */
static enum outcome
pin_outcome(uint16_t status, uint8_t reference)
{
	bool is_user = reference == HSM_USER_PIN;

	if (status == 0x63c0 || status == 0x6983)
		return is_user ? FAIL_PIN_LOCKED : FAIL_SO_PIN_LOCKED;
	if ((status & 0xfff0) == 0x63c0)
		return is_user ? FAIL_PIN_WRONG : FAIL_SO_PIN_WRONG;
	if (status == 0x6984 && is_user)
		return FAIL_PIN_TRANSPORT;
	return hsm_outcome(status);
}

/* Sends a command whose data are two secrets side by side (the second may be NULL), and that tries a PIN. */
static enum outcome
try_pin(const struct card *card, struct apdu apdu, uint8_t tried, const struct secret *first,
	const struct secret *second, struct token_answer *ret)
{
	struct apdu_answer answer;
	struct secret *data = NULL;
	enum outcome outcome = secret_new(&data, first->size + (second == NULL ? 0 : second->size) + 1);

	if (outcome != DONE)
		return outcome;
	for (size_t i = 0; i < first->size; i++)
		secret_push(data, first->bytes[i]);
	for (size_t i = 0; second != NULL && i < second->size; i++)
		secret_push(data, second->bytes[i]);
	apdu.data = data->bytes;
	apdu.size = data->size;
	outcome = apdu_send(card, &apdu, &answer);
	secret_free(&data);
	ret->code = answer.code;
	return outcome == DONE ? pin_outcome(answer.status, tried) : outcome;
}

/* The user PIN, typed at the reader. */
static enum outcome
try_at_pad(const struct card *card, bool is_change, struct token_answer *ret)
{
	const struct card_pin_entry entry = { is_change, HSM_USER_PIN, LIMIT_USER_PIN_MIN, LIMIT_USER_PIN_MAX };
	struct apdu_answer answer;
	enum outcome outcome = apdu_enter_pin(card, &entry, &answer);

	ret->code = answer.code;
	return outcome == DONE ? pin_outcome(answer.status, HSM_USER_PIN) : outcome;
}

bool
hsm_is_lost(enum outcome outcome)
{
	return outcome == FAIL_TOKEN_RESET || outcome == FAIL_CARD_SILENT || outcome == FAIL_TOKEN_GONE ||
	       outcome == FAIL_CARD_ANSWER;
}

enum outcome
hsm_so_pin_bytes(const struct secret *typed, struct secret **ret)
{
	enum outcome outcome;

	*ret = NULL;
	if (typed == NULL)
		return FAIL_ARGUMENT;
	outcome = secret_new(ret, HSM_SO_PIN_SIZE);
	if (outcome != DONE)
		return outcome;
	outcome = hex_decode((const char *)typed->bytes, typed->size, (*ret)->bytes, HSM_SO_PIN_SIZE);
	if (outcome != DONE)
		secret_free(ret);
	else
		(*ret)->size = HSM_SO_PIN_SIZE;
	return outcome == DONE ? DONE : FAIL_SO_PIN_LENGTH;
}

enum outcome
hsm_verify_user_pin(const struct card *card, const struct secret *pin, struct token_answer *ret)
{
	const struct apdu verify = { 0x00, 0x20, 0x00, HSM_USER_PIN, NULL, 0, 0 };

	/* Without data VERIFY is a question, and would seem to succeed. */
	if (pin == NULL || pin->size == 0 || pin->size > LIMIT_USER_PIN_MAX + 1)
		return FAIL_ARGUMENT;
	return try_pin(card, verify, HSM_USER_PIN, pin, NULL, ret);
}

/* What the state before says of a user PIN that is to be tried. */
static enum outcome
user_pin_ready(const struct token_answer *ret, bool wants_transport)
{
	switch (ret->before.user_pin.state) {
	case PIN_LOCKED:
		return FAIL_PIN_LOCKED;
	case PIN_NOT_SET:
		return FAIL_PIN_TRANSPORT;
	case PIN_TRANSPORT:
		return wants_transport ? DONE : FAIL_PIN_TRANSPORT;
	default:
		return wants_transport ? FAIL_NOT_TRANSPORT : DONE;
	}
}

static enum outcome
so_pin_ready(const struct token_answer *ret)
{
	if (ret->before.so_pin.state == PIN_LOCKED)
		return FAIL_SO_PIN_LOCKED;
	return ret->before.so_pin.state == PIN_NOT_SET ? FAIL_PIN_TRANSPORT : DONE;
}

enum outcome
hsm_login(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	enum outcome outcome = user_pin_ready(ret, false);

	if (outcome == DONE && request->is_pin_pad)
		return try_at_pad(card, false, ret);
	return outcome == DONE ? hsm_verify_user_pin(card, request->user_pin, ret) : outcome;
}

/* CHANGE REFERENCE DATA of the SO-PIN. With old and new the same it is the one way to have the SO-PIN checked, for
   VERIFY does not take it and a login through PKCS#11 never looks at it. */
static enum outcome
change_so_pin(const struct card *card, const struct secret *old, const struct secret *new, struct token_answer *ret)
{
	const struct apdu change = { 0x00, 0x24, 0x00, HSM_SO_PIN, NULL, 0, 0 };
	struct secret *old_bytes = NULL, *new_bytes = NULL;
	enum outcome outcome = so_pin_ready(ret);

	if (outcome == DONE)
		outcome = hsm_so_pin_bytes(old, &old_bytes);
	if (outcome == DONE)
		outcome = hsm_so_pin_bytes(new, &new_bytes);
	if (outcome == DONE)
		outcome = try_pin(card, change, HSM_SO_PIN, old_bytes, new_bytes, ret);
	secret_free(&old_bytes);
	secret_free(&new_bytes);
	return outcome;
}

enum outcome
hsm_act_prove_so_pin(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	return change_so_pin(card, request->so_pin, request->so_pin, ret);
}

enum outcome
hsm_act_change_so_pin(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	return change_so_pin(card, request->so_pin, request->new_pin, ret);
}

static bool
is_user_pin(const struct secret *pin)
{
	return pin != NULL && pin->size >= LIMIT_USER_PIN_MIN && pin->size <= LIMIT_USER_PIN_MAX;
}

static enum outcome
change_user_pin(
	const struct card *card, const struct token_request *request, bool is_transport, struct token_answer *ret)
{
	const struct apdu change = { 0x00, 0x24, 0x00, HSM_USER_PIN, NULL, 0, 0 };
	enum outcome outcome = user_pin_ready(ret, is_transport);

	if (outcome != DONE)
		return outcome;
	if (request->is_pin_pad)
		return try_at_pad(card, true, ret);
	if (request->user_pin == NULL || request->user_pin->size == 0 ||
		request->user_pin->size > LIMIT_USER_PIN_MAX + 1)
		return FAIL_ARGUMENT;
	if (!is_user_pin(request->new_pin))
		return FAIL_PIN_LENGTH;
	return try_pin(card, change, HSM_USER_PIN, request->user_pin, request->new_pin, ret);
}

enum outcome
hsm_act_change_user_pin(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	return change_user_pin(card, request, false, ret);
}

enum outcome
hsm_act_set_transport_pin(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	return change_user_pin(card, request, true, ret);
}

/* RESET RETRY COUNTER: with a new PIN, or the counter alone. Cards of version 2 and later tell which of them their
   options allow, so that no try of the SO-PIN is spent on what is forbidden. */
enum outcome
hsm_act_reset_user_pin(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	bool is_counter_only = request->new_pin == NULL;
	const struct apdu reset = { 0x00, 0x2c, is_counter_only ? 0x01 : 0x00, HSM_USER_PIN, NULL, 0, 0 };
	struct secret *so_pin = NULL;
	enum outcome outcome = so_pin_ready(ret);

	if (outcome != DONE)
		return outcome;
	if (ret->before.version_major >= 2 &&
		((ret->before.options & HSM_OPTION_RESET_USER_PIN) == 0 ||
			(!is_counter_only && (ret->before.options & HSM_OPTION_UNBLOCK_ONLY) != 0)))
		return FAIL_NOT_ALLOWED;
	if (!is_counter_only && !is_user_pin(request->new_pin))
		return FAIL_PIN_LENGTH;
	outcome = hsm_so_pin_bytes(request->so_pin, &so_pin);
	if (outcome == DONE)
		outcome = try_pin(card, reset, HSM_SO_PIN, so_pin, request->new_pin, ret);
	/* A card that does not know this form. */
	if (outcome == FAIL_CARD && is_counter_only && ret->code.value == 0x6a86)
		outcome = FAIL_CARD_UNSUPPORTED;
	secret_free(&so_pin);
	return outcome;
}
