/* The ceremonies there are. */
#include "plans.h"
#include "rows.h"
#include "screen.h"

#include <quorate/ceremony.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

/* Interrupted ceremonies stand first, then the plans that lie in the folder. */
static struct ceremony_unfinished unfinished[8];
static const struct plans_entry *plans;
static size_t unfinished_count, plan_count, selected;

/* Ceremonies stand before the procedures on tokens, which the Token screen lists. */
static size_t
ceremonies(const struct ceremony_kind **ret)
{
	size_t count = 0, all = ceremony_kinds(ret);

	while (count < all && !(*ret)[count].is_procedure)
		count++;
	return count;
}

static unsigned
enter(struct console *console)
{
	const struct ceremony_world world = { .folder = console->settings->folder,
		.is_rehearsal = console->settings->is_rehearsal };
	const struct ceremony_kind *kinds;

	console->place = PLACE_LIST;
	if (console->chosen >= ceremonies(&kinds))
		console->chosen = 0;
	unfinished_count = ceremony_unfinished(&world, unfinished, sizeof unfinished / sizeof unfinished[0]);
	plan_count = plans_read(console->settings->folder, &plans);
	console->plan = NULL;
	selected = unfinished_count > 0 ? 0 : plan_count + console->chosen;
	return REACT_DRAW;
}

/* Which plan an entry is; NULL: it is none. */
static const struct plans_entry *
plan_at(size_t at)
{
	return at >= unfinished_count && at < unfinished_count + plan_count ? &plans[at - unfinished_count] : NULL;
}

/* The last entry: what is done with one token stands on the Token screen. */
static bool
is_token_entry(size_t at)
{
	const struct ceremony_kind *kinds;

	return at == unfinished_count + plan_count + ceremonies(&kinds);
}

static void
tell_title(size_t at, char *ret, size_t size)
{
	const struct plans_entry *plan = plan_at(at);
	const struct ceremony_kind *kinds;

	ceremony_kinds(&kinds);
	if (at < unfinished_count)
		text_format(ret, size, _("Unfinished: %s, %s, begun %s"), _(unfinished[at].kind->title),
			unfinished[at].label, unfinished[at].stamp);
	else if (plan != NULL)
		text_format(ret, size, _("Plan: %s"), plan->plan == NULL ? plan->file : plan->plan->name);
	else if (is_token_entry(at))
		text_format(ret, size, "%s", _("One token: initialise it, its PINs, a maintainer's personal PIN (F5)"));
	else
		text_format(ret, size, "%s", _(kinds[at - unfinished_count - plan_count].title));
}

static void
tell_summary(size_t at, char *ret, size_t size)
{
	const struct plans_entry *plan = plan_at(at);
	const struct ceremony_kind *kinds;

	ceremony_kinds(&kinds);
	if (at < unfinished_count)
		text_format(ret, size, "%s",
			_("It was interrupted. Go on from its last step on record: you are told first what was done "
			  "and what has to be repeated."));
	else if (plan != NULL && plan->plan == NULL)
		text_format(ret, size, _("%s cannot be followed: %s"), plan->file, plan->fault);
	else if (plan != NULL)
		text_format(ret, size,
			_("A ceremony as it was planned in %s: what the plan has decided is shown, and not asked "
			  "again."),
			plan->file);
	else if (is_token_entry(at))
		text_format(ret, size, "%s",
			_("For a SoftHSM token, a SmartCard-HSM or any other: the Token screen asks which one, and "
			  "lists "
			  "what can be done with it. What changes a token for good is kept on record."));
	else
		text_format(ret, size, "%s", _(kinds[at - unfinished_count - plan_count].summary));
}

/* Lines under the list for what the selected one is about, with a blank line above. */
#define SUMMARY_ROWS 4

static void
draw(struct console *console, struct area area)
{
	const struct ceremony_kind *kinds;
	size_t count = ceremonies(&kinds) + unfinished_count + plan_count + 1, first = 0;
	struct area inside = paint_panel(area, _("Which ceremony?"), MEANING_BORDER);
	size_t shown = (size_t)(inside.rows - SUMMARY_ROWS - 1);
	char text[2 * LIMIT_TEXT_INPUT + LIMIT_FILE_NAME];
	struct area summary = { inside.row + inside.rows - SUMMARY_ROWS, inside.column + 2, SUMMARY_ROWS,
		inside.columns - 2 };

	(void)console;
	/* Scrolled so that the selected one is seen. */
	if (selected >= shown)
		first = selected - shown + 1;
	for (size_t i = first; i < count && i < first + shown; i++) {
		int row = inside.row + 1 + (int)(i - first);
		bool is_selected = i == selected;
		char title[160];

		if (is_selected)
			paint_glyph(row, inside.column, MEANING_ACCENT, GLYPH_SELECTED);
		tell_title(i, title, sizeof title);
		paint_bar(row, inside.column + 2, inside.columns - 2, is_selected ? MEANING_SELECTED : MEANING_NORMAL,
			title);
	}
	if (first > 0)
		paint_glyph(inside.row + 1, inside.column + inside.columns - 1, MEANING_ACCENT, GLYPH_MORE);
	if (first + shown < count)
		paint_glyph(inside.row + (int)shown, inside.column + inside.columns - 1, MEANING_ACCENT, GLYPH_MORE);
	tell_summary(selected, text, sizeof text);
	paint_wrapped(summary, 0, MEANING_NORMAL, text);
}

static unsigned
key(struct console *console, const struct press *press)
{
	const struct ceremony_kind *kinds;
	const struct plans_entry *plan;
	size_t count = ceremonies(&kinds) + unfinished_count + plan_count + 1;

	if (keys_select(press, count, &selected))
		return REACT_DRAW;
	switch (press->request) {
	case REQUEST_ACCEPT:
		if (is_token_entry(selected))
			return screen_go(console, &screen_token);
		plan = plan_at(selected);
		if (plan != NULL && plan->plan != NULL)
			return plans_begin(console, plan->plan);
		if (plan != NULL) {
			screen_message(console, MEANING_WARNING, "%s",
				_("Mend the plan first. quorate plan check names every fault with its line."));
			return REACT_DRAW;
		}
		text_format(console->resume, sizeof console->resume, "%s",
			selected < unfinished_count ? unfinished[selected].path : "");
		console->chosen = selected < unfinished_count ? (size_t)(unfinished[selected].kind - kinds)
							      : selected - unfinished_count - plan_count;
		return screen_begin_ceremony(console);
	default:
		return screen_common_key(console, press);
	}
}

const struct screen screen_list = {
	.name = "list",
	.title = N_("Ceremony"),
	.help = N_("A ceremony is a procedure with several people in the room. It is asked and explained step by step; "
		   "nothing "
		   "happens to a device before a step says so and you agree.\n"
		   "\n"
		   "Choose one with the arrow keys and begin with Enter. Every ceremony can be stopped; it then says "
		   "what is "
		   "lost and what is kept."),
	.enter = enter,
	.draw = draw,
	.key = key,
};
