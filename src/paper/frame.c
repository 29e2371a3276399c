#include "frame.h"

#include <quorate/base64.h>
#include <quorate/hex.h>
#include <quorate/limits.h>
#include <quorate/line_check.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHA256_SIZE 32
/* Sixteen whole lines in one QR symbol: small enough for every telephone and for a scan at 150 dpi. */
#define QR_CHARACTERS (16 * LINE_CHECK_CHARACTERS)

enum outcome
frame_make(struct sheet **ret, const char *title, const char *name, const struct form_facts *facts, const void *data,
	const struct part *parts, size_t count)
{
	struct frame frame = { .facts = facts, .data = data };
	enum outcome outcome = sheet_new(&frame.sheet, title, name, facts->is_rehearsal);

	for (size_t i = 0; i < count && outcome == DONE; i++)
		outcome = parts[i].add(&frame, &parts[i]);
	if (outcome == DONE)
		*ret = frame.sheet;
	else
		sheet_free(&frame.sheet);
	return outcome;
}

enum outcome
frame_paragraph(struct frame *frame, const struct part *part)
{
	return sheet_paragraph(frame->sheet, _(part->text));
}

enum outcome
frame_section(struct frame *frame, const struct part *part)
{
	enum outcome outcome = sheet_heading(frame->sheet, _(part->label));

	return outcome == DONE && part->text != NULL ? sheet_paragraph(frame->sheet, _(part->text)) : outcome;
}

enum outcome
frame_blank(struct frame *frame, const struct part *part)
{
	return sheet_field(frame->sheet, _(part->label), "");
}

enum outcome
frame_sign(struct frame *frame, const struct part *part)
{
	return sheet_sign(frame->sheet, _(part->label));
}

enum outcome
frame_code(struct frame *frame, const struct part *part)
{
	return sheet_code(frame->sheet, part->text);
}

enum outcome
frame_known(struct frame *frame, const char *label, const char *text)
{
	return text == NULL || *text == '\0' ? DONE : sheet_field(frame->sheet, label, text);
}

void
frame_group_digits(const char *digits, char *ret)
{
	ret[0] = '\0';
	for (size_t i = 0; digits[i] != '\0'; i++)
		text_append(ret, FRAME_TEXT_SIZE, "%s%c", i > 0 && i % 4 == 0 ? " " : "", digits[i]);
}

/* Which sheet of how many: a line to write on where it is not known and no secret. */
static enum outcome
add_number(struct frame *frame)
{
	const struct form_facts *facts = frame->facts;
	char text[64];

	if (facts->number == 0)
		return facts->is_private ? DONE : sheet_field(frame->sheet, _("Sheet number"), "");
	if (facts->count > 0)
		text_format(text, sizeof text, _("%u of %u"), facts->number, facts->count);
	else
		text_format(text, sizeof text, "%u", facts->number);
	return sheet_field(frame->sheet, _("Sheet"), text);
}

enum outcome
frame_facts(struct frame *frame, const struct part *part)
{
	const struct form_facts *facts = frame->facts;
	const char *stamp = facts->stamp == NULL ? "" : facts->stamp;
	char set[FRAME_TEXT_SIZE], plan[FRAME_TEXT_SIZE];
	enum outcome outcome;

	(void)part;
	frame_group_digits(facts->set == NULL ? "" : facts->set, set);
	if (facts->is_rehearsal &&
		(outcome = sheet_paragraph(frame->sheet, _("This sheet was made in a rehearsal, for practice. It "
							   "protects nothing and may be thrown away."))) != DONE)
		return outcome;
	frame_group_digits(facts->plan == NULL ? "" : facts->plan, plan);
	if ((outcome = frame_known(frame, _("Organisation"), facts->organisation)) != DONE ||
		(outcome = frame_known(frame, _("Ceremony"), facts->ceremony)) != DONE ||
		(outcome = sheet_field(frame->sheet, _("Date (UTC)"), stamp)) != DONE ||
		(outcome = frame_known(frame, _("Device"), facts->device)) != DONE ||
		(outcome = sheet_field(frame->sheet, _("Set"), set)) != DONE ||
		(outcome = frame_known(frame, _("Share file"), facts->file_name)) != DONE ||
		(outcome = frame_known(frame, _("Plan (SHA-256)"), plan)) != DONE)
		return outcome;
	return add_number(frame);
}

enum outcome
frame_needed(struct frame *frame, const struct part *part)
{
	const struct form_facts *facts = frame->facts;
	char text[FRAME_TEXT_SIZE];

	(void)part;
	if (facts->files > 1) {
		text_format(text, sizeof text, _("this is share file %u of %u, and all %u are needed"), facts->file,
			facts->files, facts->files);
		return sheet_field(frame->sheet, _("Needed"), text);
	}
	if (facts->threshold == 0)
		return DONE;
	if (facts->total > 0)
		text_format(text, sizeof text, _("any %u of the %u shares open the share file"), facts->threshold,
			facts->total);
	else
		text_format(text, sizeof text, _("any %u shares open the share file"), facts->threshold);
	return sheet_field(frame->sheet, _("Needed"), text);
}

/* A year after the sheet's own date, "" where that is not known; 29 February has no anniversary in the next years. */
static void
check_date(const char *stamp, char ret[16])
{
	unsigned year, month, day;

	ret[0] = '\0';
	if (stamp == NULL || sscanf(stamp, "%4u-%2u-%2u", &year, &month, &day) != 3)
		return;
	if (month == 2 && day == 29)
		day = 28;
	text_format(ret, 16, "%04u-%02u-%02u", year + LIMIT_CHECK_AGAIN_YEARS, month, day);
}

enum outcome
frame_care(struct frame *frame, const struct part *part)
{
	const char *return_to = frame->facts->return_to, *check_by = frame->facts->check_by;
	char date[16];
	enum outcome outcome;

	(void)part;
	check_date(frame->facts->stamp, date);
	outcome = sheet_field(frame->sheet, _("Return to (address)"), return_to == NULL ? "" : return_to);
	if (outcome == DONE)
		outcome = sheet_field(frame->sheet, _("Check again by (date)"), check_by == NULL ? date : check_by);
	return outcome;
}

static enum outcome
add_symbols(struct frame *frame, const char *coded)
{
	size_t length = strlen(coded), parts = (length + QR_CHARACTERS - 1) / QR_CHARACTERS;
	enum outcome outcome = DONE;

	for (size_t i = 0; i < parts && outcome == DONE; i++) {
		char label[FRAME_TEXT_SIZE], part[QR_CHARACTERS + 1];
		size_t from = i * QR_CHARACTERS;
		size_t lines =
			(strnlen(coded + from, QR_CHARACTERS) + LINE_CHECK_CHARACTERS - 1) / LINE_CHECK_CHARACTERS;

		text_format(part, sizeof part, "%.*s", QR_CHARACTERS, coded + from);
		if (parts == 1)
			text_format(label, sizeof label, "%s",
				_("The same in base64, as one line. Nothing here is readable without the password or "
				  "the shares."));
		else
			text_format(label, sizeof label,
				_("Part %zu of %zu: lines %zu to %zu, as one line of base64. The parts one after the "
				  "other, from 1 to the last, are the whole."),
				i + 1, parts, from / LINE_CHECK_CHARACTERS + 1, from / LINE_CHECK_CHARACTERS + lines);
		outcome = sheet_qr(frame->sheet, label, part);
	}
	return outcome;
}

enum outcome
frame_bytes(struct frame *frame, const uint8_t *bytes, size_t size)
{
	uint8_t digest[SHA256_SIZE];
	char digits[2 * SHA256_SIZE + 1], text[FRAME_TEXT_SIZE];
	char *coded = malloc(BASE64_LENGTH(size) + 1), *lines = NULL;
	enum outcome outcome;

	if (coded == NULL)
		return FAIL_MEMORY;
	base64_encode(bytes, size, coded);
	outcome = EVP_Digest(bytes, size, digest, NULL, EVP_sha256(), NULL) == 1 ? DONE : FAIL_CRYPTO;
	if (outcome != DONE)
		goto out;
	hex_encode(digest, sizeof digest, digits);
	frame_group_digits(digits, text);
	if ((outcome = sheet_field(frame->sheet, _("SHA-256 of the file"), text)) != DONE ||
		(outcome = sheet_heading(frame->sheet, _("The file, in base64"))) != DONE ||
		(outcome = line_check_write(bytes, size, &lines)) != DONE ||
		(outcome = sheet_code(frame->sheet, lines)) != DONE)
		goto out;
	outcome = add_symbols(frame, coded);
out:
	free(coded);
	free(lines);
	return outcome;
}
