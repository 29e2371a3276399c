/* What all forms have in common: a form is a table of parts, added to the sheet one after the other. */
#ifndef SRC_PAPER_FRAME_H
#define SRC_PAPER_FRAME_H

#include <quorate/forms.h>

#define FRAME_TEXT_SIZE 1024

struct frame {
	struct sheet *sheet;
	const struct form_facts *facts;
	const void *data; /* the form's own */
};

struct part {
	enum outcome (*add)(struct frame *frame, const struct part *part);
	const char *label, *text; /* marked for translation, but for code */
};

/* Makes the sheet from its parts; *ret stays as it was unless DONE. */
enum outcome frame_make(struct sheet **ret, const char *title, const char *name, const struct form_facts *facts,
	const void *data, const struct part *parts, size_t count);

#define FRAME_MAKE(ret, title, name, facts, data, parts)                                                               \
	frame_make(ret, title, name, facts, data, parts, sizeof(parts) / sizeof(parts)[0])

/* Parts: a paragraph of text; a heading and its paragraph; a line to write on; who signs; code, never translated. */
enum outcome frame_paragraph(struct frame *frame, const struct part *part);
enum outcome frame_section(struct frame *frame, const struct part *part);
enum outcome frame_blank(struct frame *frame, const struct part *part);
enum outcome frame_sign(struct frame *frame, const struct part *part);
enum outcome frame_code(struct frame *frame, const struct part *part);

/* Whether it is a rehearsal's, ceremony, date, device, set, share file, and which sheet of how many. */
enum outcome frame_facts(struct frame *frame, const struct part *part);

/* How many shares are needed, unless private. */
enum outcome frame_needed(struct frame *frame, const struct part *part);

/* Where it belongs, and when it is looked at again. */
enum outcome frame_care(struct frame *frame, const struct part *part);

/* A field that is left out where nothing is known. */
enum outcome frame_known(struct frame *frame, const char *label, const char *text);

/* Lower-case digits in groups of four; ret: FRAME_TEXT_SIZE bytes. */
void frame_group_digits(const char *digits, char *ret);

/* Bytes that are printed in full: their SHA-256, base64 lines with checks, and QR symbols of base64 text, split in
   order where one would be too large. */
enum outcome frame_bytes(struct frame *frame, const uint8_t *bytes, size_t size);

#endif
