#include "hsm.h"

#include <quorate/hex.h>

#include <string.h>

#define COMMAND_MOST 128

static enum outcome
send(const struct card *card, const struct apdu *apdu, struct token_answer *ret, uint16_t *ret_status)
{
	struct apdu_answer answer;
	enum outcome outcome = apdu_send(card, apdu, &answer);

	ret->code = answer.code;
	*ret_status = answer.status;
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
	if (request->dkek_shares > 255 || request->user_pin == NULL)
		return FAIL_ARGUMENT;
	if (request->user_pin->size < LIMIT_USER_PIN_MIN || request->user_pin->size > LIMIT_USER_PIN_MAX)
		return FAIL_PIN_LENGTH;
	outcome = token_check_label(request->label);
	if (outcome == DONE)
		outcome = hsm_so_pin_bytes(request->so_pin, &so_pin);
	if (outcome == DONE)
		outcome = secret_new(&data, COMMAND_MOST);
	if (outcome != DONE)
		goto done;
	tries = retry_counter(request);
	outcome = FAIL_INTERNAL;
	if (!ber_push(data, 0x80, options, sizeof options) ||
		!ber_push(data, 0x81, request->user_pin->bytes, request->user_pin->size) ||
		!ber_push(data, 0x82, so_pin->bytes, so_pin->size) || !ber_push(data, 0x91, &tries, 1) ||
		/* Without this the device gets no DKEK, and its keys never leave it. */
		(shares > 0 && !ber_push(data, 0x92, &shares, 1)))
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
	outcome = hsm_verify_user_pin(card, request->user_pin, ret);
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
import_verdict(enum outcome sent, uint8_t number, const struct token_answer *answer)
{
	const struct key_domain *before = &answer->before.key_domains[number];
	const struct key_domain *after = &answer->after.key_domains[number];

	if (!answer->has_after || after->state != KEY_DOMAIN_DKEK || after->shares != before->shares)
		return FAIL_DKEK_UNPROVEN;
	if (after->outstanding + 1 == before->outstanding)
		return DONE;
	if (after->outstanding == before->outstanding && sent != DONE)
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

static enum outcome
act_import(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	struct apdu import = { 0x80, 0x52, 0x00, request->key_domain, NULL, DKEK_SIZE, 0 };
	const struct key_domain *domain;
	uint16_t status = 0;
	enum outcome outcome;

	if (request->dkek_share == NULL || request->dkek_share->size != DKEK_SIZE)
		return FAIL_ARGUMENT;
	if (request->key_domain >= HSM_KEY_DOMAINS)
		return FAIL_KEY_DOMAIN;
	domain = &ret->before.key_domains[request->key_domain];
	if (domain->state != KEY_DOMAIN_DKEK)
		return FAIL_DKEK_NOT_SET_UP;
	if (domain->outstanding == 0)
		return FAIL_DKEK_COMPLETE;
	/* The caller's idea of how many shares make the DKEK, where it has one: another number makes another key. */
	if (request->dkek_shares != 0 && request->dkek_shares != domain->shares)
		return FAIL_DKEK_SHARES;
	import.data = request->dkek_share->bytes;
	outcome = send(card, &import, ret, &status);
	if (outcome == DONE && status != 0x9000)
		outcome = status == 0x6a88 || status == 0x6d00 ? FAIL_DKEK_NOT_SET_UP : hsm_outcome(status);
	read_after(card, hsm_is_lost(outcome), ret);
	outcome = import_verdict(outcome, request->key_domain, ret);
	if (outcome != DONE || request->user_pin == NULL)
		return outcome;
	/* Some cards make the import durable, and tell the KCV, only with the next login. */
	return hsm_verify_user_pin(card, request->user_pin, ret);
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

static hsm_act_body *const acts[TOKEN_ACT_COUNT] = {
	[TOKEN_DESCRIBE] = act_describe,
	[TOKEN_INITIALISE] = act_initialise,
	[TOKEN_VERIFY_USER_PIN] = hsm_login,
	[TOKEN_PROVE_SO_PIN] = hsm_act_prove_so_pin,
	[TOKEN_IMPORT_DKEK] = act_import,
	[TOKEN_RANDOM] = act_random,
	[TOKEN_CHANGE_USER_PIN] = hsm_act_change_user_pin,
	[TOKEN_CHANGE_SO_PIN] = hsm_act_change_so_pin,
	[TOKEN_RESET_USER_PIN] = hsm_act_reset_user_pin,
	[TOKEN_SET_TRANSPORT_PIN] = hsm_act_set_transport_pin,
	[TOKEN_LIST_OBJECTS] = hsm_act_list_objects,
	[TOKEN_GENERATE] = hsm_act_generate,
	[TOKEN_SIGN] = hsm_act_sign,
	[TOKEN_READ_VALUE] = hsm_act_read_value,
	[TOKEN_WRITE_CERTIFICATE] = hsm_act_write_certificate,
	[TOKEN_DELETE_OBJECT] = hsm_act_delete_object,
	[TOKEN_RENAME_OBJECT] = hsm_act_rename_object,
	[TOKEN_WRAP_KEY] = hsm_act_wrap_key,
	[TOKEN_UNWRAP_KEY] = hsm_act_unwrap_key,
	[TOKEN_READ_ATTESTATION] = hsm_act_read_attestation,
	[TOKEN_CREATE_KEY_DOMAIN] = hsm_act_create_domain,
	[TOKEN_DELETE_KEY_DOMAIN] = hsm_act_delete_domain,
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
	read_after(card, hsm_is_lost(ret->outcome) || request->act == TOKEN_INITIALISE, ret);
	/* Whoever uses the card next has to log in for himself. */
	if (ret->has_after && ret->after.user_pin.state == PIN_VERIFIED)
		hsm_select(card, &selected, &code);
}
