/* The fields of every message and their limits: one table, by which packets are written and read. */
#ifndef QUORATE_TOKEN_MESSAGE_TABLE_H
#define QUORATE_TOKEN_MESSAGE_TABLE_H

#include "message.h"

/* The largest secret in a message: a PIN, an SO-PIN or a DKEK share. */
#define MESSAGE_SECRET_MOST LIMIT_SLOT_PIN_MAX

enum field_kind {
	FIELD_NUMBER, /* 8 bytes, big-endian */
	FIELD_TEXT,   /* for people: cleaned when it arrives */
	FIELD_STRING, /* a path, as it is */
	FIELD_BYTES,  /* exactly size bytes */
	FIELD_SECRET, /* struct secret *, absent if empty */
	FIELD_BLOB,   /* struct token_bytes, absent if empty */
	FIELD_RECORD, /* a structure with a table of its own */
};

struct field {
	enum field_kind kind;
	const char *name;
	size_t offset, size;
	int64_t least, most;
	const struct field *fields;
};

struct message_row {
	const char *name;
	const struct field *fields; /* up to one without a name */
	bool has_secrets, has_descriptor;
};

extern const struct message_row message_table[MESSAGE_KIND_COUNT];

#endif
