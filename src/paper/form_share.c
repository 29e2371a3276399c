#include "frame.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

/* sc-hsm-tool shows share IDs in decimal and reads them as hexadecimal: from here on the two differ. */
#define ID_MISREAD 10
#define DIGITS 16
#define WORD_CHARACTERS 6
#define ID_MOST 255

struct share_data {
	unsigned number;
	struct form_filling *filling; /* NULL: blank */
};

const char *
form_filled_warning(void)
{
	return _("A filled sheet hands a secret to machines. The printer keeps what it printed in its own memory or on "
		 "its disk, and nobody can see when that is gone; the print queue of this machine keeps the job until "
		 "it is purged; a printer on the network gets it through the network. Whoever takes the sheet out of "
		 "the printer has read it. Fill in the boxes by hand wherever you can.");
}

/* The ID as text in a secret of its own. */
static enum outcome
id_text(unsigned id, struct secret **ret)
{
	char text[4];

	text_format(text, sizeof text, "%u", id);
	return secret_take(ret, text, strlen(text));
}

static enum outcome
add_boxes(struct frame *frame, const char *label, const unsigned char *groups, size_t count, struct secret **text)
{
	enum outcome outcome = sheet_boxes(frame->sheet, label, groups, count);

	return outcome == DONE && text != NULL ? sheet_fill(frame->sheet, text) : outcome;
}

/* In the order in which the screen shows what goes into them. */
static enum outcome
add_share(struct frame *frame, const struct part *part)
{
	static const unsigned char number[] = { 4, 4, 4, 4 }, digits[] = { 3 }, word[] = { 6 };
	const struct share_data *data = frame->data;
	struct form_filling *filling = data->filling;
	struct secret *id = NULL;
	enum outcome outcome = sheet_heading(
		frame->sheet, filling == NULL ? _("The share: secret once it is filled in") : _("The share: SECRET"));

	if (outcome == DONE && filling != NULL)
		outcome = id_text(filling->id, &id);
	if (outcome == DONE)
		outcome = add_boxes(frame, _("Prime (the same for everybody)"), number, sizeof number,
			filling == NULL ? NULL : &filling->prime);
	if (outcome == DONE)
		outcome =
			add_boxes(frame, _("Share ID (decimal)"), digits, sizeof digits, filling == NULL ? NULL : &id);
	if (outcome == DONE)
		outcome = add_boxes(
			frame, _("Share value"), number, sizeof number, filling == NULL ? NULL : &filling->value);
	if (outcome == DONE)
		outcome = add_boxes(frame, _("Check word"), word, sizeof word, filling == NULL ? NULL : &filling->word);
	if (outcome == DONE)
		outcome = frame_paragraph(frame, part);
	secret_free(&id);
	return outcome;
}

static enum outcome
add_command(struct frame *frame, const struct part *part)
{
	unsigned threshold = frame->facts->threshold;
	char command[FRAME_TEXT_SIZE];

	text_format(command, sizeof command, threshold > 0 ? "%s %u" : "%s M", part->text, threshold);
	return sheet_code(frame->sheet, command);
}

static enum outcome
add_id_note(struct frame *frame, const struct part *part)
{
	unsigned number = ((const struct share_data *)frame->data)->number, total = frame->facts->total;
	char text[FRAME_TEXT_SIZE];

	(void)part;
	if (number >= ID_MISREAD)
		text_format(text, sizeof text,
			_("sc-hsm-tool reads IDs as hexadecimal: write ID %u in the boxes; in sc-hsm-tool type: %x"),
			number, number);
	else if (number == 0 && (total == 0 || total >= ID_MISREAD))
		text_format(text, sizeof text, "%s",
			_("sc-hsm-tool reads IDs as hexadecimal: from ID 10 on type a for 10, b for 11, f for 15, 10 "
			  "for 16, 20 for 32."));
	else
		return DONE;
	return sheet_paragraph(frame->sheet, text);
}

static const struct part parts[] = {
	{ frame_paragraph, NULL,
		N_("This sheet holds one share of a password. The password opens a DKEK share file (64 bytes, name "
		   "ending in .pbe, printed on the share-file sheet of the same set). The file holds the key that "
		   "backups of signing keys on SmartCard-HSM or Nitrokey HSM tokens are encrypted with. One share "
		   "alone opens nothing; several custodians must come together.") },
	{ frame_facts, NULL, NULL },
	{ frame_needed, NULL, NULL },
	{ add_share, NULL,
		N_("Write in ink, one character in each box. Prime and value have the digits 0 to 9 and the letters "
		   "a to f only. The check word has neither the digit 1 nor the letters b, i, o: a round sign in it "
		   "is a zero, an upright stroke is the letter l.") },
	{ frame_section, N_("If you find this sheet"),
		N_("What stands in the boxes is secret. Show it to nobody, do not copy or photograph it, do not type "
		   "it anywhere. Put it into an envelope and bring it to the custodian or to the address under "
		   "Return to. Whoever asks you to read it out by telephone or e-mail is a thief.") },
	{ frame_sign, N_("Custodian"), NULL },
	{ frame_sign, N_("Witness"), NULL },
	{ frame_care, NULL, NULL },
	{ frame_section, N_("How the keys are recovered"),
		N_("The share-file sheet of the same set describes it in full. With quorate, this asks each custodian "
		   "in turn for a share, proves them, and shows the key check value:") },
	{ frame_code, NULL, "quorate verify share.pbe" },
	{ frame_paragraph, NULL,
		N_("Without quorate: sc-hsm-tool of the OpenSC project and an empty SmartCard-HSM or Nitrokey HSM set "
		   "up for one DKEK share. It asks for the prime, then for ID and value of each share; it does not "
		   "know the check word. The number at the end (M where it is private) is how many shares will be "
		   "typed, the threshold. With no token: the program on the share-file sheet.") },
	{ add_command, NULL, "sc-hsm-tool --import-dkek-share share.pbe --pwd-shares-total" },
	{ add_id_note, NULL, NULL },
};

static enum outcome
make(struct sheet **ret, const struct form_facts *facts, unsigned number, struct form_filling *filling)
{
	const struct share_data data = { number, filling };
	struct form_facts own = *facts;
	char title[FRAME_TEXT_SIZE], name[SHEET_NAME_MOST];

	own.number = number;
	own.count = facts->total;
	own.is_private = true;
	text_format(title, sizeof title, "%s", _("Share of a custodian"));
	text_format(name, sizeof name, "share-sheet");
	if (number > 0) {
		text_format(title, sizeof title, _("Share of custodian %u"), number);
		text_append(name, sizeof name, "-%u", number);
	}
	return FRAME_MAKE(ret, title, name, &own, &data, parts);
}

enum outcome
form_share(struct sheet **ret, const struct form_facts *facts, unsigned number)
{
	return make(ret, facts, number, NULL);
}

enum outcome
form_share_filled(struct sheet **ret, const struct form_facts *facts, unsigned number, struct form_filling *filling)
{
	enum outcome outcome = FAIL_ARGUMENT;

	if (filling->prime != NULL && filling->prime->size == DIGITS && filling->value != NULL &&
		filling->value->size == DIGITS && filling->word != NULL && filling->word->size == WORD_CHARACTERS &&
		filling->id > 0 && filling->id <= ID_MOST)
		outcome = make(ret, facts, number, filling);
	secret_free(&filling->prime);
	secret_free(&filling->value);
	secret_free(&filling->word);
	return outcome;
}
