#include <quorate/forms.h>

#include "recovery.h"

#include <quorate/base64.h>
#include <quorate/hex.h>
#include <quorate/line_check.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define SHA256_SIZE 32
#define TEXT_SIZE 512
/* sc-hsm-tool shows share IDs in decimal and reads them as hexadecimal: from here on the two differ. */
#define ID_MISREAD 10

/* Lower-case hex digits in groups of four; ret: TEXT_SIZE bytes. */
static void
group_digits(const char *digits, char *ret)
{
	ret[0] = '\0';
	for (size_t i = 0; digits[i] != '\0'; i++)
		text_append(ret, TEXT_SIZE, "%s%c", i > 0 && i % 4 == 0 ? " " : "", digits[i]);
}

/* A field that is left out where nothing is known. */
static enum outcome
add_known(struct sheet *sheet, const char *label, const char *text)
{
	return *text == '\0' ? DONE : sheet_field(sheet, label, text);
}

/* What all sheets of a set say alike; an unknown date or set is a blank to be filled in. */
static enum outcome
add_facts(struct sheet *sheet, const struct form_facts *facts)
{
	char set[TEXT_SIZE];
	enum outcome outcome;

	group_digits(facts->set, set);
	if (facts->is_rehearsal &&
		(outcome = sheet_paragraph(sheet, _("This sheet was made in a rehearsal, for practice. It protects "
						    "nothing and may be thrown away."))) != DONE)
		return outcome;
	if ((outcome = add_known(sheet, _("Ceremony"), facts->ceremony)) != DONE ||
		(outcome = sheet_field(sheet, _("Date (UTC)"), facts->stamp)) != DONE ||
		(outcome = add_known(sheet, _("Device"), facts->device)) != DONE ||
		(outcome = sheet_field(sheet, _("Set"), set)) != DONE)
		return outcome;
	return add_known(sheet, _("Share file"), facts->file_name);
}

static enum outcome
add_threshold(struct sheet *sheet, const struct form_facts *facts)
{
	char text[TEXT_SIZE];

	if (facts->files > 1) {
		text_format(text, sizeof text, _("this is share file %u of %u, and all %u are needed"), facts->file,
			facts->files, facts->files);
		return sheet_field(sheet, _("Needed"), text);
	}
	if (facts->threshold == 0)
		return DONE;
	if (facts->total > 0)
		text_format(text, sizeof text, _("any %u of the %u shares open the share file"), facts->threshold,
			facts->total);
	else
		text_format(text, sizeof text, _("any %u shares open the share file"), facts->threshold);
	return sheet_field(sheet, _("Needed"), text);
}

/* The boxes, in the order in which the screen shows what goes into them. */
static enum outcome
add_share_boxes(struct sheet *sheet)
{
	static const unsigned char number[] = { 4, 4, 4, 4 }, id[] = { 3 }, word[] = { 6 };
	enum outcome outcome = sheet_heading(sheet, _("The share: secret once it is filled in"));

	if (outcome == DONE)
		outcome = sheet_boxes(sheet, _("Prime (the same for everybody)"), number, sizeof number);
	if (outcome == DONE)
		outcome = sheet_boxes(sheet, _("Share ID (decimal)"), id, sizeof id);
	if (outcome == DONE)
		outcome = sheet_boxes(sheet, _("Share value"), number, sizeof number);
	if (outcome == DONE)
		outcome = sheet_boxes(sheet, _("Check word"), word, sizeof word);
	if (outcome == DONE)
		outcome = sheet_paragraph(sheet, _("Write in ink, one character in each box. Prime and value have the "
						   "digits 0 to 9 and the letters "
						   "a to f only. The check word has neither the digit 1 nor the "
						   "letters b, i, o: a round sign in "
						   "it is a zero, an upright stroke is the letter l."));
	return outcome;
}

/* Beside the boxes, for whoever holds only this page. */
static enum outcome
add_warning(struct sheet *sheet)
{
	enum outcome outcome = sheet_heading(sheet, _("If you find this sheet"));

	if (outcome == DONE)
		outcome = sheet_paragraph(sheet,
			_("What stands in the boxes is secret. Show it to nobody, do not copy or photograph it, do "
			  "not type it anywhere. Put it into an envelope and bring it to the custodian or to the "
			  "address "
			  "under Return to. Whoever asks you to read it out by telephone or e-mail is a thief."));
	return outcome;
}

/* Labels of lines to write on. */
static enum outcome
add_blanks(struct sheet *sheet, const char *const *labels, size_t count)
{
	enum outcome outcome = DONE;

	for (size_t i = 0; i < count && outcome == DONE; i++)
		outcome = sheet_field(sheet, _(labels[i]), "");
	return outcome;
}

static enum outcome
add_share_use(struct sheet *sheet, const struct form_facts *facts, unsigned number)
{
	char text[TEXT_SIZE], command[TEXT_SIZE];
	enum outcome outcome;

	if (facts->threshold > 0)
		text_format(command, sizeof command, "sc-hsm-tool --import-dkek-share share.pbe --pwd-shares-total %u",
			facts->threshold);
	else
		text_format(command, sizeof command, "sc-hsm-tool --import-dkek-share share.pbe --pwd-shares-total M");
	if ((outcome = sheet_heading(sheet, _("How the keys are recovered"))) != DONE ||
		(outcome = sheet_paragraph(sheet,
			 _("The share-file sheet of the same set describes it in full. With quorate, this asks each "
			   "custodian in turn for a share, proves them, and shows the key check value:"))) != DONE ||
		(outcome = sheet_code(sheet, "quorate verify share.pbe")) != DONE ||
		(outcome = sheet_paragraph(sheet,
			 _("Without quorate: sc-hsm-tool of the OpenSC project and an empty SmartCard-HSM or Nitrokey "
			   "HSM set up for one DKEK share. It asks for the prime, then for ID and value of each share; "
			   "it "
			   "does not know the check word. The number at the end (M where it is private) is how many "
			   "shares will be typed, the threshold:"))) != DONE ||
		(outcome = sheet_code(sheet, command)) != DONE)
		return outcome;
	if (number >= ID_MISREAD)
		text_format(text, sizeof text,
			_("sc-hsm-tool reads IDs as hexadecimal: write ID %u in the boxes; in sc-hsm-tool type: %x"),
			number, number);
	else if (number == 0 && (facts->total == 0 || facts->total >= ID_MISREAD))
		text_format(text, sizeof text, "%s",
			_("sc-hsm-tool reads IDs as hexadecimal: from ID 10 on type a for 10, b for 11, f for 15, 10 "
			  "for "
			  "16, 20 for 32."));
	else
		return DONE;
	return sheet_paragraph(sheet, text);
}

enum outcome
form_share(struct sheet **ret, const struct form_facts *facts, unsigned number)
{
	static const char *const signatures[] = { N_("Custodian (name)"), N_("Custodian's signature"),
		N_("Witness (name)"), N_("Witness's signature"), N_("Return to (address)"),
		N_("Check again by (date)") };
	char title[TEXT_SIZE], name[64], place[64];
	struct sheet *sheet = NULL;
	enum outcome outcome;

	text_format(title, sizeof title, "%s", _("Share of a custodian"));
	text_format(name, sizeof name, "share-sheet");
	text_format(place, sizeof place, "%s", "");
	if (number > 0) {
		text_format(title, sizeof title, _("Share of custodian %u"), number);
		text_append(name, sizeof name, "-%u", number);
		if (facts->total > 0)
			text_format(place, sizeof place, _("%u of %u"), number, facts->total);
		else
			text_format(place, sizeof place, "%u", number);
	}
	if ((outcome = sheet_new(&sheet, title, name, facts->is_rehearsal)) != DONE ||
		(outcome = sheet_paragraph(sheet, _("This sheet holds one share of a password. The password opens a "
						    "DKEK share file (64 bytes, name "
						    "ending in .pbe, printed on the share-file sheet of the same set). "
						    "The file holds the key that "
						    "backups of signing keys on SmartCard-HSM or Nitrokey HSM tokens "
						    "are encrypted with. One share "
						    "alone opens nothing; several custodians must come together."))) !=
			DONE ||
		(outcome = add_facts(sheet, facts)) != DONE ||
		(outcome = add_known(sheet, _("Share sheet"), place)) != DONE ||
		(outcome = add_threshold(sheet, facts)) != DONE || (outcome = add_share_boxes(sheet)) != DONE ||
		(outcome = add_warning(sheet)) != DONE ||
		(outcome = add_blanks(sheet, signatures, sizeof signatures / sizeof signatures[0])) != DONE ||
		(outcome = add_share_use(sheet, facts, number)) != DONE) {
		sheet_free(&sheet);
		return outcome;
	}
	*ret = sheet;
	return DONE;
}

/* The file itself: digest, key check value, lines and symbol. */
static enum outcome
add_file(struct sheet *sheet, const struct share_file *file, const uint8_t *kcv)
{
	uint8_t bytes[SHARE_FILE_SIZE], digest[SHA256_SIZE];
	char coded[BASE64_LENGTH(SHARE_FILE_SIZE) + 1], digits[2 * SHA256_SIZE + 1], text[TEXT_SIZE];
	char check_value[DKEK_KCV_TEXT_SIZE] = "", *lines = NULL;
	enum outcome outcome;

	share_file_write(file, bytes);
	base64_encode(bytes, sizeof bytes, coded);
	if (EVP_Digest(bytes, sizeof bytes, digest, NULL, EVP_sha256(), NULL) != 1)
		return FAIL_CRYPTO;
	hex_encode(digest, sizeof digest, digits);
	group_digits(digits, text);
	if (kcv != NULL)
		dkek_kcv_text(kcv, check_value);
	if ((outcome = sheet_field(sheet, _("Key check value (KCV)"), check_value)) != DONE ||
		(outcome = sheet_field(sheet, _("SHA-256 of the file"), text)) != DONE ||
		(outcome = sheet_heading(sheet, _("The file, in base64"))) != DONE ||
		(outcome = line_check_write(bytes, sizeof bytes, &lines)) != DONE ||
		(outcome = sheet_code(sheet, lines)) != DONE)
		goto out;
	outcome = sheet_qr(sheet,
		_("The same 64 bytes in base64, as one line. Nothing here is readable without the password or the "
		  "shares."),
		coded);
out:
	free(lines);
	return outcome;
}

enum outcome
form_share_file(struct sheet **ret, const struct form_facts *facts, const struct share_file *file, const uint8_t *kcv)
{
	static const char *const blanks[] = { N_("Kept at"), N_("Return to (address)"), N_("Check again by (date)") };
	struct sheet *sheet = NULL;
	enum outcome outcome;

	if ((outcome = sheet_new(&sheet, _("DKEK share file"), "share-file-sheet", facts->is_rehearsal)) != DONE ||
		(outcome = sheet_paragraph(sheet,
			 _("This sheet is a whole copy of a DKEK share file. The file holds, encrypted, the key that "
			   "backups "
			   "of signing keys on SmartCard-HSM or Nitrokey HSM tokens are encrypted with (device key "
			   "encryption key). It is opened by a password, which may be split into shares that "
			   "custodians "
			   "keep on sheets of their own. Keep it as long as the keys matter."))) != DONE ||
		(outcome = add_facts(sheet, facts)) != DONE || (outcome = add_threshold(sheet, facts)) != DONE ||
		(outcome = add_file(sheet, file, kcv)) != DONE ||
		(outcome = add_blanks(sheet, blanks, sizeof blanks / sizeof blanks[0])) != DONE ||
		(outcome = sheet_heading(sheet, _("If you find this sheet"))) != DONE ||
		(outcome = sheet_paragraph(sheet, _("It is a backup, and may be the last one. Bring it to the address "
						    "under Return to, or to those who "
						    "held the ceremony. Keep it apart from sheets with shares: "
						    "together they open the keys."))) != DONE ||
		(outcome = recovery_add_typing(sheet)) != DONE || (outcome = recovery_add_tools(sheet)) != DONE ||
		(outcome = recovery_add_algorithm(sheet)) != DONE) {
		sheet_free(&sheet);
		return outcome;
	}
	*ret = sheet;
	return DONE;
}
