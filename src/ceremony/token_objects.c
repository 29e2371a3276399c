/* The objects of a token: listed, one of them chosen, named, deleted. */
#include "steps.h"

#include <quorate/hex.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdlib.h>
#include <string.h>

/* On one page, with room for the line that leads to the next. */
#define PAGE_OBJECTS (PROMPT_CHOICES_MOST - 1)

static void
list_objects_enter(struct ceremony *ceremony)
{
	ceremony->procedure.page = 0;
	card_begin(ceremony, TOKEN_LIST_OBJECTS);
}

/* card_advance has taken the objects over. */
static void
list_objects_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	(void)was_lost;
	if (!procedure_refused(ceremony, answer, ceremony->step))
		step_next(ceremony);
}

const struct step step_list_objects = {
	.name = "objects",
	.title = N_("What is on the token"),
	.event = "objects-listed",
	.enter = list_objects_enter,
	.ask = procedure_ask_work,
	.settled = list_objects_settled,
	.ends_when_lost = true,
};

typedef bool object_fits(const struct token_object *object);

static bool
is_any(const struct token_object *object)
{
	(void)object;
	return true;
}

static bool
is_key(const struct token_object *object)
{
	return object->class == OBJECT_PRIVATE_KEY;
}

static bool
is_public(const struct token_object *object)
{
	return object->class == OBJECT_CERTIFICATE || object->class == OBJECT_PUBLIC_KEY;
}

static size_t
count_fitting(const struct ceremony *ceremony, object_fits *fits)
{
	const struct token_objects *objects = &ceremony->procedure.objects;
	size_t count = 0;

	for (size_t i = 0; i < objects->count; i++)
		count += fits(&objects->list[i]);
	return count;
}

/* The object behind a choice on the page that is open; NULL: there is none. */
static const struct token_object *
fitting(const struct ceremony *ceremony, object_fits *fits, size_t choice)
{
	const struct token_objects *objects = &ceremony->procedure.objects;

	choice += ceremony->procedure.page * PAGE_OBJECTS;
	for (size_t i = 0; i < objects->count; i++)
		if (fits(&objects->list[i]) && choice-- == 0)
			return &objects->list[i];
	return NULL;
}

static void
fill_object(const struct token_object *object, struct prompt_choice *ret)
{
	procedure_object_name(object, ret->label, sizeof ret->label);
	text_format(ret->detail, sizeof ret->detail, "%s", token_object_class_text(object->class));
	if (object->key_reference > 0)
		text_append(ret->detail, sizeof ret->detail, _(", key reference %u"), object->key_reference);
}

static void
choose_ask(const struct ceremony *ceremony, struct prompt *ret, object_fits *fits, const char *text)
{
	size_t count = count_fitting(ceremony, fits), pages = (count + PAGE_OBJECTS - 1) / PAGE_OBJECTS;

	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text, "%s", text);
	if (pages > 1)
		text_append(ret->text, sizeof ret->text, _(" There are %zu; this is page %zu of %zu."), count,
			ceremony->procedure.page + 1, pages);
	for (size_t i = 0; i < PAGE_OBJECTS; i++) {
		const struct token_object *object = fitting(ceremony, fits, i);

		if (object == NULL)
			break;
		fill_object(object, &ret->of.choose.items[ret->of.choose.count++]);
	}
	if (pages > 1)
		text_format(ret->of.choose.items[ret->of.choose.count++].label, sizeof ret->of.choose.items[0].label,
			"%s", ceremony->procedure.page + 1 < pages ? _("The next page") : _("The first page"));
}

static void
choose_take(struct ceremony *ceremony, const struct answer *answer, object_fits *fits)
{
	struct procedure *procedure = &ceremony->procedure;
	const struct token_object *object =
		answer->choice < PAGE_OBJECTS ? fitting(ceremony, fits, answer->choice) : NULL;

	if (object == NULL) {
		procedure->page++;
		if (fitting(ceremony, fits, 0) == NULL)
			procedure->page = 0;
		return;
	}
	procedure->object = *object;
	step_next(ceremony);
}

static void
choose_enter(struct ceremony *ceremony, object_fits *fits)
{
	ceremony->procedure.page = 0;
	if (count_fitting(ceremony, fits) == 0)
		step_fail(ceremony, FAIL_NO_OBJECT, CODE_OF_NOTHING);
}

#define CHOOSE(which, fits, words, heading, text)                                                                      \
	static void choose_##which##_enter(struct ceremony *ceremony)                                                  \
	{                                                                                                              \
		choose_enter(ceremony, fits);                                                                          \
	}                                                                                                              \
	static void choose_##which##_ask(const struct ceremony *ceremony, struct prompt *ret)                          \
	{                                                                                                              \
		choose_ask(ceremony, ret, fits, text);                                                                 \
	}                                                                                                              \
	static void choose_##which##_take(struct ceremony *ceremony, struct answer *answer)                            \
	{                                                                                                              \
		choose_take(ceremony, answer, fits);                                                                   \
	}                                                                                                              \
	const struct step step_choose_##which = {                                                                      \
		.name = words,                                                                                         \
		.title = heading,                                                                                      \
		.event = words "-chosen",                                                                              \
		.enter = choose_##which##_enter,                                                                       \
		.ask = choose_##which##_ask,                                                                           \
		.take = choose_##which##_take,                                                                         \
	}

CHOOSE(object, is_any, "object", N_("Which object?"), _("Which object on the token?"));
CHOOSE(key, is_key, "key", N_("Which key?"), _("Which key on the token?"));
CHOOSE(public, is_public, "public-object", N_("Which certificate or public key?"),
	_("Which certificate or public key shall be saved as a file?"));

static bool
is_renaming(const struct ceremony *ceremony)
{
	return strcmp(ceremony->kind->name, "rename-object") == 0;
}

static void
choose_label_enter(struct ceremony *ceremony)
{
	struct procedure *procedure = &ceremony->procedure;

	if (is_renaming(ceremony))
		text_format(procedure->new_label, sizeof procedure->new_label, "%s", procedure->object.label);
}

static void
choose_label_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_TEXT;
	text_format(ret->text, sizeof ret->text, "%s",
		_("What shall it be called on the token? The label is not secret: every program shows it. For example "
		  "what the key is for, and the year."));
	text_format(ret->of.text_line.initial, sizeof ret->of.text_line.initial, "%s", ceremony->procedure.new_label);
	ret->of.text_line.most = TOKEN_OBJECT_LABEL_SIZE - 1;
}

static void
choose_label_take(struct ceremony *ceremony, struct answer *answer)
{
	enum outcome outcome = answer->text[0] == '\0' ? FAIL_EMPTY : token_check_object_label(answer->text);

	text_format(ceremony->procedure.new_label, sizeof ceremony->procedure.new_label, "%s", answer->text);
	if (outcome == DONE)
		step_next(ceremony);
	else
		step_refuse(ceremony, outcome);
}

const struct step step_choose_object_label = {
	.name = "object-label",
	.title = N_("The label"),
	.event = "object-label-chosen",
	.enter = choose_label_enter,
	.ask = choose_label_ask,
	.take = choose_label_take,
};

static bool
has_id(const struct ceremony *ceremony, const uint8_t *id, size_t size)
{
	const struct token_objects *objects = &ceremony->procedure.objects;

	for (size_t i = 0; i < objects->count; i++)
		if (objects->list[i].id_size == size && memcmp(objects->list[i].id, id, size) == 0)
			return true;
	return false;
}

/* The first number that no object has; an object that is renamed begins with its own, a certificate with its key's. */
static void
choose_id_enter(struct ceremony *ceremony)
{
	struct procedure *procedure = &ceremony->procedure;

	if (procedure->object.id_size > 0) {
		memcpy(procedure->new_id, procedure->object.id, procedure->object.id_size);
		procedure->new_id_size = procedure->object.id_size;
		return;
	}
	procedure->new_id_size = 1;
	for (procedure->new_id[0] = 1; procedure->new_id[0] < 255 && has_id(ceremony, procedure->new_id, 1);)
		procedure->new_id[0]++;
}

static void
choose_id_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct procedure *procedure = &ceremony->procedure;

	ret->kind = PROMPT_TEXT;
	text_format(ret->text, sizeof ret->text, "%s",
		_("Under which ID shall it be found? Pairs of hex digits (0-9, a-f), the same as pkcs11-tool --id "
		  "shows. A key and its certificate have the same ID. What stands there is a good choice."));
	hex_encode(procedure->new_id, procedure->new_id_size, ret->of.text_line.initial);
	ret->of.text_line.most = 2 * TOKEN_OBJECT_ID_SIZE;
}

/* A key of its own ID: two with the same cannot be told apart by other programs. */
static bool
is_id_wanted_alone(const struct ceremony *ceremony)
{
	return strcmp(ceremony->kind->name, "generate-key") == 0;
}

static void
choose_id_take(struct ceremony *ceremony, struct answer *answer)
{
	struct procedure *procedure = &ceremony->procedure;
	size_t length = strlen(answer->text), size = length / 2;
	uint8_t id[TOKEN_OBJECT_ID_SIZE];
	enum outcome outcome = length == 0              ? FAIL_EMPTY
			       : length > 2 * sizeof id ? FAIL_TOO_LONG
			       : length % 2 != 0        ? FAIL_HEX
							: hex_decode(answer->text, length, id, size);

	if (outcome == DONE && is_id_wanted_alone(ceremony) && has_id(ceremony, id, size))
		outcome = FAIL_OBJECT_EXISTS;
	if (outcome != DONE) {
		step_refuse(ceremony, outcome);
		return;
	}
	memcpy(procedure->new_id, id, size);
	procedure->new_id_size = (uint8_t)size;
	step_next(ceremony);
}

const struct step step_choose_object_id = {
	.name = "object-id",
	.title = N_("The ID"),
	.event = "object-id-chosen",
	.enter = choose_id_enter,
	.ask = choose_id_ask,
	.take = choose_id_take,
};

/* The name to type: the label where it can be typed, else the ID in hex, else a word. */
static void
object_word(const struct token_object *object, char *ret, size_t size)
{
	char id[2 * TOKEN_OBJECT_ID_SIZE + 1];

	hex_encode(object->id, object->id_size, id);
	if (object->label[0] != '\0' && strlen(object->label) < size &&
		text_is_ascii(object->label, strlen(object->label)))
		text_format(ret, size, "%s", object->label);
	else if (object->id_size > 0 && strlen(id) < size)
		text_format(ret, size, "%s", id);
	else
		text_format(ret, size, "delete");
}

static void
confirm_delete_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct token_object *object = &ceremony->procedure.object;
	char name[256];

	procedure_object_name(object, name, sizeof name);
	ret->kind = PROMPT_CONFIRM;
	object_word(object, ret->of.confirm.word, sizeof ret->of.confirm.word);
	text_format(
		ret->text, sizeof ret->text, _("Delete this %s?\n%s\n"), token_object_class_text(object->class), name);
	if (object->class == OBJECT_PRIVATE_KEY || object->class == OBJECT_SECRET_KEY)
		text_append(ret->text, sizeof ret->text, "%s\n",
			_("The key is gone for ever, unless there is a backup of it. What was encrypted for it can "
			  "never be read again, and nothing can be signed with it any more."));
	else if (object->class == OBJECT_PUBLIC_KEY && !procedure_is_slot(ceremony))
		text_append(ret->text, sizeof ret->text, "%s\n",
			_("It is the device's own request for its key. The key stays, but what proves that it was made "
			  "in the device is gone, and other programs no longer find its public half."));
	else
		text_append(ret->text, sizeof ret->text, "%s\n", _("Keys are not touched by this."));
	text_append(ret->text, sizeof ret->text, _("Type %s to go on."), ret->of.confirm.word);
}

static void
confirm_delete_take(struct ceremony *ceremony, struct answer *answer)
{
	char word[64];

	object_word(&ceremony->procedure.object, word, sizeof word);
	if (strcmp(answer->text, word) != 0) {
		step_refuse(ceremony, FAIL_WORD);
		return;
	}
	ceremony->procedure.is_sent = true;
	card_begin(ceremony, TOKEN_DELETE_OBJECT);
}

static void
changed_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	(void)was_lost;
	if (procedure_refused(ceremony, answer, ceremony->step))
		return;
	ceremony->procedure.is_changed = true;
	step_next(ceremony);
}

static const struct step step_delete_object = {
	.name = "delete",
	.title = N_("Delete it?"),
	.event = "object-deleted",
	.ask = confirm_delete_ask,
	.take = confirm_delete_take,
	.settled = changed_settled,
	.ends_when_lost = true,
};

static void
deleted_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char name[256];

	procedure_object_name(&ceremony->procedure.object, name, sizeof name);
	procedure_ask_done(ceremony, ret, _("It was deleted:"));
	text_append(ret->text, sizeof ret->text, "%s", name);
}

static const struct step step_deleted = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = deleted_ask,
};

static void
rename_enter(struct ceremony *ceremony)
{
	ceremony->procedure.is_sent = true;
	card_begin(ceremony, TOKEN_RENAME_OBJECT);
}

static const struct step step_rename_object = {
	.name = "rename",
	.title = N_("The token is asked"),
	.event = "object-renamed",
	.enter = rename_enter,
	.ask = procedure_ask_work,
	.settled = changed_settled,
	.ends_when_lost = true,
};

static void
renamed_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char name[256], id[2 * TOKEN_OBJECT_ID_SIZE + 1];

	procedure_object_name(&ceremony->procedure.object, name, sizeof name);
	hex_encode(ceremony->procedure.new_id, ceremony->procedure.new_id_size, id);
	procedure_ask_done(ceremony, ret, _("Label and ID were changed."));
	text_append(
		ret->text, sizeof ret->text, _("Before: %s\nNow: %s, ID %s"), name, ceremony->procedure.new_label, id);
}

static const struct step step_renamed = {
	.name = "done",
	.title = N_("Done"),
	.enter = step_finish,
	.ask = renamed_ask,
};

static const struct step *const steps_of_delete[] = {
	&step_look_at_token,
	&step_give_user_pin,
	&step_list_objects,
	&step_choose_object,
	&step_delete_object,
	&step_deleted,
};

enum outcome
delete_object_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return procedure_open(
		ret, world, "delete-object", steps_of_delete, sizeof steps_of_delete / sizeof steps_of_delete[0]);
}

static const struct step *const steps_of_rename[] = {
	&step_look_at_token,
	&step_give_user_pin,
	&step_list_objects,
	&step_choose_object,
	&step_choose_object_label,
	&step_choose_object_id,
	&step_rename_object,
	&step_renamed,
};

enum outcome
rename_object_open(struct ceremony **ret, const struct ceremony_world *world)
{
	return procedure_open(
		ret, world, "rename-object", steps_of_rename, sizeof steps_of_rename / sizeof steps_of_rename[0]);
}
