/*
 * libquorate-pcsc.so: the SCard functions that OpenSC resolves from its provider_library (src/libopensc/reader-pcsc.c)
 * and quorate's PC/SC worker from the same file, answered by the card process of a rehearsal. What each does stands in
 * pcsc-lite's winscard.h; here are sizes, buffers and the ways of asking.
 */
#include "pcsc_context.h"
#include "pcsc_pad.h"

#include <reader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

EXPORT const SCARD_IO_REQUEST g_rgSCardT0Pci = { SCARD_PROTOCOL_T0, sizeof(SCARD_IO_REQUEST) };
EXPORT const SCARD_IO_REQUEST g_rgSCardT1Pci = { SCARD_PROTOCOL_T1, sizeof(SCARD_IO_REQUEST) };
EXPORT const SCARD_IO_REQUEST g_rgSCardRawPci = { SCARD_PROTOCOL_RAW, sizeof(SCARD_IO_REQUEST) };

static struct wire_packet *
packet_new(enum wire_operation operation)
{
	struct wire_packet *packet = malloc(sizeof *packet);

	if (packet != NULL)
		packet->head = (struct wire_head){ .operation = operation };
	return packet;
}

/* Packets carry PINs and shares. */
static void
packet_free(struct wire_packet *packet)
{
	if (packet != NULL)
		explicit_bzero(packet, sizeof *packet);
	free(packet);
}

/*
 * Gives bytes to a caller the PC/SC way: length only, copied into the caller's buffer, or allocated for it
 * (SCARD_AUTOALLOCATE, then *room is 0 and ret points to a pointer).
 */
static LONG
hand_over(const void *bytes, size_t size, void *ret, LPDWORD room)
{
	DWORD there;

	if (room == NULL)
		return ret == NULL ? SCARD_S_SUCCESS : SCARD_E_INVALID_PARAMETER;
	there = *room;
	*room = (DWORD)size;
	if (ret == NULL)
		return SCARD_S_SUCCESS;
	if (there == SCARD_AUTOALLOCATE) {
		void *copy = malloc(size > 0 ? size : 1);

		if (copy == NULL)
			return SCARD_E_NO_MEMORY;
		memcpy(copy, bytes, size);
		memcpy(ret, &copy, sizeof copy);
		return SCARD_S_SUCCESS;
	}
	if (there < size)
		return SCARD_E_INSUFFICIENT_BUFFER;
	memcpy(ret, bytes, size);
	return SCARD_S_SUCCESS;
}

EXPORT LONG
SCardEstablishContext(DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT ret)
{
	(void)reserved1;
	(void)reserved2;
	if (ret == NULL)
		return SCARD_E_INVALID_PARAMETER;
	*ret = 0;
	return scope > SCARD_SCOPE_SYSTEM ? SCARD_E_INVALID_VALUE : pcsc_context_open(ret);
}

EXPORT LONG
SCardReleaseContext(SCARDCONTEXT context)
{
	return pcsc_context_close(context);
}

EXPORT LONG
SCardIsValidContext(SCARDCONTEXT context)
{
	return pcsc_context_is_open(context) ? SCARD_S_SUCCESS : SCARD_E_INVALID_HANDLE;
}

EXPORT LONG
SCardFreeMemory(SCARDCONTEXT context, LPCVOID memory)
{
	if (!pcsc_context_is_open(context))
		return SCARD_E_INVALID_HANDLE;
	free((void *)(uintptr_t)memory);
	return SCARD_S_SUCCESS;
}

EXPORT LONG
SCardConnect(SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD protocols, LPSCARDHANDLE ret, LPDWORD ret_protocol)
{
	struct wire_packet *packet;
	size_t size;
	LONG result;

	if (ret == NULL || ret_protocol == NULL)
		return SCARD_E_INVALID_PARAMETER;
	*ret = 0;
	if (reader == NULL || strlen(reader) >= WIRE_NAME_SIZE)
		return SCARD_E_UNKNOWN_READER;
	packet = packet_new(WIRE_CONNECT);
	if (packet == NULL)
		return SCARD_E_NO_MEMORY;
	packet->head.value[0] = (uint32_t)share;
	packet->head.value[1] = (uint32_t)protocols;
	memcpy(packet->data, reader, strlen(reader));
	result = pcsc_context_ask(context, packet, strlen(reader), &size);
	if (result == SCARD_S_SUCCESS)
		result = pcsc_handle_add(context, packet->head.value[0], ret);
	if (result == SCARD_S_SUCCESS)
		*ret_protocol = packet->head.value[1];
	packet_free(packet);
	return result;
}

EXPORT LONG
SCardReconnect(SCARDHANDLE card, DWORD share, DWORD protocols, DWORD initialization, LPDWORD ret_protocol)
{
	struct wire_packet *packet = packet_new(WIRE_RECONNECT);
	size_t size;
	LONG result;

	if (packet == NULL)
		return SCARD_E_NO_MEMORY;
	packet->head.value[1] = (uint32_t)share;
	packet->head.value[2] = (uint32_t)protocols;
	packet->head.value[3] = (uint32_t)initialization;
	result = pcsc_handle_ask(card, packet, 0, &size);
	if (result == SCARD_S_SUCCESS && ret_protocol != NULL)
		*ret_protocol = packet->head.value[0];
	packet_free(packet);
	return result;
}

/* Requests that are a handle and at most one more number. */
static LONG
ask_simply(enum wire_operation operation, SCARDHANDLE card, DWORD number)
{
	struct wire_packet *packet = packet_new(operation);
	size_t size;
	LONG result;

	if (packet == NULL)
		return SCARD_E_NO_MEMORY;
	packet->head.value[1] = (uint32_t)number;
	result = pcsc_handle_ask(card, packet, 0, &size);
	packet_free(packet);
	return result;
}

EXPORT LONG
SCardDisconnect(SCARDHANDLE card, DWORD disposition)
{
	LONG result = ask_simply(WIRE_DISCONNECT, card, disposition);

	pcsc_handle_remove(card);
	return result;
}

EXPORT LONG
SCardBeginTransaction(SCARDHANDLE card)
{
	return ask_simply(WIRE_BEGIN, card, 0);
}

EXPORT LONG
SCardEndTransaction(SCARDHANDLE card, DWORD disposition)
{
	return ask_simply(WIRE_END, card, disposition);
}

/* The reader of a handle; on success its answer stands in *ret, state and protocol in the packet's head. */
static LONG
ask_status(SCARDHANDLE card, struct wire_head *ret_head, struct wire_reader *ret)
{
	struct wire_packet *packet = packet_new(WIRE_STATUS);
	size_t size;
	LONG result;

	if (packet == NULL)
		return SCARD_E_NO_MEMORY;
	result = pcsc_handle_ask(card, packet, 0, &size);
	if (result == SCARD_S_SUCCESS && size != sizeof *ret)
		result = SCARD_F_COMM_ERROR;
	if (result == SCARD_S_SUCCESS) {
		memcpy(ret, packet->data, sizeof *ret);
		*ret_head = packet->head;
		ret->name[WIRE_NAME_SIZE - 1] = '\0';
		if (ret->atr_size > WIRE_ATR_SIZE)
			result = SCARD_F_COMM_ERROR;
	}
	packet_free(packet);
	return result;
}

EXPORT LONG
SCardStatus(
	SCARDHANDLE card, LPSTR name, LPDWORD name_size, LPDWORD state, LPDWORD protocol, LPBYTE atr, LPDWORD atr_size)
{
	struct wire_reader reader;
	struct wire_head head;
	LONG result = ask_status(card, &head, &reader), other;

	if (result != SCARD_S_SUCCESS)
		return result;
	if (state != NULL)
		*state = head.value[0];
	if (protocol != NULL)
		*protocol = head.value[1];
	result = hand_over(reader.name, strlen(reader.name) + 1, name, name_size);
	other = hand_over(reader.atr, reader.atr_size, atr, atr_size);
	return result != SCARD_S_SUCCESS ? result : other;
}

EXPORT LONG
SCardTransmit(SCARDHANDLE card, const SCARD_IO_REQUEST *send_pci, LPCBYTE command, DWORD command_size,
	SCARD_IO_REQUEST *receive_pci, LPBYTE answer, LPDWORD answer_size)
{
	struct wire_packet *packet;
	size_t size;
	LONG result;

	if (send_pci == NULL || command == NULL || answer == NULL || answer_size == NULL)
		return SCARD_E_INVALID_PARAMETER;
	if (send_pci->dwProtocol != SCARD_PROTOCOL_T1)
		return SCARD_E_PROTO_MISMATCH;
	if (command_size > CARD_COMMAND_MOST)
		return SCARD_E_INSUFFICIENT_BUFFER;
	packet = packet_new(WIRE_TRANSMIT);
	if (packet == NULL)
		return SCARD_E_NO_MEMORY;
	memcpy(packet->data, command, command_size);
	result = pcsc_handle_ask(card, packet, command_size, &size);
	if (result == SCARD_S_SUCCESS) {
		if (*answer_size < size)
			result = SCARD_E_INSUFFICIENT_BUFFER;
		else
			memcpy(answer, packet->data, size);
		*answer_size = (DWORD)size;
		if (receive_pci != NULL)
			*receive_pci = g_rgSCardT1Pci;
	}
	packet_free(packet);
	return result;
}

static LONG
ask_readers(SCARDCONTEXT context, struct wire_packet *packet, size_t *ret_count)
{
	LONG result;
	size_t size;

	packet->head = (struct wire_head){ .operation = WIRE_READERS };
	result = pcsc_context_ask(context, packet, 0, &size);
	*ret_count = size / sizeof(struct wire_reader);
	return result;
}

EXPORT LONG
SCardListReaders(SCARDCONTEXT context, LPCSTR groups, LPSTR readers, LPDWORD readers_size)
{
	char names[WIRE_READERS_MOST * WIRE_NAME_SIZE + 1];
	struct wire_packet *packet;
	size_t count, size = 0;
	LONG result;

	(void)groups;
	if (readers_size == NULL)
		return SCARD_E_INVALID_PARAMETER;
	packet = packet_new(WIRE_READERS);
	if (packet == NULL)
		return SCARD_E_NO_MEMORY;
	result = ask_readers(context, packet, &count);
	for (size_t i = 0; i < count && i < WIRE_READERS_MOST && result == SCARD_S_SUCCESS; i++) {
		struct wire_reader reader;

		memcpy(&reader, packet->data + i * sizeof reader, sizeof reader);
		reader.name[WIRE_NAME_SIZE - 1] = '\0';
		memcpy(names + size, reader.name, strlen(reader.name) + 1);
		size += strlen(reader.name) + 1;
	}
	packet_free(packet);
	if (result != SCARD_S_SUCCESS)
		return result;
	if (size == 0)
		return SCARD_E_NO_READERS_AVAILABLE;
	names[size++] = '\0';
	return hand_over(names, size, readers, readers_size);
}

EXPORT LONG
SCardListReaderGroups(SCARDCONTEXT context, LPSTR groups, LPDWORD groups_size)
{
	static const char all[] = "SCard$DefaultReaders\0";

	if (!pcsc_context_is_open(context))
		return SCARD_E_INVALID_HANDLE;
	if (groups_size == NULL)
		return SCARD_E_INVALID_PARAMETER;
	return hand_over(all, sizeof all, groups, groups_size);
}

/* The pseudo-reader that stands for "the list of readers". Its state's upper half says how many readers there were; who
   asks for the first time means those of now. */
static LONG
fill_states(SCARDCONTEXT context, struct wire_packet *packet, const SCARD_READERSTATE *states, DWORD count)
{
	struct wire_packet *list = packet_new(WIRE_READERS);
	LONG result = SCARD_S_SUCCESS;
	size_t readers = 0;

	if (list == NULL)
		return SCARD_E_NO_MEMORY;
	result = ask_readers(context, list, &readers);
	for (DWORD i = 0; i < count && result == SCARD_S_SUCCESS; i++) {
		struct wire_state state = { .current = (uint32_t)states[i].dwCurrentState };
		bool is_known = false;

		if (states[i].szReader == NULL || strlen(states[i].szReader) >= WIRE_NAME_SIZE) {
			result = SCARD_E_UNKNOWN_READER;
			break;
		}
		memcpy(state.reader.name, states[i].szReader, strlen(states[i].szReader));
		for (size_t j = 0; j < readers && !is_known; j++)
			is_known = strcmp((const char *)list->data + j * sizeof(struct wire_reader),
					   state.reader.name) == 0;
		if (strcmp(state.reader.name, "\\\\?PnP?\\Notification") == 0) {
			if (state.current >> 16 == 0)
				state.current |= (uint32_t)readers << 16;
		} else if (!is_known && (state.current & SCARD_STATE_IGNORE) == 0) {
			result = SCARD_E_UNKNOWN_READER;
		}
		memcpy(packet->data + i * sizeof state, &state, sizeof state);
	}
	packet_free(list);
	return result;
}

EXPORT LONG
SCardGetStatusChange(SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATE *states, DWORD count)
{
	struct wire_packet *packet;
	size_t size;
	LONG result;

	if ((states == NULL && count > 0) || count > WIRE_READERS_MOST + 1)
		return SCARD_E_INVALID_PARAMETER;
	if (!pcsc_context_is_open(context))
		return SCARD_E_INVALID_HANDLE;
	packet = packet_new(WIRE_WAIT);
	if (packet == NULL)
		return SCARD_E_NO_MEMORY;
	result = fill_states(context, packet, states, count);
	packet->head = (struct wire_head){ .operation = WIRE_WAIT,
		.value = { timeout >= INFINITE ? WIRE_FOREVER : (uint32_t)timeout } };
	if (result == SCARD_S_SUCCESS)
		result = pcsc_context_ask(context, packet, count * sizeof(struct wire_state), &size);
	else
		size = 0;
	for (DWORD i = 0; i < count && size == count * sizeof(struct wire_state); i++) {
		struct wire_state state;

		memcpy(&state, packet->data + i * sizeof state, sizeof state);
		states[i].dwEventState = state.event;
		states[i].cbAtr = state.reader.atr_size <= WIRE_ATR_SIZE ? state.reader.atr_size : 0;
		memcpy(states[i].rgbAtr, state.reader.atr, states[i].cbAtr);
	}
	packet_free(packet);
	return result;
}

EXPORT LONG
SCardCancel(SCARDCONTEXT context)
{
	return pcsc_context_cancel(context);
}

EXPORT LONG
SCardGetAttrib(SCARDHANDLE card, DWORD attribute, LPBYTE bytes, LPDWORD size)
{
	struct wire_reader reader;
	struct wire_head head;
	LONG result = ask_status(card, &head, &reader);

	if (result != SCARD_S_SUCCESS)
		return result;
	if (size == NULL)
		return SCARD_E_INVALID_PARAMETER;
	switch (attribute) {
	case SCARD_ATTR_ATR_STRING:
		return hand_over(reader.atr, reader.atr_size, bytes, size);
	case SCARD_ATTR_DEVICE_FRIENDLY_NAME_A:
	case SCARD_ATTR_DEVICE_SYSTEM_NAME_A:
		return hand_over(reader.name, strlen(reader.name) + 1, bytes, size);
	case SCARD_ATTR_VENDOR_NAME:
		return hand_over("quorate rehearsal", sizeof "quorate rehearsal", bytes, size);
	default:
		return SCARD_E_UNSUPPORTED_FEATURE;
	}
}

EXPORT LONG
SCardSetAttrib(SCARDHANDLE card, DWORD attribute, LPCBYTE bytes, DWORD size)
{
	struct wire_reader reader;
	struct wire_head head;
	LONG result = ask_status(card, &head, &reader);

	(void)attribute;
	(void)bytes;
	(void)size;
	return result != SCARD_S_SUCCESS ? result : SCARD_E_UNSUPPORTED_FEATURE;
}

/* An order to the reader's pad: what is typed there goes to the card. */
static LONG
enter_at_pad(SCARDHANDLE card, const char *reader, DWORD code, const void *input, DWORD input_size, void *output,
	DWORD output_size, LPDWORD ret_size)
{
	const SCARD_IO_REQUEST protocol = { SCARD_PROTOCOL_T1, sizeof protocol };
	struct pcsc_pad_command command;
	DWORD size = output_size;
	LONG result = SCARD_S_SUCCESS;

	if (!pcsc_pad_order(reader, code, input, input_size, &command))
		return SCARD_E_UNSUPPORTED_FEATURE;
	if (output == NULL || output_size < sizeof command.answer)
		return SCARD_E_INSUFFICIENT_BUFFER;
	if (command.is_of_reader) {
		memcpy(output, command.answer, sizeof command.answer);
		size = sizeof command.answer;
	} else {
		result = SCardTransmit(card, &protocol, command.bytes, command.size, NULL, output, &size);
	}
	explicit_bzero(&command, sizeof command);
	if (result == SCARD_S_SUCCESS && ret_size != NULL)
		*ret_size = size;
	return result;
}

EXPORT LONG
SCardControl(SCARDHANDLE card, DWORD code, LPCVOID input, DWORD input_size, LPVOID output, DWORD output_size,
	LPDWORD ret_size)
{
	struct wire_reader reader;
	struct wire_head head;
	LONG result = ask_status(card, &head, &reader);
	bool has_pad = result == SCARD_S_SUCCESS && pcsc_pad_is_there(reader.name);

	if (ret_size != NULL)
		*ret_size = 0;
	if (result != SCARD_S_SUCCESS)
		return result;
	/* A reader without display, keys and features of its own: an empty list of them (PC/SC part 10, 2.2). */
	if (code == CM_IOCTL_GET_FEATURE_REQUEST) {
		if (has_pad && output != NULL && ret_size != NULL)
			*ret_size = (DWORD)pcsc_pad_features(output, output_size);
		return SCARD_S_SUCCESS;
	}
	return has_pad && input != NULL
		       ? enter_at_pad(card, reader.name, code, input, input_size, output, output_size, ret_size)
		       : SCARD_E_UNSUPPORTED_FEATURE;
}

EXPORT const char *
pcsc_stringify_error(const LONG code)
{
	static _Thread_local char text[32];

	snprintf(text, sizeof text, "PC/SC code 0x%08lX", (unsigned long)code & 0xFFFFFFFF);
	return text;
}
