#include "frame.h"

#include <quorate/hex.h>
#include <quorate/tongue.h>
#include <quorate/words.h>

#include <string.h>

#define DIGEST_SIZE 32

static enum outcome
add_lines(struct frame *frame, const struct part *part)
{
	const struct form_record *record = frame->data;
	enum outcome outcome = frame_section(frame, part);

	for (size_t i = 0; i < record->count && outcome == DONE; i++)
		outcome = sheet_entry(frame->sheet, record->lines[i].label, record->lines[i].text);
	return outcome;
}

static enum outcome
add_digest(struct frame *frame, const struct part *part)
{
	const struct form_record *record = frame->data;
	char text[FRAME_TEXT_SIZE], words[WORDS_SIZE(DIGEST_SIZE)];
	uint8_t digest[DIGEST_SIZE];
	enum outcome outcome = hex_decode(record->digest, strlen(record->digest), digest, sizeof digest);

	if (outcome != DONE)
		return outcome == FAIL_HEX ? outcome : FAIL_HEX;
	frame_group_digits(record->digest, text);
	words_encode(digest, sizeof digest, words, sizeof words);
	outcome = frame_section(frame, part);
	if (outcome == DONE)
		outcome = sheet_field(frame->sheet, _("Digest (SHA-256)"), text);
	return outcome == DONE ? sheet_field(frame->sheet, _("The digest in words"), words) : outcome;
}

static enum outcome
add_signers(struct frame *frame, const struct part *part)
{
	static const char *const usual[] = { N_("Operator"), N_("Witness") };
	const struct form_record *record = frame->data;
	bool is_usual = record->signer_count == 0;
	size_t count = is_usual ? sizeof usual / sizeof usual[0] : record->signer_count;
	enum outcome outcome = frame_section(frame, part);

	for (size_t i = 0; i < count && outcome == DONE; i++)
		outcome = sheet_sign(frame->sheet, is_usual ? _(usual[i]) : record->signers[i]);
	return outcome;
}

static const struct part parts[] = {
	{ frame_paragraph, NULL,
		N_("This is the record of a key ceremony, from its first line to its last. It holds no secret. The "
		   "same lines stand in a file, each with the digest of the line before it, so that none can be "
		   "changed afterwards without being noticed; the digest of the last one, which the people in the "
		   "room heard and signed, stands for all of them.") },
	{ frame_facts, NULL, NULL },
	{ add_digest, N_("Sign-off"),
		N_("Read the words aloud from the screen while somebody else follows them on this sheet, then sign.") },
	{ add_signers, N_("We were there, and it was done as it stands here"), NULL },
	{ frame_care, NULL, NULL },
	{ frame_section, N_("If you find this sheet"),
		N_("Nothing on it is secret. Bring it to the address under Return to, or to those who held the "
		   "ceremony. How keys are recovered, with quorate and without it, stands on the share-file sheet and "
		   "in the recovery instructions.") },
	{ frame_section, N_("How to compare the file with this sheet"),
		N_("Each line of the file but the first holds, as chain, the SHA-256 of the line before it, without "
		   "its newline. The digest above is that of the last line. Without quorate:") },
	{ frame_code, NULL, "tail -n 1 journal.jsonl | tr -d '\\n' | openssl dgst -sha256" },
	{ add_lines, N_("What happened"), NULL },
};

enum outcome
form_record(struct sheet **ret, const struct form_facts *facts, const struct form_record *record)
{
	return FRAME_MAKE(ret, _("Record of a ceremony"), "ceremony-record", facts, record, parts);
}
