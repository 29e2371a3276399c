/* The sheets of a ceremony: saved as PDF and as text, and waited for while they are printed. Which ones there are says
 * paper_sheets.c. */
#include "steps.h"

#include <quorate/file.h>
#include <quorate/forms.h>
#include <quorate/hex.h>
#include <quorate/pdf.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
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

/* The only share file of a key that went into a device. */
static bool
has_opened_file(const struct ceremony *ceremony)
{
	static const struct share_file none;

	return ceremony->progress.is_imported && plan_files(ceremony) == 1 &&
	       memcmp(&ceremony->file, &none, sizeof none) != 0;
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
	/* The set that was made, or the one whose file was opened. */
	if (ceremony->progress.has_share_file || has_opened_file(ceremony)) {
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

/* The steps that print, each once in a ceremony. */
static const struct {
	const struct step *step;
	enum paper_time time;
	const char *file; /* name without ending */
} moments[] = {
	{ &step_print_sheets, PAPER_BEFORE, "sheets-before" },
	{ &step_print_results, PAPER_AFTER, "sheets-after" },
	{ &step_print_record, PAPER_RECORD, "record-sheet" },
};

static size_t
moment_of(const struct step *step)
{
	size_t at = 0;

	while (at + 1 < sizeof moments / sizeof moments[0] && moments[at].step != step)
		at++;
	return at;
}

/* Saves, or comes to ask for room and a second attempt. */
static void
save_or_ask(struct ceremony *ceremony)
{
	enum outcome outcome = papers_save(ceremony, moments[moment_of(ceremony->step)].file);

	ceremony->part = outcome == DONE ? PAPERS_PRINT : PAPERS_SAVE_AGAIN;
	if (outcome != DONE)
		step_refuse(ceremony, outcome);
}

static void
ask_papers(const struct ceremony *ceremony, struct prompt *ret)
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
	text_format(ret->text, sizeof ret->text, "%s", _("Now the sheets are printed:"));
	papers_tell(ceremony, moments[moment_of(ceremony->step)].time, ret->text, sizeof ret->text);
	ret->of.print.sheets = (const struct sheet *const *)papers->sheets;
	ret->of.print.count = papers->count;
	text_format(ret->of.print.folder, sizeof ret->of.print.folder, "%s", ceremony->plan.folder);
	text_format(ret->of.print.pdf, sizeof ret->of.print.pdf, "%s", papers->pdf);
	text_format(ret->of.print.plain, sizeof ret->of.print.plain, "%s", papers->plain);
}

static void
print_enter(struct ceremony *ceremony)
{
	enum outcome outcome;

	papers_clear(&ceremony->papers);
	outcome = papers_make(ceremony, moments[moment_of(ceremony->step)].time);
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else
		save_or_ask(ceremony);
}

static void
print_take(struct ceremony *ceremony, struct answer *answer)
{
	(void)answer;
	if (ceremony->part == PAPERS_SAVE_AGAIN) {
		save_or_ask(ceremony);
		return;
	}
	if (moments[moment_of(ceremony->step)].time == PAPER_BEFORE)
		ceremony->progress.has_sheets = true;
	papers_clear(&ceremony->papers);
	step_next(ceremony);
}

static bool
are_before_wanted(const struct ceremony *ceremony)
{
	return papers_are_wanted(ceremony, PAPER_BEFORE);
}

static bool
are_after_wanted(const struct ceremony *ceremony)
{
	return papers_are_wanted(ceremony, PAPER_AFTER);
}

const struct step step_print_sheets = {
	.name = "sheets",
	.title = N_("Sheets for this ceremony"),
	.event = "sheets-printed",
	.is_wanted = are_before_wanted,
	.enter = print_enter,
	.ask = ask_papers,
	.take = print_take,
	.resume = resume_in_set,
};

const struct step step_print_results = {
	.name = "results",
	.title = N_("Sheets to be kept"),
	.event = "result-sheets-printed",
	.is_wanted = are_after_wanted,
	.enter = print_enter,
	.ask = ask_papers,
	.take = print_take,
	.resume = resume_in_set,
};

/* The record is closed first: its last line stands on the sheet, and its digest stands for all of it. */
static void
print_record_enter(struct ceremony *ceremony)
{
	secrets_wipe(&ceremony->secrets);
	record_close(ceremony, "done");
	ceremony->is_over = true;
	print_enter(ceremony);
}

const struct step step_print_record = {
	.name = "record-sheet",
	.title = N_("The record, to be signed"),
	.enter = print_record_enter,
	.ask = ask_papers,
	.take = print_take,
};
