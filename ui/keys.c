#include "keys.h"

#include <curses.h>
#include <quorate/text.h>
#include <quorate/tongue.h>
#include <string.h>

static const struct key_row rows[] = {
#define KEY(request, code, other, name, label, help, places)                                                           \
	{ REQUEST_##request, code, other, name, label, help, places },
	KEYS(KEY)
#undef KEY
};
#define ROWS (sizeof rows / sizeof rows[0])

static const char *const places[] = {
#define PLACE(name, text) text,
	PLACES(PLACE)
#undef PLACE
};

/* The line feed of a terminal whose Return key sends it, or of pasted text. */
static uint32_t
folded(uint32_t code)
{
	return code == '\n' ? '\r' : code;
}

void
keys_decode(struct press *press, enum place place)
{
	uint32_t code = folded(press->code);

	press->request = REQUEST_NONE;
	press->character = 0;
	for (size_t i = 0; i < ROWS; i++)
		if ((rows[i].places >> place & 1) &&
			(code == rows[i].code || (rows[i].other != 0 && code == rows[i].other))) {
			press->request = rows[i].request;
			return;
		}
	if (code < FUNCTION(0) && code >= 0x20 && code != 0x7f)
		press->character = code;
}

bool
keys_select(const struct press *press, size_t count, size_t *selected)
{
	switch (press->request) {
	case REQUEST_UP:
		*selected = (*selected + count - 1) % count;
		return true;
	case REQUEST_DOWN:
		*selected = (*selected + 1) % count;
		return true;
	case REQUEST_HOME:
	case REQUEST_PAGE_UP:
		*selected = 0;
		return true;
	case REQUEST_END:
	case REQUEST_PAGE_DOWN:
		*selected = count - 1;
		return true;
	default:
		return false;
	}
}

bool
keys_scroll(const struct press *press, int rows_seen, int rows_all, int *scroll)
{
	int before = *scroll, last = rows_all > rows_seen ? rows_all - rows_seen : 0;
	int to = before + (press->request == REQUEST_UP                 ? -1
				  : press->request == REQUEST_DOWN      ? 1
				  : press->request == REQUEST_PAGE_UP   ? -rows_seen
				  : press->request == REQUEST_PAGE_DOWN ? rows_seen
				  : press->request == REQUEST_HOME      ? -rows_all
				  : press->request == REQUEST_END       ? rows_all
									: 0);

	*scroll = to > last ? last : to < 0 ? 0 : to;
	return *scroll != before;
}

void
keys_name(uint32_t code, char *ret, size_t size)
{
	code = folded(code);
	for (size_t i = 0; i < ROWS; i++)
		if (code == rows[i].code && rows[i].code >= FUNCTION(0)) {
			text_format(ret, size, "%.*s", (int)strcspn(rows[i].name, ","), rows[i].name);
			return;
		}
	if (code >= FUNCTION(KEY_F(1)) && code <= FUNCTION(KEY_F(63)))
		text_format(ret, size, "F%u", code - FUNCTION(KEY_F(0)));
	else if (code == '\r')
		text_format(ret, size, "Enter");
	else if (code == 27)
		text_format(ret, size, "Esc");
	else if (code < 0x20)
		text_format(ret, size, "Ctrl-%c", (int)(code + '@'));
	else if (code == ' ')
		text_format(ret, size, "%s", _("The space bar"));
	else if (code < 0x7f)
		text_format(ret, size, "%c", (int)code);
	else
		text_format(ret, size, "%s", _("This key"));
}

const struct key_row *
keys_next(enum place place, size_t *at)
{
	while (*at < ROWS) {
		const struct key_row *row = &rows[(*at)++];

		if (row->places >> place & 1)
			return row;
	}
	return NULL;
}

void
keys_print_manual(FILE *out)
{
	fputs(".Bl -tag -width Ds\n", out);
	for (size_t i = 0; i < ROWS; i++) {
		const char *between = "";

		fprintf(out, ".It Ic %s\n%s", rows[i].name, _(rows[i].help));
		if (rows[i].places != AT_ANY) {
			fputs("\n(", out);
			for (size_t place = 0; place < PLACE_COUNT; place++)
				if (rows[i].places >> place & 1) {
					fprintf(out, "%s%s", between, _(places[place]));
					between = ", ";
				}
			fputs(")", out);
		}
		fputs(".\n", out);
	}
	fputs(".El\n", out);
}
