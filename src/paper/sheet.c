#include <quorate/sheet.h>

#include <quorate/text.h>

#include <stdlib.h>
#include <string.h>

/* Whether a text can stand on a sheet: valid UTF-8 without anything that text_clean would take out; lines where the
 * block has them. */
static bool
is_printable(const char *text, bool has_lines)
{
	const char *at = text, *end = text + strlen(text);

	while (at < end) {
		const char *from = at;
		char clean[8];
		size_t length;

		if (has_lines && *at == '\n') {
			at++;
			continue;
		}
		if (text_next(&at, end) == UINT32_MAX)
			return false;
		length = (size_t)(at - from);
		if (*from == ' ')
			continue;
		text_clean(from, length, clean, sizeof clean);
		if (strlen(clean) != length || memcmp(clean, from, length) != 0)
			return false;
	}
	return true;
}

enum outcome
sheet_new(struct sheet **ret, const char *title, const char *file_name, bool is_rehearsal)
{
	struct sheet *sheet;

	if (!is_printable(title, false) || !is_printable(file_name, false))
		return FAIL_TEXT_CHARACTER;
	if (strlen(file_name) > SHEET_NAME_MOST)
		return FAIL_TOO_LONG;
	sheet = calloc(1, sizeof *sheet);
	if (sheet == NULL)
		return FAIL_MEMORY;
	sheet->title = strdup(title);
	sheet->file_name = strdup(file_name);
	sheet->is_rehearsal = is_rehearsal;
	if (sheet->title == NULL || sheet->file_name == NULL) {
		sheet_free(&sheet);
		return FAIL_MEMORY;
	}
	*ret = sheet;
	return DONE;
}

void
sheet_free(struct sheet **sheet)
{
	if (*sheet == NULL)
		return;
	for (size_t i = 0; i < (*sheet)->count; i++) {
		free((*sheet)->blocks[i].label);
		free((*sheet)->blocks[i].text);
		secret_free(&(*sheet)->blocks[i].filling);
	}
	free((*sheet)->blocks);
	free((*sheet)->title);
	free((*sheet)->file_name);
	free(*sheet);
	*sheet = NULL;
}

static enum outcome
add(struct sheet *sheet, enum sheet_block_kind kind, const char *label, const char *text, struct sheet_block **ret)
{
	struct sheet_block *blocks, *block;

	if (!is_printable(label, false) || !is_printable(text, kind == SHEET_CODE))
		return FAIL_TEXT_CHARACTER;
	blocks = reallocarray(sheet->blocks, sheet->count + 1, sizeof *blocks);
	if (blocks == NULL)
		return FAIL_MEMORY;
	sheet->blocks = blocks;
	block = &blocks[sheet->count];
	*block = (struct sheet_block){ .kind = kind, .label = strdup(label), .text = strdup(text) };
	if (block->label == NULL || block->text == NULL) {
		free(block->label);
		free(block->text);
		return FAIL_MEMORY;
	}
	sheet->count++;
	if (ret != NULL)
		*ret = block;
	return DONE;
}

enum outcome
sheet_heading(struct sheet *sheet, const char *text)
{
	return add(sheet, SHEET_HEADING, "", text, NULL);
}

enum outcome
sheet_paragraph(struct sheet *sheet, const char *text)
{
	return add(sheet, SHEET_PARAGRAPH, "", text, NULL);
}

enum outcome
sheet_field(struct sheet *sheet, const char *label, const char *text)
{
	return add(sheet, SHEET_FIELD, label, text, NULL);
}

enum outcome
sheet_boxes(struct sheet *sheet, const char *label, const unsigned char *groups, size_t count)
{
	struct sheet_block *block;
	enum outcome outcome;

	if (count == 0 || count > SHEET_GROUPS_MOST)
		return FAIL_ARGUMENT;
	for (size_t i = 0; i < count; i++)
		if (groups[i] == 0 || groups[i] > SHEET_BOXES_MOST)
			return FAIL_ARGUMENT;
	outcome = add(sheet, SHEET_BOXES, label, "", &block);
	if (outcome == DONE)
		memcpy(block->groups, groups, count);
	return outcome;
}

enum outcome
sheet_code(struct sheet *sheet, const char *text)
{
	return add(sheet, SHEET_CODE, "", text, NULL);
}

enum outcome
sheet_qr(struct sheet *sheet, const char *label, const char *text)
{
	return add(sheet, SHEET_QR, label, text, NULL);
}

enum outcome
sheet_step(struct sheet *sheet, const char *number, const char *text)
{
	return add(sheet, SHEET_STEP, number, text, NULL);
}

enum outcome
sheet_entry(struct sheet *sheet, const char *label, const char *text)
{
	return add(sheet, SHEET_ENTRY, label, text, NULL);
}

enum outcome
sheet_sign(struct sheet *sheet, const char *who)
{
	return add(sheet, SHEET_SIGN, who, "", NULL);
}

static size_t
count_boxes(const struct sheet_block *block)
{
	size_t count = 0;

	for (size_t i = 0; i < SHEET_GROUPS_MOST && block->groups[i] != 0; i++)
		count += block->groups[i];
	return count;
}

enum outcome
sheet_fill(struct sheet *sheet, struct secret **text)
{
	struct sheet_block *block = sheet->count == 0 ? NULL : &sheet->blocks[sheet->count - 1];
	enum outcome outcome = DONE;

	if (block == NULL || block->kind != SHEET_BOXES || block->filling != NULL || (*text)->size == 0 ||
		(*text)->size > count_boxes(block))
		outcome = FAIL_ARGUMENT;
	else if (!text_is_ascii((const char *)(*text)->bytes, (*text)->size))
		outcome = FAIL_TEXT_CHARACTER;
	else
		block->filling = secret_move(text);
	secret_free(text);
	return outcome;
}

bool
sheet_is_filled(const struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->count; i++)
		if (sheet->blocks[i].filling != NULL)
			return true;
	return false;
}
