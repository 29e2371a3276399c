/* The sheets of a ceremony: made from its facts, saved as PDF and as text, and waited for while they are printed. */
#include "steps.h"

#include <quorate/file.h>
#include <quorate/forms.h>
#include <quorate/hex.h>
#include <quorate/pdf.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/sha.h>
#include <stdlib.h>
#include <unistd.h>

/* What is asked in a step that prints. */
enum { PAPERS_PRINT, PAPERS_SAVE_AGAIN };

void
papers_clear(struct papers *papers)
{
	for (size_t i = 0; i < papers->count; i++)
		sheet_free(&papers->sheets[i]);
	*papers = (struct papers){ .count = 0 };
}

void
papers_facts(const struct ceremony *ceremony, struct papers_texts *texts, struct form_facts *ret)
{
	const struct device *device = &ceremony->device;

	*texts = (struct papers_texts){ .set = "" };
	text_format(texts->ceremony, sizeof texts->ceremony, "%s: %s", _(ceremony->kind->title), ceremony->plan.label);
	if (ceremony_has(ceremony, &step_choose_device))
		text_format(texts->device, sizeof texts->device, _("%s, serial number %s"), ceremony->plan.label,
			device->serial[0] == '\0' ? _("unknown") : device->serial);
	if (ceremony->progress.has_share_file) {
		uint8_t bytes[SHARE_FILE_SIZE], digest[SHA256_DIGEST_LENGTH];

		share_file_write(&ceremony->file, bytes);
		SHA256(bytes, sizeof bytes, digest);
		hex_encode(digest, (sizeof texts->set - 1) / 2, texts->set);
	}
	*ret = (struct form_facts){
		.ceremony = texts->ceremony,
		.stamp = ceremony->plan.stamp,
		.device = texts->device,
		.set = texts->set,
		.file_name = ceremony->plan.share_file,
		.is_rehearsal = ceremony->world->is_rehearsal,
		.threshold = plan_is_quorum(ceremony) && !private_has(ceremony, PLAN_PRIVATE_THRESHOLD)
				     ? ceremony->plan.threshold
				     : 0,
		.total = plan_is_quorum(ceremony) && !private_has(ceremony, PLAN_PRIVATE_CUSTODIANS)
				 ? ceremony->plan.total
				 : 0,
		.plan = ceremony->agreed == NULL ? NULL : ceremony->agreed->digest,
		.organisation = agreed_organisation(ceremony),
		.files = plan_files(ceremony),
	};
}

static enum outcome
save_pdf(struct ceremony *ceremony)
{
	struct papers *papers = &ceremony->papers;
	enum paper_size paper = ceremony->world->wants_letter_paper ? PAPER_LETTER : PAPER_A4;
	enum outcome outcome;
	uint8_t *bytes = NULL;
	size_t size;

	outcome = pdf_make((const struct sheet *const *)papers->sheets, papers->count, paper, &bytes, &size);
	if (outcome != DONE)
		return outcome;
	outcome = file_save(papers->pdf, bytes, size);
	free(bytes);
	return outcome;
}

static enum outcome
save_plain(struct papers *papers)
{
	enum outcome outcome;
	char *text = NULL;
	size_t size;

	outcome = sheet_plain((const struct sheet *const *)papers->sheets, papers->count, &text, &size);
	if (outcome != DONE)
		return outcome;
	outcome = file_save(papers->plain, text, size);
	free(text);
	return outcome;
}

static void
name_files(struct ceremony *ceremony, const char *name, const char *number)
{
	char file[STEP_FILE_NAME_SIZE];

	text_format(file, sizeof file, "%s%s.pdf", name, number);
	place_path(ceremony, file, ceremony->papers.pdf);
	text_format(file, sizeof file, "%s%s.txt", name, number);
	place_path(ceremony, file, ceremony->papers.plain);
}

enum outcome
papers_save(struct ceremony *ceremony, const char *name)
{
	struct papers *papers = &ceremony->papers;
	enum outcome outcome = DONE;

	if (!papers->has_pdf && !papers->has_plain) {
		name_files(ceremony, name, "");
		/* Those from before an interruption stay. */
		for (int i = 2; ceremony->resumed.past != NULL && i < 100 &&
				(access(papers->pdf, F_OK) == 0 || access(papers->plain, F_OK) == 0);
			i++) {
			char number[8];

			text_format(number, sizeof number, "-%d", i);
			name_files(ceremony, name, number);
		}
	}
	if (!papers->has_pdf)
		outcome = save_pdf(ceremony);
	papers->has_pdf = outcome == DONE;
	if (outcome == DONE && !papers->has_plain)
		outcome = save_plain(papers);
	papers->has_plain = outcome == DONE;
	return outcome;
}

/* Saves, or comes to ask for room and a second attempt. */
static void
save_or_ask(struct ceremony *ceremony, const char *name)
{
	enum outcome outcome = papers_save(ceremony, name);

	ceremony->part = outcome == DONE ? PAPERS_PRINT : PAPERS_SAVE_AGAIN;
	if (outcome != DONE)
		step_refuse(ceremony, outcome);
}

void
papers_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct papers *papers = &ceremony->papers;

	if (ceremony->part == PAPERS_SAVE_AGAIN) {
		ret->kind = PROMPT_TELL;
		text_format(ret->text, sizeof ret->text,
			_("The sheets could not be saved in the folder %s. Nothing else is affected. Make room, or "
			  "move aside what is in the way, then go on: they are saved again."),
			ceremony->plan.folder);
		return;
	}
	ret->kind = PROMPT_PRINT;
	ret->of.print.sheets = (const struct sheet *const *)papers->sheets;
	ret->of.print.count = papers->count;
	text_format(ret->of.print.pdf, sizeof ret->of.print.pdf, "%s", papers->pdf);
	text_format(ret->of.print.plain, sizeof ret->of.print.plain, "%s", papers->plain);
}

#define SHARE_SHEETS "share-sheets"
#define FILE_SHEET "share-file-sheet"

/* Of several files each has its own. */
static void
facts_of_file(const struct ceremony *ceremony, unsigned file, char name[STEP_FILE_NAME_SIZE], struct form_facts *facts)
{
	unsigned total, threshold = plan_of_file(ceremony, file, &total);

	place_share_file(ceremony, file, name);
	facts->file_name = name;
	facts->file = file;
	facts->threshold = private_has(ceremony, PLAN_PRIVATE_THRESHOLD) ? 0 : threshold;
	facts->total = threshold == 0 || private_has(ceremony, PLAN_PRIVATE_CUSTODIANS) ? 0 : total;
}

static void
print_share_sheets_enter(struct ceremony *ceremony)
{
	struct papers *papers = &ceremony->papers;
	char name[STEP_FILE_NAME_SIZE];
	struct papers_texts texts;
	struct form_facts facts;
	bool is_for_all = private_has(ceremony, PLAN_PRIVATE_CUSTODIANS);

	papers_clear(papers);
	papers_facts(ceremony, &texts, &facts);
	/* Where nobody shall know how many there are, one sheet stands for all, and is printed as often as needed. */
	for (unsigned file = 1; file <= plan_files(ceremony); file++) {
		unsigned total, threshold = plan_of_file(ceremony, file, &total);

		facts_of_file(ceremony, file, name, &facts);
		for (unsigned number = 1; number <= (is_for_all ? 1 : total); number++) {
			struct sheet **sheet = &papers->sheets[papers->count];
			enum outcome outcome = threshold > 0 ? form_share(sheet, &facts, is_for_all ? 0 : number)
							     : form_password(sheet, &facts);

			if (outcome != DONE) {
				step_fail(ceremony, outcome, CODE_OF_NOTHING);
				return;
			}
			papers->count++;
		}
	}
	save_or_ask(ceremony, SHARE_SHEETS);
}

static void
print_share_sheets_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct papers *papers = &ceremony->papers;

	papers_ask(ceremony, ret);
	if (ret->kind == PROMPT_PRINT && private_has(ceremony, PLAN_PRIVATE_CUSTODIANS))
		text_format(ret->text, sizeof ret->text, "%s",
			_("A blank share sheet without a number is ready, for how many there are is private. Print as "
			  "many copies as there are custodians and give one to each, with a pen that does not fade. "
			  "The "
			  "sheets are blank on purpose: the printer never sees a secret."));
	else if (ret->kind == PROMPT_PRINT)
		text_format(ret->text, sizeof ret->text,
			!plan_is_single(ceremony)
				? P_("%u blank sheet is ready, for a password. Print it now and give it to the person "
				     "who will have it; whoever chooses a password writes it there as well. It is "
				     "blank on purpose: the printer never sees a secret.",
					  "%u blank sheets are ready, one for each custodian: for a password, or for a "
					  "share. Print them now and give them out; whoever chooses a password writes "
					  "it there as well. The sheets are blank on purpose: the printer never sees a "
					  "secret. Without a printer, plain paper does as well.",
					  papers->count)
				: P_("%u blank share sheet is ready. Print it now and give one to each custodian, with "
				     "a pen "
				     "that does not fade. The sheets are blank on purpose: the printer never sees a "
				     "secret. "
				     "Without a printer, plain paper does as well.",
					  "%u blank share sheets are ready. Print them now and give one to each "
					  "custodian, with "
					  "a pen that does not fade. The sheets are blank on purpose: the printer "
					  "never sees a "
					  "secret. Without a printer, plain paper does as well.",
					  papers->count),
			(unsigned)papers->count);
}

static void
print_share_sheets_take(struct ceremony *ceremony, struct answer *answer)
{
	(void)answer;
	if (ceremony->part == PAPERS_SAVE_AGAIN) {
		save_or_ask(ceremony, SHARE_SHEETS);
		return;
	}
	ceremony->progress.has_sheets = true;
	papers_clear(&ceremony->papers);
	step_next(ceremony);
}

static bool
wants_share_sheets(const struct ceremony *ceremony)
{
	return agreed_has_sheet(ceremony, PLAN_SHEET_SHARES);
}

const struct step step_print_share_sheets = {
	.name = "share-sheets",
	.title = N_("Sheets for the custodians"),
	.event = "share-sheets-printed",
	.is_wanted = wants_share_sheets,
	.enter = print_share_sheets_enter,
	.ask = print_share_sheets_ask,
	.take = print_share_sheets_take,
	.resume = resume_in_set,
};

/* The sheet of one share file, as it lies on the disk. */
static enum outcome
add_file_sheet(struct ceremony *ceremony, unsigned number)
{
	struct papers *papers = &ceremony->papers;
	char name[STEP_FILE_NAME_SIZE], path[STEP_PATH_SIZE];
	struct papers_texts texts;
	struct form_facts facts;
	enum outcome outcome;

	papers_facts(ceremony, &texts, &facts);
	facts_of_file(ceremony, number, name, &facts);
	place_path(ceremony, name, path);
	outcome = share_file_load(path, &ceremony->file);
	if (outcome != DONE)
		return outcome;
	outcome = form_share_file(&papers->sheets[papers->count], &facts, &ceremony->file, ceremony->kcv);
	if (outcome == DONE)
		papers->count++;
	return outcome;
}

static void
print_file_sheet_enter(struct ceremony *ceremony)
{
	struct papers *papers = &ceremony->papers;

	papers_clear(papers);
	while (papers->count < plan_files(ceremony)) {
		enum outcome outcome = add_file_sheet(ceremony, (unsigned)papers->count + 1);

		if (outcome != DONE) {
			step_fail(ceremony, outcome, CODE_OF_NOTHING);
			return;
		}
	}
	save_or_ask(ceremony, FILE_SHEET);
}

static void
print_file_sheet_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	papers_ask(ceremony, ret);
	if (ret->kind == PROMPT_PRINT)
		text_format(ret->text, sizeof ret->text, "%s",
			plan_files(ceremony) > 1
				? _("The share-file sheets are ready, one for each share file: the encrypted share "
				    "file "
				    "in full on paper, with the key check value and how to recover. All of them are "
				    "needed, so print each at least twice, and keep the copies in different places. "
				    "Without its password a sheet is of no use to a thief.")
				: _("The share-file sheet is ready: the encrypted share file in full on paper, with "
				    "the key "
				    "check value and how to recover. Print at least two, and keep them in different "
				    "places, "
				    "apart from the custodians' sheets. Alone it is of no use to a thief."));
}

static void
print_file_sheet_take(struct ceremony *ceremony, struct answer *answer)
{
	(void)answer;
	if (ceremony->part == PAPERS_SAVE_AGAIN) {
		save_or_ask(ceremony, FILE_SHEET);
		return;
	}
	ceremony->progress.has_file_sheet = true;
	papers_clear(&ceremony->papers);
	step_next(ceremony);
}

static bool
wants_file_sheet(const struct ceremony *ceremony)
{
	return agreed_has_sheet(ceremony, PLAN_SHEET_SHARE_FILE);
}

const struct step step_print_file_sheet = {
	.name = "file-sheet",
	.title = N_("The share-file sheet"),
	.event = "share-file-sheet-printed",
	.is_wanted = wants_file_sheet,
	.enter = print_file_sheet_enter,
	.ask = print_file_sheet_ask,
	.take = print_file_sheet_take,
	.resume = resume_in_set,
};
