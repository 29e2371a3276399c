#include "status_report.h"

#include <quorate/hex.h>
#include <quorate/inspect.h>

#include <jansson.h>

#define TEXTS_MOST 32

static json_t *
list_texts(const char *const *texts, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_string(texts[i]));
	return list;
}

/* The words stay what they are in every language: they are keys. */
static json_t *
list_bits(uint32_t bits, const char *const *words, size_t count)
{
	const char *found[TEXTS_MOST];
	size_t number = 0;

	for (size_t i = 0; i < count; i++)
		if ((bits >> i & 1) != 0)
			found[number++] = words[i];
	return list_texts(found, number);
}

static json_t *
describe_mechanism(const struct token_mechanism *mechanism)
{
	return json_pack("{s:I, s:s, s:I, s:I, s:s, s:I}", "type", (json_int_t)mechanism->type, "name", mechanism->name,
		"least", (json_int_t)mechanism->least, "most", (json_int_t)mechanism->most, "unit",
		mechanism->is_in_bytes ? "bytes" : "bits", "flags", (json_int_t)mechanism->flags);
}

static json_t *
describe_certificate(const struct token_certificate *certificate)
{
	char digits[2 * sizeof certificate->digest + 1];

	if (certificate->form == CERTIFICATE_NONE)
		return json_null();
	hex_encode(certificate->digest, sizeof certificate->digest, digits);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "form",
		token_certificate_form_name(certificate->form), "subject", certificate->subject, "issuer",
		certificate->issuer, "serial", certificate->serial, "not_before", certificate->not_before, "not_after",
		certificate->not_after, "key", certificate->key, "sha256", digits);
}

static json_t *
describe_object(const struct token_object *object)
{
	static const char *const classes[OBJECT_CLASS_COUNT] = { [OBJECT_CERTIFICATE] = "certificate",
		[OBJECT_PUBLIC_KEY] = "public-key",
		[OBJECT_PRIVATE_KEY] = "private-key",
		[OBJECT_SECRET_KEY] = "secret-key",
		[OBJECT_DATA] = "data",
		[OBJECT_OTHER] = "other" };
	static const char *const usages[] = { "sign", "verify", "encrypt", "decrypt", "wrap", "unwrap", "derive" };
	static const char *const flags[] = { "private", "modifiable", "sensitive", "always-sensitive", "extractable",
		"never-extractable", "local", "always-authenticate", "trusted" };
	char id[2 * TOKEN_OBJECT_ID_SIZE + 1];

	hex_encode(object->id, object->id_size, id);
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:s?}", "class", classes[object->class],
		"label", object->label, "id", id, "type", object->type, "bits", (int)object->bits, "usage",
		list_bits(object->usage, usages, sizeof usages / sizeof usages[0]), "flags",
		list_bits(object->flags, flags, sizeof flags / sizeof flags[0]), "key_reference",
		object->key_reference == 0 ? json_null() : json_integer(object->key_reference), "key_domain",
		object->key_reference == 0 ? json_null() : json_integer(object->key_domain), "certificate",
		describe_certificate(&object->certificate), "error",
		object->outcome == DONE ? NULL : outcome_name(object->outcome));
}

/* What the token generates, by the kinds' own names. */
static json_t *
describe_kinds(key_kinds kinds)
{
	const char *names[KEY_KIND_COUNT];
	size_t count = 0;

	for (enum key_kind kind = 0; kind < KEY_OTHER; kind++)
		if ((kinds >> kind & 1) != 0)
			names[count++] = token_key_kind_name(kind);
	return list_texts(names, count);
}

json_t *
status_look_json(const struct slots *slots, size_t slot)
{
	const struct token_mechanism *mechanisms;
	const struct token_object *objects;
	size_t mechanism_count = slots_mechanisms(slots, slot, &mechanisms);
	size_t object_count = slots_objects(slots, slot, &objects);
	json_t *mechanism_list = json_array(), *object_list = json_array();
	struct slot_look look;

	slots_look(slots, slot, &look);
	for (size_t i = 0; i < mechanism_count; i++)
		json_array_append_new(mechanism_list, describe_mechanism(&mechanisms[i]));
	for (size_t i = 0; i < object_count; i++)
		json_array_append_new(object_list, describe_object(&objects[i]));
	return json_pack("{s:b, s:s?, s:o, s:o, s:o}", "whole", look.state == LOOK_WHOLE, "error",
		look.outcome == DONE ? NULL : outcome_name(look.outcome), "key_kinds", describe_kinds(look.kinds),
		"mechanisms", mechanism_list, "objects", object_list);
}
