#include "key_description.h"

#include <quorate/text.h>

#include <string.h>

/* The number in { A1 { 30 { 30 path, 02 modulus length or field size } } }. */
static uint32_t
size_of(const struct ber *whole)
{
	struct ber type, inside, number;
	uint32_t size = 0;

	if (!ber_find(whole->value, whole->size, 0xa1, &type) || !ber_find(type.value, type.size, 0x30, &inside) ||
		!ber_find(inside.value, inside.size, 0x02, &number) || number.size > 3)
		return 0;
	for (size_t i = 0; i < number.size; i++)
		size = size << 8 | number.value[i];
	return size;
}

bool
key_description_read(const uint8_t *bytes, size_t size, struct token_object *ret)
{
	const uint8_t *at = bytes, *inside;
	struct ber whole, common, key, label, id;

	memset(ret, 0, sizeof *ret);
	/* PKCS#15, 6.3: RSA without a tag of its own, EC under [0], secret keys from [3] on (pkcs15-sc-hsm.c). */
	if (!ber_next(&at, bytes + size, &whole) || (whole.tag != 0x30 && (whole.tag & 0xe0) != 0xa0))
		return false;
	inside = whole.value;
	if (!ber_next(&inside, whole.value + whole.size, &common) || common.tag != 0x30 ||
		!ber_next(&inside, whole.value + whole.size, &key) || key.tag != 0x30)
		return false;
	ret->kind = KEY_OTHER;
	ret->class = whole.tag == 0x30 || whole.tag == 0xa0 ? OBJECT_PRIVATE_KEY : OBJECT_SECRET_KEY;
	text_format(ret->type, sizeof ret->type, "%s", whole.tag == 0x30 ? "RSA" : whole.tag == 0xa0 ? "EC" : "AES");
	ret->bits = size_of(&whole);
	if (ber_find(common.value, common.size, 0x0c, &label))
		text_clean(label.value, label.size, ret->label, sizeof ret->label);
	if (ber_find(key.value, key.size, 0x04, &id)) {
		ret->is_id_cut = id.size > TOKEN_OBJECT_ID_SIZE;
		ret->id_size = (uint8_t)(ret->is_id_cut ? TOKEN_OBJECT_ID_SIZE : id.size);
		memcpy(ret->id, id.value, ret->id_size);
	}
	return true;
}
