#include "script.h"

#include <quorate/hsm.h>
#include <quorate/text.h>

#include <openssl/crypto.h>

static struct secret *
digits(size_t count)
{
	struct secret *secret;

	MUST(secret_new(&secret, count) == DONE);
	while (secret->size < count)
		secret_push(secret, (uint8_t)('1' + secret->size % 9));
	return secret;
}

/* Everything that any act takes; what it does not take it leaves alone. */
static void
fill(struct token_request *request, uint8_t chosen)
{
	static const uint8_t bytes[] = "what is signed, written or unwrapped";

	request->user_pin = digits(8);
	request->so_pin = digits(LIMIT_SO_PIN_DIGITS);
	request->new_pin = digits(chosen & 0x40 ? 8 : LIMIT_SO_PIN_DIGITS);
	request->dkek_share = digits(DKEK_SIZE);
	request->dkek_shares = 1;
	request->kind = (enum key_kind)(chosen % KEY_KIND_COUNT);
	request->object.class = OBJECT_PRIVATE_KEY;
	request->object.key_reference = chosen & 0x07;
	request->has_new_label = true;
	text_format(request->label, sizeof request->label, "fuzzed");
	text_format(request->new_label, sizeof request->new_label, "fuzzed");
	MUST(token_bytes_set(&request->data, bytes, sizeof bytes) == DONE);
}

/* Any act on a card that answers anything: it ends in an outcome, what it tells fits for a screen, and no secret stays.
 */
FUZZ_TARGET(card_act)
{
	struct script script;
	const struct card card = { script_answer, &script };
	struct token_request request = { .act = TOKEN_DESCRIBE };
	struct token_objects keys = { 0, NULL };
	struct token_answer answer;
	struct code code;
	size_t used;

	MUST(secret_open() == DONE);
	if (size < 2)
		return 0;
	used = CRYPTO_secure_used();
	request.act = (enum token_act)(bytes[0] % TOKEN_ACT_COUNT);
	fill(&request, bytes[1]);
	script = (struct script){ bytes + 2, bytes + size };
	hsm_act(&card, &request, &answer);
	MUST((unsigned)answer.outcome < OUTCOME_COUNT && outcome_text(answer.outcome)[0] != '\0');
	for (size_t i = 0; i < answer.objects.count; i++) {
		char again[TOKEN_OBJECT_LABEL_SIZE];
		const char *label = answer.objects.list[i].label;

		text_clean(label, strlen(label), again, sizeof again);
		MUST(strcmp(label, again) == 0);
	}
	token_answer_clear(&answer);
	token_request_clear(&request);
	script = (struct script){ bytes + 2, bytes + size };
	(void)hsm_keys(&card, &keys, &code);
	token_objects_free(&keys);
	MUST(CRYPTO_secure_used() == used);
	return 0;
}
