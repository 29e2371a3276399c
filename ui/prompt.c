#include "prompt.h"

#include <quorate/tongue.h>
#include <stdarg.h>
#include <stdio.h>

const struct prompt_view *
prompt_view(enum prompt_kind kind)
{
	static const struct prompt_view *const views[PROMPT_KIND_COUNT] = {
		[PROMPT_TELL] = &prompt_tell,
		[PROMPT_CONFIRM] = &prompt_confirm,
		[PROMPT_CHOOSE] = &prompt_choose,
		[PROMPT_TEXT] = &prompt_text,
		[PROMPT_PIN] = &prompt_pin,
		[PROMPT_PASSWORD] = &prompt_pin,
		[PROMPT_GATE] = &prompt_gate,
		[PROMPT_SHOW_SHARE] = &prompt_show,
		[PROMPT_SHOW_PIN] = &prompt_show,
		[PROMPT_ENTER_SHARE] = &prompt_enter,
		[PROMPT_INSERT_TOKEN] = &prompt_insert,
		[PROMPT_PRINT] = &prompt_print,
		[PROMPT_ENTER_LINES] = &prompt_lines,
		[PROMPT_WORK] = &prompt_work,
		[PROMPT_DONE] = &prompt_end,
		[PROMPT_FAILED] = &prompt_end,
	};

	return views[kind];
}

void
prompt_remark(struct sitting *sitting, enum meaning meaning, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sitting->remark, sizeof sitting->remark, format, arguments);
	va_end(arguments);
	sitting->remark_meaning = meaning;
}

const struct screen *
prompt_origin(const struct sitting *sitting)
{
	const struct ceremony_kind *kinds;

	ceremony_kinds(&kinds);
	if (!kinds[sitting->console->chosen].is_procedure)
		return &screen_list;
	return sitting->console->is_from_status ? &screen_status : &screen_token;
}

unsigned
prompt_answer(struct sitting *sitting, enum answer_kind kind)
{
	sitting->answer.kind = kind;
	return REACT_ANSWER;
}
