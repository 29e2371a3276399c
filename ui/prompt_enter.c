/* A custodian types a share, masked; what is wrong is said while it is typed, and where. */
#include "mask.h"
#include "prompt.h"

#include <ctype.h>
#include <quorate/share_text.h>
#include <quorate/text.h>
#include <quorate/tongue.h>
#include <string.h>

#define LABEL_COLUMNS 15

enum field { FIELD_PRIME, FIELD_ID, FIELD_VALUE, FIELD_WORD, FIELD_COUNT };

static struct {
	struct mask masks[FIELD_COUNT];
	bool is_asked[FIELD_COUNT];
	enum field at;
	bool is_right; /* the check word fits everything above it */
} self;

static bool
takes_hex(int character)
{
	return isxdigit(character) != 0;
}

static bool
takes_word(int character)
{
	return share_text_takes(CHECK_ITSELF, character);
}

static bool
skips(int character)
{
	return character == ' ' || character == ':' || character == '-';
}

static const struct {
	const char *label;
	size_t most;
	unsigned group;
	bool (*takes)(int);
	enum check_field check;
} fields[] = {
	[FIELD_PRIME] = { N_("Prime"), 16, 4, takes_hex, CHECK_PRIME },
	[FIELD_ID] = { N_("Share ID"), 3, 0, takes_hex, CHECK_ID },
	[FIELD_VALUE] = { N_("Share value"), 16, 4, takes_hex, CHECK_VALUE },
	[FIELD_WORD] = { N_("Check word"), CHECK_WORD_LENGTH, 0, takes_word, CHECK_ITSELF },
};

static enum field
neighbour(enum field from, int step)
{
	int at = (int)from + step;

	while (at >= 0 && at < FIELD_COUNT && !self.is_asked[at])
		at += step;
	return at < 0 || at >= FIELD_COUNT ? from : (enum field)at;
}

/* The digit of a field as it was typed: leading zeros may be missing there. 0 if the digit is one of those. */
static unsigned
typed_digit(enum field field, unsigned digit)
{
	size_t size = self.masks[field].text->size, most = self.masks[field].most;
	unsigned missing = field != FIELD_WORD && size > 0 && size < most ? (unsigned)(most - size) : 0;

	return digit > missing && digit <= most ? digit - missing : 0;
}

/* A place as the check word counts it becomes a mark. The ID is two hex digits there and decimal here: all of it is
 * marked. */
static void
mark(const struct check_place *place)
{
	for (enum field field = 0; field < FIELD_COUNT; field++) {
		struct mask *mask = &self.masks[field];

		if (fields[field].check != place->field || !self.is_asked[field])
			continue;
		if (field == FIELD_ID)
			mask->marks = 7;
		else if (typed_digit(field, place->digit) > 0)
			mask->marks |= UINT64_C(1) << (typed_digit(field, place->digit) - 1);
	}
}

static void
leave(struct sitting *sitting)
{
	(void)sitting;
	for (enum field field = 0; field < FIELD_COUNT; field++)
		mask_close(&self.masks[field]);
	memset(&self, 0, sizeof self);
}

static enum outcome
enter(struct sitting *sitting)
{
	const struct check_verdict *where = &sitting->prompt.of.enter.where;
	enum outcome outcome = DONE;

	self.is_asked[FIELD_PRIME] = sitting->prompt.of.enter.prime == NULL;
	self.is_asked[FIELD_ID] = sitting->prompt.of.enter.id == 0;
	self.is_asked[FIELD_VALUE] = self.is_asked[FIELD_WORD] = true;
	for (enum field field = 0; field < FIELD_COUNT && outcome == DONE; field++) {
		outcome = mask_open(&self.masks[field], fields[field].most, fields[field].group);
		self.masks[field].takes = fields[field].takes;
		self.masks[field].skips = skips;
	}
	if (outcome != DONE) {
		leave(sitting);
		return outcome;
	}
	for (unsigned i = 0; i < where->count && i < 2; i++)
		mark(&where->places[i]);
	self.at = self.is_asked[FIELD_PRIME] ? FIELD_PRIME : neighbour(FIELD_PRIME, 1);
	return DONE;
}

static int
rows(const struct sitting *sitting, int columns)
{
	(void)sitting;
	(void)columns;
	return 2 * FIELD_COUNT - 1;
}

static void
draw_field(const struct sitting *sitting, enum field field, struct area area)
{
	const struct mask *mask = &self.masks[field];
	bool is_here = field == self.at;
	char text[64];

	if (is_here)
		paint_glyph(area.row, area.column - 1, MEANING_ACCENT, GLYPH_SELECTED);
	paint_text(area.row, area.column + 1, LABEL_COLUMNS - 2, is_here ? MEANING_ACCENT : MEANING_NORMAL,
		_(fields[field].label));
	area.column += LABEL_COLUMNS;
	if (!self.is_asked[field]) {
		if (field == FIELD_ID)
			text_format(text, sizeof text, "%u", sitting->prompt.of.enter.id);
		else
			text_format(text, sizeof text, "%s", _("known already: it is the same for everybody"));
		paint_text(area.row, area.column, area.columns - LABEL_COLUMNS, MEANING_MUTED, text);
		return;
	}
	mask_draw(mask, area.row, area.column, false);
	if (is_here && mask->cursor < mask->most)
		text_format(text, sizeof text, field == FIELD_WORD ? _("character %zu of %zu") : _("digit %zu of %zu"),
			mask->cursor + 1, mask->most);
	else if (mask->text->size == mask->most)
		text_format(text, sizeof text, "%s", _("complete"));
	else if (field == FIELD_WORD && !sitting->prompt.of.enter.wants_check_word)
		text_format(text, sizeof text, "%s", _("may be left empty, if the sheet has none"));
	else
		return;
	paint_text(area.row, area.column + mask_columns(mask) + 4,
		area.columns - LABEL_COLUMNS - mask_columns(mask) - 4, MEANING_MUTED, text);
}

static void
draw(struct sitting *sitting, struct area area)
{
	for (enum field field = 0; field < FIELD_COUNT; field++)
		draw_field(sitting, field,
			(struct area){ area.row + 2 * (int)field, area.column + 1, 1, area.columns - 1 });
	/* Last, so that the cursor stays there. */
	mask_draw(&self.masks[self.at], area.row + 2 * (int)self.at, area.column + 1 + LABEL_COLUMNS, true);
}

/* The ID as it is known or typed; 0 if it is not one yet. */
static unsigned
id_now(const struct sitting *sitting)
{
	const struct secret *text = self.masks[FIELD_ID].text;
	unsigned id;

	if (sitting->prompt.of.enter.id != 0)
		return sitting->prompt.of.enter.id;
	return share_text_read_id((const char *)text->bytes, text->size, &id) == DONE ? id : 0;
}

static void
point_at(struct sitting *sitting, const struct check_verdict *verdict)
{
	char where[256] = "";

	for (unsigned i = 0; i < verdict->count && i < 2; i++) {
		const struct check_place *place = &verdict->places[i];

		mark(place);
		for (enum field field = 0; field < FIELD_COUNT; field++)
			if (fields[field].check == place->field) {
				unsigned digit = field == FIELD_ID ? 0 : typed_digit(field, place->digit);

				text_append(where, sizeof where, "%s%s", where[0] == '\0' ? "" : "; ",
					_(fields[field].label));
				if (digit > 0)
					text_append(where, sizeof where,
						field == FIELD_WORD ? _(", character %u") : _(", digit %u"), digit);
			}
	}
	if (where[0] == '\0')
		prompt_remark(sitting, MEANING_DANGER, "%s", outcome_text(FAIL_CHECK_WORD));
	else
		prompt_remark(
			sitting, MEANING_DANGER, _("Probably wrong here: %s. Compare it with your sheet."), where);
}

static void
unmark_all(void)
{
	for (enum field field = 0; field < FIELD_COUNT; field++)
		self.masks[field].marks = 0;
}

/* Whether a field has as many characters as one that is written in full. */
static bool
is_full(enum field field)
{
	return self.masks[field].text->size == self.masks[field].most;
}

/*
 * What can be said of what stands there. is_final: the custodian says that it is all, so a short value counts as
 * complete. DONE, or the first thing that is wrong, remarked.
 */
static enum outcome
judge(struct sitting *sitting, bool is_final)
{
	struct secret *prime = NULL, *value = NULL;
	const struct secret *base = sitting->prompt.of.enter.prime;
	struct check_verdict verdict;
	enum outcome outcome = DONE;
	unsigned id = id_now(sitting);

	self.is_right = false;
	prompt_remark(sitting, MEANING_NORMAL, "%s", "");
	if (self.is_asked[FIELD_PRIME] && (is_final || is_full(FIELD_PRIME))) {
		if ((outcome = share_text_read_prime(self.masks[FIELD_PRIME].text, &prime)) != DONE ||
			(outcome = shamir_check_prime(prime)) != DONE)
			goto out;
		base = prime;
	}
	if (is_final && id == 0) {
		outcome = share_text_read_id(
			(const char *)self.masks[FIELD_ID].text->bytes, self.masks[FIELD_ID].text->size, &id);
		goto out;
	}
	if (is_final || is_full(FIELD_VALUE)) {
		if ((outcome = share_text_read_value(self.masks[FIELD_VALUE].text, &value)) != DONE)
			goto out;
		if (base != NULL && (outcome = shamir_check_value(base, value)) != DONE)
			goto out;
	}
	if (is_final && !is_full(FIELD_WORD) &&
		(sitting->prompt.of.enter.wants_check_word || self.masks[FIELD_WORD].text->size > 0)) {
		outcome = FAIL_CHECK_WORD_LENGTH;
		goto out;
	}
	if (is_full(FIELD_WORD) && base != NULL && value != NULL && id != 0) {
		unmark_all();
		outcome = check_word_verify(base, id, value, self.masks[FIELD_WORD].text, &verdict);
		if (outcome == FAIL_CHECK_WORD) {
			point_at(sitting, &verdict);
			goto told;
		}
		self.is_right = outcome == DONE;
		if (self.is_right)
			prompt_remark(sitting, MEANING_GOOD, "%s", _("Right: the check word fits. Enter goes on."));
	}
out:
	if (outcome != DONE)
		prompt_remark(sitting, MEANING_DANGER, "%s", outcome_text(outcome));
told:
	secret_free(&prime);
	secret_free(&value);
	return outcome;
}

static unsigned
send(struct sitting *sitting)
{
	struct mask *id = &self.masks[FIELD_ID];

	if (judge(sitting, true) != DONE)
		return REACT_DRAW;
	if (self.is_asked[FIELD_PRIME])
		sitting->answer.share.prime = secret_move(&self.masks[FIELD_PRIME].text);
	sitting->answer.share.value = secret_move(&self.masks[FIELD_VALUE].text);
	if (self.masks[FIELD_WORD].text->size > 0)
		sitting->answer.share.check_word = secret_move(&self.masks[FIELD_WORD].text);
	for (size_t i = 0; self.is_asked[FIELD_ID] && i < id->text->size; i++)
		sitting->answer.share.id[i] = (char)id->text->bytes[i];
	return prompt_answer(sitting, ANSWER_SHARE);
}

static void
go(enum field to)
{
	mask_hide(&self.masks[self.at]);
	self.at = to;
}

static unsigned
key(struct sitting *sitting, const struct press *press)
{
	switch (press->request) {
	case REQUEST_ACCEPT:
		if (self.at == FIELD_WORD)
			return send(sitting);
		go(neighbour(self.at, 1));
		judge(sitting, false);
		return REACT_DRAW;
	case REQUEST_DOWN:
		go(neighbour(self.at, 1));
		return REACT_DRAW;
	case REQUEST_UP:
		go(neighbour(self.at, -1));
		return REACT_DRAW;
	case REQUEST_SHOW_AGAIN:
		return prompt_answer(sitting, ANSWER_AGAIN) | REACT_FLUSH;
	default:
		break;
	}
	switch (mask_key(&self.masks[self.at], press)) {
	case MASK_TAKEN:
		if (press->request != REQUEST_REVEAL && press->request != REQUEST_LEFT &&
			press->request != REQUEST_RIGHT && press->request != REQUEST_HOME &&
			press->request != REQUEST_END)
			judge(sitting, false);
		return REACT_DRAW;
	case MASK_FULL:
		prompt_remark(sitting, MEANING_WARNING, "%s", _("This field is complete. Enter goes to the next one."));
		return REACT_DRAW;
	case MASK_CLOSED:
		prompt_remark(sitting, MEANING_WARNING, "%s",
			_("What was typed here before the screen was left alone is not revealed. Ctrl-U empties the "
			  "field."));
		return REACT_DRAW;
	case MASK_REFUSED:
		prompt_remark(sitting, MEANING_WARNING, "%s",
			self.at == FIELD_WORD ? _("A check word has letters and digits, but never a b.")
			: self.at == FIELD_ID ? outcome_text(FAIL_SHARE_ID)
					      : outcome_text(FAIL_HEX));
		return REACT_DRAW;
	default:
		return REACT_UNKNOWN;
	}
}

static unsigned
tick(struct sitting *sitting, bool slots_changed)
{
	(void)sitting;
	(void)slots_changed;
	return mask_tick(&self.masks[self.at]) ? REACT_DRAW : REACT_NOTHING;
}

static int
wait_ms(const struct sitting *sitting)
{
	(void)sitting;
	return mask_timeout(&self.masks[self.at]);
}

/* Who went away does not want to come back to a screen on which others have looked at what was typed. */
static void
idle(struct sitting *sitting)
{
	(void)sitting;
	for (enum field field = 0; field < FIELD_COUNT; field++)
		mask_close_reveal(&self.masks[field]);
}

static void
cover(struct sitting *sitting)
{
	(void)sitting;
	mask_hide(&self.masks[self.at]);
}

const struct prompt_view prompt_enter = {
	.place = PLACE_SHARE,
	.help = N_("Type the share from your sheet. What you type is hidden, each character shows as a dot; blanks "
		   "between the groups "
		   "need not be typed. Enter, Tab or Down goes to the next field, Up to the one before.\n"
		   "\n"
		   "The check word tells at once whether everything is right. If not, the places that are probably "
		   "wrong are "
		   "marked: go there with Left and Right and type the right character over it. F2 shows the field for "
		   "five "
		   "seconds: look around first. After three minutes without a key the screen goes back to a gate; "
		   "what was typed is kept.\n"
		   "\n"
		   "Right after a share was shown, F3 shows it once more."),
	.enter = enter,
	.leave = leave,
	.rows = rows,
	.draw = draw,
	.key = key,
	.tick = tick,
	.wait_ms = wait_ms,
	.cover = cover,
	.idle_text =
		N_("What was typed of the share is kept, hidden, and can be gone on with; but it is not revealed any "
		   "more."),
	.idle = idle,
};
