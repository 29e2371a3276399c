/* Which sheets belong to which ceremony, and when: one table. Each sheet is made from what the ceremony knows. */
#include "steps.h"

#include <quorate/forms.h>
#include <quorate/pdf.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#define ITEMS_MOST (LIMIT_CUSTODIANS + 8)
#define DEVICE_LINES 10

static enum outcome
keep(struct papers *papers, enum outcome outcome, struct sheet **sheet)
{
	if (outcome == DONE)
		papers->sheets[papers->count++] = *sheet;
	return outcome;
}

static bool
makes_file(const struct ceremony *ceremony)
{
	return ceremony_has(ceremony, &step_create_share_file);
}

static bool
has_file_sheet(const struct ceremony *ceremony)
{
	return makes_file(ceremony) && agreed_has_sheet(ceremony, PLAN_SHEET_SHARE_FILE);
}

/* Whether a share file that is made, or whose sheets are, is opened by shares, or by a password. */
static bool
has_file_of(const struct ceremony *ceremony, bool is_of_shares)
{
	bool is_there = false;

	if (!agreed_has_sheet(ceremony, PLAN_SHEET_SHARES) ||
		(!makes_file(ceremony) && !ceremony_has(ceremony, &step_renew_turns)))
		return false;
	for (unsigned file = 1; file <= plan_files(ceremony); file++) {
		unsigned total;

		is_there = is_there || (plan_of_file(ceremony, file, &total) > 0) == is_of_shares;
	}
	return is_there;
}

static bool
has_shares(const struct ceremony *ceremony)
{
	return has_file_of(ceremony, true);
}

static bool
has_passwords(const struct ceremony *ceremony)
{
	return has_file_of(ceremony, false);
}

static bool
has_device(const struct ceremony *ceremony)
{
	return ceremony_has(ceremony, &step_choose_device);
}

static bool
makes_key(const struct ceremony *ceremony)
{
	return makes_file(ceremony) || has_device(ceremony);
}

/* Things were destroyed one by one; or a set was replaced, and what was destroyed of it was counted. */
static bool
has_destroyed(const struct ceremony *ceremony)
{
	return ceremony->destruction.count > 0 ||
	       (old_set_is_replaced(ceremony) && ceremony->old.destroyed + ceremony->old.copies > 0);
}

static enum outcome
add_script(struct ceremony *ceremony, const struct form_facts *facts)
{
	struct sheet *sheet = NULL;

	return keep(&ceremony->papers, paper_script(&sheet, ceremony, facts), &sheet);
}

/* Of several files each has its own. Returns m, 0 where a password opens it; *ret_total: n. */
static unsigned
facts_of_file(const struct ceremony *ceremony, unsigned file, char name[STEP_FILE_NAME_SIZE], struct form_facts *facts,
	unsigned *ret_total)
{
	unsigned threshold = plan_of_file(ceremony, file, ret_total);

	place_share_file(ceremony, file, name);
	facts->file_name = name;
	facts->file = file;
	facts->threshold = private_has(ceremony, PLAN_PRIVATE_THRESHOLD) ? 0 : threshold;
	facts->total = threshold == 0 || private_has(ceremony, PLAN_PRIVATE_CUSTODIANS) ? 0 : *ret_total;
	return threshold;
}

/* For each custodian of a file; where nobody shall know how many there are, one without a number stands for all. */
static enum outcome
add_shares(struct ceremony *ceremony, const struct form_facts *facts)
{
	bool is_for_all = private_has(ceremony, PLAN_PRIVATE_CUSTODIANS);
	struct form_facts own = *facts;
	enum outcome outcome = DONE;

	for (unsigned file = 1; file <= plan_files(ceremony) && outcome == DONE; file++) {
		char name[STEP_FILE_NAME_SIZE];
		unsigned total;

		if (facts_of_file(ceremony, file, name, &own, &total) == 0)
			continue;
		for (unsigned number = 1; number <= (is_for_all ? 1 : total) && outcome == DONE; number++) {
			struct sheet *sheet = NULL;

			outcome = keep(&ceremony->papers, form_share(&sheet, &own, is_for_all ? 0 : number), &sheet);
		}
	}
	return outcome;
}

static enum outcome
add_passwords(struct ceremony *ceremony, const struct form_facts *facts)
{
	struct form_facts own = *facts;
	enum outcome outcome = DONE;

	for (unsigned file = 1; file <= plan_files(ceremony) && outcome == DONE; file++) {
		char name[STEP_FILE_NAME_SIZE];
		struct sheet *sheet = NULL;
		unsigned total;

		if (facts_of_file(ceremony, file, name, &own, &total) == 0)
			outcome = keep(&ceremony->papers, form_password(&sheet, &own), &sheet);
	}
	return outcome;
}

static enum outcome
add_pins(struct ceremony *ceremony, const struct form_facts *facts)
{
	struct sheet *sheet = NULL;

	return keep(&ceremony->papers, form_pins(&sheet, facts, true, true), &sheet);
}

/* Each as it lies on the disk. */
static enum outcome
add_share_files(struct ceremony *ceremony, const struct form_facts *facts)
{
	struct form_facts own;
	struct papers_texts texts;
	enum outcome outcome = DONE;

	(void)facts;
	for (unsigned number = 1; number <= plan_files(ceremony) && outcome == DONE; number++) {
		char name[STEP_FILE_NAME_SIZE], path[STEP_PATH_SIZE];
		struct sheet *sheet = NULL;
		unsigned total;

		place_share_file(ceremony, number, name);
		place_path(ceremony, name, path);
		outcome = share_file_load(path, &ceremony->file);
		if (outcome != DONE)
			break;
		/* Its own identity. */
		papers_facts(ceremony, &texts, &own);
		facts_of_file(ceremony, number, name, &own, &total);
		outcome =
			keep(&ceremony->papers, form_share_file(&sheet, &own, &ceremony->file, ceremony->kcv), &sheet);
	}
	return outcome;
}

/* The device as it was last read; what it does not tell is left out. */
static enum outcome
add_device(struct ceremony *ceremony, const struct form_facts *facts)
{
	static const char *const proofs[] = {
		[DEVICE_UNPROVEN] = N_("nothing proves that it is genuine"),
		[DEVICE_GENUINE] = N_("genuine: its certificate leads to the maker's root"),
		[DEVICE_REHEARSAL] = N_("played by quorate, for a rehearsal"),
	};
	const struct hsm_status *hsm = &ceremony->device.hsm;
	char version[32], chain[4 * sizeof hsm->chain], shares[64], kcv[DKEK_KCV_TEXT_SIZE],
		reader[2 * TOKEN_NAME_SIZE];
	struct form_line lines[DEVICE_LINES];
	struct sheet *sheet = NULL;
	size_t count = 0;

	text_format(version, sizeof version, "%u.%u", hsm->version_major, hsm->version_minor);
	text_format(shares, sizeof shares, "%u", plan_files(ceremony));
	dkek_kcv_text(ceremony->kcv, kcv);
	pdf_spell_text(hsm->chain, chain, sizeof chain);
	pdf_spell_text(ceremony->device.reader, reader, sizeof reader);
	lines[count++] = (struct form_line){ _("Kind and version"), version };
	if (chain[0] != '\0')
		lines[count++] = (struct form_line){ _("Certificate of"), chain };
	lines[count++] = (struct form_line){ _("Proof"), _(proofs[hsm->proof]) };
	lines[count++] = (struct form_line){ _("Seen in the reader"), reader };
	lines[count++] = (struct form_line){ _("DKEK shares in it"), shares };
	lines[count++] = (struct form_line){ _("Key check value (KCV)"), kcv };
	return keep(&ceremony->papers, form_device(&sheet, facts, lines, count), &sheet);
}

static enum outcome
add_recovery(struct ceremony *ceremony, const struct form_facts *facts)
{
	struct sheet *sheet = NULL;

	return keep(&ceremony->papers, form_recovery(&sheet, facts), &sheet);
}

static enum outcome
add_destruction(struct ceremony *ceremony, const struct form_facts *facts)
{
	const struct old_set *old = &ceremony->old;
	char texts[ITEMS_MOST][96], path[2 * LIMIT_TEXT_INPUT], copies[3 * LIMIT_TEXT_INPUT];
	const char *items[ITEMS_MOST];
	struct sheet *sheet = NULL;
	size_t count = 0;

	for (; count < ceremony->destruction.count; count++)
		items[count] = ceremony->destruction.items[count];
	if (count > 0)
		return keep(&ceremony->papers, form_destruction(&sheet, facts, items, count), &sheet);
	while (count < old->destroyed && count < LIMIT_CUSTODIANS) {
		text_format(texts[count], sizeof texts[count], _("Sheet of the old set, %zu of %u. Its number:"),
			count + 1, old->destroyed);
		items[count] = texts[count];
		count++;
	}
	pdf_spell_text(old->path, path, sizeof path);
	text_format(copies, sizeof copies,
		P_("%u copy of the old share file %s (stick, disk, backup or sheet)",
			"%u copies of the old share file %s (sticks, disks, backups, sheets)", old->copies),
		old->copies, path);
	if (old->copies > 0)
		items[count++] = copies;
	return keep(&ceremony->papers, form_destruction(&sheet, facts, items, count), &sheet);
}

/* From the file, which is closed. */
static enum outcome
add_record(struct ceremony *ceremony, const struct form_facts *facts)
{
	char path[STEP_PATH_SIZE];
	struct sheet *sheet = NULL;

	(void)facts;
	place_path(ceremony, RECORD_FILE, path);
	return keep(&ceremony->papers, ceremony_record_sheet(path, &sheet), &sheet);
}

static const struct {
	enum paper_time time;
	bool (*is_wanted)(const struct ceremony *ceremony); /* NULL: in every ceremony */
	enum outcome (*add)(struct ceremony *ceremony, const struct form_facts *facts);
	const char *told; /* what is done with it */
} rows[] = {
	{ PAPER_BEFORE, NULL, add_script, N_("the script: read each step aloud, tick it, write time and initials") },
	{ PAPER_BEFORE, has_shares, add_shares,
		N_("a blank share sheet for each custodian, with a pen that does not fade; the printer never sees a "
		   "secret, and plain paper does as well") },
	{ PAPER_BEFORE, has_passwords, add_passwords, N_("a blank password sheet for each custodian") },
	{ PAPER_BEFORE, has_device, add_pins, N_("a blank PIN sheet, for a sealed envelope") },
	{ PAPER_AFTER, has_file_sheet, add_share_files,
		N_("the encrypted share file in full: print it twice at least, and keep the copies in different "
		   "places, apart from the custodians' sheets") },
	{ PAPER_AFTER, has_device, add_device, N_("the device record: it goes with the device") },
	{ PAPER_AFTER, makes_key, add_recovery, N_("how keys come back, for whoever has nothing but paper") },
	{ PAPER_AFTER, has_destroyed, add_destruction, N_("the record of what was destroyed, to be signed") },
	{ PAPER_RECORD, NULL, add_record,
		N_("the record with its digest: somebody reads the words aloud, somebody else follows on the sheet, "
		   "and all sign") },
};
#define ROWS (sizeof rows / sizeof rows[0])

static bool
is_wanted(const struct ceremony *ceremony, enum paper_time time, size_t row)
{
	/* A plan that wants no sheets gets none; what everybody signs in the end is the record's. */
	if (time != PAPER_RECORD && ceremony->agreed != NULL && ceremony->agreed->sheets == 0)
		return false;
	return rows[row].time == time && (rows[row].is_wanted == NULL || rows[row].is_wanted(ceremony));
}

bool
papers_are_wanted(const struct ceremony *ceremony, enum paper_time time)
{
	bool are_wanted = false;

	for (size_t i = 0; i < ROWS; i++)
		are_wanted = are_wanted || is_wanted(ceremony, time, i);
	return are_wanted;
}

enum outcome
papers_make(struct ceremony *ceremony, enum paper_time time)
{
	struct papers_texts texts;
	struct form_facts facts;
	enum outcome outcome = DONE;

	papers_facts(ceremony, &texts, &facts);
	for (size_t i = 0; i < ROWS && outcome == DONE; i++)
		if (is_wanted(ceremony, time, i))
			outcome = rows[i].add(ceremony, &facts);
	return outcome;
}

void
papers_tell(const struct ceremony *ceremony, enum paper_time time, char *ret, size_t size)
{
	for (size_t i = 0; i < ROWS; i++)
		if (is_wanted(ceremony, time, i))
			text_append(ret, size, "\n- %s", _(rows[i].told));
}
