/* What lies on the tokens of the fake world, where inspect.c stands in the real program. */
#include "demo.h"

#include <quorate/inspect.h>
#include <quorate/text.h>
#include <stdlib.h>
#include <string.h>

static struct token_object *list[2];
static size_t counts[2];
static struct token_mechanism mechanisms[3];
static enum look_state states[LIMIT_SLOTS], attribute_state;
static struct token_attribute attributes[3];

static struct token_object *
add(size_t slot, enum object_class class, const char *label, uint8_t id)
{
	struct token_object *object = &list[slot][counts[slot]++];

	object->handle = counts[slot];
	object->class = class;
	text_format(object->label, sizeof object->label, "%s", label);
	object->id[0] = id;
	object->id_size = 1;
	text_format(object->type, sizeof object->type, class == OBJECT_CERTIFICATE ? "X.509" : "EC P-256");
	object->kind = class == OBJECT_CERTIFICATE ? KEY_OTHER : KEY_P256;
	return object;
}

static void
fill_hsm(void)
{
	struct token_object *key = add(0, OBJECT_PRIVATE_KEY, "release-2026", 0x10);
	struct token_certificate *certificate;

	key->usage = USAGE_SIGN | USAGE_DERIVE;
	key->flags = OBJECT_PRIVATE | OBJECT_SENSITIVE | OBJECT_NEVER_EXTRACTABLE | OBJECT_LOCAL;
	key->key_reference = 1;
	add(0, OBJECT_PUBLIC_KEY, "release-2026", 0x10)->usage = USAGE_VERIFY;
	certificate = &add(0, OBJECT_CERTIFICATE, "release-2026", 0x10)->certificate;
	certificate->form = CERTIFICATE_X509;
	text_format(certificate->subject, sizeof certificate->subject, "CN=Release signing, O=Example");
	text_format(certificate->issuer, sizeof certificate->issuer, "CN=Example CA, O=Example");
	text_format(certificate->serial, sizeof certificate->serial, "1B2C3D");
	text_format(certificate->not_before, sizeof certificate->not_before, "2026-11-25 11:04Z");
	text_format(certificate->not_after, sizeof certificate->not_after, "2028-11-25 11:04Z");
	text_format(certificate->key, sizeof certificate->key, "EC P-256");
	memset(certificate->digest, 0xa5, sizeof certificate->digest);
}

/* As many keys as were asked for; label and ID come from the number. */
static void
fill_many(void)
{
	for (unsigned i = 0; i < demo.objects; i++) {
		char label[32];
		struct token_object *object;

		text_format(label, sizeof label, "key %u", i);
		object = add(1, OBJECT_PUBLIC_KEY, label, 0);
		object->id[0] = (uint8_t)(i >> 8);
		object->id[1] = (uint8_t)i;
		object->id_size = 2;
		text_format(object->type, sizeof object->type, "RSA");
		object->kind = KEY_RSA_2048;
		object->bits = i % 2 == 0 ? 2048 : 3072;
		object->usage = USAGE_VERIFY | USAGE_ENCRYPT;
	}
	if (demo.is_hostile) {
		static const char label[] = "\x1b[2J\xe2\x80\xae\xe6\xb8\xac\xe8\xa9\xa6\n";

		text_clean(label, sizeof label - 1, list[1][0].label, sizeof list[1][0].label);
	}
}

static void
fill(void)
{
	static const struct token_mechanism known[] = {
		{ .type = 0x1, .name = "RSA PKCS#1 v1.5", .least = 1024, .most = 4096 },
		{ .type = 0x1041, .name = "ECDSA", .least = 192, .most = 521 },
		{ .type = 0x250, .name = "SHA-256" },
	};

	if (list[0] != NULL)
		return;
	list[0] = calloc(3, sizeof *list[0]);
	list[1] = calloc(demo.objects + 1, sizeof *list[1]);
	if (list[0] == NULL || list[1] == NULL)
		abort();
	memcpy(mechanisms, known, sizeof known);
	fill_hsm();
	fill_many();
}

void
slots_inspect(struct slots *slots, size_t slot)
{
	(void)slots;
	fill();
	states[slot] = LOOK_WHOLE;
}

void
slots_look(const struct slots *slots, size_t slot, struct slot_look *ret)
{
	(void)slots;
	*ret = (struct slot_look){ .state = slot < LIMIT_SLOTS ? states[slot] : LOOK_NONE };
	ret->number = ret->state == LOOK_WHOLE;
}

size_t
slots_objects(const struct slots *slots, size_t slot, const struct token_object **ret)
{
	(void)slots;
	*ret = slot < 2 ? list[slot] : NULL;
	return slot < 2 && states[slot] == LOOK_WHOLE ? counts[slot] : 0;
}

size_t
slots_mechanisms(const struct slots *slots, size_t slot, const struct token_mechanism **ret)
{
	(void)slots;
	*ret = mechanisms;
	return slot < LIMIT_SLOTS && states[slot] == LOOK_WHOLE ? 3 : 0;
}

void
slots_inspect_object(struct slots *slots, size_t slot, size_t object)
{
	(void)slots;
	(void)slot;
	(void)object;
	attribute_state = LOOK_WHOLE;
	text_format(attributes[0].name, sizeof attributes[0].name, "local");
	text_format(attributes[0].value, sizeof attributes[0].value, "yes");
	text_format(attributes[1].name, sizeof attributes[1].name, "value");
	attributes[1].is_hidden = true;
	text_format(attributes[2].name, sizeof attributes[2].name, "subject");
}

size_t
slots_attributes(const struct slots *slots, const struct token_attribute **ret, enum look_state *ret_state)
{
	(void)slots;
	*ret = attributes;
	*ret_state = attribute_state;
	return attribute_state == LOOK_WHOLE ? 3 : 0;
}
