#include <quorate/sheet.h>

#include <quorate/text.h>
#include <quorate/tongue.h>
#include <quorate/wrap.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 80
#define LABEL_COLUMNS 22
#define BOX "[_]"
#define BOX_COLUMNS 3

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

static void
put_field(FILE *out, const struct sheet_block *block)
{
	struct wrap left = { .measure = wrap_columns, .width = LABEL_COLUMNS - 2 };
	struct wrap right = { .measure = wrap_columns, .width = COLUMNS - LABEL_COLUMNS };
	const char *label = block->label, *text = block->text;
	bool is_first = true, is_blank = *text == '\0';

	for (;;) {
		bool has_left = wrap_next(&left, &label), has_right = wrap_next(&right, &text);
		size_t used = 0;

		if (!has_left && !has_right)
			break;
		if (has_left) {
			fprintf(out, "%.*s", (int)left.length, left.line);
			used = text_columns_of(left.line, left.length);
		}
		if (has_right || (is_blank && is_first))
			repeat(out, ' ', LABEL_COLUMNS - used);
		if (has_right)
			fprintf(out, "%.*s", (int)right.length, right.line);
		else if (is_blank && is_first)
			repeat(out, '_', COLUMNS - LABEL_COLUMNS);
		fputc('\n', out);
		is_first = false;
	}
	if (is_blank)
		fputc('\n', out);
}

/* The label, above each group the number of its first box, and the boxes; groups that do not fit go on below. */
static void
put_boxes(FILE *out, const struct sheet_block *block)
{
	unsigned number = 1;
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
			for (unsigned box = 0; box < block->groups[first]; box++)
				fputs(BOX, out);
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
put_block(FILE *out, const struct sheet_block *block)
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
		put_boxes(out, block);
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

static enum outcome
put_sheet(FILE *out, const struct sheet *sheet)
{
	enum outcome outcome = DONE;

	if (sheet->is_rehearsal)
		put_wrapped(out, _("*** REHEARSAL *** REHEARSAL *** this protects no real key ***"), COLUMNS);
	put_wrapped(out, sheet->title, COLUMNS);
	repeat(out, '=', COLUMNS);
	fputs("\n\n", out);
	for (size_t i = 0; i < sheet->count && outcome == DONE; i++) {
		/* A list of fields ends with an empty line. */
		if (i > 0 && sheet->blocks[i - 1].kind == SHEET_FIELD && sheet->blocks[i].kind != SHEET_FIELD)
			fputc('\n', out);
		outcome = put_block(out, &sheet->blocks[i]);
	}
	fprintf(out, "\n%s\n\f", sheet->file_name);
	return outcome;
}

enum outcome
sheet_plain(const struct sheet *const *sheets, size_t count, char **ret, size_t *ret_size)
{
	enum outcome outcome = DONE;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	bool is_whole;

	if (out == NULL)
		return FAIL_MEMORY;
	for (size_t i = 0; i < count && outcome == DONE; i++)
		outcome = put_sheet(out, sheets[i]);
	is_whole = ferror(out) == 0;
	if ((fclose(out) != 0 || !is_whole) && outcome == DONE)
		outcome = FAIL_MEMORY;
	if (outcome != DONE) {
		free(text);
		return outcome;
	}
	*ret = text;
	*ret_size = size;
	return DONE;
}
