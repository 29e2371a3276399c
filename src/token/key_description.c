#include "key_description.h"

#include <quorate/text.h>

#include <string.h>

/* Tags of the three kinds of description: RSA and certificates and data without one of their own, EC under [0], secret
   keys from [3] on (PKCS#15, 6.3; pkcs15-sc-hsm.c). */
#define TAG_PLAIN 0x30
#define TAG_EC 0xa0

/* The first two parts of every description. */
struct parts {
	struct ber whole, common, class;
	const uint8_t *rest; /* what follows them */
	size_t rest_size;
};

static bool
take_apart(const uint8_t *bytes, size_t size, struct parts *ret)
{
	const uint8_t *at = bytes, *inside, *end;

	if (!ber_next(&at, bytes + size, &ret->whole) ||
		(ret->whole.tag != TAG_PLAIN && (ret->whole.tag & 0xe0) != 0xa0))
		return false;
	inside = ret->whole.value;
	end = inside + ret->whole.size;
	if (!ber_next(&inside, end, &ret->common) || ret->common.tag != 0x30 || !ber_next(&inside, end, &ret->class) ||
		ret->class.tag != 0x30)
		return false;
	ret->rest = inside;
	ret->rest_size = (size_t)(end - inside);
	return true;
}

static void
take_names(const struct parts *parts, struct token_object *ret)
{
	struct ber label, id;

	if (ber_find(parts->common.value, parts->common.size, 0x0c, &label))
		text_clean(label.value, label.size, ret->label, sizeof ret->label);
	if (ber_find(parts->class.value, parts->class.size, 0x04, &id)) {
		ret->is_id_cut = id.size > TOKEN_OBJECT_ID_SIZE;
		ret->id_size = (uint8_t)(ret->is_id_cut ? TOKEN_OBJECT_ID_SIZE : id.size);
		memcpy(ret->id, id.value, ret->id_size);
	}
}

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

/* KeyUsageFlags (PKCS#15, 6.2.2), bit 0 first. */
static uint32_t
usage_of(const struct ber *class)
{
	static const uint32_t usages[] = { USAGE_ENCRYPT, USAGE_DECRYPT, USAGE_SIGN, USAGE_SIGN, USAGE_WRAP,
		USAGE_UNWRAP, USAGE_VERIFY, USAGE_VERIFY, USAGE_DERIVE };
	struct ber bits;
	uint32_t usage = 0;

	if (!ber_find(class->value, class->size, 0x03, &bits))
		return 0;
	for (size_t i = 0; i < sizeof usages / sizeof usages[0]; i++)
		if (1 + i / 8 < bits.size && bits.value[1 + i / 8] & 0x80 >> i % 8)
			usage |= usages[i];
	return usage;
}

bool
key_description_read(const uint8_t *bytes, size_t size, struct token_object *ret)
{
	struct parts parts;

	memset(ret, 0, sizeof *ret);
	if (!take_apart(bytes, size, &parts))
		return false;
	ret->kind = KEY_OTHER;
	ret->class = parts.whole.tag == TAG_PLAIN || parts.whole.tag == TAG_EC ? OBJECT_PRIVATE_KEY : OBJECT_SECRET_KEY;
	text_format(ret->type, sizeof ret->type, "%s",
		parts.whole.tag == TAG_PLAIN ? "RSA"
		: parts.whole.tag == TAG_EC  ? "EC"
					     : "AES");
	ret->bits = size_of(&parts.whole);
	ret->usage = usage_of(&parts.class);
	take_names(&parts, ret);
	return true;
}

/* { A1 { [30] { 30 { 04 file } } } }: a certificate has one SEQUENCE more around it than data. */
bool
file_description_read(const uint8_t *bytes, size_t size, struct token_object *ret, uint16_t *ret_file)
{
	struct parts parts;
	struct ber type, inside, path;

	memset(ret, 0, sizeof *ret);
	*ret_file = 0;
	if (!take_apart(bytes, size, &parts) || parts.whole.tag != TAG_PLAIN)
		return false;
	ret->kind = KEY_OTHER;
	take_names(&parts, ret);
	if (!ber_find(parts.rest, parts.rest_size, 0xa1, &type) || !ber_find(type.value, type.size, 0x30, &inside))
		return true;
	if (inside.size > 0 && inside.value[0] == 0x30) {
		type = inside;
		if (!ber_find(type.value, type.size, 0x30, &inside))
			return true;
	}
	if (ber_find(inside.value, inside.size, 0x04, &path) && path.size >= 2)
		*ret_file = (uint16_t)(path.value[path.size - 2] << 8 | path.value[path.size - 1]);
	return true;
}

static enum outcome
finish(const struct ber_row *row, size_t *ret_size)
{
	*ret_size = row->is_full ? 0 : row->size;
	return row->is_full ? FAIL_TOO_LONG : DONE;
}

enum outcome
key_description_write(const struct token_object *key, uint8_t ret[DESCRIPTION_MOST], size_t *ret_size)
{
	/* Private and modifiable, behind the user PIN. What the key may do is what PKCS#11 has it made for: RSA to
	   decrypt and to sign, on a curve to sign. */
	static const uint8_t flags[] = { 0x06, 0xc0 }, pin[] = { 0x01 }, of_rsa[] = { 0x05, 0x60 },
			     of_curve[] = { 0x05, 0x20 };
	uint8_t inner[DESCRIPTION_MOST], type[64], sizes[32];
	struct ber_row common = { inner, 0, sizeof inner, false }, whole = { ret, 0, DESCRIPTION_MOST, false };
	struct ber_row values = { sizes, 0, sizeof sizes, false }, choice = { type, 0, sizeof type, false };
	uint8_t parts[DESCRIPTION_MOST], number[2];
	struct ber_row all = { parts, 0, sizeof parts, false };
	unsigned bits;
	bool is_curve = token_key_kind_is_curve(key->kind, &bits);

	*ret_size = 0;
	if (key->kind >= KEY_OTHER || key->id_size > TOKEN_OBJECT_ID_SIZE)
		return FAIL_ARGUMENT;
	ber_put(&common, 0x0c, key->label, strlen(key->label));
	ber_put(&common, 0x03, flags, sizeof flags);
	ber_put(&common, 0x04, pin, sizeof pin);
	ber_put(&all, 0x30, common.bytes, common.size);
	common.size = 0;
	ber_put(&common, 0x04, key->id, key->id_size);
	ber_put(&common, 0x03, is_curve ? of_curve : of_rsa, 2);
	/* Beyond 127 an INTEGER wants a zero in front. */
	number[0] = 0;
	number[1] = key->key_reference;
	ber_put(&common, 0x02, number[1] > 0x7f ? number : number + 1, number[1] > 0x7f ? 2 : 1);
	ber_put(&all, 0x30, common.bytes, common.size);
	ber_put(&values, 0x30, "\x04\x00", 2);
	number[0] = (uint8_t)(bits >> 8);
	number[1] = (uint8_t)bits;
	ber_put(&values, 0x02, number, sizeof number);
	ber_put(&choice, 0x30, values.bytes, values.size);
	ber_put(&all, 0xa1, choice.bytes, choice.size);
	ber_put(&whole, is_curve ? TAG_EC : TAG_PLAIN, all.bytes, all.size);
	whole.is_full = whole.is_full || all.is_full || common.is_full;
	return finish(&whole, ret_size);
}

enum outcome
certificate_description_write(
	const struct token_object *certificate, uint16_t file, uint8_t ret[DESCRIPTION_MOST], size_t *ret_size)
{
	static const uint8_t flags[] = { 0x06, 0x40 };
	const uint8_t path[] = { 0x30, 0x06, 0x30, 0x04, 0x04, 0x02, (uint8_t)(file >> 8), (uint8_t)file };
	uint8_t inner[DESCRIPTION_MOST], parts[DESCRIPTION_MOST];
	struct ber_row part = { inner, 0, sizeof inner, false }, all = { parts, 0, sizeof parts, false };
	struct ber_row whole = { ret, 0, DESCRIPTION_MOST, false };

	ber_put(&part, 0x0c, certificate->label, strlen(certificate->label));
	ber_put(&part, 0x03, flags, sizeof flags);
	ber_put(&all, 0x30, part.bytes, part.size);
	part.size = 0;
	ber_put(&part, 0x04, certificate->id, certificate->id_size);
	ber_put(&all, 0x30, part.bytes, part.size);
	ber_put(&all, 0xa1, path, sizeof path);
	ber_put(&whole, TAG_PLAIN, all.bytes, all.size);
	whole.is_full = whole.is_full || all.is_full || part.is_full;
	return finish(&whole, ret_size);
}

/* The objects of a part, one of them with another value; where there is none of its tag, in front. */
static void
replace(const struct ber *part, uint32_t tag, const void *value, size_t size, struct ber_row *to)
{
	const uint8_t *at = part->value, *end = at + part->size;
	struct ber one;
	bool is_replaced = !ber_find(part->value, part->size, tag, &one);

	if (is_replaced)
		ber_put(to, tag, value, size);
	while (ber_next(&at, end, &one)) {
		if (one.tag == tag && !is_replaced)
			ber_put(to, tag, value, size);
		else
			ber_put(to, one.tag, one.value, one.size);
		is_replaced = is_replaced || one.tag == tag;
	}
}

enum outcome
description_rename(const uint8_t *bytes, size_t size, const char *label, const uint8_t *id, size_t id_size,
	uint8_t ret[DESCRIPTION_MOST], size_t *ret_size)
{
	uint8_t inner[DESCRIPTION_MOST], content[DESCRIPTION_MOST];
	struct ber_row part = { inner, 0, sizeof inner, false }, all = { content, 0, sizeof content, false };
	struct ber_row whole = { ret, 0, DESCRIPTION_MOST, false };
	struct parts parts;
	struct ber own;

	*ret_size = 0;
	if (!take_apart(bytes, size, &parts))
		return FAIL_OBJECT_FIXED;
	replace(&parts.common, 0x0c, label, strlen(label), &part);
	ber_put(&all, 0x30, part.bytes, part.size);
	part.size = 0;
	if (id != NULL && ber_find(parts.class.value, parts.class.size, 0x04, &own)) {
		replace(&parts.class, 0x04, id, id_size, &part);
		ber_put(&all, 0x30, part.bytes, part.size);
	} else {
		ber_put(&all, 0x30, parts.class.value, parts.class.size);
	}
	for (const uint8_t *at = parts.rest; ber_next(&at, parts.rest + parts.rest_size, &own);)
		ber_put(&all, own.tag, own.value, own.size);
	ber_put(&whole, parts.whole.tag, all.bytes, all.size);
	whole.is_full = whole.is_full || all.is_full || part.is_full;
	return finish(&whole, ret_size);
}
