#include "cvc.h"

#include "cvc_algorithm.h"

#include <quorate/text.h>

#include <string.h>

static bool
take(const struct ber *in, uint32_t tag, struct ber *ret)
{
	return ber_find(in->value, in->size, tag, ret);
}

/* What certificates and requests have in common: 7f21 { 7f4e { ... }, 5f37 }. */
static bool
take_parts(const struct ber *outer, struct cvc *ret)
{
	struct ber algorithm, template, role;

	ret->whole = *outer;
	if (outer->tag != 0x7f21 || !take(outer, 0x7f4e, &ret->body) || !take(outer, 0x5f37, &ret->signature) ||
		!take(&ret->body, 0x5f20, &ret->holder) || !take(&ret->body, 0x7f49, &ret->key) ||
		!take(&ret->key, 0x06, &algorithm) || ret->holder.size == 0 || ret->holder.size > CVC_REFERENCE_MOST)
		return false;
	if (!take(&ret->body, 0x42, &ret->authority))
		ret->authority = (struct ber){ 0 };
	if (!take(&ret->body, 0x5f25, &ret->from) || !take(&ret->body, 0x5f24, &ret->to))
		ret->from = ret->to = (struct ber){ 0 };
	ret->algorithm = cvc_algorithm_of(&algorithm);
	/* Holder's authorisation: the two top bits are the role, 00 a terminal or device, which may sign nothing. */
	ret->is_authority = take(&ret->body, 0x7f4c, &template) && take(&template, 0x53, &role) && role.size > 0 &&
			    (role.value[0] & 0xc0) != 0;
	return ret->algorithm != NULL && ret->authority.size <= CVC_REFERENCE_MOST;
}

enum outcome
cvc_next(const uint8_t **at, const uint8_t *end, struct cvc *ret)
{
	struct ber outer;

	memset(ret, 0, sizeof *ret);
	if (*at >= end)
		return FAIL_EMPTY;
	return ber_next(at, end, &outer) && take_parts(&outer, ret) && ret->authority.size > 0 ? DONE
											       : FAIL_CERTIFICATE;
}

/* Files on a card may be longer than what is in them. */
static bool
is_padding(const uint8_t *at, const uint8_t *end)
{
	while (at < end && (*at == 0x00 || *at == 0xff))
		at++;
	return at == end;
}

enum outcome
cvc_request(const uint8_t *bytes, size_t size, struct cvc_request *ret)
{
	const uint8_t *at = bytes, *inside, *end = bytes + size;
	struct ber outer, inner;

	memset(ret, 0, sizeof *ret);
	if (!ber_next(&at, end, &outer) || !is_padding(at, end))
		return FAIL_CERTIFICATE;
	if (outer.tag != 0x67)
		return take_parts(&outer, &ret->inner) ? DONE : FAIL_CERTIFICATE;
	inside = outer.value;
	if (!ber_next(&inside, outer.value + outer.size, &inner) || !take_parts(&inner, &ret->inner) ||
		!ber_next(&inside, outer.value + outer.size, &ret->authority) || ret->authority.tag != 0x42 ||
		ret->authority.size == 0 || ret->authority.size > CVC_REFERENCE_MOST)
		return FAIL_CERTIFICATE;
	ret->signed_bytes = outer.value;
	ret->signed_size = (size_t)(inside - outer.value);
	return ber_next(&inside, outer.value + outer.size, &ret->signature) && ret->signature.tag == 0x5f37 &&
			       ret->signature.size > 0 && inside == outer.value + outer.size
		       ? DONE
		       : FAIL_CERTIFICATE;
}

void
cvc_chain_texts(const uint8_t *chain, size_t size, char ret_serial[TOKEN_SERIAL_SIZE], char *ret_chain, size_t room)
{
	const uint8_t *at = chain;
	struct cvc cvc;

	ret_serial[0] = '\0';
	ret_chain[0] = '\0';
	for (int i = 0; i < CVC_CHAIN_MOST && cvc_next(&at, chain + size, &cvc) == DONE; i++) {
		char holder[CVC_REFERENCE_MOST + 1];

		text_clean(cvc.holder.value, cvc.holder.size, holder, sizeof holder);
		/* The serial number is the holder reference without its five digits of sequence. */
		if (i == 0 && cvc.holder.size > 5)
			text_clean(cvc.holder.value, cvc.holder.size - 5, ret_serial, TOKEN_SERIAL_SIZE);
		text_append(ret_chain, room, "%s%s", i == 0 ? "" : " / ", holder);
	}
}
