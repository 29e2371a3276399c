/* BER-TLV as SmartCard-HSM commands and card verifiable certificates use it: tags of one or two bytes, lengths up to
 * 65535 (ISO 7816-4, 5.2.2). */
#ifndef QUORATE_REHEARSAL_TLV_H
#define QUORATE_REHEARSAL_TLV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tlv {
	unsigned tag;
	const uint8_t *value;
	size_t size;
};

/* Takes the next object off *at (up to end), which moves past it; false at the end and for anything malformed, and only
 * at the end is *at == end. */
bool tlv_next(const uint8_t **at, const uint8_t *end, struct tlv *ret);

/* True if the bytes are a whole sequence of objects and the given tag is among them; the first one wins. */
bool tlv_find(const uint8_t *bytes, size_t size, unsigned tag, struct tlv *ret);

/* Objects written one after the other into room bytes; what does not fit makes is_full and nothing else. */
struct tlv_writer {
	uint8_t *bytes;
	size_t size, room;
	bool is_full;
};

void tlv_put_bytes(struct tlv_writer *writer, const void *bytes, size_t size);
void tlv_put(struct tlv_writer *writer, unsigned tag, const void *value, size_t size);

/* An object around what is written next: remember the return value, write the content, then close with it. */
size_t tlv_open(struct tlv_writer *writer, unsigned tag);
void tlv_close(struct tlv_writer *writer, size_t opened);

#endif
