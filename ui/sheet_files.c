#include "sheet_files.h"

#include <quorate/file.h>
#include <quorate/pdf.h>
#include <quorate/text.h>

#include <stdlib.h>
#include <unistd.h>

enum outcome
sheet_files_save(const struct sitting *sitting, const char *path, bool is_pdf)
{
	const struct prompt *prompt = &sitting->prompt;
	uint8_t *bytes = NULL;
	size_t size = 0;
	enum outcome outcome;

	if (is_pdf)
		outcome = pdf_make(prompt->of.print.sheets, prompt->of.print.count,
			sitting->console->settings->wants_letter_paper ? PAPER_LETTER : PAPER_A4, &bytes, &size);
	else
		outcome = sheet_plain(prompt->of.print.sheets, prompt->of.print.count, (char **)&bytes, &size);
	if (outcome == DONE)
		outcome = file_save(path, bytes, size);
	free(bytes);
	return outcome;
}

enum outcome
sheet_files_save_here(struct sitting *sitting)
{
	struct prompt *prompt = &sitting->prompt;
	const char *name = prompt->of.print.sheets[0]->file_name;
	char pdf[sizeof prompt->of.print.pdf], plain[sizeof prompt->of.print.plain];
	enum outcome outcome = file_make_folder(prompt->of.print.folder);

	for (int i = 1; i < 100; i++) {
		char number[8] = "";

		if (i > 1)
			text_format(number, sizeof number, "-%d", i);
		text_format(pdf, sizeof pdf, "%s/%s%s.pdf", prompt->of.print.folder, name, number);
		text_format(plain, sizeof plain, "%s/%s%s.txt", prompt->of.print.folder, name, number);
		if (access(pdf, F_OK) != 0 && access(plain, F_OK) != 0)
			break;
	}
	if (outcome == DONE)
		outcome = sheet_files_save(sitting, pdf, true);
	if (outcome == DONE)
		outcome = sheet_files_save(sitting, plain, false);
	if (outcome != DONE)
		return outcome;
	text_format(prompt->of.print.pdf, sizeof prompt->of.print.pdf, "%s", pdf);
	text_format(prompt->of.print.plain, sizeof prompt->of.print.plain, "%s", plain);
	return DONE;
}
