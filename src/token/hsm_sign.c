/* Keys of a SmartCard-HSM sign. */
#include "hsm.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>

/* SIGN's P2 (OpenSC card-sc-hsm.h): the card pads what it is given, or takes a bare hash. */
#define SIGN_RSA_PKCS1 0x30
#define SIGN_ECDSA 0x70

static enum outcome
sign_outcome(uint16_t status)
{
	switch (status) {
	case 0x6a82:
	case 0x6a88:
		return FAIL_OBJECT_MISSING;
	case 0x6985:
		return FAIL_KEY_USE;
	default:
		return hsm_outcome(status);
	}
}

enum outcome
hsm_act_sign(const struct card *card, const struct token_request *request, struct token_answer *ret)
{
	/* DigestInfo of SHA-256 up to the hash (RFC 8017, 9.2). */
	static const uint8_t digest_info[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
		0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };
	uint8_t input[sizeof digest_info + SHA256_DIGEST_LENGTH];
	struct apdu sign = { 0x80, 0x68, 0, SIGN_ECDSA, input + sizeof digest_info, SHA256_DIGEST_LENGTH, 0x10000 };
	struct apdu_answer answer, list;
	struct token_object key;
	enum outcome outcome = hsm_object_find(card, &request->object, &list, &key, &ret->code);

	if (outcome != DONE)
		return outcome;
	if (key.class != OBJECT_PRIVATE_KEY)
		return FAIL_KEY_USE;
	memcpy(input, digest_info, sizeof digest_info);
	if (EVP_Digest(request->data.bytes, request->data.size, input + sizeof digest_info, NULL, EVP_sha256(), NULL) !=
		1)
		return FAIL_CRYPTO;
	sign.p1 = key.key_reference;
	if (strcmp(key.type, "RSA") == 0) {
		sign.p2 = SIGN_RSA_PKCS1;
		sign.data = input;
		sign.size = sizeof input;
	}
	outcome = hsm_login(card, request, ret);
	if (outcome == DONE)
		outcome = apdu_send(card, &sign, &answer);
	if (outcome != DONE)
		return outcome;
	ret->code = answer.code;
	outcome = sign_outcome(answer.status);
	/* A curve's signature comes in DER already. */
	return outcome == DONE ? token_bytes_set(&ret->value, answer.bytes, answer.size) : outcome;
}
