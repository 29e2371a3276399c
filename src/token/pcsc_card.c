#include "pcsc_library.h"

enum outcome
pcsc_outcome(LONG result)
{
	switch ((uint32_t)result) {
	case (uint32_t)SCARD_S_SUCCESS:
		return DONE;
	case (uint32_t)SCARD_W_RESET_CARD:
		return FAIL_TOKEN_RESET;
	case (uint32_t)SCARD_W_REMOVED_CARD:
	case (uint32_t)SCARD_E_READER_UNAVAILABLE:
	case (uint32_t)SCARD_E_INVALID_HANDLE:
		return FAIL_TOKEN_GONE;
	case (uint32_t)SCARD_E_NO_SMARTCARD:
		return FAIL_NO_TOKEN;
	case (uint32_t)SCARD_E_UNKNOWN_READER:
	case (uint32_t)SCARD_E_NO_READERS_AVAILABLE:
		return FAIL_NO_READER;
	case (uint32_t)SCARD_E_NO_SERVICE:
	case (uint32_t)SCARD_E_SERVICE_STOPPED:
	case (uint32_t)SCARD_E_INVALID_VALUE:
	case (uint32_t)SCARD_F_COMM_ERROR:
		return FAIL_NO_PCSC;
	default:
		return FAIL_CARD_SILENT;
	}
}

/* After a reset the handle is good for one thing: to be connected again, and with it the transaction is gone. The
   caller is told, so that it selects and reads before it repeats anything. */
static void
reconnect(struct pcsc_card *card)
{
	if (card->library->Reconnect(card->handle, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
		    SCARD_LEAVE_CARD, &card->protocol) == SCARD_S_SUCCESS)
		card->library->BeginTransaction(card->handle);
}

static enum outcome
transmit(void *context, const uint8_t *command, size_t size, uint8_t *ret, size_t *ret_size, struct code *ret_code)
{
	struct pcsc_card *card = context;
	const SCARD_IO_REQUEST protocol = { card->protocol, sizeof protocol };
	DWORD received = *ret_size;
	LONG result = card->library->Transmit(card->handle, &protocol, command, size, NULL, ret, &received);

	*ret_size = 0;
	if (result == SCARD_S_SUCCESS) {
		*ret_size = received;
		return DONE;
	}
	*ret_code = (struct code){ CODE_SCARD, (uint32_t)result };
	if (pcsc_outcome(result) == FAIL_TOKEN_RESET)
		reconnect(card);
	return pcsc_outcome(result);
}

enum outcome
pcsc_card_open(struct pcsc_card *ret, const struct pcsc_library *library, SCARDCONTEXT context, const char *reader,
	struct code *ret_code)
{
	LONG result;

	*ret = (struct pcsc_card){ .library = library, .card = { transmit, ret } };
	result = library->Connect(context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
		&ret->handle, &ret->protocol);
	if (result == SCARD_S_SUCCESS) {
		result = library->BeginTransaction(ret->handle);
		/* Nothing was sent yet, so beginning anew repeats nothing. */
		if (pcsc_outcome(result) == FAIL_TOKEN_RESET) {
			result = library->Reconnect(ret->handle, SCARD_SHARE_SHARED,
				SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, SCARD_LEAVE_CARD, &ret->protocol);
			if (result == SCARD_S_SUCCESS)
				result = library->BeginTransaction(ret->handle);
		}
		if (result != SCARD_S_SUCCESS)
			library->Disconnect(ret->handle, SCARD_LEAVE_CARD);
	}
	if (result == SCARD_S_SUCCESS)
		pcsc_pad_find(ret);
	if (ret->verify != 0)
		ret->card.enter_pin = pcsc_pad_enter;
	*ret_code = result == SCARD_S_SUCCESS ? (struct code){ CODE_NONE, 0 }
					      : (struct code){ CODE_SCARD, (uint32_t)result };
	return pcsc_outcome(result);
}

void
pcsc_card_close(struct pcsc_card *card)
{
	card->library->EndTransaction(card->handle, SCARD_LEAVE_CARD);
	card->library->Disconnect(card->handle, SCARD_LEAVE_CARD);
}
