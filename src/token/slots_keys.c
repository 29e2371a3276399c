/* A SmartCard-HSM's keys by their references, which PKCS#11 does not know, put into the objects that its module lists.
 */
#include "slots_state.h"

#include <quorate/text.h>

#include <string.h>

/* Of an object that the card alone tells: no module has such a handle, nor has a worker's beginning this bit. */
#define OWN_HANDLE (UINT64_C(1) << 63)

static const struct reader_info *
reader_of(const struct slots *slots, const struct slot_info *slot)
{
	const struct reader_info *reader = slot->reader < slots->reader_count ? &slots->readers[slot->reader] : NULL;

	return reader != NULL && reader->is_hsm && slot->has_token ? reader : NULL;
}

static struct hsm_keys *
find(const struct slots *slots, const char *reader, const char *serial)
{
	for (size_t i = 0; i < LIMIT_READERS; i++)
		if (strcmp(slots->keys[i].reader, reader) == 0 && strcmp(slots->keys[i].serial, serial) == 0)
			return (struct hsm_keys *)(uintptr_t)&slots->keys[i];
	return NULL;
}

static void
forget(struct hsm_keys *keys)
{
	token_objects_free(&keys->list);
	token_objects_free(&keys->coming);
	memset(keys, 0, sizeof *keys);
}

void
slots_keys_free(struct slots *slots)
{
	for (size_t i = 0; i < LIMIT_READERS; i++)
		forget(&slots->keys[i]);
}

static struct hsm_keys *
begin(struct slots *slots, const struct reader_info *reader)
{
	struct hsm_keys *keys = find(slots, reader->name, reader->hsm.serial);

	if (keys == NULL)
		keys = find(slots, "", "");
	if (keys != NULL && keys->reader[0] == '\0') {
		text_format(keys->reader, sizeof keys->reader, "%s", reader->name);
		text_format(keys->serial, sizeof keys->serial, "%s", reader->hsm.serial);
	}
	return keys;
}

void
slots_keys_want(struct slots *slots, const struct slot_info *slot)
{
	const struct reader_info *reader = reader_of(slots, slot);
	struct hsm_keys *keys = reader == NULL || reader->name[0] == '\0' ? NULL : begin(slots, reader);

	if (keys == NULL || keys->state == LOOK_ASKED || keys->state == LOOK_WHOLE)
		return;
	keys->state = LOOK_ASKED;
	keys->is_wanted = true;
	slots_keys_next(slots);
}

void
slots_keys_next(struct slots *slots)
{
	struct message message;

	/* Never behind an act: its objects are told from an inspection's by their order. */
	if ((slots->acting != NULL && slots->acting != &slots->pcsc) || slots->pcsc.is_inspecting ||
		slots->pcsc.is_acting || !line_is_running(&slots->pcsc))
		return;
	for (size_t i = 0; i < LIMIT_READERS; i++) {
		struct hsm_keys *keys = &slots->keys[i];

		if (!keys->is_wanted)
			continue;
		keys->is_wanted = false;
		message_begin(&message, MESSAGE_INSPECT);
		text_format(message.as.inspect.reader, sizeof message.as.inspect.reader, "%s", keys->reader);
		text_format(message.as.inspect.serial, sizeof message.as.inspect.serial, "%s", keys->serial);
		slots->keys_asked = keys;
		if (line_inspect(&slots->pcsc, &message) != DONE)
			keys->state = LOOK_FAILED;
		return;
	}
}

static void
join_all(struct slots *slots, const char *reader)
{
	for (size_t i = 0; i < slots->reader_count; i++)
		if (strcmp(slots->readers[i].name, reader) == 0)
			slots_inspect_join(slots, i);
}

void
slots_keys_take(struct slots *slots, const struct message *message)
{
	struct hsm_keys *keys = slots->keys_asked;

	if (message->kind == MESSAGE_OBJECT && keys != NULL) {
		/* What is beyond the limit is left out. */
		(void)token_objects_add(&keys->coming, &message->as.object);
	} else if (message->kind == MESSAGE_INSPECTED) {
		slots->keys_asked = NULL;
		if (keys != NULL) {
			bool is_whole = message->as.inspected.outcome == DONE;

			keys->state = is_whole ? LOOK_WHOLE : LOOK_FAILED;
			if (is_whole) {
				token_objects_free(&keys->list);
				keys->list = keys->coming;
				keys->coming = (struct token_objects){ 0, NULL };
				keys->is_logged_in = false;
			}
			token_objects_free(&keys->coming);
			join_all(slots, keys->reader);
		}
		slots_keys_next(slots);
	}
}

/* After a look: what belongs to a card that went, or is another one now, is forgotten. */
void
slots_keys_settle(struct slots *slots)
{
	for (size_t i = 0; i < LIMIT_READERS; i++) {
		struct hsm_keys *keys = &slots->keys[i];
		bool is_there = keys->reader[0] == '\0';

		for (size_t j = 0; j < slots->reader_count && !is_there; j++)
			is_there = strcmp(slots->readers[j].name, keys->reader) == 0 && slots->readers[j].is_hsm &&
				   strcmp(slots->readers[j].hsm.serial, keys->serial) == 0;
		if (is_there)
			continue;
		if (slots->keys_asked == keys)
			slots->keys_asked = NULL;
		forget(keys);
	}
}

void
slots_keys_fail(struct slots *slots)
{
	slots->keys_asked = NULL;
	for (size_t i = 0; i < LIMIT_READERS; i++) {
		slots->keys[i].is_wanted = false;
		if (slots->keys[i].state == LOOK_ASKED)
			slots->keys[i].state = LOOK_FAILED;
	}
}

void
slots_keys_stale(struct slots *slots, const char *reader)
{
	for (size_t i = 0; i < LIMIT_READERS; i++)
		if (slots->keys[i].state != LOOK_NONE && strcmp(slots->keys[i].reader, reader) == 0) {
			slots->keys[i].state = LOOK_ASKED;
			slots->keys[i].is_wanted = true;
		}
	slots_keys_next(slots);
}

void
slots_keys_keep(struct slots *slots, const char *reader, const struct token_objects *objects, bool is_logged_in)
{
	for (size_t i = 0; i < slots->reader_count; i++) {
		struct hsm_keys *keys =
			strcmp(slots->readers[i].name, reader) == 0 ? begin(slots, &slots->readers[i]) : NULL;

		if (keys == NULL)
			continue;
		token_objects_free(&keys->list);
		for (size_t j = 0; j < objects->count; j++)
			if (token_objects_add(&keys->list, &objects->list[j]) != DONE)
				break;
		keys->is_logged_in = is_logged_in;
		if (keys->state != LOOK_ASKED)
			keys->state = LOOK_WHOLE;
		slots_inspect_join(slots, i);
	}
}

static const struct hsm_keys *
keys_of(const struct slots *slots, const struct slot_info *slot)
{
	const struct reader_info *reader = reader_of(slots, slot);

	return reader == NULL ? NULL : find(slots, reader->name, reader->hsm.serial);
}

bool
slots_keys_are_coming(const struct slots *slots, const struct slot_info *slot)
{
	const struct hsm_keys *keys = keys_of(slots, slot);

	return keys != NULL && keys->state == LOOK_ASKED;
}

static bool
is_key(const struct token_object *object)
{
	return object->class == OBJECT_PRIVATE_KEY || object->class == OBJECT_SECRET_KEY;
}

/* Its halves and its certificate have the key's ID. */
static bool
belongs(const struct token_object *object, const struct token_object *key)
{
	return object->id_size > 0 && object->id_size == key->id_size &&
	       memcmp(object->id, key->id, key->id_size) == 0 &&
	       (is_key(object) || object->class == OBJECT_PUBLIC_KEY || object->class == OBJECT_CERTIFICATE);
}

void
slots_keys_join(const struct slots *slots, const struct slot_info *slot, struct inspection *inspection)
{
	const struct hsm_keys *keys = keys_of(slots, slot);
	struct token_objects *objects = &inspection->objects;
	size_t kept = 0;

	/* What was put there before. */
	for (size_t i = 0; i < objects->count; i++)
		if (!(objects->list[i].handle & OWN_HANDLE))
			objects->list[kept++] = objects->list[i];
	objects->count = kept;
	for (size_t i = 0; i < kept; i++)
		objects->list[i].key_reference = 0;
	for (size_t i = 0; keys != NULL && i < keys->list.count; i++) {
		struct token_object key = keys->list.list[i];
		bool is_listed = false;

		if (!is_key(&key) && (key.class != OBJECT_DATA || !keys->is_logged_in))
			continue;
		for (size_t j = 0; j < kept; j++) {
			if (belongs(&objects->list[j], &key)) {
				objects->list[j].key_reference = key.key_reference;
				objects->list[j].key_domain = key.key_domain;
			}
			is_listed |= belongs(&objects->list[j], &key) && objects->list[j].class == key.class;
			is_listed |= key.class == OBJECT_DATA && token_object_is_same(&objects->list[j], &key);
		}
		if (is_listed)
			continue;
		key.handle |= OWN_HANDLE;
		key.flags |= OBJECT_PRIVATE;
		if (token_objects_add(objects, &key) != DONE)
			break;
	}
	if (keys != NULL && keys->is_logged_in)
		inspection->look.is_logged_in = true;
}
