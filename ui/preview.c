#include "preview.h"

#include <quorate/text.h>
#include <quorate/tongue.h>
#include <stdlib.h>
#include <string.h>

static char *text;
static int scroll, rows_seen;

enum outcome
preview_open(const struct sheet *const *sheets, size_t count)
{
	size_t size;
	enum outcome outcome;

	preview_close();
	outcome = sheet_plain(sheets, count, &text, &size);
	if (outcome != DONE)
		text = NULL;
	scroll = 0;
	return outcome;
}

bool
preview_is_open(void)
{
	return text != NULL;
}

void
preview_close(void)
{
	free(text);
	text = NULL;
}

void
preview_draw(struct area area)
{
	const char *line = text;

	rows_seen = area.rows;
	for (int i = 0; *line != '\0'; i++) {
		size_t length = strcspn(line, "\n");
		char shown[256];

		if (i >= scroll && i < scroll + area.rows) {
			/* A form feed stands between two sheets. */
			text_format(shown, sizeof shown, "%.*s", (int)length, *line == '\f' ? line + 1 : line);
			paint_text(area.row + i - scroll, area.column, area.columns, MEANING_NORMAL, shown);
		}
		line += length + (line[length] == '\n');
	}
}

static unsigned
scroll_by(struct console *console, int by)
{
	int all = 0, last, before = scroll;

	for (const char *at = text; *at != '\0'; at++)
		all += *at == '\n';
	last = all > rows_seen ? all - rows_seen : 0;
	scroll = scroll + by > last ? last : scroll + by < 0 ? 0 : scroll + by;
	if (scroll == before)
		screen_message(console, MEANING_NORMAL, "%s", _("The sheets end here."));
	return REACT_DRAW;
}

unsigned
preview_key(struct console *console, const struct press *press)
{
	switch (press->request) {
	case REQUEST_UP:
		return scroll_by(console, -1);
	case REQUEST_DOWN:
		return scroll_by(console, 1);
	case REQUEST_PAGE_UP:
		return scroll_by(console, -rows_seen);
	case REQUEST_PAGE_DOWN:
		return scroll_by(console, rows_seen);
	case REQUEST_HOME:
		return scroll_by(console, -scroll);
	case REQUEST_END:
		return scroll_by(console, INT16_MAX);
	default:
		return REACT_UNKNOWN;
	}
}
