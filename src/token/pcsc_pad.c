/*
 * Readers with keys of their own (PC/SC 2, part 10): the PIN is typed there, goes from the reader to the card, and is
 * never seen by this computer.
 */
#include "pcsc_library.h"

#include <arpa/inet.h>
#include <reader.h>
#include <string.h>

/* A person finds the reader and the note with the PIN in this time; seconds. */
#define PAD_SECONDS 60
/* ASCII, left justified, system units are bytes (part 10, 2.5.2). */
#define FORMAT_ASCII 0x82
/* The entry is over when the person presses the reader's own key for it. */
#define ENDS_WITH_KEY 0x02
#define ENGLISH 0x0409
/* A change asks for the present PIN, and for the new one twice. */
#define CONFIRM_OLD_AND_NEW 0x03
#define HEADER_SIZE 5

void
pcsc_pad_find(struct pcsc_card *card)
{
	uint8_t answer[256];
	DWORD size = 0;

	card->verify = card->modify = 0;
	if (card->library->Control(card->handle, CM_IOCTL_GET_FEATURE_REQUEST, NULL, 0, answer, sizeof answer, &size) !=
			SCARD_S_SUCCESS ||
		size > sizeof answer)
		return;
	for (DWORD at = 0; at + sizeof(PCSC_TLV_STRUCTURE) <= size; at += sizeof(PCSC_TLV_STRUCTURE)) {
		PCSC_TLV_STRUCTURE feature;

		memcpy(&feature, answer + at, sizeof feature);
		if (feature.length != sizeof feature.value)
			continue;
		if (feature.tag == FEATURE_VERIFY_PIN_DIRECT)
			card->verify = ntohl(feature.value);
		else if (feature.tag == FEATURE_MODIFY_PIN_DIRECT)
			card->modify = ntohl(feature.value);
	}
}

/* What the reader answers besides the card: nobody typed, somebody gave up, the new PINs differ, or the length is wrong
   (part 10, 2.5.2.7: 64 00 to 64 03). */
static bool
is_of_reader(const uint8_t *answer, size_t size)
{
	return size == 2 && answer[0] == 0x64 && answer[1] <= 0x03;
}

static enum outcome
control(struct pcsc_card *card, DWORD code, const void *order, size_t order_size, uint8_t *ret, size_t *ret_size,
	struct code *ret_code)
{
	DWORD received = 0;
	LONG result = card->library->Control(card->handle, code, order, order_size, ret, *ret_size, &received);

	*ret_size = 0;
	if (result != SCARD_S_SUCCESS) {
		*ret_code = (struct code){ CODE_SCARD, (uint32_t)result };
		return pcsc_outcome(result);
	}
	*ret_size = received;
	if (!is_of_reader(ret, received))
		return DONE;
	*ret_code = (struct code){ CODE_STATUS_WORD, (uint32_t)(ret[0] << 8 | ret[1]) };
	return FAIL_PIN_PAD;
}

enum outcome
pcsc_pad_enter(void *context, const struct card_pin_entry *entry, uint8_t *ret, size_t *ret_size, struct code *ret_code)
{
	struct pcsc_card *card = context;
	const uint8_t header[HEADER_SIZE] = { 0x00, entry->is_change ? 0x24 : 0x20, 0x00, entry->reference, 0x00 };
	const uint16_t digits = (uint16_t)(entry->least << 8 | entry->most);
	uint8_t order[sizeof(PIN_MODIFY_STRUCTURE) + HEADER_SIZE];
	PIN_VERIFY_STRUCTURE verify = {
		.bTimerOut = PAD_SECONDS,
		.bTimerOut2 = PAD_SECONDS,
		.bmFormatString = FORMAT_ASCII,
		.wPINMaxExtraDigit = digits,
		.bEntryValidationCondition = ENDS_WITH_KEY,
		.bNumberMessage = 1,
		.wLangId = ENGLISH,
		.ulDataLength = HEADER_SIZE,
	};
	PIN_MODIFY_STRUCTURE modify = {
		.bTimerOut = PAD_SECONDS,
		.bTimerOut2 = PAD_SECONDS,
		.bmFormatString = FORMAT_ASCII,
		.wPINMaxExtraDigit = digits,
		.bConfirmPIN = CONFIRM_OLD_AND_NEW,
		.bEntryValidationCondition = ENDS_WITH_KEY,
		.bNumberMessage = 3,
		.wLangId = ENGLISH,
		.bMsgIndex2 = 1,
		.bMsgIndex3 = 2,
		.ulDataLength = HEADER_SIZE,
	};
	const void *first = entry->is_change ? (const void *)&modify : &verify;
	size_t size = entry->is_change ? sizeof modify : sizeof verify;

	if ((entry->is_change ? card->modify : card->verify) == 0)
		return FAIL_CARD_UNSUPPORTED;
	memcpy(order, first, size);
	memcpy(order + size, header, sizeof header);
	return control(card, entry->is_change ? card->modify : card->verify, order, size + sizeof header, ret, ret_size,
		ret_code);
}
