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
	if (ceremony->is_over)
		return FAIL_NOTES_LATE;
	if (ceremony->journal == NULL)
		return record_early(ceremony, "note", text) ? DONE : FAIL_NOTES_EARLY;
	record(ceremony, "note", fields, sizeof fields / sizeof fields[0]);
	return DONE;
}

void
note_pause(struct ceremony *ceremony)
{
	const struct journal_field step = { "step", ceremony->step->name, 0 };

	if (!ceremony->is_over && record(ceremony, "paused", &step, 1))
		ceremony->is_paused = true;
}

void
note_ask_pause(const struct ceremony *ceremony, struct prompt *ret)
{
	char who[LIMIT_TEXT_INPUT];

	ret->kind = PROMPT_CONFIRM;
	ret->step = "pause";
	text_format(ret->title, sizeof ret->title, "%s", _("A pause"));
	text_format(ret->of.confirm.word, sizeof ret->of.confirm.word, PRESENT_WORD);
	text_format(ret->text, sizeof ret->text, "%s\n",
		_("The ceremony rests. Nothing is lost while this screen stays: do not leave it alone with one person, "
		  "and keep the sheets and the device in sight."));
	if (people_count(ceremony) == 0) {
		text_append(ret->text, sizeof ret->text,
			_("When everybody who was here is here again, and nothing on the table was moved, type %s. "
			  "Both times stand in the record."),
			PRESENT_WORD);
		return;
	}
	people_call(ceremony, ceremony->pause_person, who, sizeof who);
	text_append(ret->text, sizeof ret->text,
		_("Everybody of the plan comes to the keyboard again, one after the other. Now: %s.\nIf you are here, "
		  "and "
		  "nothing on the table was moved, type %s yourself."),
		who, PRESENT_WORD);
}

void
note_end_pause(struct ceremony *ceremony, const char *word)
{
	const struct journal_field step = { "step", ceremony->step->name, 0 };
	unsigned people = people_count(ceremony);

	if (strcmp(word, PRESENT_WORD) != 0) {
		step_refuse(ceremony, FAIL_WORD);
		return;
	}
	if (people > 0 && !people_record(ceremony, "person-back", ceremony->pause_person))
		return;
	if (++ceremony->pause_person < people)
		return;
	ceremony->pause_person = 0;
	if (record(ceremony, "everybody-present", &step, 1))
		ceremony->is_paused = false;
}
