/* The first screen: the places there are. A summary is one line. */
#include "screen.h"

#include <quorate/ceremony.h>
#include <quorate/tongue.h>

static const struct {
	const struct screen *screen;
	const char *key, *name, *summary;
} entries[] = {
	{ &screen_status, "F2", N_("Status"), N_("What is plugged in: card readers, tokens, modules.") },
	{ &screen_list, "F3", N_("Ceremony"), N_("Guided procedures; custodians take turns at this keyboard.") },
	{ &screen_token, "F5", N_("Token"), N_("One token: its PINs, keys, certificates; initialising it.") },
	{ &screen_journal, "F6", N_("Journal"), N_("The records of ceremonies: read, verified, printed to sign.") },
	{ &screen_preflight, "F9", N_("Preflight"), N_("What state this machine is in. Look here the day before.") },
};
#define ENTRIES (sizeof entries / sizeof entries[0])

static size_t selected;

static unsigned
enter(struct console *console)
{
	const struct ceremony_world world = { .folder = console->settings->folder,
		.is_rehearsal = console->settings->is_rehearsal };
	struct ceremony_unfinished unfinished;

	console->place = PLACE_START;
	if (ceremony_unfinished(&world, &unfinished, 1) > 0)
		screen_message(
			console, MEANING_WARNING, _("Unfinished: %s. F3 leads to it."), _(unfinished.kind->title));
	return REACT_DRAW;
}

static void
draw(struct console *console, struct area area)
{
	struct area inside = paint_panel(area, _("quorate - key ceremonies"), MEANING_BORDER), text = inside;
	int step;

	text.row += 1;
	text.row += paint_wrapped(text, 0, MEANING_NORMAL,
		console->settings->is_rehearsal ? _("This is a rehearsal. The tokens are played by this program, "
						    "nothing that you do here touches a real "
						    "device, and every sheet says REHEARSAL. Try everything.")
						: _("This works on real devices. Whoever wants to try first: leave, "
						    "and start quorate rehearse."));
	text.row += 1;
	/* With air between them where the screen has the rows for it. */
	step = inside.row + inside.rows - text.row - 2 >= 3 * (int)ENTRIES ? 3 : 2;
	for (size_t i = 0; i < ENTRIES; i++, text.row += step) {
		if (i == selected) {
			paint_glyph(text.row, inside.column, MEANING_ACCENT, GLYPH_SELECTED);
			paint_bar(text.row, inside.column + 7, 24, MEANING_SELECTED, "");
		}
		paint_text(text.row, inside.column + 2, 4, MEANING_KEY, entries[i].key);
		paint_text(text.row, inside.column + 8, 22, i == selected ? MEANING_SELECTED : MEANING_ACCENT,
			_(entries[i].name));
		paint_text(text.row + 1, inside.column + 8, inside.columns - 8, MEANING_NORMAL, _(entries[i].summary));
	}
	text.row += step == 2;
	text.rows = inside.row + inside.rows - text.row;
	paint_wrapped(text, 0, MEANING_NORMAL,
		_("The arrow keys choose, Enter opens. The keys that work are always in the last line; F1 explains the "
		  "screen you see."));
}

static unsigned
key(struct console *console, const struct press *press)
{
	if (keys_select(press, ENTRIES, &selected))
		return REACT_DRAW;
	switch (press->request) {
	case REQUEST_ACCEPT:
		return screen_go(console, entries[selected].screen);
	default:
		return screen_common_key(console, press);
	}
}

const struct screen screen_start = {
	.name = "start",
	.help = N_("This is the start. From here you go to Status, which only looks and changes nothing, and to "
		   "Ceremony, where "
		   "keys are made and backed up with everybody watching.\n"
		   "\n"
		   "The coloured word at the top left says whether this is a rehearsal or works on real devices."),
	.enter = enter,
	.draw = draw,
	.key = key,
};
