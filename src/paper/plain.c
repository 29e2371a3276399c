#include <quorate/sheet.h>

#include <quorate/text.h>
#include <quorate/tongue.h>
#include <quorate/wrap.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 80
#define LABEL_COLUMNS 22
#define BOX_COLUMNS 3
#define STEP_COLUMNS 43

static void
repeat(FILE *out, char character, size_t count)
{
	while (count-- > 0)
		fputc(character, out);
}

static void
put_wrapped(FILE *out, const char *text, size_t width)
{
	struct wrap wrap = { .measure = wrap_columns, .width = (double)width };

	while (wrap_next(&wrap, &text))
		fprintf(out, "%.*s\n", (int)wrap.length, wrap.line);
}

/* Label and text side by side; blank: what stands on the first line where there is no text. */
static void
put_columns(FILE *out, const struct sheet_block *block, const char *blank)
{
	struct wrap left = { .measure = wrap_columns, .width = LABEL_COLUMNS - 2 };
	struct wrap right = { .measure = wrap_columns, .width = COLUMNS - LABEL_COLUMNS };
	const char *label = block->label, *text = *block->text == '\0' ? blank : block->text;

	for (;;) {
		bool has_left = wrap_next(&left, &label), has_right = wrap_next(&right, &text);
		size_t used = 0;

		if (!has_left && !has_right)
			break;
		if (has_left) {
			fprintf(out, "%.*s", (int)left.length, left.line);
			used = text_columns_of(left.line, left.length);
		}
		if (has_right) {
			repeat(out, ' ', LABEL_COLUMNS - used);
			fprintf(out, "%.*s", (int)right.length, right.line);
		}
		fputc('\n', out);
	}
}

static void
put_field(FILE *out, const struct sheet_block *block)
{
	char blank[COLUMNS - LABEL_COLUMNS + 1];

	memset(blank, '_', sizeof blank - 1);
	blank[sizeof blank - 1] = '\0';
	put_columns(out, block, blank);
	if (*block->text == '\0')
		fputc('\n', out);
}

/* A box to tick, the number, what is done, and beside its first line room for time and initials. */
static void
put_step(FILE *out, const struct sheet_block *block)
{
	struct wrap wrap = { .measure = wrap_columns, .width = STEP_COLUMNS };
	const char *text = block->text, *room = _("Time ______ Initials _____");
	bool is_first = true;

	while (wrap_next(&wrap, &text) || is_first) {
		size_t used = text_columns_of(wrap.line, wrap.length);

		fprintf(out, is_first ? "[ ] %4s  %.*s" : "%10s%.*s", is_first ? block->label : "", (int)wrap.length,
			wrap.line);
		if (is_first) {
			repeat(out, ' ', STEP_COLUMNS + 1 - used);
			fputs(room, out);
		}
		fputc('\n', out);
		is_first = false;
	}
	fputc('\n', out);
}

static void
put_sign(FILE *out, const struct sheet_block *block)
{
	put_wrapped(out, block->label, COLUMNS);
	fprintf(out, "\n  %s\n\n", _("Name _____________________ Signature ______________________ Date ____________"));
}

static void
put_box(FILE *out, const struct secret *filling, unsigned number)
{
	/* One character at a time: printf would leave copies of its own. */
	fputc('[', out);
	fputc(filling != NULL && number < filling->size ? filling->bytes[number] : '_', out);
	fputc(']', out);
}

/* The label, above each group the number of its first box, and the boxes; groups that do not fit go on below. */
static void
put_boxes(FILE *out, const struct sheet_block *block, const struct secret *filling)
{
	unsigned number = 1, box = 0;
	size_t i = 0;

	put_wrapped(out, block->label, COLUMNS);
	while (i < SHEET_GROUPS_MOST && block->groups[i] != 0) {
		size_t used = 0, written = 0, first = i;
		char text[16];

		for (; i < SHEET_GROUPS_MOST && block->groups[i] != 0; i++) {
			size_t width = 2 + BOX_COLUMNS * (size_t)block->groups[i];

			if (used + width > COLUMNS && i > first)
				break;
			repeat(out, ' ', used + 3 - written);
			text_format(text, sizeof text, "%u", number);
			fputs(text, out);
			written = used + 3 + strlen(text);
			used += width;
			number += block->groups[i];
		}
		fputc('\n', out);
		for (; first < i; first++) {
			fputs("  ", out);
			for (unsigned end = box + block->groups[first]; box < end; box++)
				put_box(out, filling, box);
		}
		fputs("\n\n", out);
	}
}

static enum outcome
put_code(FILE *out, const char *text)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		if (text_columns_of(text, length) > COLUMNS)
			return FAIL_SHEET_OVERFLOW;
		fprintf(out, "%.*s\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
	return DONE;
}

static enum outcome
put_block(FILE *out, const struct sheet_block *block, bool is_filled)
{
	switch (block->kind) {
	case SHEET_HEADING:
		fputc('\n', out);
		put_wrapped(out, block->text, COLUMNS);
		repeat(out, '-', COLUMNS);
		fputc('\n', out);
		return DONE;
	case SHEET_PARAGRAPH:
		put_wrapped(out, block->text, COLUMNS);
		fputc('\n', out);
		return DONE;
	case SHEET_FIELD:
		put_field(out, block);
		return DONE;
	case SHEET_BOXES:
		put_boxes(out, block, is_filled ? block->filling : NULL);
		return DONE;
	case SHEET_STEP:
		put_step(out, block);
		return DONE;
	case SHEET_ENTRY:
		put_columns(out, block, "");
		return DONE;
	case SHEET_SIGN:
		put_sign(out, block);
		return DONE;
	case SHEET_CODE: {
		enum outcome outcome = put_code(out, block->text);

		fputc('\n', out);
		return outcome;
	}
	case SHEET_QR:
		put_wrapped(out, _("(Here the PDF sheet has a QR symbol; plain text cannot carry it.)"), COLUMNS);
		fputc('\n', out);
		return DONE;
	}
	return FAIL_INTERNAL;
}

/* Kinds whose rows stand close; behind the last one is an empty line. */
static bool
is_row(enum sheet_block_kind kind)
{
	return kind == SHEET_FIELD || kind == SHEET_ENTRY;
}

static enum outcome
put_sheet(FILE *out, const struct sheet *sheet, bool is_filled)
{
	enum outcome outcome = DONE;

	if (sheet->is_rehearsal)
		put_wrapped(out, _("*** REHEARSAL *** REHEARSAL *** this protects no real key ***"), COLUMNS);
	put_wrapped(out, sheet->title, COLUMNS);
	repeat(out, '=', COLUMNS);
	fputs("\n\n", out);
	for (size_t i = 0; i < sheet->count && outcome == DONE; i++) {
		if (i > 0 && is_row(sheet->blocks[i - 1].kind) && !is_row(sheet->blocks[i].kind))
			fputc('\n', out);
		outcome = put_block(out, &sheet->blocks[i], is_filled);
	}
	fprintf(out, "\n%s\n\f", sheet->file_name);
	return outcome;
}

static enum outcome
put_sheets(FILE *out, const struct sheet *const *sheets, size_t count, bool is_filled)
{
	enum outcome outcome = DONE;
	bool is_whole;

	for (size_t i = 0; i < count && outcome == DONE; i++)
		outcome = put_sheet(out, sheets[i], is_filled);
	is_whole = ferror(out) == 0;
	return (fclose(out) != 0 || !is_whole) && outcome == DONE ? FAIL_MEMORY : outcome;
}

enum outcome
sheet_plain(const struct sheet *const *sheets, size_t count, char **ret, size_t *ret_size)
{
	enum outcome outcome;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return FAIL_MEMORY;
	outcome = put_sheets(out, sheets, count, false);
	if (outcome != DONE) {
		free(text);
		return outcome;
	}
	*ret = text;
	*ret_size = size;
	return DONE;
}

static ssize_t
keep(void *cookie, const char *bytes, size_t size)
{
	struct locked *kept = cookie;

	if (size > kept->capacity - kept->size)
		return 0;
	memcpy(kept->bytes + kept->size, bytes, size);
	kept->size += size;
	return (ssize_t)size;
}

enum outcome
sheet_plain_filled(const struct sheet *const *sheets, size_t count, struct locked **ret)
{
	struct locked *kept = NULL, *buffer = NULL;
	enum outcome outcome;
	char *blank = NULL;
	size_t size = 0;
	FILE *out;

	/* A filled box is as wide as an empty one: the blank text tells the size. */
	outcome = sheet_plain(sheets, count, &blank, &size);
	free(blank);
	if (outcome == DONE)
		outcome = locked_new(&kept, size);
	if (outcome == DONE)
		outcome = locked_new(&buffer, BUFSIZ);
	if (outcome != DONE)
		goto out;
	out = fopencookie(kept, "w", (cookie_io_functions_t){ .write = keep });
	outcome = FAIL_MEMORY;
	if (out == NULL)
		goto out;
	/* The stream's own buffer would be left behind in freed memory. */
	setvbuf(out, (char *)buffer->bytes, _IOFBF, buffer->capacity);
	outcome = put_sheets(out, sheets, count, true);
	if (outcome == DONE) {
		*ret = kept;
		kept = NULL;
	}
out:
	locked_free(&kept);
	locked_free(&buffer);
	return outcome;
}
