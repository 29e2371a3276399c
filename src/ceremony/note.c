/* What people can do at any question where nothing secret is shown: a note for the record, and a pause. */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

#define PRESENT_WORD "present"

enum outcome
note_take(struct ceremony *ceremony, const char *text)
{
	const struct journal_field fields[] = { { "step", ceremony->step->name, 0 }, { "text", text, 0 } };
	enum outcome outcome = place_check_name(text, LIMIT_TEXT_INPUT - 1);

	if (outcome != DONE)
		return outcome;
	if (ceremony->journal == NULL)
		return record_early(ceremony, "note", text) ? DONE : FAIL_NOTES_EARLY;
	record(ceremony, "note", fields, sizeof fields / sizeof fields[0]);
	return DONE;
}

void
note_pause(struct ceremony *ceremony)
{
	const struct journal_field step = { "step", ceremony->step->name, 0 };

	if (record(ceremony, "paused", &step, 1))
		ceremony->is_paused = true;
}

void
note_ask_pause(struct prompt *ret)
{
	ret->kind = PROMPT_CONFIRM;
	ret->step = "pause";
	text_format(ret->title, sizeof ret->title, "%s", _("A pause"));
	text_format(ret->of.confirm.word, sizeof ret->of.confirm.word, PRESENT_WORD);
	text_format(ret->text, sizeof ret->text,
		_("The ceremony rests. Nothing is lost while this screen stays: do not leave it alone with one person, "
		  "and keep the sheets and the device in sight.\nWhen everybody who was here is here again, and "
		  "nothing on the table was moved, type %s. Both times stand in the record."),
		PRESENT_WORD);
}

void
note_end_pause(struct ceremony *ceremony, const char *word)
{
	const struct journal_field step = { "step", ceremony->step->name, 0 };

	if (strcmp(word, PRESENT_WORD) != 0)
		step_refuse(ceremony, FAIL_WORD);
	else if (record(ceremony, "everybody-present", &step, 1))
		ceremony->is_paused = false;
}
