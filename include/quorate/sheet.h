/*
 * A sheet of paper as data: a list of blocks, drawn as PDF (pdf.h), as plain text (below) and on the screen alike.
 * Blank by default: a custodian fills the boxes by hand. Only sheet_fill puts a secret on a sheet, and only the drawers
 * whose names end in _filled show it: all others draw its boxes empty.
 */
#ifndef QUORATE_SHEET_H
#define QUORATE_SHEET_H

#include <quorate/locked.h>
#include <quorate/secret.h>

enum sheet_block_kind {
	SHEET_HEADING,   /* text */
	SHEET_PARAGRAPH, /* text, wrapped where it is drawn */
	SHEET_FIELD,     /* label, and text beside it; a blank line to write on where text is "" */
	SHEET_BOXES,     /* label, and boxes to write one character in each: groups of sizes[i] boxes */
	SHEET_CODE,      /* ASCII in the fixed-width font, line by line as it is, never wrapped */
	SHEET_QR,        /* text as a QR symbol, label beside it; plain text leaves it out and says so */
	SHEET_STEP,      /* label (its number), text (what is done), and room to tick it, for time and initials */
	SHEET_ENTRY,     /* a line of a long list in small type: label, and text beside it */
	SHEET_SIGN,      /* label (who), and lines for name, signature and date */
};

#define SHEET_GROUPS_MOST 8
/* Boxes in one group: what fits beside a label. */
#define SHEET_BOXES_MOST 16

struct sheet_block {
	enum sheet_block_kind kind;
	char *label, *text;                      /* owned by the sheet; "" where there is none */
	unsigned char groups[SHEET_GROUPS_MOST]; /* SHEET_BOXES: boxes in each group, 0 ends */
	struct secret *filling;                  /* SHEET_BOXES: printable ASCII for the boxes; NULL: blank */
};

/* Two lines at the foot of a page hold it. */
#define SHEET_NAME_MOST 64

struct sheet {
	char *title;
	char *file_name;   /* without folder and ending, e.g. "share-sheet-2"; at most SHEET_NAME_MOST bytes */
	bool is_rehearsal; /* REHEARSAL is printed across */
	struct sheet_block *blocks;
	size_t count;
};

/* FAIL_TEXT_CHARACTER as below, FAIL_TOO_LONG, FAIL_MEMORY. */
enum outcome sheet_new(struct sheet **ret, const char *title, const char *file_name, bool is_rehearsal);
void sheet_free(struct sheet **sheet);

/* Each adds a block at the end, copying the texts. FAIL_MEMORY; FAIL_TEXT_CHARACTER for invalid UTF-8 or control
 * characters (only code has line breaks); FAIL_ARGUMENT for groups without boxes, or too many of either. */
enum outcome sheet_heading(struct sheet *sheet, const char *text);
enum outcome sheet_paragraph(struct sheet *sheet, const char *text);
enum outcome sheet_field(struct sheet *sheet, const char *label, const char *text);
enum outcome sheet_boxes(struct sheet *sheet, const char *label, const unsigned char *groups, size_t count);
enum outcome sheet_code(struct sheet *sheet, const char *text);
enum outcome sheet_qr(struct sheet *sheet, const char *label, const char *text);
enum outcome sheet_step(struct sheet *sheet, const char *number, const char *text);
enum outcome sheet_entry(struct sheet *sheet, const char *label, const char *text);
enum outcome sheet_sign(struct sheet *sheet, const char *who);

/* Fills the boxes that were added last, from the first one on; *text is moved in and wiped with the sheet, whatever the
   outcome. FAIL_ARGUMENT if the last block is no boxes, or the text is empty or longer than they are;
   FAIL_TEXT_CHARACTER unless it is printable ASCII. */
enum outcome sheet_fill(struct sheet *sheet, struct secret **text);

/* Whether a secret is on it. */
bool sheet_is_filled(const struct sheet *sheet);

/* 80 columns, lines wrapped, a form feed after each sheet; REHEARSAL in the head of every sheet that is one. *ret: text
   with a NUL, not counted in *ret_size, the caller's (free). FAIL_SHEET_OVERFLOW for code of more than 80 columns,
   FAIL_MEMORY. */
enum outcome sheet_plain(const struct sheet *const *sheets, size_t count, char **ret, size_t *ret_size);

/* The same with what fills the boxes, for a line printer: no byte of it outside *ret, which is the caller's
   (locked_free). Also FAIL_LOCKED_MEMORY. */
enum outcome sheet_plain_filled(const struct sheet *const *sheets, size_t count, struct locked **ret);

#endif
