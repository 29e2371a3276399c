/*
 * A screen is one file with one exported struct. The loop calls it; what it returns is what has to happen, and happens
 * in the loop alone. State that belongs to one screen stands in its file: there is one console in a process.
 */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include "console.h"
#include "keys.h"
#include "paint.h"

#include <poll.h>
#include <quorate/ceremony.h>

/* What a handler wants to happen; flags. */
enum reaction {
	REACT_NOTHING = 0,
	REACT_DRAW = 1,    /* the picture changed */
	REACT_FLUSH = 2,   /* keys that were pressed already are thrown away */
	REACT_UNKNOWN = 4, /* the key means nothing here: say so */
	REACT_QUIT = 8,    /* leave the console */
	REACT_ANSWER = 16, /* a prompt's view has filled in the answer */
};

struct screen;

/* The token selected in Status, for the screens that act on one. It is known by where it is and by what it is: slots
   and readers change their places in the lists. */
struct chosen_token {
	bool is_chosen;                 /* a slot or a reader is selected, be it empty */
	char module[TOKEN_NAME_SIZE];   /* "": no module reaches it, only PC/SC does */
	unsigned long slot;             /* its ID, where there is a module */
	char reader[TOKEN_NAME_SIZE];   /* "": not in a reader that PC/SC knows */
	char serial[TOKEN_SERIAL_SIZE]; /* what was in it when it was selected; "": nothing */
	bool is_awaited;                /* a procedure moved it there; the lists may not show it yet */
};

/* What was found of the machine before a real ceremony, for its record. */
struct pass {
	char state[16], red[256], words[LIMIT_TEXT_INPUT];
};

/* What the screens share. */
struct console {
	const struct console_settings *settings;
	const struct screen *screen;     /* what is seen */
	const struct screen *under;      /* what help covers, and what lives on there; else NULL */
	enum place place;                /* where the keys are, see keys.h; the screen keeps it right */
	enum place under_place;          /* the same of the screen under help */
	size_t chosen;                   /* the ceremony or procedure to begin: an index into ceremony_kinds */
	struct token_target target;      /* of the procedure to begin, set by the Token screen or by Status */
	bool is_from_status;             /* it was begun there, and leads back there */
	bool is_keyboard_tried;          /* its layout was found right in this console */
	struct chosen_token token;       /* kept by Status */
	bool is_gated;                   /* the Preflight screen stands before the ceremony that was chosen */
	struct pass pass;                /* set before a ceremony is entered; state "" in rehearsal */
	const struct plan_file *plan;    /* the ceremony's to begin; NULL: none */
	char record[CEREMONY_PATH_SIZE]; /* shown by the Journal screen over a ceremony */
	char resume[512];                /* the record of an interrupted ceremony chosen instead; "": none */
	char title[128];                 /* for the top line, set by the screen; "" if none */
	char position[48];               /* "step 6 of 14", or "" */
	char message[512];               /* the line above the key bar */
	enum meaning message_meaning;
};

struct screen {
	const char *name;         /* stable */
	const char *title, *help; /* help: paragraphs separated by '\n' */
	/* Any of these may be NULL. */
	unsigned (*enter)(struct console *console);
	void (*leave)(struct console *console);
	void (*draw)(struct console *console, struct area area);
	unsigned (*key)(struct console *console, const struct press *press);
	/* After anything woke the loop. */
	unsigned (*tick)(struct console *console, bool slots_changed);
	/* Milliseconds until tick wants to be called; -1: never. */
	int (*wait_ms)(const struct console *console);
	size_t (*descriptors)(const struct console *console, struct pollfd *ret, size_t most);
	/* Something comes over the screen (help, suspension, a window too small): what is secret is hidden and stays
	 * so. */
	void (*cover)(struct console *console);
	/* The help text of this moment, instead of help. */
	const char *(*explain)(const struct console *console);
	bool is_watching; /* slots are to be looked at often */
};

extern const struct screen screen_start, screen_status, screen_list, screen_token, screen_journal, screen_preflight,
	screen_ceremony, screen_help;

/* Leaves the screen that is there and enters another. */
unsigned screen_go(struct console *console, const struct screen *to);

/* Enters the ceremony that was chosen; a real one only past the state of this machine. */
unsigned screen_begin_ceremony(struct console *console);
/* Enters the procedure on a token that was chosen: the state of this machine is asked for ceremonies alone. */
unsigned screen_begin_procedure(struct console *console);

/* Puts another screen over the one that is there (help, or the record of a ceremony), and takes it away. */
unsigned screen_cover(struct console *console, const struct screen *with);
unsigned screen_cover_with_help(struct console *console);
unsigned screen_uncover(struct console *console);

/* The screen that lives: the one seen, or under help. */
const struct screen *screen_live(const struct console *console);

/* Sets the line above the key bar. */
void screen_message(struct console *console, enum meaning meaning, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Keys that mean the same on every screen (help, the places, leaving); REACT_UNKNOWN if it is none of them. */
unsigned screen_common_key(struct console *console, const struct press *press);

#endif
