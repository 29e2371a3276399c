#include "message.h"

#include <quorate/text.h>

#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The largest secret in a message: a PIN, an SO-PIN or a DKEK share. */
#define SECRET_MOST 64
/* A packet: the answer to an act is the largest, with two states of a card. */
#define FRAME_MOST 2048

enum field_kind {
	FIELD_NUMBER, /* 8 bytes, big-endian */
	FIELD_TEXT,   /* for people: cleaned when it arrives */
	FIELD_STRING, /* a path, as it is */
	FIELD_BYTES,  /* exactly size bytes */
	FIELD_SECRET, /* struct secret *, absent if empty */
	FIELD_RECORD, /* a structure with a table of its own */
};

struct field {
	enum field_kind kind;
	const char *name;
	size_t offset, size;
	int64_t least, most;
	const struct field *fields;
};

#define PLACE(type, member) #member, offsetof(type, member), sizeof((type *)0)->member
#define NUMBER(type, member, least, most)                                                                              \
	{                                                                                                              \
		FIELD_NUMBER, PLACE(type, member), least, most, NULL                                                   \
	}
#define ANSWER(type, member)                                                                                           \
	{                                                                                                              \
		FIELD_NUMBER, PLACE(type, member), 0, 1, NULL                                                          \
	}
#define TEXT(type, member)                                                                                             \
	{                                                                                                              \
		FIELD_TEXT, PLACE(type, member), 0, 0, NULL                                                            \
	}
#define STRING(type, member)                                                                                           \
	{                                                                                                              \
		FIELD_STRING, PLACE(type, member), 0, 0, NULL                                                          \
	}
#define BYTES(type, member)                                                                                            \
	{                                                                                                              \
		FIELD_BYTES, PLACE(type, member), 0, 0, NULL                                                           \
	}
#define SECRET(type, member)                                                                                           \
	{                                                                                                              \
		FIELD_SECRET, PLACE(type, member), 0, SECRET_MOST, NULL                                                \
	}
#define RECORD(type, member, fields)                                                                                   \
	{                                                                                                              \
		FIELD_RECORD, PLACE(type, member), 0, 0, fields                                                        \
	}
#define END                                                                                                            \
	{                                                                                                              \
		FIELD_NUMBER, NULL, 0, 0, 0, 0, NULL                                                                   \
	}

static const struct field code_fields[] = {
	NUMBER(struct code, kind, CODE_NONE, CODE_SCARD),
	NUMBER(struct code, value, 0, UINT32_MAX),
	END,
};

static const struct field pin_fields[] = {
	NUMBER(struct pin_status, state, PIN_UNKNOWN, PIN_LOCKED),
	NUMBER(struct pin_status, tries_left, -1, 255),
	END,
};

static const struct field hsm_fields[] = {
	NUMBER(struct hsm_status, version_major, 0, 255),
	NUMBER(struct hsm_status, version_minor, 0, 255),
	NUMBER(struct hsm_status, options, 0, 255),
	TEXT(struct hsm_status, label),
	TEXT(struct hsm_status, serial),
	RECORD(struct hsm_status, user_pin, pin_fields),
	RECORD(struct hsm_status, so_pin, pin_fields),
	ANSWER(struct hsm_status, has_dkek),
	NUMBER(struct hsm_status, dkek_total, 0, 255),
	NUMBER(struct hsm_status, dkek_outstanding, 0, 255),
	BYTES(struct hsm_status, kcv),
	NUMBER(struct hsm_status, key_count, 0, 65535),
	NUMBER(struct hsm_status, certificate_count, 0, 65535),
	NUMBER(struct hsm_status, proof, DEVICE_UNPROVEN, DEVICE_REHEARSAL),
	TEXT(struct hsm_status, chain),
	END,
};

static const struct field launch_fields[] = {
	ANSWER(struct message, as.launch.is_helper),
	NUMBER(struct message, as.launch.which, 0, WORKER_KIND_COUNT + HELPER_KIND_COUNT),
	STRING(struct message, as.launch.subject),
	END,
};

static const struct field launched_fields[] = {
	NUMBER(struct message, as.launched.pid, 0, INT32_MAX),
	NUMBER(struct message, as.launched.outcome, DONE, OUTCOME_COUNT - 1),
	RECORD(struct message, as.launched.code, code_fields),
	END,
};

static const struct field stop_fields[] = {
	NUMBER(struct message, as.stop.pid, 1, INT32_MAX),
	NUMBER(struct message, as.stop.milliseconds, 0, LIMIT_WORKER_SLOW_MS),
	END,
};

static const struct field stopped_fields[] = {
	NUMBER(struct message, as.stopped.status, INT32_MIN, INT32_MAX),
	END,
};

static const struct field look_fields[] = {
	ANSWER(struct message, as.look.is_fresh),
	END,
};

static const struct field act_fields[] = {
	NUMBER(struct message, as.act.act, 0, TOKEN_ACT_COUNT - 1),
	TEXT(struct message, as.act.reader),
	TEXT(struct message, as.act.serial),
	TEXT(struct message, as.act.label),
	SECRET(struct message, as.act.user_pin),
	SECRET(struct message, as.act.so_pin),
	SECRET(struct message, as.act.dkek_share),
	NUMBER(struct message, as.act.dkek_shares, 0, 255),
	NUMBER(struct message, as.act.retry_counter, 0, 255),
	END,
};

static const struct field module_fields[] = {
	TEXT(struct message, as.module.name),
	STRING(struct message, as.module.path),
	TEXT(struct message, as.module.description),
	TEXT(struct message, as.module.manufacturer),
	TEXT(struct message, as.module.version),
	END,
};

static const struct field slot_fields[] = {
	NUMBER(struct message, as.slot.id, INT64_MIN, INT64_MAX),
	TEXT(struct message, as.slot.description),
	ANSWER(struct message, as.slot.has_token),
	TEXT(struct message, as.slot.label),
	TEXT(struct message, as.slot.manufacturer),
	TEXT(struct message, as.slot.model),
	TEXT(struct message, as.slot.serial),
	TEXT(struct message, as.slot.firmware),
	NUMBER(struct message, as.slot.flags, INT64_MIN, INT64_MAX),
	NUMBER(struct message, as.slot.pin_min, INT64_MIN, INT64_MAX),
	NUMBER(struct message, as.slot.pin_max, INT64_MIN, INT64_MAX),
	NUMBER(struct message, as.slot.outcome, DONE, OUTCOME_COUNT - 1),
	RECORD(struct message, as.slot.code, code_fields),
	END,
};

static const struct field reader_fields[] = {
	TEXT(struct message, as.reader.name),
	ANSWER(struct message, as.reader.has_card),
	ANSWER(struct message, as.reader.is_hsm),
	NUMBER(struct message, as.reader.outcome, DONE, OUTCOME_COUNT - 1),
	RECORD(struct message, as.reader.code, code_fields),
	RECORD(struct message, as.reader.hsm, hsm_fields),
	END,
};

static const struct field looked_fields[] = {
	NUMBER(struct message, as.looked.outcome, DONE, OUTCOME_COUNT - 1),
	RECORD(struct message, as.looked.code, code_fields),
	END,
};

static const struct field answer_fields[] = {
	NUMBER(struct message, as.answer.act, 0, TOKEN_ACT_COUNT - 1),
	NUMBER(struct message, as.answer.outcome, DONE, OUTCOME_COUNT - 1),
	RECORD(struct message, as.answer.code, code_fields),
	ANSWER(struct message, as.answer.has_before),
	ANSWER(struct message, as.answer.has_after),
	RECORD(struct message, as.answer.before, hsm_fields),
	RECORD(struct message, as.answer.after, hsm_fields),
	BYTES(struct message, as.answer.random),
	END,
};

static const struct field no_fields[] = { END };

static const struct {
	const char *name;
	const struct field *fields;
	bool has_secrets, has_descriptor;
} table[MESSAGE_KIND_COUNT] = {
	[MESSAGE_LAUNCH] = { "launch", launch_fields, false, false },
	[MESSAGE_LAUNCHED] = { "launched", launched_fields, false, true },
	[MESSAGE_STOP] = { "stop", stop_fields, false, false },
	[MESSAGE_STOPPED] = { "stopped", stopped_fields, false, false },
	[MESSAGE_LOOK] = { "look", look_fields, false, false },
	[MESSAGE_ACT] = { "act", act_fields, true, false },
	[MESSAGE_MODULE] = { "module", module_fields, false, false },
	[MESSAGE_SLOT] = { "slot", slot_fields, false, false },
	[MESSAGE_READER] = { "reader", reader_fields, false, false },
	[MESSAGE_LOOKED] = { "looked", looked_fields, false, false },
	[MESSAGE_ANSWER] = { "answer", answer_fields, false, false },
	[MESSAGE_CHANGED] = { "changed", no_fields, false, false },
};

struct frame {
	uint8_t *bytes;
	size_t used, size;
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
			frame->is_broken |= secret != NULL && secret->size > SECRET_MOST;
			write_bytes(frame, secret == NULL ? NULL : secret->bytes, secret == NULL ? 0 : secret->size);
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

	if (at == NULL || size > SECRET_MOST)
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
	struct iovec piece = { frame->bytes, frame->used };
	union control control = { .header = {
					  .cmsg_len = CMSG_LEN(sizeof(int)),
					  .cmsg_level = SOL_SOCKET,
					  .cmsg_type = SCM_RIGHTS,
				  } };
	struct msghdr packet = { .msg_iov = &piece, .msg_iovlen = 1 };
	ssize_t sent;

	if (descriptor >= 0) {
		memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
		packet.msg_control = &control;
		packet.msg_controllen = sizeof control;
	}
	do {
		sent = sendmsg(socket, &packet, MSG_NOSIGNAL | (is_waiting ? 0 : MSG_DONTWAIT));
	} while (sent < 0 && errno == EINTR);
	if (sent == (ssize_t)frame->used)
		return DONE;
	return sent < 0 && errno == EAGAIN ? FAIL_WORKER_HUNG : FAIL_WORKER_GONE;
}

enum outcome
message_send(int socket, const struct message *message, bool is_waiting)
{
	uint8_t plain[FRAME_MOST];
	struct frame frame = { plain, 0, sizeof plain, false };
	struct secret *locked = NULL;
	enum outcome outcome;

	if (table[message->kind].has_secrets) {
		outcome = secret_new(&locked, FRAME_MOST);
		if (outcome != DONE)
			return outcome;
		frame.bytes = locked->bytes;
	}
	write_number(&frame, message->kind, 1);
	write_fields(&frame, table[message->kind].fields, (const uint8_t *)message);
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
	struct iovec piece = { frame->bytes, frame->size };
	union control control;
	struct msghdr packet = {
		.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
	};
	ssize_t size;

	do {
		size = recvmsg(socket, &packet, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	} while (size < 0 && errno == EINTR);
	if (size < 0)
		return FAIL_WORKER_GONE;
	ret->descriptor = passed_descriptor(&packet);
	if ((packet.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 || size == 0)
		return FAIL_MESSAGE;
	frame->size = (size_t)size;
	ret->kind = (enum message_kind)read_number(frame, 1);
	if (ret->descriptor >= 0 && !table[ret->kind].has_descriptor)
		return FAIL_MESSAGE;
	read_fields(frame, table[ret->kind].fields, (uint8_t *)ret);
	return frame->is_broken || frame->used != frame->size ? FAIL_MESSAGE : DONE;
}

enum outcome
message_receive(int socket, struct message *ret, bool is_waiting)
{
	uint8_t plain[FRAME_MOST], kind = MESSAGE_NONE;
	struct frame frame = { plain, 0, sizeof plain, false };
	struct secret *locked = NULL;
	enum outcome outcome;
	ssize_t size;

	message_begin(ret, MESSAGE_NONE);
	/* A look at the kind tells where the packet has to stand. */
	do {
		size = recv(socket, &kind, 1, MSG_PEEK | (is_waiting ? 0 : MSG_DONTWAIT));
	} while (size < 0 && errno == EINTR);
	if (size < 0)
		return errno == EAGAIN ? DONE : FAIL_WORKER_GONE;
	if (size == 0)
		return FAIL_WORKER_GONE;
	if (kind == MESSAGE_NONE || kind >= MESSAGE_KIND_COUNT)
		return FAIL_MESSAGE;
	if (table[kind].has_secrets) {
		outcome = secret_new(&locked, FRAME_MOST);
		if (outcome != DONE)
			return outcome;
		frame.bytes = locked->bytes;
	}
	outcome = receive_frame(socket, &frame, ret);
	secret_free(&locked);
	return outcome;
}
