#include "status_report.h"

#include <quorate/hex.h>
#include <quorate/inspect.h>
#include <quorate/tongue.h>

#include <stdio.h>

#define TEXTS_MOST 16

static void
print_texts(const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		printf("%s%s", i == 0 ? "  " : ", ", texts[i]);
}

static void
print_mechanism(const struct token_mechanism *mechanism)
{
	const char *texts[TEXTS_MOST];
	char sizes[64];

	token_mechanism_sizes_text(mechanism, sizes, sizeof sizes);
	printf("      %-34s %-18s", mechanism->name, sizes);
	print_texts(texts, token_mechanism_flag_texts(mechanism->flags, texts, TEXTS_MOST));
	printf("\n");
}

static void
print_certificate(const struct token_certificate *certificate)
{
	char digits[2 * sizeof certificate->digest + 1];

	hex_encode(certificate->digest, sizeof certificate->digest, digits);
	printf(_("        subject %s\n        issuer  %s\n"), certificate->subject, certificate->issuer);
	if (certificate->not_before[0] != '\0')
		printf(_("        valid   %s to %s\n"), certificate->not_before, certificate->not_after);
	if (certificate->key[0] != '\0')
		printf(_("        key     %s\n"), certificate->key);
	printf(_("        SHA-256 %s\n"), digits);
}

static void
print_object(const struct token_object *object)
{
	const char *texts[TEXTS_MOST];
	char id[2 * TOKEN_OBJECT_ID_SIZE + 1];

	hex_encode(object->id, object->id_size, id);
	printf(_("      %s \"%s\"  ID %s"), token_object_class_text(object->class), object->label,
		id[0] == '\0' ? _("none") : id);
	if (object->type[0] != '\0')
		printf("  %s", object->type);
	if (object->bits != 0)
		printf(_("  %u bits"), object->bits);
	print_texts(texts, token_usage_texts(object->usage, texts, TEXTS_MOST));
	print_texts(texts, token_object_flag_texts(object->flags, texts, TEXTS_MOST));
	if (object->key_reference > 0)
		printf(_("  key reference %u"), object->key_reference);
	if (object->outcome != DONE)
		printf("  %s", outcome_text(object->outcome));
	printf("\n");
	if (object->certificate.form != CERTIFICATE_NONE)
		print_certificate(&object->certificate);
}

void
status_print_look(const struct slots *slots, size_t slot)
{
	const struct token_mechanism *mechanisms;
	const struct token_object *objects;
	size_t mechanism_count = slots_mechanisms(slots, slot, &mechanisms);
	size_t object_count = slots_objects(slots, slot, &objects);
	struct slot_look look;

	slots_look(slots, slot, &look);
	if (look.state == LOOK_NONE)
		return;
	if (look.outcome != DONE)
		printf("    %s\n", outcome_text(look.outcome));
	printf(P_("    %zu mechanism\n", "    %zu mechanisms\n", mechanism_count), mechanism_count);
	for (size_t i = 0; i < mechanism_count; i++)
		print_mechanism(&mechanisms[i]);
	printf(P_("    %zu object seen without a login\n", "    %zu objects seen without a login\n", object_count),
		object_count);
	for (size_t i = 0; i < object_count; i++)
		print_object(&objects[i]);
}
