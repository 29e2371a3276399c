#include "fake_token.h"

#include <quorate/text.h>

#include <string.h>

static bool
is_pin(const struct secret *secret, const char *pin)
{
	return secret != NULL && secret->size == strlen(pin) && memcmp(secret->bytes, pin, secret->size) == 0;
}

static void
set_pin(const struct secret *secret, char *ret)
{
	memcpy(ret, secret->bytes, secret->size);
	ret[secret->size] = '\0';
}

static enum outcome
try_so_pin(struct fake_token *fake, const struct token_request *request)
{
	struct pin_status *status = &fake->reader.hsm.so_pin;

	if (status->state == PIN_LOCKED)
		return FAIL_SO_PIN_LOCKED;
	if (is_pin(request->so_pin, fake->so_pin)) {
		status->tries_left = LIMIT_SO_PIN_TRIES;
		return DONE;
	}
	if (--status->tries_left == 0)
		status->state = PIN_LOCKED;
	return status->state == PIN_LOCKED ? FAIL_SO_PIN_LOCKED : FAIL_SO_PIN_WRONG;
}

static void
tell_kcv(struct fake_token *fake)
{
	struct secret *dkek;

	if (fake->never_tells_kcv || fake->reader.hsm.dkek_outstanding != 0 || dkek_zero(&dkek) != DONE)
		return;
	memcpy(dkek->bytes, fake->dkek, DKEK_SIZE);
	(void)dkek_kcv(dkek, fake->reader.hsm.kcv);
	secret_free(&dkek);
}

static enum outcome
initialise(struct fake_token *fake, const struct token_request *request)
{
	struct hsm_status *hsm = &fake->reader.hsm;

	if (hsm->so_pin.state != PIN_NOT_SET) {
		enum outcome outcome = try_so_pin(fake, request);

		if (outcome != DONE)
			return outcome;
	} else {
		set_pin(request->so_pin, fake->so_pin);
	}
	set_pin(request->user_pin, fake->user_pin);
	hsm->so_pin = (struct pin_status){ PIN_SET, LIMIT_SO_PIN_TRIES };
	hsm->user_pin = (struct pin_status){ PIN_SET, 3 };
	text_format(hsm->label, sizeof hsm->label, "%s", request->label);
	hsm->has_dkek = true;
	hsm->dkek_total = hsm->dkek_outstanding = (uint8_t)request->dkek_shares;
	hsm->key_count = hsm->certificate_count = 0;
	memset(hsm->kcv, 0, sizeof hsm->kcv);
	memset(fake->dkek, 0, sizeof fake->dkek);
	return DONE;
}

static enum outcome
verify_user_pin(struct fake_token *fake, const struct token_request *request)
{
	if (!is_pin(request->user_pin, fake->user_pin)) {
		fake->reader.hsm.user_pin.tries_left--;
		return FAIL_PIN_WRONG;
	}
	tell_kcv(fake);
	return DONE;
}

static enum outcome
import(struct fake_token *fake, const struct token_request *request)
{
	struct hsm_status *hsm = &fake->reader.hsm;

	if (hsm->dkek_outstanding == 0)
		return FAIL_DKEK_COMPLETE;
	for (size_t i = 0; i < DKEK_SIZE; i++)
		fake->dkek[i] ^= request->dkek_share->bytes[i];
	hsm->dkek_outstanding--;
	if (!fake->wants_login_for_kcv)
		tell_kcv(fake);
	return DONE;
}

static enum outcome
act(struct fake_token *fake, const struct token_request *request)
{
	fake->acts[request->act]++;
	switch (request->act) {
	case TOKEN_INITIALISE:
		return initialise(fake, request);
	case TOKEN_VERIFY_USER_PIN:
		return verify_user_pin(fake, request);
	case TOKEN_PROVE_SO_PIN:
		return try_so_pin(fake, request);
	case TOKEN_IMPORT_DKEK:
		return import(fake, request);
	case TOKEN_RANDOM:
		memset(fake->answer.random, 0x5a, sizeof fake->answer.random);
		return DONE;
	default:
		return DONE;
	}
}

static size_t
fake_list(void *context, struct reader_info *ret, size_t most)
{
	struct fake_token *fake = context;

	if (most == 0)
		return 0;
	ret[0] = fake->reader;
	if (!fake->reader.has_card) {
		ret[0].is_hsm = false;
		memset(&ret[0].hsm, 0, sizeof ret[0].hsm);
	}
	return 1;
}

static enum outcome
fake_start(void *context, struct token_request *request)
{
	struct fake_token *fake = context;
	struct token_answer *answer = &fake->answer;
	bool is_faulty = fake->fault.is_set && fake->fault.act == request->act;

	*answer = (struct token_answer){ .act = request->act, .outcome = DONE };
	fake->has_answer = true;
	if (!fake->reader.has_card) {
		answer->outcome = FAIL_TOKEN_GONE;
	} else if (strcmp(request->target.serial, fake->reader.hsm.serial) != 0) {
		answer->outcome = FAIL_TOKEN_OTHER;
	} else {
		answer->has_before = true;
		answer->before = fake->reader.hsm;
		if (!is_faulty || fake->fault.is_after)
			answer->outcome = act(fake, request);
		answer->has_after = true;
		answer->after = fake->reader.hsm;
	}
	if (is_faulty) {
		*answer = (struct token_answer){ .act = request->act, .outcome = fake->fault.outcome };
		fake->reader.has_card = !fake->fault.is_removed;
		fake->fault.is_set = false;
	}
	token_request_clear(request);
	return DONE;
}

static bool
fake_poll(void *context, struct token_answer *ret)
{
	struct fake_token *fake = context;

	if (!fake->has_answer)
		return false;
	fake->has_answer = false;
	*ret = fake->answer;
	return true;
}

void
fake_token_new(struct fake_token *ret)
{
	*ret = (struct fake_token){ .reader = { .name = "Fake reader", .has_card = true, .is_hsm = true } };
	ret->reader.hsm = (struct hsm_status){
		.version_major = 3,
		.version_minor = 5,
		.serial = "DENK0199999",
		.user_pin = { PIN_NOT_SET, -1 },
		.so_pin = { PIN_NOT_SET, -1 },
		.proof = DEVICE_GENUINE,
	};
	ret->door = (struct token_door){ fake_list, fake_start, fake_poll, NULL, ret };
}

void
fake_token_used(struct fake_token *ret, const char *so_pin)
{
	fake_token_new(ret);
	text_format(ret->so_pin, sizeof ret->so_pin, "%s", so_pin);
	text_format(ret->user_pin, sizeof ret->user_pin, "old-pin");
	text_format(ret->reader.hsm.label, sizeof ret->reader.hsm.label, "old-label");
	ret->reader.hsm.so_pin = (struct pin_status){ PIN_SET, LIMIT_SO_PIN_TRIES };
	ret->reader.hsm.user_pin = (struct pin_status){ PIN_SET, 3 };
	ret->reader.hsm.key_count = 3;
	ret->reader.hsm.certificate_count = 1;
}
