#include "tlv.h"

#include <string.h>

bool
tlv_next(const uint8_t **at, const uint8_t *end, struct tlv *ret)
{
	const uint8_t *p = *at;
	unsigned tag;
	size_t size;

	if (p >= end)
		return false;
	tag = *p++;
	if ((tag & 0x1F) == 0x1F) {
		if (p >= end || (*p & 0x80) != 0)
			return false;
		tag = tag << 8 | *p++;
	}
	if (p >= end)
		return false;
	size = *p++;
	if (size == 0x81) {
		if (end - p < 1)
			return false;
		size = *p++;
	} else if (size == 0x82) {
		if (end - p < 2)
			return false;
		size = (size_t)p[0] << 8 | p[1];
		p += 2;
	} else if (size >= 0x80) {
		return false;
	}
	if ((size_t)(end - p) < size)
		return false;
	*ret = (struct tlv){ .tag = tag, .value = p, .size = size };
	*at = p + size;
	return true;
}

bool
tlv_find(const uint8_t *bytes, size_t size, unsigned tag, struct tlv *ret)
{
	const uint8_t *at = bytes, *end = bytes + size;
	bool is_found = false;
	struct tlv one;

	while (tlv_next(&at, end, &one)) {
		if (one.tag == tag && !is_found) {
			*ret = one;
			is_found = true;
		}
	}
	return is_found && at == end;
}

void
tlv_put_bytes(struct tlv_writer *writer, const void *bytes, size_t size)
{
	if (writer->is_full || size > writer->room - writer->size) {
		writer->is_full = true;
		return;
	}
	if (size > 0)
		memcpy(writer->bytes + writer->size, bytes, size);
	writer->size += size;
}

static size_t
head(unsigned tag, size_t size, uint8_t ret[6])
{
	size_t length = 0;

	if (tag > 0xFF)
		ret[length++] = (uint8_t)(tag >> 8);
	ret[length++] = (uint8_t)tag;
	if (size > 0xFF)
		ret[length++] = 0x82;
	else if (size > 0x7F)
		ret[length++] = 0x81;
	if (size > 0xFF)
		ret[length++] = (uint8_t)(size >> 8);
	ret[length++] = (uint8_t)size;
	return length;
}

void
tlv_put(struct tlv_writer *writer, unsigned tag, const void *value, size_t size)
{
	uint8_t bytes[6];

	if (size > 0xFFFF) {
		writer->is_full = true;
		return;
	}
	tlv_put_bytes(writer, bytes, head(tag, size, bytes));
	tlv_put_bytes(writer, value, size);
}

size_t
tlv_open(struct tlv_writer *writer, unsigned tag)
{
	uint8_t bytes[2] = { (uint8_t)(tag >> 8), (uint8_t)tag };

	if (tag > 0xFF)
		tlv_put_bytes(writer, bytes, 2);
	else
		tlv_put_bytes(writer, bytes + 1, 1);
	return writer->size;
}

void
tlv_close(struct tlv_writer *writer, size_t opened)
{
	uint8_t bytes[6];
	size_t size, length;

	if (writer->is_full)
		return;
	size = writer->size - opened;
	/* The head of a dummy one-byte tag, without that tag, is the length. */
	length = head(0, size, bytes) - 1;
	if (size > 0xFFFF || length > writer->room - writer->size) {
		writer->is_full = true;
		return;
	}
	memmove(writer->bytes + opened + length, writer->bytes + opened, size);
	memcpy(writer->bytes + opened, bytes + 1, length);
	writer->size += length;
}
