#include "ber.h"

#include <string.h>

bool
ber_next(const uint8_t **at, const uint8_t *end, struct ber *ret)
{
	const uint8_t *p = *at;
	size_t size, bytes;

	ret->whole = p;
	if (p >= end)
		return false;
	ret->tag = *p++;
	if ((ret->tag & 0x1f) == 0x1f) {
		if (p >= end || (*p & 0x80) != 0)
			return false;
		ret->tag = ret->tag << 8 | *p++;
	}
	if (p >= end)
		return false;
	size = *p++;
	if (size >= 0x80) {
		bytes = size & 0x7f;
		if (bytes == 0 || bytes > 2 || bytes > (size_t)(end - p))
			return false;
		for (size = 0; bytes > 0; bytes--)
			size = size << 8 | *p++;
	}
	if (size > (size_t)(end - p))
		return false;
	ret->value = p;
	ret->size = size;
	*at = p + size;
	ret->whole_size = (size_t)(*at - ret->whole);
	return true;
}

bool
ber_find(const uint8_t *bytes, size_t size, uint32_t tag, struct ber *ret)
{
	const uint8_t *at = bytes;

	while (ber_next(&at, bytes + size, ret))
		if (ret->tag == tag)
			return true;
	return false;
}

void
ber_put(struct ber_row *row, uint32_t tag, const void *value, size_t size)
{
	uint8_t head[5];
	size_t length = 0;

	if (tag > 0xff)
		head[length++] = (uint8_t)(tag >> 8);
	head[length++] = (uint8_t)tag;
	if (size > 0x7f)
		head[length++] = size > 0xff ? 0x82 : 0x81;
	if (size > 0xff)
		head[length++] = (uint8_t)(size >> 8);
	head[length++] = (uint8_t)size;
	row->is_full = row->is_full || size > 0xffff || row->room - row->size < length + size;
	if (row->is_full)
		return;
	memcpy(row->bytes + row->size, head, length);
	if (size > 0)
		memcpy(row->bytes + row->size + length, value, size);
	row->size += length + size;
}

bool
ber_push(struct secret *to, uint8_t tag, const void *value, size_t size)
{
	if (size > 127 || to->capacity - to->size < size + 2)
		return false;
	secret_push(to, tag);
	secret_push(to, (uint8_t)size);
	for (size_t i = 0; i < size; i++)
		secret_push(to, ((const uint8_t *)value)[i]);
	return true;
}
