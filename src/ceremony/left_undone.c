/*
 * Work on one token that was cut off and is not gone on with: when a token is taken up again, the people are told what
 * was done to it and what is not known, once.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whether a line of the record is about this token. */
static bool
is_about(const struct ceremony *ceremony, const struct journal_line *line)
{
	const char *own = procedure_is_slot(ceremony) ? ceremony->procedure.slot.serial : ceremony->device.serial;
	const char *serial = journal_read_text(line, "serial");

	return own[0] != '\0' && serial != NULL && strcmp(serial, own) == 0;
}

/* The last line that is about the token, of a record that ends in the middle and is not gone on with; NULL: none. */
static const struct journal_line *
find_line(const struct ceremony *ceremony, const struct journal_record *past)
{
	const char *rehearsal = journal_read_text(journal_read_last(past, "begun", 0), "rehearsal");

	if (past->verdict != DONE || rehearsal == NULL || resume_is_over(past) ||
		journal_read_last(past, "told-later", 0) != NULL ||
		(strcmp(rehearsal, "yes") == 0) != ceremony->world->is_rehearsal ||
		resume_kind(past, ceremony->world->is_rehearsal) != NULL)
		return NULL;
	for (size_t i = past->line_count; i > 0; i--)
		if (is_about(ceremony, &past->lines[i - 1]))
			return &past->lines[i - 1];
	return NULL;
}

static bool
look(struct ceremony *ceremony, const char *path)
{
	const struct journal_line *line = NULL;
	struct journal_record *past;
	char last[512], about[512];

	if (access(path, F_OK) != 0 || journal_is_busy(path) || journal_read(&past, path) != DONE)
		return false;
	line = find_line(ceremony, past);
	if (line != NULL) {
		const struct journal_line *begun = journal_read_last(past, "begun", 0);
		const char *name = journal_read_text(begun, "ceremony");
		const struct ceremony_kind *kinds;
		size_t count = ceremony_kinds(&kinds);

		for (size_t i = 0; i < count; i++)
			if (name != NULL && strcmp(kinds[i].name, name) == 0)
				name = _(kinds[i].title);
		journal_words(line, about, sizeof about);
		journal_words(&past->lines[past->line_count - 1], last, sizeof last);
		text_format(ceremony->undone.path, sizeof ceremony->undone.path, "%s", path);
		text_format(ceremony->undone.text, sizeof ceremony->undone.text,
			_("Work on this token was cut off at %s: %s. The last word on record about the token is:\n%s\n"
			  "The very last line is:\n%s\n"),
			past->lines[past->line_count - 1].utc, name == NULL ? "" : name, about, last);
	}
	journal_record_free(&past);
	return line != NULL;
}

bool
left_undone_find(struct ceremony *ceremony)
{
	const char *folder = ceremony->world->folder;
	struct dirent **entries;
	int count = folder == NULL ? -1 : scandir(folder, &entries, NULL, alphasort);
	bool is_found = false;

	for (int i = 0; i < count; i++) {
		char path[STEP_PATH_SIZE];

		text_format(path, sizeof path, "%s/%s/" RECORD_FILE, folder, entries[i]->d_name);
		is_found = is_found || (entries[i]->d_name[0] != '.' && look(ceremony, path));
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return is_found;
}

void
left_undone_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct hsm_status *hsm = &ceremony->device.hsm;

	ret->kind = PROMPT_TELL;
	text_format(ret->text, sizeof ret->text, "%s", ceremony->undone.text);
	if (!procedure_is_slot(ceremony))
		text_append(ret->text, sizeof ret->text,
			_("Now the token is called %s, and there are on it: keys %u, certificates %u.\n"),
			hsm->label[0] == '\0' ? "-" : hsm->label, hsm->key_count, hsm->certificate_count);
	else
		text_append(ret->text, sizeof ret->text, _("Now the token is called %s.\n"),
			ceremony->procedure.slot.label[0] == '\0' ? "-" : ceremony->procedure.slot.label);
	text_append(ret->text, sizeof ret->text,
		_("Nothing of it is repeated by itself. What was only intended may have happened or not: compare it "
		  "with "
		  "the Status screen. The record lies in %s. Go on with what you came for."),
		ceremony->undone.path);
}

/* It is told once; a record that takes no line any more is told again next time. */
void
left_undone_take(struct ceremony *ceremony)
{
	const struct journal_field field = { "on_beginning", ceremony->kind->name, 0 };
	struct journal *journal;
	bool is_mended;

	if (journal_continue(&journal, ceremony->undone.path, &is_mended) != DONE)
		return;
	(void)journal_append(journal, "told-later", &field, 1);
	journal_close(&journal);
}
