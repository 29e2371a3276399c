#include "mask.h"

#include <curses.h>
#include <openssl/crypto.h>
#include <quorate/clock.h>
#include <quorate/limits.h>
#include <string.h>

enum outcome
mask_open(struct mask *mask, size_t most, unsigned group)
{
	*mask = (struct mask){ .most = most, .group = group };
	return secret_new(&mask->text, most);
}

void
mask_close(struct mask *mask)
{
	secret_free(&mask->text);
	*mask = (struct mask){ 0 };
}

static bool
is_full(const struct mask *mask)
{
	return mask->text->size >= mask->most || mask->text->size >= mask->text->capacity;
}

/* Marks are for shares, which are short. */
static void
unmark(struct mask *mask, size_t from)
{
	if (from < MASK_MARKS)
		mask->marks &= (UINT64_C(1) << from) - 1;
}

static void
unmark_one(struct mask *mask, size_t at)
{
	if (at < MASK_MARKS)
		mask->marks &= ~(UINT64_C(1) << at);
}

/* Takes the character at a place out; what stands behind it moves up. */
static void
take_out(struct mask *mask, size_t at)
{
	struct secret *text = mask->text;

	memmove(text->bytes + at, text->bytes + at + 1, text->size - at - 1);
	secret_pop(text);
	unmark(mask, at);
}

static enum mask_result
put(struct mask *mask, uint32_t character)
{
	struct secret *text = mask->text;

	if (character < 0x20 || character > 0x7e)
		return MASK_REFUSED;
	if (mask->skips != NULL && mask->skips((int)character))
		return MASK_TAKEN;
	if (mask->takes != NULL && !mask->takes((int)character))
		return MASK_REFUSED;
	if (mask->cursor < text->size && is_full(mask)) {
		text->bytes[mask->cursor] = (uint8_t)character;
		unmark_one(mask, mask->cursor);
	} else {
		if (is_full(mask) || !secret_push(text, (uint8_t)character))
			return MASK_FULL;
		memmove(text->bytes + mask->cursor + 1, text->bytes + mask->cursor, text->size - 1 - mask->cursor);
		text->bytes[mask->cursor] = (uint8_t)character;
		if (mask->cursor + 1 < text->size)
			unmark(mask, mask->cursor);
		else
			unmark_one(mask, mask->cursor);
	}
	mask->cursor++;
	return MASK_TAKEN;
}

enum mask_result
mask_key(struct mask *mask, const struct press *press)
{
	bool was_revealed = mask_hide(mask);

	switch (press->request) {
	case REQUEST_REVEAL:
		if (mask->is_closed)
			return MASK_CLOSED;
		mask->is_revealed = !was_revealed;
		mask->hide_at = clock_steady_ms() + LIMIT_REVEAL_SECONDS * 1000;
		return MASK_TAKEN;
	case REQUEST_ERASE:
		if (mask->cursor > 0)
			take_out(mask, --mask->cursor);
		return MASK_TAKEN;
	case REQUEST_DELETE:
		if (mask->cursor < mask->text->size)
			take_out(mask, mask->cursor);
		return MASK_TAKEN;
	case REQUEST_CLEAR:
		secret_clear(mask->text);
		mask->is_closed = false;
		mask->cursor = 0;
		mask->marks = 0;
		return MASK_TAKEN;
	case REQUEST_LEFT:
		mask->cursor -= mask->cursor > 0;
		return MASK_TAKEN;
	case REQUEST_RIGHT:
		mask->cursor += mask->cursor < mask->text->size;
		return MASK_TAKEN;
	case REQUEST_HOME:
		mask->cursor = 0;
		return MASK_TAKEN;
	case REQUEST_END:
		mask->cursor = mask->text->size;
		return MASK_TAKEN;
	default:
		return press->character != 0 ? put(mask, press->character) : MASK_UNKNOWN;
	}
}

void
mask_close_reveal(struct mask *mask)
{
	mask_hide(mask);
	mask->is_closed = mask->text->size > 0;
}

bool
mask_hide(struct mask *mask)
{
	bool was_revealed = mask->is_revealed;

	mask->is_revealed = false;
	return was_revealed;
}

bool
mask_tick(struct mask *mask)
{
	return mask->is_revealed && clock_steady_ms() >= mask->hide_at && mask_hide(mask);
}

int
mask_timeout(const struct mask *mask)
{
	int64_t left = mask->hide_at - clock_steady_ms();

	return !mask->is_revealed ? -1 : left < 0 ? 0 : (int)left;
}

static int
place_of(const struct mask *mask, size_t at)
{
	return (int)(at + (mask->group > 0 ? at / mask->group : 0));
}

int
mask_columns(const struct mask *mask)
{
	return place_of(mask, mask->most - 1) + 1;
}

/* How many characters fit the width, whole groups of them. */
static size_t
count_shown(const struct mask *mask)
{
	size_t shown = mask->most;

	if (mask->width == 0 || mask_columns(mask) <= mask->width)
		return shown;
	while (shown > 1 && place_of(mask, shown - 1) + 1 > mask->width)
		shown--;
	return mask->group > 0 && shown > mask->group ? shown - shown % mask->group : shown;
}

/* The first one that is seen: the cursor always is, and groups stay whole. */
static size_t
first_shown(const struct mask *mask, size_t shown)
{
	size_t at = mask->cursor < mask->most ? mask->cursor : mask->most - 1, step = mask->group > 0 ? mask->group : 1;

	return at < shown ? 0 : (at - shown) / step * step + step;
}

void
mask_draw(const struct mask *mask, int row, int column, bool has_cursor)
{
	size_t shown = count_shown(mask), first = first_shown(mask, shown);

	for (size_t i = first; i < first + shown && i < mask->most; i++) {
		int here = column + place_of(mask, i - first);
		enum meaning meaning = i < MASK_MARKS && mask->marks >> i & 1 ? MEANING_ALARM : MEANING_FIELD;

		if (i >= mask->text->size)
			paint_text(row, here, 1, meaning, "_");
		else if (mask->is_revealed)
			paint_secret(row, here, meaning, mask->text, i);
		else
			paint_glyph(row, here, meaning, GLYPH_MASKED);
	}
	if (has_cursor) {
		size_t at = mask->cursor < mask->most ? mask->cursor : mask->most - 1;

		move(row, column + place_of(mask, at - first) + (mask->cursor == mask->most));
		curs_set(1);
	}
}
