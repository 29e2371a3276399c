#include "status_objects.h"

#include <quorate/hex.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

enum column {
	COLUMN_CLASS,
	COLUMN_LABEL,
	COLUMN_ID,
	COLUMN_KEY,
	COLUMN_USAGE,
	COLUMN_FLAGS,
	COLUMN_REFERENCE,
	COLUMN_SUBJECT,
	COLUMN_COUNT
};

static const struct table_column columns[] = {
	[COLUMN_CLASS] = { N_("Class"), 11, 14 },
	[COLUMN_LABEL] = { N_("Label"), 12, 40 },
	[COLUMN_ID] = { N_("ID (hex)"), 8, 24 },
	[COLUMN_KEY] = { N_("Key"), 8, 22 },
	[COLUMN_USAGE] = { N_("Usage"), 8, 30 },
	[COLUMN_FLAGS] = { N_("Flags"), 6, 40 },
	[COLUMN_REFERENCE] = { N_("Ref."), 4, 4 },
	[COLUMN_SUBJECT] = { N_("Subject"), 8, 40 },
};

static const struct token_object *objects;
static struct table_rows rows;

static void
join(const char *const *words, size_t count, char *ret, size_t size)
{
	*ret = '\0';
	for (size_t i = 0; i < count; i++)
		text_append(ret, size, "%s%s", i > 0 ? ", " : "", words[i]);
}

static void
id_text(const struct token_object *object, char *ret, size_t size)
{
	char digits[2 * TOKEN_OBJECT_ID_SIZE + 1];

	hex_encode(object->id, object->id_size, digits);
	text_format(ret, size, "%s%s", digits, object->is_id_cut ? "..." : "");
}

static void
key_text(const struct token_object *object, char *ret, size_t size)
{
	if (object->certificate.form != CERTIFICATE_NONE)
		text_format(ret, size, "%s%s%s", token_certificate_form_name(object->certificate.form),
			object->certificate.key[0] == '\0' ? "" : ", ", object->certificate.key);
	/* A curve's name says its size already. */
	else if (object->bits > 0 && !token_key_kind_is_curve(object->kind, NULL))
		text_format(ret, size, "%s %u", object->type, object->bits);
	else
		text_format(ret, size, "%s", object->type);
}

static void
cell(const void *context, size_t row, size_t column, char *ret, size_t size)
{
	const struct token_object *object = &objects[row];
	const char *words[16];

	(void)context;
	*ret = '\0';
	switch ((enum column)column) {
	case COLUMN_CLASS:
		text_format(ret, size, "%s", token_object_class_text(object->class));
		break;
	case COLUMN_LABEL:
		text_format(ret, size, "%s", object->label);
		break;
	case COLUMN_ID:
		id_text(object, ret, size);
		break;
	case COLUMN_KEY:
		key_text(object, ret, size);
		break;
	case COLUMN_USAGE:
		join(words, token_usage_texts(object->usage, words, 16), ret, size);
		break;
	case COLUMN_FLAGS:
		join(words, token_object_flag_texts(object->flags, words, 16), ret, size);
		break;
	case COLUMN_SUBJECT:
		text_format(ret, size, "%s", object->certificate.subject);
		break;
	default:
		if (object->key_reference > 0)
			text_format(ret, size, "%u", object->key_reference);
		break;
	}
}

static enum meaning
meaning(const void *context, size_t row)
{
	(void)context;
	return objects[row].outcome != DONE ? MEANING_DANGER : MEANING_NORMAL;
}

static uint64_t
identity(const void *context, size_t row)
{
	(void)context;
	return objects[row].handle;
}

const struct table_rows *
status_object_rows(const struct slots *slots, size_t slot)
{
	struct slot_look look;

	slots_look(slots, slot, &look);
	rows = (struct table_rows){ .columns = columns,
		.column_count = COLUMN_COUNT,
		.count = slots_objects(slots, slot, &objects),
		.number = look.number,
		.cell = cell,
		.identity = identity,
		.meaning = meaning };
	return &rows;
}

static void
add_attributes(const struct slots *slots, struct facts *facts)
{
	const struct token_attribute *attributes;
	enum look_state state;
	size_t count = slots_attributes(slots, &attributes, &state);

	if (state == LOOK_ASKED)
		facts_add(facts, _("Attributes"), MEANING_MUTED, "%s", _("are being read"));
	if (state == LOOK_FAILED)
		facts_add(facts, _("Attributes"), MEANING_WARNING, "%s",
			_("could not be read: a private object shows them only while somebody is logged in"));
	for (size_t i = 0; i < count; i++)
		facts_add(facts, attributes[i].name, attributes[i].is_hidden ? MEANING_MUTED : MEANING_NORMAL, "%s",
			attributes[i].is_hidden          ? _("(kept in the token)")
			: attributes[i].value[0] == '\0' ? _("(empty)")
							 : attributes[i].value);
}

static void
add_certificate(const struct token_certificate *certificate, struct facts *facts)
{
	char digits[2 * sizeof certificate->digest + 1], text[4 * sizeof certificate->digest] = "";

	if (certificate->form == CERTIFICATE_NONE) {
		facts_add(facts, _("Certificate"), MEANING_WARNING, "%s", _("it cannot be decoded"));
		return;
	}
	facts_add(facts, _("Subject"), MEANING_ACCENT, "%s", certificate->subject);
	facts_add(facts, _("Issuer"), MEANING_NORMAL, "%s", certificate->issuer);
	facts_add(facts, _("Serial number"), MEANING_NORMAL, "%s", certificate->serial);
	if (certificate->not_before[0] != '\0' && certificate->not_after[0] != '\0')
		facts_add(facts, _("Valid"), MEANING_NORMAL, _("%s to %s"), certificate->not_before,
			certificate->not_after);
	facts_add(facts, _("Certified key"), MEANING_NORMAL, "%s", certificate->key);
	hex_encode(certificate->digest, sizeof certificate->digest, digits);
	for (size_t i = 0; digits[i] != '\0'; i += 4)
		text_append(text, sizeof text, "%s%.4s", i == 0 ? "" : " ", digits + i);
	facts_add(facts, _("SHA-256"), MEANING_NORMAL, "%s", text);
}

void
status_object_facts(const struct slots *slots, size_t row, struct facts *facts)
{
	const struct token_object *object = &objects[row];
	char text[TABLE_CELL_SIZE], small[128];

	for (size_t i = 0; i < COLUMN_REFERENCE; i++) {
		cell(NULL, row, i, text, sizeof text);
		facts_add(facts, _(columns[i].title), i == COLUMN_LABEL ? MEANING_ACCENT : MEANING_NORMAL, "%s", text);
	}
	if (object->key_reference > 0)
		facts_add(facts, _("Key reference"), MEANING_NORMAL,
			_("%u (the SmartCard-HSM's own number, decimal; not the ID)"), object->key_reference);
	if (object->class == OBJECT_CERTIFICATE)
		add_certificate(&object->certificate, facts);
	if (object->outcome != DONE) {
		outcome_code_text(object->code, small, sizeof small);
		facts_add(facts, _("Problem"), MEANING_DANGER, "%s", outcome_text(object->outcome));
		facts_add(facts, _("Code"), MEANING_MUTED, "%s", small);
	}
	add_attributes(slots, facts);
}
