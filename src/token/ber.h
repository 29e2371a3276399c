/* BER-TLV objects in what a card says, read with every length checked. */
#ifndef QUORATE_TOKEN_BER_H
#define QUORATE_TOKEN_BER_H

#include <quorate/secret.h>

/* One BER-TLV object. */
struct ber {
	uint32_t tag; /* all its bytes, 0x7f21 for example */
	const uint8_t *value;
	size_t size;
	const uint8_t *whole; /* with tag and length */
	size_t whole_size;
};

/* Reads the object at *at, moves past it; false at the end and for anything malformed. Tags of one or two bytes,
   lengths below 64 KiB. */
bool ber_next(const uint8_t **at, const uint8_t *end, struct ber *ret);

/* The first object of this tag in a row of objects. */
bool ber_find(const uint8_t *bytes, size_t size, uint32_t tag, struct ber *ret);

/* Objects that are written one after the other into room bytes; what does not fit makes is_full, and nothing is added
   any more. Tags of one or two bytes, values below 64 KiB. */
struct ber_row {
	uint8_t *bytes;
	size_t size, room;
	bool is_full;
};

void ber_put(struct ber_row *row, uint32_t tag, const void *value, size_t size);

/* Appends an object (value below 128 bytes) to a secret that has room for it; false otherwise. */
bool ber_push(struct secret *to, uint8_t tag, const void *value, size_t size);

#endif
