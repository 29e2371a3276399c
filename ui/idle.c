#include "idle.h"

#include <quorate/clock.h>
#include <quorate/limits.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

static struct {
	const char *text;
	int64_t blank_at;
	bool is_blank;
} self;

void
idle_begin(const char *text)
{
	self.text = text;
	self.is_blank = false;
	idle_set_back();
}

void
idle_set_back(void)
{
	self.blank_at = clock_steady_ms() + LIMIT_IDLE_SECONDS * 1000;
}

bool
idle_is_blank(void)
{
	return self.is_blank;
}

bool
idle_tick(void)
{
	if (self.text == NULL || self.is_blank || clock_steady_ms() < self.blank_at)
		return false;
	self.is_blank = true;
	return true;
}

void
idle_end(void)
{
	self.is_blank = false;
	idle_set_back();
}

int64_t
idle_left_ms(void)
{
	int64_t left = self.blank_at - clock_steady_ms();

	return self.text == NULL || self.is_blank ? -1 : left < 0 ? 0 : left;
}

void
idle_draw(struct area area)
{
	struct area inside = paint_panel(area, _("Is somebody there?"), MEANING_WARNING);
	char text[512];

	text_format(text, sizeof text, "%s %s\n\n%s", _("Nobody has pressed a key for a while."), _(self.text),
		_("The person whose turn it is presses Enter, once everybody else looks away."));
	paint_wrapped(inside, 0, MEANING_NORMAL, text);
}
