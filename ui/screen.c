#include "screen.h"

#include <quorate/text.h>
#include <quorate/tongue.h>
#include <stdarg.h>
#include <stdio.h>

unsigned
screen_go(struct console *console, const struct screen *to)
{
	unsigned reaction = REACT_DRAW;

	if (console->screen != NULL && screen_live(console)->leave != NULL)
		screen_live(console)->leave(console);
	console->screen = to;
	console->under = NULL;
	console->position[0] = '\0';
	console->message[0] = '\0';
	text_format(console->title, sizeof console->title, "%s", to->title == NULL ? "" : _(to->title));
	if (to->enter != NULL)
		reaction |= to->enter(console);
	return reaction;
}

unsigned
screen_cover(struct console *console, const struct screen *with)
{
	if (console->screen->cover != NULL)
		console->screen->cover(console);
	console->under = console->screen;
	console->under_place = console->place;
	console->screen = with;
	console->message[0] = '\0';
	return REACT_DRAW | with->enter(console);
}

unsigned
screen_cover_with_help(struct console *console)
{
	return screen_cover(console, &screen_help);
}

unsigned
screen_uncover(struct console *console)
{
	console->screen = console->under;
	console->place = console->under_place;
	console->under = NULL;
	console->message[0] = '\0';
	return REACT_DRAW;
}

const struct screen *
screen_live(const struct console *console)
{
	return console->under != NULL ? console->under : console->screen;
}

void
screen_message(struct console *console, enum meaning meaning, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(console->message, sizeof console->message, format, arguments);
	va_end(arguments);
	console->message_meaning = meaning;
}

unsigned
screen_common_key(struct console *console, const struct press *press)
{
	switch (press->request) {
	case REQUEST_HELP:
		return screen_cover_with_help(console);
	case REQUEST_STATUS:
		return screen_go(console, &screen_status);
	case REQUEST_LIST:
		return screen_go(console, &screen_list);
	case REQUEST_PREFLIGHT:
		return screen_go(console, &screen_preflight);
	case REQUEST_JOURNAL:
		return screen_go(console, &screen_journal);
	case REQUEST_TOKEN:
		return screen_go(console, &screen_token);
	case REQUEST_BACK:
		return screen_go(console, &screen_start);
	case REQUEST_QUIT:
		return REACT_QUIT;
	default:
		return REACT_UNKNOWN;
	}
}
