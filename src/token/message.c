#include "message_table.h"

#include <quorate/text.h>

#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A packet: kind (1), size of the fields (2), the fields, and then the bytes of the blobs, of which the fields have the
   sizes. So that only the fields have to stand in the secure heap; the largest are the answer's, with four states. */
#define HEAD_SIZE 3
#define FRAME_MOST 8192

/* Where a packet without secrets is put together and taken apart, by one thread, one at a time: on the stack it would
   be cleared for each of thousands. */
static uint8_t plain[FRAME_MOST], blobs[LIMIT_TOKEN_BYTES];

struct frame {
	uint8_t *bytes;
	size_t used, size;
	uint8_t *blobs;
	size_t blobs_used, blobs_size;
	bool is_broken; /* something did not fit; nothing more is written or read */
};

static uint8_t *
frame_reach(struct frame *frame, size_t size)
{
	uint8_t *at = frame->bytes + frame->used;

	if (frame->is_broken || size > frame->size - frame->used) {
		frame->is_broken = true;
		return NULL;
	}
	frame->used += size;
	return at;
}

static void
write_number(struct frame *frame, uint64_t value, size_t size)
{
	uint8_t *at = frame_reach(frame, size);

	for (size_t i = size; at != NULL && i-- > 0; value >>= 8)
		at[i] = (uint8_t)value;
}

static uint64_t
read_number(struct frame *frame, size_t size)
{
	const uint8_t *at = frame_reach(frame, size);
	uint64_t value = 0;

	for (size_t i = 0; at != NULL && i < size; i++)
		value = value << 8 | at[i];
	return value;
}

/* The members of our structures are numbers of one, four or eight bytes. */
static int64_t
load_number(const struct field *field, const uint8_t *member)
{
	uint32_t four;
	int64_t eight;

	switch (field->size) {
	case 1:
		return *member;
	case 4:
		memcpy(&four, member, 4);
		return field->least < 0 ? (int32_t)four : (int64_t)four;
	default:
		memcpy(&eight, member, 8);
		return eight;
	}
}

static void
store_number(const struct field *field, uint8_t *member, int64_t value)
{
	uint32_t four = (uint32_t)value;

	switch (field->size) {
	case 1:
		*member = (uint8_t)value;
		return;
	case 4:
		memcpy(member, &four, 4);
		return;
	default:
		memcpy(member, &value, 8);
		return;
	}
}

static void
write_bytes(struct frame *frame, const uint8_t *bytes, size_t size)
{
	uint8_t *at;

	write_number(frame, size, 2);
	at = frame_reach(frame, size);
	if (at != NULL && size > 0)
		memcpy(at, bytes, size);
}

static void
write_blob(struct frame *frame, const uint8_t *member)
{
	struct token_bytes blob;

	memcpy(&blob, member, sizeof blob);
	if (blob.size > frame->blobs_size - frame->blobs_used) {
		frame->is_broken = true;
		return;
	}
	write_number(frame, blob.size, 2);
	if (blob.size > 0)
		memcpy(frame->blobs + frame->blobs_used, blob.bytes, blob.size);
	frame->blobs_used += blob.size;
}

static void
read_blob(struct frame *frame, uint8_t *member)
{
	struct token_bytes blob = { 0, NULL };
	size_t size = (size_t)read_number(frame, 2);

	if (frame->is_broken || size > frame->blobs_size - frame->blobs_used ||
		token_bytes_set(&blob, frame->blobs + frame->blobs_used, size) != DONE)
		frame->is_broken = true;
	else
		frame->blobs_used += size;
	memcpy(member, &blob, sizeof blob);
}

static void
write_fields(struct frame *frame, const struct field *field, const uint8_t *from)
{
	for (; field->name != NULL; field++) {
		const uint8_t *member = from + field->offset;
		const struct secret *secret;
		uint8_t *at;
		int64_t number;

		switch (field->kind) {
		case FIELD_NUMBER:
			number = load_number(field, member);
			frame->is_broken |= number < field->least || number > field->most;
			write_number(frame, (uint64_t)number, 8);
			break;
		case FIELD_TEXT:
		case FIELD_STRING:
			write_bytes(frame, member, strnlen((const char *)member, field->size - 1));
			break;
		case FIELD_BYTES:
			at = frame_reach(frame, field->size);
			if (at != NULL)
				memcpy(at, member, field->size);
			break;
		case FIELD_SECRET:
			memcpy(&secret, member, sizeof secret);
			frame->is_broken |= secret != NULL && secret->size > MESSAGE_SECRET_MOST;
			write_bytes(frame, secret == NULL ? NULL : secret->bytes, secret == NULL ? 0 : secret->size);
			break;
		case FIELD_BLOB:
			write_blob(frame, member);
			break;
		case FIELD_RECORD:
			write_fields(frame, field->fields, member);
			break;
		}
	}
}

static void
read_text(struct frame *frame, const struct field *field, uint8_t *member)
{
	size_t length = (size_t)read_number(frame, 2);
	const uint8_t *at = frame_reach(frame, length);

	if (at == NULL || length >= field->size || memchr(at, '\0', length) != NULL) {
		frame->is_broken = true;
		return;
	}
	if (field->kind == FIELD_TEXT) {
		text_clean(at, length, (char *)member, field->size);
	} else {
		memcpy(member, at, length);
		member[length] = '\0';
	}
}

static void
read_secret(struct frame *frame, uint8_t *member)
{
	size_t size = (size_t)read_number(frame, 2);
	uint8_t *at = frame_reach(frame, size);
	struct secret *secret = NULL;

	if (at == NULL || size > MESSAGE_SECRET_MOST)
		frame->is_broken = true;
	else if (size > 0 && secret_take(&secret, at, size) != DONE)
		frame->is_broken = true;
	memcpy(member, &secret, sizeof secret);
}

static void
read_fields(struct frame *frame, const struct field *field, uint8_t *to)
{
	for (; field->name != NULL && !frame->is_broken; field++) {
		uint8_t *member = to + field->offset;
		const uint8_t *at;
		int64_t number;

		switch (field->kind) {
		case FIELD_NUMBER:
			number = (int64_t)read_number(frame, 8);
			if (number < field->least || number > field->most)
				frame->is_broken = true;
			else
				store_number(field, member, number);
			break;
		case FIELD_TEXT:
		case FIELD_STRING:
			read_text(frame, field, member);
			break;
		case FIELD_BYTES:
			at = frame_reach(frame, field->size);
			if (at != NULL)
				memcpy(member, at, field->size);
			break;
		case FIELD_SECRET:
			read_secret(frame, member);
			break;
		case FIELD_BLOB:
			read_blob(frame, member);
			break;
		case FIELD_RECORD:
			read_fields(frame, field->fields, member);
			break;
		}
	}
}

enum outcome
message_pair(int ret[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret) == 0 ? DONE : FAIL_PROCESS;
}

void
message_begin(struct message *ret, enum message_kind kind)
{
	memset(ret, 0, sizeof *ret);
	ret->kind = kind;
	ret->descriptor = -1;
}

void
message_clear(struct message *message)
{
	if (message->kind == MESSAGE_ACT)
		token_request_clear(&message->as.act);
	if (message->kind == MESSAGE_ANSWER)
		token_answer_clear(&message->as.answer);
	if (message->descriptor >= 0)
		close(message->descriptor);
	message_begin(message, MESSAGE_NONE);
}

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static enum outcome
transfer(int socket, struct frame *frame, int descriptor, bool is_waiting)
{
	struct iovec pieces[] = { { frame->bytes, frame->used }, { frame->blobs, frame->blobs_used } };
	union control control = { .header = {
					  .cmsg_len = CMSG_LEN(sizeof(int)),
					  .cmsg_level = SOL_SOCKET,
					  .cmsg_type = SCM_RIGHTS,
				  } };
	struct msghdr packet = { .msg_iov = pieces, .msg_iovlen = 2 };
	ssize_t sent;

	if (descriptor >= 0) {
		memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
		packet.msg_control = &control;
		packet.msg_controllen = sizeof control;
	}
	do {
		sent = sendmsg(socket, &packet, MSG_NOSIGNAL | (is_waiting ? 0 : MSG_DONTWAIT));
	} while (sent < 0 && errno == EINTR);
	if (sent == (ssize_t)(frame->used + frame->blobs_used))
		return DONE;
	return sent < 0 && errno == EAGAIN ? FAIL_WORKER_HUNG : FAIL_WORKER_GONE;
}

enum outcome
message_send(int socket, const struct message *message, bool is_waiting)
{
	struct frame frame = { .bytes = plain, .size = sizeof plain, .blobs = blobs, .blobs_size = sizeof blobs };
	struct secret *locked = NULL;
	enum outcome outcome;

	if (message_table[message->kind].has_secrets) {
		outcome = secret_new(&locked, FRAME_MOST);
		if (outcome != DONE)
			return outcome;
		frame.bytes = locked->bytes;
	}
	write_number(&frame, message->kind, 1);
	write_number(&frame, 0, 2);
	write_fields(&frame, message_table[message->kind].fields, (const uint8_t *)message);
	frame.bytes[1] = (uint8_t)((frame.used - HEAD_SIZE) >> 8);
	frame.bytes[2] = (uint8_t)(frame.used - HEAD_SIZE);
	outcome = frame.is_broken ? FAIL_ARGUMENT : transfer(socket, &frame, message->descriptor, is_waiting);
	secret_free(&locked);
	return outcome;
}

/* Takes the descriptor out of a packet, if exactly one was passed. */
static int
passed_descriptor(struct msghdr *packet)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(packet);
	int descriptor = -1;

	if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
		header->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
	return descriptor;
}

static enum outcome
receive_frame(int socket, struct frame *frame, struct message *ret)
{
	struct iovec pieces[] = { { frame->bytes, frame->size }, { frame->blobs, frame->blobs_size } };
	union control control;
	struct msghdr packet = {
		.msg_iov = pieces, .msg_iovlen = 2, .msg_control = &control, .msg_controllen = sizeof control
	};
	ssize_t size;

	do {
		size = recvmsg(socket, &packet, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	} while (size < 0 && errno == EINTR);
	if (size < 0)
		return FAIL_WORKER_GONE;
	ret->descriptor = passed_descriptor(&packet);
	if ((packet.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 || (size_t)size != frame->size + frame->blobs_size)
		return FAIL_MESSAGE;
	ret->kind = (enum message_kind)read_number(frame, 1);
	(void)read_number(frame, 2);
	if (ret->descriptor >= 0 && !message_table[ret->kind].has_descriptor)
		return FAIL_MESSAGE;
	read_fields(frame, message_table[ret->kind].fields, (uint8_t *)ret);
	if (frame->is_broken || frame->used != frame->size || frame->blobs_used != frame->blobs_size)
		return FAIL_MESSAGE;
	return DONE;
}

static enum outcome
refuse_packet(int socket)
{
	while (recv(socket, NULL, 0, MSG_DONTWAIT) < 0 && errno == EINTR)
		continue;
	return FAIL_MESSAGE;
}

enum outcome
message_receive(int socket, struct message *ret, bool is_waiting)
{
	uint8_t head[HEAD_SIZE] = { MESSAGE_NONE };
	struct frame frame = { .bytes = plain, .blobs = blobs };
	struct secret *locked = NULL;
	enum outcome outcome;
	ssize_t size;

	message_begin(ret, MESSAGE_NONE);
	/* A look at the head tells where the packet has to stand, and how it is divided. */
	do {
		size = recv(socket, head, HEAD_SIZE, MSG_PEEK | MSG_TRUNC | (is_waiting ? 0 : MSG_DONTWAIT));
	} while (size < 0 && errno == EINTR);
	if (size < 0)
		return errno == EAGAIN ? DONE : FAIL_WORKER_GONE;
	if (size == 0)
		return FAIL_WORKER_GONE;
	frame.size = HEAD_SIZE + (size_t)head[1] * 256 + head[2];
	if (head[0] == MESSAGE_NONE || head[0] >= MESSAGE_KIND_COUNT || frame.size > FRAME_MOST ||
		(size_t)size < frame.size || (size_t)size - frame.size > LIMIT_TOKEN_BYTES)
		return refuse_packet(socket);
	frame.blobs_size = (size_t)size - frame.size;
	if (message_table[head[0]].has_secrets) {
		outcome = secret_new(&locked, frame.size);
		if (outcome != DONE)
			return outcome;
		frame.bytes = locked->bytes;
	}
	outcome = receive_frame(socket, &frame, ret);
	secret_free(&locked);
	return outcome;
}
