/* One of several. */
#include "prompt.h"
#include "rows.h"

#include <quorate/tongue.h>

static size_t selected, first;

static enum outcome
enter(struct sitting *sitting)
{
	size_t count = sitting->prompt.of.choose.count;

	selected = sitting->prompt.of.choose.initial < count ? sitting->prompt.of.choose.initial : 0;
	first = 0;
	return DONE;
}

static int
item_rows(const struct prompt_choice *item, int columns)
{
	return 1 + (item->detail[0] == '\0' ? 0 : rows_count(item->detail, columns - 4));
}

static int
rows(const struct sitting *sitting, int columns)
{
	int all = 0;

	for (size_t i = 0; i < sitting->prompt.of.choose.count; i++)
		all += item_rows(&sitting->prompt.of.choose.items[i], columns);
	return all;
}

static void
draw(struct sitting *sitting, struct area area)
{
	const struct prompt_choice *items = sitting->prompt.of.choose.items;
	int top = area.row, last = area.row + area.rows, needed = 0;
	bool is_last = true;

	/* Scrolled so that the selected one is seen whole. */
	if (selected < first)
		first = selected;
	for (size_t i = first; i <= selected && i < sitting->prompt.of.choose.count; i++)
		needed += item_rows(&items[i], area.columns);
	while (first < selected && needed > area.rows)
		needed -= item_rows(&items[first++], area.columns);
	for (size_t i = first; i < sitting->prompt.of.choose.count && area.row < last; i++) {
		enum meaning meaning = i == selected        ? MEANING_SELECTED
				       : items[i].is_closed ? MEANING_MUTED
							    : MEANING_NORMAL;
		struct area detail = { area.row + 1, area.column + 4, last - area.row - 1, area.columns - 4 };

		if (i == selected) {
			paint_glyph(area.row, area.column, MEANING_ACCENT, GLYPH_SELECTED);
			paint_bar(area.row, area.column + 2, area.columns - 2, meaning, "");
		}
		paint_text(area.row, area.column + 2, area.columns - 2, meaning, items[i].label);
		area.row += 1 + paint_wrapped(detail, 0, MEANING_MUTED, items[i].detail);
		is_last = i + 1 == sitting->prompt.of.choose.count;
	}
	/* There are more lines above or below. */
	if (first > 0)
		paint_glyph(top, area.column + area.columns - 1, MEANING_ACCENT, GLYPH_MORE);
	if (!is_last)
		paint_glyph(last - 1, area.column + area.columns - 1, MEANING_ACCENT, GLYPH_MORE);
}

static unsigned
key(struct sitting *sitting, const struct press *press)
{
	size_t count = sitting->prompt.of.choose.count;

	if (count == 0)
		return REACT_UNKNOWN;
	prompt_remark(sitting, MEANING_NORMAL, "%s", "");
	if (keys_select(press, count, &selected))
		return REACT_DRAW;
	switch (press->request) {
	case REQUEST_ACCEPT:
		if (sitting->prompt.of.choose.items[selected].is_closed) {
			prompt_remark(sitting, MEANING_WARNING, _("This cannot be chosen: %s"),
				sitting->prompt.of.choose.items[selected].detail);
			return REACT_DRAW;
		}
		sitting->answer.choice = selected;
		return prompt_answer(sitting, ANSWER_CHOICE);
	default:
		return REACT_UNKNOWN;
	}
}

const struct prompt_view prompt_choose = {
	.place = PLACE_CHOOSE,
	.help = N_("Go to a line with the arrow keys and choose it with Enter. A line in pale letters cannot be "
		   "chosen; under it "
		   "stands why."),
	.enter = enter,
	.rows = rows,
	.rows_least = 8,
	.draw = draw,
	.key = key,
};
