#include "frame.h"

#include "recovery.h"

#include <quorate/text.h>
#include <quorate/tongue.h>
#include <quorate/wrapped_key.h>

struct key_data {
	const struct form_key *key;
	struct wrapped_key blob;
};

static const char *
kind_text(enum wrapped_kind kind)
{
	switch (kind) {
	case WRAPPED_RSA:
	case WRAPPED_RSA_CRT:
		return "RSA";
	case WRAPPED_EC:
		return _("elliptic curve");
	case WRAPPED_AES:
		return "AES";
	}
	return "";
}

static enum outcome
add_key(struct frame *frame, const struct part *part)
{
	const struct key_data *data = frame->data;
	const struct form_key *key = data->key;
	char check_value[DKEK_KCV_TEXT_SIZE], text[FRAME_TEXT_SIZE];
	enum outcome outcome;

	(void)part;
	dkek_kcv_text(data->blob.kcv, check_value);
	text_format(text, sizeof text, _("%s, a file of %zu bytes"), kind_text(data->blob.kind), key->size);
	if ((outcome = sheet_field(frame->sheet, _("Key (label)"), key->label == NULL ? "" : key->label)) != DONE ||
		(outcome = sheet_field(frame->sheet, _("Kind"), text)) != DONE ||
		(outcome = sheet_field(frame->sheet, _("KCV of its DKEK"), check_value)) != DONE)
		return outcome;
	frame_group_digits(key->fingerprint == NULL ? "" : key->fingerprint, text);
	outcome = sheet_field(frame->sheet, _("Public key (SHA-256)"), text);
	return outcome == DONE ? frame_bytes(frame, key->bytes, key->size) : outcome;
}

static const struct part parts[] = {
	{ frame_paragraph, NULL,
		N_("This sheet is a whole copy of a signing key, encrypted (wrapped) under the DKEK of a SmartCard-HSM "
		   "or Nitrokey HSM. Only with that DKEK can it be used: with a device that has it, or with the "
		   "share-file sheet of the same set and as many custodians as are needed. Keep it as long as the "
		   "key matters.") },
	{ frame_facts, NULL, NULL },
	{ frame_blank, N_("Kept at"), NULL },
	{ frame_care, NULL, NULL },
	{ frame_section, N_("If you find this sheet"),
		N_("It is a backup, and may be the last one. Bring it to the address under Return to, or to those who "
		   "held the ceremony. Alone it is of no use to a thief; keep it apart from sheets with shares.") },
	{ add_key, NULL, NULL },
	{ recovery_key, NULL, NULL },
};

enum outcome
form_wrapped_key(struct sheet **ret, const struct form_facts *facts, const struct form_key *key)
{
	struct key_data data = { .key = key };
	struct wrapped_file file;
	enum outcome outcome = wrapped_file_parse(key->bytes, key->size, &file);

	if (outcome == DONE)
		outcome = wrapped_key_parse(file.blob, file.blob_size, &data.blob);
	return outcome == DONE ? FRAME_MAKE(ret, _("Wrapped key"), "wrapped-key-sheet", facts, &data, parts) : outcome;
}
