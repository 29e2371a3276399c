/*
 * How the questions of a ceremony are put: one view for each kind of prompt, one small file for each view. The
 * ceremony's screen draws title, verdict and text; the view draws what stands under them and takes the keys.
 */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include "screen.h"

#include <quorate/ceremony.h>

/* A ceremony that is being held. */
struct sitting {
	struct console *console;
	struct ceremony *ceremony;
	struct prompt prompt;
	struct answer answer;
	char remark[512]; /* the view's own word on what was typed; "" if none */
	enum meaning remark_meaning;
	bool is_text_hidden; /* the view takes the whole panel */
};

struct prompt_view {
	enum place place; /* to begin with; the view may change console->place */
	const char *help;
	/* A new prompt. Any outcome but DONE: the prompt cannot be put (no memory), and the people are told. */
	enum outcome (*enter)(struct sitting *sitting);
	/* Wipes what the view holds. */
	void (*leave)(struct sitting *sitting);
	/* Rows that draw wants: what rows says, or without it always rows_fixed; and how few it makes do with by
	 * scrolling where the text above needs the room (0: no fewer). */
	int (*rows)(const struct sitting *sitting, int columns);
	int rows_fixed, rows_least;
	void (*draw)(struct sitting *sitting, struct area area);
	unsigned (*key)(struct sitting *sitting, const struct press *press);
	unsigned (*tick)(struct sitting *sitting, bool slots_changed);
	int (*wait_ms)(const struct sitting *sitting);
	size_t (*descriptors)(const struct sitting *sitting, struct pollfd *ret, size_t most);
	void (*cover)(struct sitting *sitting);
	/* Nobody presses a key: what the gate says then, of the secret that is at stake here (NULL: none), and what
	 * becomes of it beyond cover. back: the person is there again. */
	const char *idle_text;
	void (*idle)(struct sitting *sitting);
	void (*back)(struct sitting *sitting);
};

extern const struct prompt_view prompt_tell, prompt_confirm, prompt_choose, prompt_text, prompt_pin, prompt_gate,
	prompt_show, prompt_enter, prompt_insert, prompt_print, prompt_lines, prompt_work, prompt_end;

/* The view for a kind of prompt. */
const struct prompt_view *prompt_view(enum prompt_kind kind);

/* A word of the view's own, in a sentence; format "" takes it away. */
void prompt_remark(struct sitting *sitting, enum meaning meaning, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The screen that lists what is being held: that of ceremonies, or of tokens. */
const struct screen *prompt_origin(const struct sitting *sitting);

/* Fills in an answer without particulars. */
unsigned prompt_answer(struct sitting *sitting, enum answer_kind kind);

#endif
