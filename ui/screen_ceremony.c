/* A ceremony being held: asks what it asks, hands over what is answered. */
#include <config.h>

#include "idle.h"
#include "line.h"
#include "prompt.h"
#include "rows.h"

#include <quorate/text.h>
#include <quorate/tongue.h>
#include <string.h>

static struct sitting sitting;
static const struct prompt_view *view; /* NULL: no prompt is there */
static struct ceremony_world world;
static int scroll, rows_all, rows_seen;
static bool is_asking_stop;
static enum { STOP_NO, STOP_YES, STOP_LEAVE, STOP_CHOICES } stop_choice;
static bool is_noting;
static struct line_field note;

static void
leave_view(void)
{
	if (view != NULL && view->leave != NULL)
		view->leave(&sitting);
	view = NULL;
	answer_clear(&sitting.answer);
	memset(&sitting.answer, 0, sizeof sitting.answer);
}

static void
note_position(struct console *console)
{
	const struct prompt *prompt = &sitting.prompt;

	console->position[0] = '\0';
	if (prompt->count > 0)
		text_format(
			console->position, sizeof console->position, _("step %u of %u"), prompt->number, prompt->count);
}

static void
set_place(struct console *console, enum place place)
{
	/* Under help the place comes back with the screen. */
	if (console->under != NULL)
		console->under_place = place;
	else
		console->place = place;
}

static enum place
place_of(const struct prompt *prompt)
{
	bool is_back = prompt->kind == PROMPT_ENTER_SHARE && prompt->of.enter.may_show_again;

	if (idle_is_blank())
		return PLACE_IDLE;
	if (prompt->kind == PROMPT_GATE && prompt->of.gate.may_call_another)
		return PLACE_CALL;
	return is_back ? PLACE_BACK_SHARE : view->place;
}

/* Takes the prompt of now and its view. */
static unsigned
take_prompt(struct console *console)
{
	enum outcome outcome;

	leave_view();
	scroll = 0;
	is_asking_stop = is_noting = false;
	sitting.is_text_hidden = false;
	prompt_remark(&sitting, MEANING_NORMAL, "%s", "");
	outcome = ceremony_prompt(sitting.ceremony, &sitting.prompt);
	if (outcome == DONE) {
		view = prompt_view(sitting.prompt.kind);
		idle_begin(view->idle_text);
		set_place(console, place_of(&sitting.prompt));
		note_position(console);
		if (view->enter != NULL)
			outcome = view->enter(&sitting);
	}
	if (outcome != DONE) {
		unsigned reaction = screen_go(console, prompt_origin(&sitting));

		screen_message(console, MEANING_DANGER, "%s", outcome_text(outcome));
		return reaction;
	}
	return REACT_DRAW | (sitting.prompt.kind == PROMPT_GATE ? REACT_FLUSH : 0);
}

static unsigned
enter(struct console *console)
{
	const struct ceremony_kind *kinds;
	enum outcome outcome;

	ceremony_kinds(&kinds);
	world = (struct ceremony_world){
		.token = slots_door(console->settings->slots),
		.iterations = console->settings->iterations,
		.is_rehearsal = console->settings->is_rehearsal,
		.folder = console->settings->folder,
		.version = PACKAGE_VERSION,
		.wants_letter_paper = console->settings->wants_letter_paper,
		.is_keyboard_tried = &console->is_keyboard_tried,
	};
	/* One that goes on keeps the plan in its folder. */
	world.plan = console->resume[0] == '\0' ? console->plan : NULL;
	world.target = console->target;
	if (console->pass.state[0] != '\0')
		world.preflight =
			(struct ceremony_preflight){ console->pass.state, console->pass.red, console->pass.words };
	memset(&sitting, 0, sizeof sitting);
	sitting.console = console;
	text_format(console->title, sizeof console->title, "%s", _(kinds[console->chosen].title));
	outcome = console->resume[0] == '\0' ? kinds[console->chosen].open(&sitting.ceremony, &world)
					     : ceremony_resume(&sitting.ceremony, &world, console->resume);
	if (outcome != DONE) {
		unsigned reaction = screen_go(console, prompt_origin(&sitting));

		screen_message(console, MEANING_DANGER, "%s", outcome_text(outcome));
		return reaction;
	}
	return take_prompt(console);
}

/* The Token screen goes on with the token that the procedure was about, wherever it is now. */
static void
keep_token(struct console *console)
{
	struct chosen_token *token = &console->token;
	struct token_target target;

	if (sitting.ceremony == NULL || !ceremony_target(sitting.ceremony, &target))
		return;
	*token = (struct chosen_token){ .is_chosen = true, .slot = target.slot, .is_awaited = true };
	text_format(token->reader, sizeof token->reader, "%s", target.reader);
	text_format(token->module, sizeof token->module, "%s", target.module);
	text_format(token->serial, sizeof token->serial, "%s", target.serial);
}

static void
leave(struct console *console)
{
	leave_view();
	keep_token(console);
	ceremony_free(&sitting.ceremony);
}

static unsigned
answer(struct console *console, unsigned reaction)
{
	enum outcome outcome = ceremony_answer(sitting.ceremony, &sitting.answer);

	reaction |= take_prompt(console);
	if (outcome == FAIL_USAGE || outcome == FAIL_INTERNAL)
		screen_message(console, MEANING_DANGER, "%s", outcome_text(outcome));
	return reaction & ~(unsigned)REACT_ANSWER;
}

static int
stop_choices(void)
{
	return sitting.prompt.may_leave ? STOP_CHOICES : STOP_LEAVE;
}

static void
draw_stop_question(struct area area)
{
	static const char *const choices[STOP_CHOICES] = {
		[STOP_NO] = N_("No, go on with the ceremony"),
		[STOP_YES] = N_("Yes, stop here"),
		[STOP_LEAVE] = N_("Leave it for now: it can be gone on with another day"),
	};
	struct area inside = paint_panel(area, _("Stop here?"), MEANING_WARNING);

	inside.row += 1 + paint_wrapped(inside, 0, MEANING_NORMAL, sitting.prompt.stop_text);
	if (sitting.prompt.may_leave)
		inside.row +=
			1 + paint_wrapped(inside, 0, MEANING_MUTED,
				    _("If you only leave it, everything confirmed counts when it is gone on with; "
				      "secrets are never stored, and are typed once more."));
	for (int i = 0; i < stop_choices(); i++) {
		bool is_selected = (int)stop_choice == i;

		if (is_selected)
			paint_glyph(inside.row + i, inside.column, MEANING_ACCENT, GLYPH_SELECTED);
		paint_text(inside.row + i, inside.column + 2, inside.columns - 2,
			is_selected ? MEANING_SELECTED : MEANING_NORMAL, _(choices[i]));
	}
}

static unsigned
stop_key(struct console *console, const struct press *press)
{
	switch (press->request) {
	case REQUEST_UP:
	case REQUEST_DOWN:
		stop_choice = (stop_choice + (press->request == REQUEST_DOWN ? 1 : stop_choices() - 1)) %
			      (unsigned)stop_choices();
		return REACT_DRAW;
	case REQUEST_BACK:
		stop_choice = STOP_NO;
		break;
	case REQUEST_ACCEPT:
		break;
	default:
		return REACT_UNKNOWN;
	}
	is_asking_stop = false;
	console->place = place_of(&sitting.prompt);
	if (stop_choice == STOP_NO)
		return REACT_DRAW | REACT_FLUSH;
	if (stop_choice == STOP_LEAVE)
		return screen_go(console, prompt_origin(&sitting));
	return answer(console, prompt_answer(&sitting, ANSWER_STOP));
}

static unsigned
ask_stop(struct console *console)
{
	if (sitting.prompt.kind == PROMPT_WORK && !sitting.prompt.of.work.may_stop) {
		screen_message(
			console, MEANING_WARNING, "%s", _("This cannot be stopped half-way. Please wait for its end."));
		return REACT_DRAW;
	}
	if (view->cover != NULL)
		view->cover(&sitting);
	is_asking_stop = true;
	stop_choice = STOP_NO;
	console->place = PLACE_STOP;
	/* An escape in the middle of what is pasted: the rest of it answers nothing. */
	return REACT_DRAW | REACT_FLUSH;
}

static void
draw_note(struct area area)
{
	struct area inside = paint_panel(area, _("A note for the record"), MEANING_BORDER);

	inside.row +=
		1 + paint_wrapped(inside, 0, MEANING_NORMAL,
			    _("What was different, who came or left, what somebody wants to have on record: in your "
			      "own words, never a secret. It stands in the record with the time and this step."));
	line_draw(&note, inside.row, inside.column, inside.columns);
}

static unsigned
begin_note(struct console *console)
{
	if (view->cover != NULL)
		view->cover(&sitting);
	line_open(&note, "", LIMIT_TEXT_INPUT - 1);
	is_noting = true;
	console->place = PLACE_NOTE;
	return REACT_DRAW;
}

/* The prompt stays as it is, with what was typed into it. */
static unsigned
take_note(struct console *console)
{
	struct answer given = { .kind = ANSWER_NOTE };
	enum outcome outcome;

	text_format(given.text, sizeof given.text, "%s", note.text);
	outcome = ceremony_answer(sitting.ceremony, &given);
	if (outcome != DONE) {
		screen_message(console, MEANING_WARNING, "%s", outcome_text(outcome));
		return REACT_DRAW;
	}
	is_noting = false;
	console->place = place_of(&sitting.prompt);
	/* A record that takes no line ends the ceremony. */
	if (ceremony_prompt(sitting.ceremony, &sitting.prompt) == DONE && sitting.prompt.kind == PROMPT_FAILED)
		return take_prompt(console);
	screen_message(console, MEANING_GOOD, "%s", _("The note is kept for the record."));
	return REACT_DRAW;
}

static unsigned
note_key(struct console *console, const struct press *press)
{
	if (press->request == REQUEST_BACK) {
		is_noting = false;
		console->place = place_of(&sitting.prompt);
		return REACT_DRAW;
	}
	if (press->request == REQUEST_ACCEPT)
		return take_note(console);
	switch (line_key(&note, press)) {
	case LINE_TAKEN:
		return REACT_DRAW;
	case LINE_FULL:
		screen_message(console, MEANING_WARNING, "%s", _("No more fits into one note; write another one."));
		return REACT_DRAW;
	default:
		return REACT_UNKNOWN;
	}
}

/* What stands under the text: nothing of it may be cut, so it is measured first and the text has the rest. */
static int
view_rows(int columns)
{
	return view->rows == NULL ? view->rows_fixed : view->rows(&sitting, columns);
}

static int
draw_verdict(struct area area)
{
	const struct prompt *prompt = &sitting.prompt;
	struct area text = { area.row, area.column + 2, area.rows, area.columns - 2 };
	int rows;

	if (prompt->verdict == DONE)
		return 0;
	paint_glyph(area.row, area.column, MEANING_DANGER, GLYPH_WRONG);
	rows = paint_wrapped(text, 0, MEANING_DANGER,
		prompt->verdict_text[0] != '\0' ? prompt->verdict_text : outcome_text(prompt->verdict));
	return rows + 1;
}

static int
draw_remark(struct area area)
{
	static const enum glyph glyphs[MEANING_COUNT] = {
		[MEANING_GOOD] = GLYPH_RIGHT, [MEANING_DANGER] = GLYPH_WRONG, [MEANING_WARNING] = GLYPH_WARNING
	};
	enum meaning meaning = sitting.remark_meaning;

	if (sitting.remark[0] == '\0')
		return 0;
	if (glyphs[meaning] != 0)
		paint_glyph(area.row, area.column, meaning, glyphs[meaning]);
	return paint_wrapped(
		(struct area){ area.row, area.column + 2, area.rows, area.columns - 2 }, 0, meaning, sitting.remark);
}

/* The text as it is drawn: an empty line between paragraphs where the screen has the rows for it. */
static char spaced[PROMPT_TEXT_SIZE + 64];

static void
space_out(const char *text, int columns, int rows)
{
	spaced[0] = '\0';
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		text_append(spaced, sizeof spaced, "%s%.*s", spaced[0] == '\0' ? "" : "\n\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
	if (rows_count(spaced, columns) > rows)
		text_format(spaced, sizeof spaced, "%s", sitting.prompt.text);
}

static void
draw(struct console *console, struct area area)
{
	const struct prompt *prompt = &sitting.prompt;
	struct area inside, text;
	int wanted, remark;

	(void)console;
	if (view == NULL)
		return;
	if (is_noting) {
		draw_note(area);
		return;
	}
	if (is_asking_stop) {
		draw_stop_question(area);
		return;
	}
	if (idle_is_blank()) {
		idle_draw(area);
		return;
	}
	if (sitting.is_text_hidden) {
		/* A sheet is as wide as the smallest screen: no room for a frame. */
		view->draw(&sitting, area);
		return;
	}
	inside = paint_panel(area, prompt->title,
		prompt->is_alarm                 ? MEANING_DANGER
		: prompt->kind == PROMPT_CONFIRM ? MEANING_WARNING
						 : MEANING_BORDER);
	if (prompt->small[0] != '\0')
		paint_text(inside.row + --inside.rows, inside.column, inside.columns, MEANING_MUTED, prompt->small);
	wanted = draw_verdict(inside);
	inside.row += wanted;
	inside.rows -= wanted;
	remark = sitting.remark[0] == '\0' ? 0 : rows_count(sitting.remark, inside.columns - 2) + 1;
	text = inside;
	wanted = view_rows(inside.columns) + remark;
	space_out(prompt->text, inside.columns, text.rows - wanted - 1);
	rows_all = rows_count(spaced, inside.columns);
	if (view->rows_least > 0 && text.rows - wanted - 1 < rows_all)
		wanted = text.rows - rows_all - 1 > view->rows_least + remark ? text.rows - rows_all - 1
									      : view->rows_least + remark;
	if (text.rows - wanted - 1 < rows_all)
		text.rows = text.rows - wanted - 2;
	if (text.rows < 1)
		text.rows = 1;
	rows_seen = text.rows < rows_all ? text.rows : rows_all;
	if (scroll > rows_all - rows_seen)
		scroll = rows_all - rows_seen;
	paint_wrapped(text, scroll, prompt->is_alarm ? MEANING_DANGER : MEANING_NORMAL, spaced);
	inside.rows -= rows_seen + 1;
	inside.row += rows_seen + 1;
	if (rows_seen < rows_all) {
		paint_text(inside.row - 1, inside.column, inside.columns, MEANING_ACCENT,
			scroll + rows_seen < rows_all ? _("-- PgDn: there is more to read --")
						      : _("-- PgUp: the beginning --"));
		inside.row++;
		inside.rows--;
	}
	/* The remark stands right under the field that it is about. */
	wanted = view_rows(inside.columns);
	if (wanted > inside.rows - remark)
		wanted = inside.rows - remark;
	draw_remark((struct area){ inside.row + wanted + 1, inside.column, remark, inside.columns });
	inside.rows -= remark;
	if (view->draw != NULL && inside.rows > 0)
		view->draw(&sitting, inside);
}

/* The time without a key is over. */
static unsigned
blank(struct console *console)
{
	if (view->cover != NULL)
		view->cover(&sitting);
	if (view->idle != NULL)
		view->idle(&sitting);
	set_place(console, PLACE_IDLE);
	return REACT_DRAW | REACT_FLUSH;
}

static unsigned
idle_key(struct console *console, const struct press *press)
{
	switch (press->request) {
	case REQUEST_ACCEPT:
		idle_end();
		console->place = place_of(&sitting.prompt);
		if (view->back != NULL)
			view->back(&sitting);
		return REACT_DRAW | REACT_FLUSH;
	case REQUEST_HELP:
		return screen_cover_with_help(console);
	case REQUEST_BACK:
		return ask_stop(console);
	default:
		return REACT_UNKNOWN;
	}
}

/* The ceremony goes on under it. */
static unsigned
show_record(struct console *console)
{
	if (ceremony_record_path(sitting.ceremony, console->record))
		return screen_cover(console, &screen_journal);
	screen_message(console, MEANING_WARNING, "%s",
		_("There is no record yet: it begins when the ceremony's folder is chosen, with all that was done "
		  "before."));
	return REACT_DRAW;
}

static unsigned
key(struct console *console, const struct press *press)
{
	unsigned reaction;

	idle_set_back();
	if (is_asking_stop)
		return stop_key(console, press);
	if (is_noting)
		return note_key(console, press);
	if (idle_is_blank())
		return idle_key(console, press);
	if (press->request == REQUEST_NOTE)
		return begin_note(console);
	if (press->request == REQUEST_PAUSE)
		return answer(console, prompt_answer(&sitting, ANSWER_PAUSE) | REACT_FLUSH);
	if (press->request == REQUEST_JOURNAL)
		return show_record(console);
	if (press->request == REQUEST_HELP)
		return screen_cover_with_help(console);
	if (press->request == REQUEST_BACK && console->place != PLACE_PREVIEW && console->place != PLACE_PATH &&
		console->place != PLACE_DRIVES && console->place != PLACE_END)
		return ask_stop(console);
	reaction = view->key(&sitting, press);
	if (reaction & REACT_UNKNOWN && keys_scroll(press, rows_seen, rows_all, &scroll))
		return REACT_DRAW;
	return reaction & REACT_ANSWER ? answer(console, reaction) : reaction;
}

static unsigned
tick(struct console *console, bool slots_changed)
{
	unsigned reaction = REACT_NOTHING;

	if (view == NULL)
		return REACT_NOTHING;
	if (ceremony_advance(sitting.ceremony) || sitting.prompt.kind == PROMPT_WORK) {
		struct prompt next;

		if (sitting.prompt.kind == PROMPT_WORK && ceremony_prompt(sitting.ceremony, &next) == DONE &&
			next.kind == PROMPT_WORK && strcmp(next.step, sitting.prompt.step) == 0) {
			/* The same work, further on: the view keeps its count of the time. */
			sitting.prompt = next;
			note_position(console);
			reaction |= REACT_DRAW;
		} else {
			return take_prompt(console);
		}
	}
	if (!is_asking_stop && !is_noting && idle_tick())
		return reaction | blank(console);
	if (view->tick != NULL)
		reaction |= view->tick(&sitting, slots_changed);
	return reaction & REACT_ANSWER && !is_asking_stop && !is_noting ? answer(console, reaction)
									: reaction & ~(unsigned)REACT_ANSWER;
}

static int
wait_ms(const struct console *console)
{
	int own = view == NULL || view->wait_ms == NULL ? -1 : view->wait_ms(&sitting);
	int64_t idle = is_asking_stop || is_noting ? -1 : idle_left_ms();

	(void)console;
	return idle >= 0 && (own < 0 || idle < own) ? (int)idle : own;
}

static size_t
descriptors(const struct console *console, struct pollfd *ret, size_t most)
{
	size_t count = ceremony_descriptors(sitting.ceremony, ret, most);

	(void)console;
	if (view != NULL && view->descriptors != NULL)
		count += view->descriptors(&sitting, ret + count, most - count);
	return count;
}

static void
cover(struct console *console)
{
	(void)console;
	if (view != NULL && view->cover != NULL)
		view->cover(&sitting);
}

static const char *
explain(const struct console *console)
{
	(void)console;
	return view == NULL ? NULL : view->help;
}

const struct screen screen_ceremony = {
	.name = "ceremony",
	.help = N_("A ceremony is being held."),
	.enter = enter,
	.leave = leave,
	.draw = draw,
	.key = key,
	.tick = tick,
	.wait_ms = wait_ms,
	.descriptors = descriptors,
	.cover = cover,
	.explain = explain,
	.is_watching = true,
};
