/* What state this machine is in; and the gate before a real ceremony. */
#include "facts.h"
#include "line.h"
#include "preflight_look.h"
#include "screen.h"

#include <quorate/text.h>
#include <quorate/tongue.h>
#include <string.h>

/* Shorter words are none that anybody understands in a year. */
#define REASON_LEAST 8
/* What stands under the findings at the gate: a line of air, two of text, the field. */
#define GATE_ROWS 4

static struct facts facts;
static struct facts_view facts_view;
static struct preflight_finding findings[PREFLIGHT_MOST];
static size_t finding_count;
static struct line_field reason;

static const struct {
	const char *word;
	enum meaning meaning;
} states[PREFLIGHT_STATES] = {
	[PREFLIGHT_GREEN] = { N_("Green"), MEANING_GOOD },
	[PREFLIGHT_UNKNOWN] = { N_("Not known"), MEANING_NORMAL },
	[PREFLIGHT_AMBER] = { N_("Amber"), MEANING_WARNING },
	[PREFLIGHT_RED] = { N_("RED"), MEANING_DANGER },
};

/* A fact a line: the state stands before the first, the remedy behind the last. */
static void
tell(const struct preflight_finding *finding)
{
	enum meaning meaning = states[finding->state].meaning;
	const char *at = finding->reason;
	bool is_first = true;

	while (*at != '\0') {
		size_t length = strcspn(at, "\n");

		facts_add(&facts, is_first ? _(finding->title) : "", meaning, "%s%s%.*s",
			is_first ? _(states[finding->state].word) : "", is_first ? ": " : "", (int)length, at);
		is_first = false;
		at += length + (at[length] == '\n');
	}
	if (finding->state != PREFLIGHT_GREEN)
		facts_add(&facts, "", MEANING_NORMAL, "%s", finding->remedy);
}

static void
look(const struct console *console)
{
	finding_count =
		preflight_look(console->settings->root, console->settings->folder, console->settings->slots, findings);
	facts_clear(&facts);
	/* The worst first. */
	for (int state = PREFLIGHT_RED; state >= PREFLIGHT_GREEN; state--)
		for (size_t i = 0; i < finding_count; i++) {
			const struct preflight_finding *finding = &findings[i];

			if ((int)finding->state == state)
				tell(finding);
		}
}

static unsigned
enter(struct console *console)
{
	facts_view = (struct facts_view){ 0 };
	look(console);
	line_open(&reason, "", LIMIT_TEXT_INPUT - 1);
	console->place = console->is_gated ? PLACE_REASON : PLACE_PREFLIGHT;
	return REACT_DRAW;
}

static void
draw(struct console *console, struct area area)
{
	struct area inside = paint_panel(area, _("Before a ceremony: this machine"),
		preflight_worst(findings, finding_count) == PREFLIGHT_RED ? MEANING_WARNING : MEANING_BORDER);
	struct area list = inside;

	if (console->is_gated)
		list.rows -= GATE_ROWS;
	facts_draw(&facts, &facts_view, list);
	if (facts_view.scroll + facts_view.seen < facts_view.all)
		paint_glyph(list.row + list.rows - 1, area.column + area.columns - 1, MEANING_ACCENT, GLYPH_MORE);
	if (!console->is_gated)
		return;
	inside.row += list.rows + 1;
	paint_wrapped((struct area){ inside.row, inside.column, 2, inside.columns }, 0, MEANING_WARNING,
		_("A ceremony does not begin while something is red. Mend it and press F9; or write why it is held all "
		  "the same: these words go into its record."));
	line_draw(&reason, inside.row + 2, inside.column, inside.columns);
}

static unsigned
accept_reason(struct console *console)
{
	if (text_columns(reason.text) < REASON_LEAST) {
		screen_message(console, MEANING_WARNING,
			_("Write a reason that others understand in a year: %d letters at least."), REASON_LEAST);
		return REACT_DRAW;
	}
	console->is_gated = false;
	text_clean(reason.text, strlen(reason.text), console->pass.words, sizeof console->pass.words);
	return screen_go(console, &screen_ceremony);
}

static unsigned
look_again(struct console *console)
{
	look(console);
	screen_message(console, MEANING_GOOD, "%s", _("Looked again."));
	/* What was red is mended: nobody has to explain anything. */
	return console->is_gated && preflight_worst(findings, finding_count) != PREFLIGHT_RED
		       ? screen_begin_ceremony(console)
		       : REACT_DRAW;
}

static unsigned
key(struct console *console, const struct press *press)
{
	if (facts_move(&facts_view, press->request) &&
		(!console->is_gated || press->request == REQUEST_UP || press->request == REQUEST_DOWN ||
			press->request == REQUEST_PAGE_UP || press->request == REQUEST_PAGE_DOWN))
		return REACT_DRAW;
	if (press->request == REQUEST_LOOK_AGAIN)
		return look_again(console);
	if (!console->is_gated)
		return screen_common_key(console, press);
	if (press->request == REQUEST_BACK) {
		console->is_gated = false;
		return screen_go(console, &screen_list);
	}
	if (press->request == REQUEST_ACCEPT)
		return accept_reason(console);
	switch (line_key(&reason, press)) {
	case LINE_TAKEN:
		return REACT_DRAW;
	case LINE_FULL:
		screen_message(console, MEANING_WARNING, "%s", _("No more fits."));
		return REACT_DRAW;
	default:
		return screen_common_key(console, press);
	}
}

unsigned
screen_begin_ceremony(struct console *console)
{
	enum preflight_state worst;

	memset(&console->pass, 0, sizeof console->pass);
	console->is_gated = false;
	if (console->settings->is_rehearsal)
		return screen_go(console, &screen_ceremony);
	look(console);
	worst = preflight_worst(findings, finding_count);
	text_format(console->pass.state, sizeof console->pass.state, "%s", preflight_state_name(worst));
	preflight_names(findings, finding_count, PREFLIGHT_RED, console->pass.red, sizeof console->pass.red);
	if (worst != PREFLIGHT_RED)
		return screen_go(console, &screen_ceremony);
	console->is_gated = true;
	return screen_go(console, &screen_preflight);
}

unsigned
screen_begin_procedure(struct console *console)
{
	/* What was said before a ceremony is not about this. */
	memset(&console->pass, 0, sizeof console->pass);
	console->resume[0] = '\0';
	return screen_go(console, &screen_ceremony);
}

const struct screen screen_preflight = {
	.name = "preflight",
	.title = N_("Preflight"),
	.help = N_("What state this machine is in. Red hands a secret to somebody, or loses the record: a real "
		   "ceremony does "
		   "not begin before it is mended, or the people write why it is held all the same. Amber is what you "
		   "should know. Nothing is changed by looking.\n"
		   "\n"
		   "Look here the day before. quorate preflight prints the same without a screen."),
	.enter = enter,
	.draw = draw,
	.key = key,
};
