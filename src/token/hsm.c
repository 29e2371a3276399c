#include "hsm.h"

#include <quorate/hex.h>

#include <string.h>

#define SO_PIN_SIZE (LIMIT_SO_PIN_DIGITS / 2)
#define COMMAND_MOST 128

/* The card takes 16 hex digits as eight bytes. */
static enum outcome
so_pin_bytes(const struct secret *typed, struct secret **ret)
{
	enum outcome outcome;

	*ret = NULL;
	if (typed == NULL)
		return FAIL_ARGUMENT;
	outcome = secret_new(ret, SO_PIN_SIZE);
	if (outcome != DONE)
		return outcome;
	outcome = hex_decode((const char *)typed->bytes, typed->size, (*ret)->bytes, SO_PIN_SIZE);
	if (outcome != DONE)
		secret_free(ret);
	else
		(*ret)->size = SO_PIN_SIZE;
	return outcome == DONE ? DONE : FAIL_SO_PIN_LENGTH;
}

static enum outcome
send(const struct card *card, const struct apdu *apdu, struct token_answer *ret, uint16_t *ret_status)
{
	struct apdu_answer answer;
	enum outcome outcome = apdu_send(card, apdu, &answer);

	ret->code = answer.code;
	*ret_status = answer.status;
	return outcome;
}

static enum outcome
verify_user_pin(const struct card *card, const struct secret *pin, struct token_answer *ret)
{
	struct apdu verify = { 0x00, 0x20, 0x00, HSM_USER_PIN, NULL, 0, 0 };
	uint16_t status;
	enum outcome outcome;

	/* Without data VERIFY is a question, and would seem to succeed. */
	if (pin == NULL || pin->size == 0 || pin->size > APDU_DATA_MOST)
		return FAIL_ARGUMENT;
	verify.data = pin->bytes;
	verify.size = pin->size;
	outcome = send(card, &verify, ret, &status);
	if (outcome != DONE)
		return outcome;
	if (status == 0x63c0 || status == 0x6983)
		return FAIL_PIN_LOCKED;
	if ((status & 0xfff0) == 0x63c0)
		return FAIL_PIN_WRONG;
	if (status == 0x6984)
		return FAIL_PIN_TRANSPORT;
	return hsm_outcome(status);
}

static enum outcome
act_verify(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	switch (ret->before.user_pin.state) {
	case PIN_LOCKED:
		return FAIL_PIN_LOCKED;
	case PIN_NOT_SET:
	case PIN_TRANSPORT:
		return FAIL_PIN_TRANSPORT;
	default:
		return verify_user_pin(card, request->user_pin, ret);
	}
}

/* CHANGE REFERENCE DATA, old and new being the same: the one way to have the SO-PIN checked, for VERIFY does not take
   it and a login through PKCS#11 never looks at it. */
static enum outcome
act_prove(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	struct apdu change = { 0x00, 0x24, 0x00, HSM_SO_PIN, NULL, 2 * SO_PIN_SIZE, 0 };
	struct secret *pin = NULL, *twice = NULL;
	uint16_t status;
	enum outcome outcome;

	if (ret->before.so_pin.state == PIN_LOCKED)
		return FAIL_SO_PIN_LOCKED;
	if (ret->before.so_pin.state == PIN_NOT_SET)
		return FAIL_PIN_TRANSPORT;
	outcome = so_pin_bytes(request->so_pin, &pin);
	if (outcome == DONE)
		outcome = secret_new(&twice, 2 * SO_PIN_SIZE);
	if (outcome != DONE)
		goto done;
	for (size_t i = 0; i < 2 * SO_PIN_SIZE; i++)
		secret_push(twice, pin->bytes[i % SO_PIN_SIZE]);
	change.data = twice->bytes;
	outcome = send(card, &change, ret, &status);
	if (outcome != DONE)
		goto done;
	if (status == 0x63c0 || status == 0x6983)
		outcome = FAIL_SO_PIN_LOCKED;
	else if ((status & 0xfff0) == 0x63c0)
		outcome = FAIL_SO_PIN_WRONG;
	else
		outcome = hsm_outcome(status);
done:
	secret_free(&twice);
	secret_free(&pin);
	return outcome;
}

/* The most tries that the card grants a user PIN of this length (card-sc-hsm.c; CardContact's manual). */
static uint8_t
retry_counter(const struct token_request *request)
{
	uint8_t most = request->user_pin->size <= 6 ? 3 : request->user_pin->size == 7 ? 5 : 10;

	return request->retry_counter == 0 || request->retry_counter > most ? most : request->retry_counter;
}

/* PKCS#15 TokenInfo as OpenSC writes it after INITIALIZE: version 0, label, flags with PRN generation alone. UPDATE
   BINARY creates the file; it wants the user PIN. */
static enum outcome
write_label(const struct card *card, const char *label, struct token_answer *ret)
{
	static const uint8_t version[] = { 0x00 }, flags[] = { 0x05, 0x20 };
	const uint8_t begin[] = { 0x54, 0x02, 0x00, 0x00 };
	size_t length = strlen(label), inner = 3 + 2 + length + 4;
	struct apdu update = { 0x00, 0xd7, HSM_FILE_TOKEN_INFO >> 8, HSM_FILE_TOKEN_INFO & 0xff, NULL, 0, 0 };
	struct secret *data = NULL;
	uint16_t status;
	enum outcome outcome = secret_new(&data, COMMAND_MOST);

	if (outcome != DONE)
		return outcome;
	for (size_t i = 0; i < sizeof begin; i++)
		secret_push(data, begin[i]);
	secret_push(data, 0x53);
	secret_push(data, (uint8_t)(inner + 2));
	secret_push(data, 0x30);
	secret_push(data, (uint8_t)inner);
	if (ber_push(data, 0x02, version, sizeof version) && ber_push(data, 0x80, label, length) &&
		ber_push(data, 0x03, flags, sizeof flags)) {
		update.data = data->bytes;
		update.size = data->size;
		outcome = send(card, &update, ret, &status);
		if (outcome == DONE)
			outcome = hsm_outcome(status);
	} else {
		outcome = FAIL_TOO_LONG;
	}
	secret_free(&data);
	return outcome;
}

/* What a refused INITIALIZE means: 6985 and 6986 stand for a wrong SO-PIN as well as for a setting, and only the
   SO-PIN's counter tells them apart. */
static enum outcome
initialise_refused(const struct card *card, uint16_t status, struct token_answer *ret)
{
	struct hsm_status now;
	struct code code;

	if (ret->before.so_pin.state != PIN_SET || hsm_outcome(status) == FAIL_CARD_UNSUPPORTED)
		return hsm_outcome(status);
	if (hsm_describe(card, &now, &code) == DONE) {
		if (now.so_pin.state == PIN_LOCKED)
			return FAIL_SO_PIN_LOCKED;
		if (now.so_pin.state == PIN_SET && now.so_pin.tries_left < ret->before.so_pin.tries_left)
			return FAIL_SO_PIN_WRONG;
	}
	return (status & 0xfff0) == 0x63c0 ? FAIL_SO_PIN_WRONG : hsm_outcome(status);
}

static enum outcome
act_initialise(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	static const uint8_t options[] = { 0x00, 0x01 }; /* the SO-PIN may reset the user PIN */
	const uint8_t shares = (uint8_t)request->dkek_shares;
	struct apdu initialise = { 0x80, 0x50, 0x00, 0x00, NULL, 0, 0 };
	struct secret *data = NULL, *so_pin = NULL;
	uint8_t tries;
	uint16_t status;
	enum outcome outcome;

	if (ret->before.so_pin.state == PIN_LOCKED)
		return FAIL_SO_PIN_LOCKED;
	if (request->dkek_shares < 1 || request->dkek_shares > 255 || request->user_pin == NULL)
		return FAIL_ARGUMENT;
	if (request->user_pin->size < LIMIT_USER_PIN_MIN || request->user_pin->size > LIMIT_USER_PIN_MAX)
		return FAIL_PIN_LENGTH;
	outcome = token_check_label(request->label);
	if (outcome == DONE)
		outcome = so_pin_bytes(request->so_pin, &so_pin);
	if (outcome == DONE)
		outcome = secret_new(&data, COMMAND_MOST);
	if (outcome != DONE)
		goto done;
	tries = retry_counter(request);
	outcome = FAIL_INTERNAL;
	if (!ber_push(data, 0x80, options, sizeof options) ||
		!ber_push(data, 0x81, request->user_pin->bytes, request->user_pin->size) ||
		!ber_push(data, 0x82, so_pin->bytes, so_pin->size) || !ber_push(data, 0x91, &tries, 1) ||
		!ber_push(data, 0x92, &shares, 1))
		goto done;
	initialise.data = data->bytes;
	initialise.size = data->size;
	outcome = send(card, &initialise, ret, &status);
	if (outcome != DONE)
		goto done;
	if (status != 0x9000) {
		outcome = initialise_refused(card, status, ret);
		goto done;
	}
	/* The label is a file, and files want the user PIN: the one just chosen. */
	outcome = verify_user_pin(card, request->user_pin, ret);
	if (outcome == DONE)
		outcome = write_label(card, request->label, ret);
done:
	secret_free(&data);
	secret_free(&so_pin);
	return outcome;
}

/* An import is an XOR: a second one would undo the first. Whether it happened is told by the count of outstanding
   shares alone, whatever was answered. */
static enum outcome
import_verdict(enum outcome sent, const struct token_answer *answer)
{
	if (!answer->has_after || !answer->after.has_dkek || answer->after.dkek_total != answer->before.dkek_total)
		return FAIL_DKEK_UNPROVEN;
	if (answer->after.dkek_outstanding + 1 == answer->before.dkek_outstanding)
		return DONE;
	if (answer->after.dkek_outstanding == answer->before.dkek_outstanding && sent != DONE)
		return sent;
	return FAIL_DKEK_UNPROVEN;
}

/* Reads the state after an act. A card that was reset has forgotten the application as well. */
static void
read_after(const struct card *card, bool is_lost, struct token_answer *ret)
{
	struct code code;

	if (is_lost) {
		ret->has_after = hsm_describe(card, &ret->after, &code) == DONE;
		return;
	}
	ret->after = ret->before;
	ret->has_after = hsm_read(card, &ret->after, &code) == DONE;
}

static bool
is_lost(enum outcome outcome)
{
	return outcome == FAIL_TOKEN_RESET || outcome == FAIL_CARD_SILENT || outcome == FAIL_TOKEN_GONE ||
	       outcome == FAIL_CARD_ANSWER;
}

static enum outcome
act_import(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	struct apdu import = { 0x80, 0x52, 0x00, 0x00, NULL, DKEK_SIZE, 0 };
	uint16_t status = 0;
	enum outcome outcome;

	if (request->dkek_share == NULL || request->dkek_share->size != DKEK_SIZE)
		return FAIL_ARGUMENT;
	if (!ret->before.has_dkek)
		return FAIL_DKEK_NOT_SET_UP;
	if (ret->before.dkek_outstanding == 0)
		return FAIL_DKEK_COMPLETE;
	import.data = request->dkek_share->bytes;
	outcome = send(card, &import, ret, &status);
	if (outcome == DONE && status != 0x9000)
		outcome = status == 0x6a88 || status == 0x6d00 ? FAIL_DKEK_NOT_SET_UP : hsm_outcome(status);
	read_after(card, is_lost(outcome), ret);
	outcome = import_verdict(outcome, ret);
	if (outcome != DONE || request->user_pin == NULL)
		return outcome;
	/* Some cards make the import durable, and tell the KCV, only with the next login. */
	return verify_user_pin(card, request->user_pin, ret);
}

static enum outcome
act_random(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	const struct apdu challenge = { 0x00, 0x84, 0x00, 0x00, NULL, 0, TOKEN_RANDOM_SIZE };
	struct apdu_answer answer;
	enum outcome outcome = apdu_send(card, &challenge, &answer);

	(void)request;
	ret->code = answer.code;
	if (outcome != DONE)
		return outcome;
	if (answer.status != 0x9000)
		return hsm_outcome(answer.status);
	if (answer.size != TOKEN_RANDOM_SIZE)
		return FAIL_CARD_ANSWER;
	memcpy(ret->random, answer.bytes, TOKEN_RANDOM_SIZE);
	return DONE;
}

static enum outcome
act_describe(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	(void)card;
	(void)request;
	(void)ret;
	return DONE;
}

static enum outcome (*const acts[TOKEN_ACT_COUNT])(
	const struct card *card, const struct token_request *request, struct token_answer *ret) = {
	[TOKEN_DESCRIBE] = act_describe,
	[TOKEN_INITIALISE] = act_initialise,
	[TOKEN_VERIFY_USER_PIN] = act_verify,
	[TOKEN_PROVE_SO_PIN] = act_prove,
	[TOKEN_IMPORT_DKEK] = act_import,
	[TOKEN_RANDOM] = act_random,
};

void
hsm_act(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	struct hsm_status selected;
	struct code code;

	memset(ret, 0, sizeof *ret);
	ret->act = request->act;
	if ((unsigned)request->act >= TOKEN_ACT_COUNT || acts[request->act] == NULL) {
		ret->outcome = FAIL_CARD_UNSUPPORTED;
		return;
	}
	ret->outcome = hsm_describe(card, &ret->before, &ret->code);
	if (ret->outcome != DONE)
		return;
	ret->has_before = true;
	if (request->target.serial[0] != '\0' && strcmp(request->target.serial, ret->before.serial) != 0) {
		ret->outcome = FAIL_TOKEN_OTHER;
		return;
	}
	ret->outcome = acts[request->act](card, request, ret);
	if (request->act == TOKEN_DESCRIBE) {
		ret->after = ret->before;
		ret->has_after = true;
		return;
	}
	/* The options are told by SELECT only. */
	read_after(card, is_lost(ret->outcome) || request->act == TOKEN_INITIALISE, ret);
	/* Whoever uses the card next has to log in for himself. */
	if (ret->has_after && ret->after.user_pin.state == PIN_VERIFIED)
		hsm_select(card, &selected, &code);
}
