#include "status_certificate.h"

#include <quorate/certificate.h>
#include <quorate/text.h>

static struct status_certificate words;
static bool is_read, is_busy;
static enum outcome outcome;

static enum outcome
decode(const struct token_bytes *value)
{
	struct certificate *certificate = NULL;
	enum outcome read = certificate_read(&certificate, value->bytes, value->size);

	if (read != DONE)
		return read;
	text_format(words.subject, sizeof words.subject, "%s", certificate->subject);
	text_format(words.issuer, sizeof words.issuer, "%s", certificate->issuer);
	text_format(words.serial, sizeof words.serial, "%s", certificate->serial);
	text_format(words.not_before, sizeof words.not_before, "%s", certificate->not_before);
	text_format(words.not_after, sizeof words.not_after, "%s", certificate->not_after);
	public_key_name(certificate->key, words.key, sizeof words.key);
	certificate_free(&certificate);
	return DONE;
}

void
status_certificate_open(struct slots *slots, size_t slot, const struct token_object *object)
{
	const struct token_door *door = slots_door(slots);
	struct token_request request = { .act = TOKEN_READ_VALUE };

	is_read = false;
	outcome = DONE;
	if (is_busy || door == NULL || object->class != OBJECT_CERTIFICATE ||
		!slots_target(slots, slot, false, &request.target))
		return;
	request.object = *object;
	outcome = door->start(door->context, &request);
	is_busy = outcome == DONE;
}

bool
status_certificate_tick(struct slots *slots)
{
	const struct token_door *door = slots_door(slots);
	struct token_answer answer;

	if (!is_busy || !door->poll(door->context, &answer))
		return false;
	is_busy = false;
	outcome = answer.outcome;
	if (outcome == DONE)
		outcome = decode(&answer.value);
	is_read = outcome == DONE;
	token_answer_clear(&answer);
	return true;
}

bool
status_certificate_is_busy(void)
{
	return is_busy;
}

const struct status_certificate *
status_certificate_words(enum outcome *ret_outcome)
{
	*ret_outcome = outcome;
	return is_read ? &words : NULL;
}
