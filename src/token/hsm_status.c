#include "cvc.h"
#include "hsm.h"
#include "key_description.h"

#include <quorate/text.h>

#include <string.h>

static const uint8_t application[] = { 0xe8, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x81, 0xc3, 0x1f, 0x02, 0x01 };

enum outcome
hsm_outcome(uint16_t status)
{
	switch (status) {
	case 0x9000:
		return DONE;
	case 0x6982:
		return FAIL_NOT_LOGGED_IN;
	case 0x6985:
	case 0x6986:
		return FAIL_NOT_ALLOWED;
	case 0x6d00:
	case 0x6e00:
		return FAIL_CARD_UNSUPPORTED;
	default:
		return FAIL_CARD;
	}
}

enum outcome
hsm_select(const struct card *card, struct hsm_status *ret, struct code *ret_code)
{
	const struct apdu select = { 0x00, 0xa4, 0x04, 0x00, application, sizeof application, 256 };
	struct apdu_answer answer;
	struct ber control, proprietary;
	enum outcome outcome = apdu_send(card, &select, &answer);

	memset(ret, 0, sizeof *ret);
	*ret_code = answer.code;
	if (outcome != DONE)
		return outcome;
	if (answer.status != 0x9000)
		return FAIL_NOT_SMARTCARD_HSM;
	/* FCP: in tag 85 the last two bytes are the version, the fourth from the end the options (card-sc-hsm.c,
	   sc_hsm_select_file_ex). Early cards tell neither. */
	if (ber_find(answer.bytes, answer.size, 0x6f, &control) &&
		ber_find(control.value, control.size, 0x85, &proprietary) && proprietary.size >= 2) {
		ret->version_major = proprietary.value[proprietary.size - 2];
		ret->version_minor = proprietary.value[proprietary.size - 1];
		if (proprietary.size >= 4)
			ret->options = proprietary.value[proprietary.size - 4];
	}
	return DONE;
}

/* Asks for a PIN's state without trying one. */
static enum outcome
read_pin(const struct card *card, uint8_t reference, struct pin_status *ret, struct code *ret_code)
{
	const struct apdu verify = { 0x00, 0x20, 0x00, reference, NULL, 0, 0 };
	struct apdu_answer answer;
	enum outcome outcome = apdu_send(card, &verify, &answer);

	*ret = (struct pin_status){ PIN_UNKNOWN, -1 };
	*ret_code = answer.code;
	if (outcome != DONE)
		return outcome;
	if ((answer.status & 0xfff0) == 0x63c0)
		*ret = (struct pin_status){ PIN_SET, answer.status & 0x0f };
	else if (answer.status == 0x9000)
		*ret = (struct pin_status){ PIN_VERIFIED, -1 };
	else if (answer.status == 0x6983)
		*ret = (struct pin_status){ PIN_LOCKED, 0 };
	else if (answer.status == 0x6984)
		*ret = (struct pin_status){ reference == HSM_USER_PIN ? PIN_TRANSPORT : PIN_NOT_SET, -1 };
	else if (answer.status == 0x6a88)
		*ret = (struct pin_status){ PIN_NOT_SET, -1 };
	if (ret->state == PIN_SET && ret->tries_left == 0)
		ret->state = PIN_LOCKED;
	return DONE;
}

/* The SO-PIN first: its 6A88 tells a device that was never initialised from one whose user PIN is merely not set. */
static enum outcome
read_pins(const struct card *card, struct hsm_status *ret, struct code *ret_code)
{
	enum outcome outcome = read_pin(card, HSM_SO_PIN, &ret->so_pin, ret_code);

	if (outcome == DONE)
		outcome = read_pin(card, HSM_USER_PIN, &ret->user_pin, ret_code);
	if (outcome == DONE && ret->so_pin.state == PIN_NOT_SET && ret->user_pin.state == PIN_TRANSPORT)
		ret->user_pin.state = PIN_NOT_SET;
	return outcome;
}

static enum outcome
count_objects(const struct card *card, struct hsm_status *ret, struct code *ret_code)
{
	struct apdu_answer answer;
	enum outcome outcome = hsm_file_list(card, &answer);

	*ret_code = answer.code;
	if (outcome != DONE)
		return outcome;
	ret->key_count = 0;
	ret->certificate_count = 0;
	for (size_t i = 0; i < answer.size; i += 2) {
		/* Reference 0 is the device's own; INITIALIZE leaves it. */
		if (answer.bytes[i + 1] == 0)
			continue;
		ret->key_count += answer.bytes[i] == 0xcc;
		ret->certificate_count += answer.bytes[i] == 0xce || answer.bytes[i] == 0xca;
	}
	return DONE;
}

/* PKCS#15 TokenInfo: SEQUENCE { INTEGER version, OCTET STRING serial number, ..., [0] label, ... }. */
static void
take_label(const uint8_t *bytes, size_t size, struct hsm_status *ret)
{
	struct ber info, label;

	ret->label[0] = '\0';
	if (ber_find(bytes, size, 0x30, &info) && ber_find(info.value, info.size, 0x80, &label))
		text_clean(label.value, label.size, ret->label, sizeof ret->label);
}

enum outcome
hsm_read(const struct card *card, struct hsm_status *ret, struct code *ret_code)
{
	uint8_t file[HSM_FILE_MOST];
	size_t size;
	enum outcome outcome = read_pins(card, ret, ret_code);

	if (outcome == DONE)
		outcome = hsm_file_read(card, HSM_FILE_CERTIFICATES, file, &size, ret_code);
	if (outcome != DONE)
		return outcome;
	cvc_describe(file, size, ret);
	outcome = hsm_file_read(card, HSM_FILE_TOKEN_INFO, file, &size, ret_code);
	if (outcome != DONE)
		return outcome;
	take_label(file, size, ret);
	outcome = hsm_domains_read(card, ret, ret_code);
	if (outcome == DONE)
		outcome = count_objects(card, ret, ret_code);
	if (outcome == DONE)
		*ret_code = (struct code){ CODE_NONE, 0 };
	return outcome;
}

enum outcome
hsm_describe(const struct card *card, struct hsm_status *ret, struct code *ret_code)
{
	enum outcome outcome = hsm_select(card, ret, ret_code);

	return outcome == DONE ? hsm_read(card, ret, ret_code) : outcome;
}

enum outcome
hsm_keys(const struct card *card, struct token_objects *ret, struct code *ret_code)
{
	struct hsm_status selected;
	struct apdu_answer list;
	uint8_t bytes[HSM_FILE_MOST];
	size_t size;
	enum outcome outcome = hsm_select(card, &selected, ret_code);

	if (outcome == DONE)
		outcome = hsm_file_list(card, &list);
	for (size_t i = 0; outcome == DONE && i + 1 < list.size; i += 2) {
		struct token_object key;
		uint8_t reference = list.bytes[i + 1];

		if (list.bytes[i] != HSM_KEYS || reference == 0)
			continue;
		outcome = hsm_file_read(card, HSM_FILE_DESCRIPTION(reference), bytes, &size, ret_code);
		if (outcome != DONE || !key_description_read(bytes, size, &key))
			continue;
		key.handle = HSM_FILE_KEY(reference);
		key.key_reference = reference;
		outcome = token_objects_add(ret, &key);
	}
	return outcome;
}
