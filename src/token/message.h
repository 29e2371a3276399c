/*
 * What the processes say to each other: one message is one packet of a SOCK_SEQPACKET pair. One table (message_table.c)
 * names the fields of every kind and their limits; the same table writes and reads, and the reader trusts nothing:
 * lengths, ranges and texts are checked again at each end. Packets that can carry secrets stand in the secure heap
 * here and are wiped.
 */
#ifndef QUORATE_TOKEN_MESSAGE_H
#define QUORATE_TOKEN_MESSAGE_H

#include <quorate/inspect.h>

#define MESSAGE_SUBJECT_SIZE 512

enum message_kind {
	MESSAGE_NONE, /* nothing has come */
	/* console to launcher, and its answers */
	MESSAGE_LAUNCH,
	MESSAGE_LAUNCHED, /* with the console's end of the socket pair */
	MESSAGE_STOP,
	MESSAGE_STOPPED,
	/* console to worker */
	MESSAGE_LOOK,
	MESSAGE_ACT,
	MESSAGE_INSPECT,
	/* worker to console */
	MESSAGE_MODULE,
	MESSAGE_SLOT,
	MESSAGE_READER,
	MESSAGE_LOOKED, /* ends the answer to a look */
	MESSAGE_ANSWER, /* after its objects, a MESSAGE_OBJECT each */
	MESSAGE_CHANGED,
	MESSAGE_MECHANISM,
	MESSAGE_OBJECT,
	MESSAGE_ATTRIBUTE,
	MESSAGE_INSPECTED, /* ends the answer to an inspection */
	MESSAGE_KIND_COUNT
};

struct message {
	enum message_kind kind;
	int descriptor; /* passed along, -1 if none; a received one belongs to the receiver */
	union {
		struct {
			bool is_helper;
			uint32_t which;  /* enum worker_kind or helper_kind */
			uint32_t number; /* what a helper counts by: copies, a kind of picture */
			char subject[MESSAGE_SUBJECT_SIZE];
		} launch;
		struct {
			int32_t pid;
			enum outcome outcome;
			struct code code;
		} launched;
		struct {
			int32_t pid;
			int32_t milliseconds;
		} stop;
		struct {
			int32_t status;
		} stopped;
		struct {
			bool is_fresh; /* begin anew: finalise and initialise the module, forget what is known */
		} look;
		struct {
			enum outcome outcome;
			struct code code;
		} looked;
		struct {
			char reader[TOKEN_NAME_SIZE]; /* to the PC/SC worker: the keys of the SmartCard-HSM in there */
			uint64_t slot;
			char serial[TOKEN_SERIAL_SIZE], label[TOKEN_LABEL_SIZE]; /* the token that is expected there */
			bool is_object; /* all attributes of this object; else mechanisms and objects */
			struct token_object object;
		} inspect;
		struct {
			enum outcome outcome;
			struct code code;
			key_kinds kinds;
		} inspected;
		struct token_mechanism mechanism;
		struct token_object object;
		struct token_attribute attribute;
		struct token_request act;
		struct module_info module;
		struct slot_info slot;
		struct reader_info reader;
		struct token_answer answer;
	} as;
};

/* A pair of connected sockets, close-on-exec. */
enum outcome message_pair(int ret[2]);

/* An empty message of a kind, without a descriptor. */
void message_begin(struct message *ret, enum message_kind kind);

/* Frees the secrets in it and closes a descriptor. */
void message_clear(struct message *message);

/* Sends; with is_waiting false a full socket is FAIL_WORKER_HUNG. FAIL_WORKER_GONE, FAIL_ARGUMENT (outside the table's
   limits), FAIL_SECURE_HEAP. The message stays the caller's. */
enum outcome message_send(int socket, const struct message *message, bool is_waiting);

/* Receives; with is_waiting false and nothing there DONE with MESSAGE_NONE. FAIL_WORKER_GONE at the end,
   FAIL_MESSAGE for anything that does not fit the table. *ret is valid, and to be cleared, whatever the outcome. */
enum outcome message_receive(int socket, struct message *ret, bool is_waiting);

#endif
