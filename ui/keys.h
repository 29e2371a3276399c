/*
 * The one table of keys: it yields what a key asks for, the key bar, the help screen and the manual's list. A key may
 * stand in several rows, with another label where it means something else; the first row that fits the place counts.
 */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Where keys work: screens, and the kinds of question that a ceremony asks. */
#define PLACES(PLACE)                                                                                                  \
	PLACE(START, N_("the start screen"))                                                                           \
	PLACE(STATUS, N_("Status"))                                                                                    \
	PLACE(DETAIL, N_("Status, one thing in full"))                                                                 \
	PLACE(FILTER, N_("words to filter by"))                                                                        \
	PLACE(SAVE, N_("a file name"))                                                                                 \
	PLACE(LIST, N_("the list of ceremonies"))                                                                      \
	PLACE(TOKEN, N_("Token"))                                                                                      \
	PLACE(PREFLIGHT, N_("Preflight"))                                                                              \
	PLACE(REASON, N_("why a ceremony is held all the same"))                                                       \
	PLACE(JOURNAL, N_("Journal"))                                                                                  \
	PLACE(RECORD, N_("the record over a ceremony"))                                                                \
	PLACE(HELP, N_("help"))                                                                                        \
	PLACE(TELL, N_("a text to read"))                                                                              \
	PLACE(WORD, N_("a word to confirm"))                                                                           \
	PLACE(CHOOSE, N_("a choice"))                                                                                  \
	PLACE(TEXT, N_("a line of text"))                                                                              \
	PLACE(PIN, N_("a PIN or password"))                                                                            \
	PLACE(GATE, N_("a change at the keyboard"))                                                                    \
	PLACE(CALL, N_("the call of a custodian, where others are to come"))                                           \
	PLACE(IDLE, N_("a secret hidden because nobody pressed a key"))                                                \
	PLACE(SHOW, N_("a share on the screen"))                                                                       \
	PLACE(SHARE, N_("typing a share"))                                                                             \
	PLACE(BACK_SHARE, N_("typing back a share just shown"))                                                        \
	PLACE(INSERT, N_("waiting for a token"))                                                                       \
	PLACE(PRINT, N_("sheets to print"))                                                                            \
	PLACE(DRIVES, N_("removable drives"))                                                                          \
	PLACE(LINES, N_("lines of a sheet"))                                                                           \
	PLACE(PATH, N_("a device or a file to print to"))                                                              \
	PLACE(PREVIEW, N_("a sheet on the screen"))                                                                    \
	PLACE(WORK, N_("work under way"))                                                                              \
	PLACE(END, N_("the end of a ceremony"))                                                                        \
	PLACE(NOTE, N_("a note for the record"))                                                                       \
	PLACE(STOP, N_("the question whether to stop"))

enum place {
#define PLACE(name, text) PLACE_##name,
	PLACES(PLACE)
#undef PLACE
		PLACE_COUNT
};

/* Sets of places: bits. */
_Static_assert(PLACE_COUNT <= 64, "a set of places has 64 bits");
#define AT(name) (UINT64_C(1) << PLACE_##name)
#define AT_SCREENS (AT(START) | AT(STATUS) | AT(LIST) | AT(TOKEN) | AT(PREFLIGHT) | AT(JOURNAL))
#define AT_TYPING (AT(LINES) | AT(WORD) | AT(TEXT) | AT(PATH) | AT(PIN) | AT(SHARE) | AT(BACK_SHARE))
#define AT_EDITING (AT_TYPING | AT(FILTER) | AT(SAVE) | AT(NOTE) | AT(REASON))
#define AT_MASKED (AT(PIN) | AT(SHARE) | AT(BACK_SHARE))
#define AT_PROMPTS                                                                                                     \
	(AT_TYPING | AT(TELL) | AT(CHOOSE) | AT(GATE) | AT(CALL) | AT(IDLE) | AT(SHOW) | AT(INSERT) | AT(PRINT) |      \
		AT(WORK) | AT(END))
#define AT_LISTS (AT_SCREENS | AT(DRIVES) | AT(CHOOSE) | AT(PRINT) | AT(STOP))
#define AT_ANY                                                                                                         \
	(AT_SCREENS | AT_PROMPTS | AT(RECORD) | AT(HELP) | AT(PREVIEW) | AT(STOP) | AT(DETAIL) | AT(FILTER) |          \
		AT(SAVE) | AT(NOTE) | AT(REASON) | AT(DRIVES))
/* Questions of a ceremony where nothing secret is shown. */
#define AT_NOTES                                                                                                       \
	(AT(LINES) | AT(TELL) | AT(WORD) | AT(CHOOSE) | AT(TEXT) | AT(GATE) | AT(CALL) | AT(INSERT) | AT(PRINT))

/* FUNCTION marks the codes of curses' function keys apart from characters; CONTROL is what a letter gives with Ctrl. */
#define FUNCTION(code) ((uint32_t)(code) | 1u << 24)
#define CONTROL(letter) ((uint32_t)(letter)&0x1f)

/* KEY(request, code, other code or 0, name, label in the key bar or "", help, places) */
#define KEYS(KEY)                                                                                                      \
	KEY(ACCEPT, FUNCTION(KEY_ENTER), '\r', "Enter", N_("Open"), N_("open what is selected"),                       \
		AT(START) | AT(STATUS))                                                                                \
	KEY(ACCEPT, FUNCTION(KEY_ENTER), '\r', "Enter", N_("Keep"), N_("keep the filter and go back to the rows"),     \
		AT(FILTER))                                                                                            \
	KEY(ACCEPT, FUNCTION(KEY_ENTER), '\r', "Enter", N_("Save"), N_("save what is shown in this file"), AT(SAVE))   \
	KEY(NEXT_PANE, '\t', 0, "Tab", N_("Pane"), N_("go to the next pane: list, facts, objects, mechanisms"),        \
		AT(STATUS))                                                                                            \
	KEY(PREVIOUS_PANE, FUNCTION(KEY_BTAB), 0, "Shift-Tab", "", N_("go to the pane before"), AT(STATUS))            \
	KEY(FILTER, '/', 0, "/", N_("Filter"), N_("show only the rows that hold the words that are typed next"),       \
		AT(STATUS))                                                                                            \
	KEY(SORT, 's', 0, "s", N_("Sort"), N_("sort by the next column, after the last one by none"), AT(STATUS))      \
	KEY(TURN, 'S', 0, "S", "", N_("sort the other way round"), AT(STATUS))                                         \
	KEY(SAVE, 'c', 0, "c", N_("Copy"), N_("copy what is shown to a text or JSON file"), AT(STATUS) | AT(DETAIL))   \
	KEY(ACCEPT, FUNCTION(KEY_ENTER), '\r', "Enter", N_("Begin"), N_("begin the ceremony that is selected"),        \
		AT(LIST))                                                                                              \
	KEY(ACCEPT, FUNCTION(KEY_ENTER), '\r', "Enter", N_("Read"), N_("read the record that is selected"),            \
		AT(JOURNAL))                                                                                           \
	KEY(SHEET, 'p', 0, "p", N_("Print"), N_("the record as a sheet to be signed: saved, and printed"),             \
		AT(JOURNAL) | AT(RECORD))                                                                              \
	KEY(ACCEPT, FUNCTION(KEY_ENTER), '\r', "Enter", N_("Begin"), N_("begin what is selected"), AT(TOKEN))          \
	KEY(ACCEPT, FUNCTION(KEY_ENTER), '\r', "Enter", N_("Go on"), N_("go on with the next step"), AT(TELL))         \
	KEY(ACCEPT, FUNCTION(KEY_ENTER), '\r', "Enter", N_("Choose"), N_("take what is selected"),                     \
		AT(CHOOSE) | AT(PRINT) | AT(STOP) | AT(DRIVES))                                                        \
	KEY(ACCEPT, FUNCTION(KEY_ENTER), '\r', "Enter", N_("Go on"), N_("hold the ceremony all the same"), AT(REASON)) \
	KEY(ACCEPT, FUNCTION(KEY_ENTER), '\r', "Enter", N_("Done"), N_("the field, or the whole entry, is complete"),  \
		AT_TYPING)                                                                                             \
	KEY(ACCEPT, FUNCTION(KEY_ENTER), '\r', "Enter", N_("I am here"), N_("the person called sits at the keyboard"), \
		AT(GATE) | AT(CALL) | AT(IDLE))                                                                        \
	KEY(ANOTHER, FUNCTION(KEY_F(4)), 0, "F4", N_("Another"),                                                       \
		N_("call another custodian first; who was called comes later"), AT(CALL))                              \
	KEY(ACCEPT, FUNCTION(KEY_ENTER), '\r', "Enter", N_("I have written it down"),                                  \
		N_("take the share off the screen and go on; or show it, where it is hidden"), AT(SHOW))               \
	KEY(ACCEPT, FUNCTION(KEY_ENTER), '\r', "Enter", N_("Leave"), N_("back to the list of ceremonies"), AT(END))    \
	KEY(REVEAL, CONTROL('r'), FUNCTION(KEY_F(2)), "F2, Ctrl-R", N_("Reveal"),                                      \
		N_("show what was typed for five seconds, or until the next key"), AT_MASKED)                          \
	KEY(SHOW_AGAIN, FUNCTION(KEY_F(3)), 0, "F3", N_("Show again"), N_("go back to the share that was shown"),      \
		AT(BACK_SHARE))                                                                                        \
	KEY(SHOW_AGAIN, FUNCTION(KEY_F(3)), 0, "F3", N_("Another way"),                                                \
		N_("type, scan, read a picture, or leave it; what was right stays"), AT(LINES))                        \
	KEY(BACK, 27, CONTROL('c'), "Esc", N_("Stop (asks first)"),                                                    \
		N_("stop the ceremony; you are asked first, and told what is kept"),                                   \
		AT_PROMPTS & ~AT(END) & ~AT(PATH))                                                                     \
	KEY(BACK, 27, CONTROL('c'), "Esc", N_("Back"), N_("back to where you came from"),                              \
		AT(STATUS) | AT(LIST) | AT(TOKEN) | AT(HELP) | AT(DRIVES) | AT(PATH) | AT(PREVIEW) | AT(STOP) |        \
			AT(END) | AT(DETAIL) | AT(SAVE) | AT(NOTE) | AT(PREFLIGHT) | AT(REASON) | AT(JOURNAL) |        \
			AT(RECORD))                                                                                    \
	KEY(BACK, 27, CONTROL('c'), "Esc", N_("All rows"), N_("take the filter away"), AT(FILTER))                     \
	KEY(HELP, FUNCTION(KEY_F(1)), 0, "F1", N_("Help"), N_("explain this very screen"),                             \
		AT_ANY & ~AT(HELP) & ~AT(STOP) & ~AT(RECORD))                                                          \
	KEY(NOTE, FUNCTION(KEY_F(7)), 0, "F7", N_("Note"),                                                             \
		N_("write a note into the record, for whatever was different"), AT_NOTES)                              \
	KEY(PAUSE, FUNCTION(KEY_F(8)), 0, "F8", N_("Pause"), N_("rest; going on wants everybody to be present again"), \
		AT_NOTES)                                                                                              \
	KEY(JOURNAL, FUNCTION(KEY_F(6)), 0, "F6", N_("Record"), N_("the record of this ceremony so far, in words"),    \
		AT_NOTES | AT(END) | AT(RECORD))                                                                       \
	KEY(HELP, '?', 0, "?", "", N_("the same as F1"), AT_SCREENS | AT(TELL))                                        \
	KEY(STATUS, FUNCTION(KEY_F(2)), 0, "F2", N_("Status"),                                                         \
		N_("what is plugged in: modules, slots, tokens, readers"), AT_SCREENS & ~AT(STATUS))                   \
	KEY(LIST, FUNCTION(KEY_F(3)), 0, "F3", N_("Ceremony"), N_("the guided ceremonies"), AT_SCREENS & ~AT(LIST))    \
	KEY(LOOK_AGAIN, 'r', 0, "r", N_("Look again"), N_("look at every module and reader anew"), AT(STATUS))         \
	KEY(LOOK_AGAIN, 'r', 0, "r", N_("Look again"), N_("look at this machine anew"), AT(PREFLIGHT))                 \
	KEY(LOOK_AGAIN, FUNCTION(KEY_F(9)), 0, "F9", N_("Look again"), N_("look at this machine anew"), AT(REASON))    \
	KEY(LOG_IN, 'l', 0, "l", N_("Log in"),                                                                         \
		N_("see private objects, too: the user PIN is asked for, the list is read, and the login ends"),       \
		AT(STATUS))                                                                                            \
	KEY(TOKEN, FUNCTION(KEY_F(5)), 0, "F5", N_("Token"), N_("what can be done with one token"),                    \
		AT_SCREENS & ~AT(TOKEN))                                                                               \
	KEY(JOURNAL, FUNCTION(KEY_F(6)), 0, "F6", N_("Journal"), N_("the records of ceremonies"),                      \
		AT_SCREENS & ~AT(JOURNAL))                                                                             \
	KEY(PREFLIGHT, FUNCTION(KEY_F(9)), 0, "F9", N_("Preflight"), N_("what state this machine is in"),              \
		AT_SCREENS & ~AT(PREFLIGHT))                                                                           \
	KEY(LEFT, FUNCTION(KEY_LEFT), 0, "Left", "", N_("the token before"), AT(TOKEN))                                \
	KEY(RIGHT, FUNCTION(KEY_RIGHT), 0, "Right", N_("Other token"), N_("the next token"), AT(TOKEN))                \
	KEY(UP, FUNCTION(KEY_UP), CONTROL('p'), "Up", "", N_("one line up, or the field before"), AT_ANY)              \
	KEY(DOWN, FUNCTION(KEY_DOWN), '\t', "Down, Tab", "", N_("one line down, or the next field"), AT_ANY)           \
	KEY(UP, FUNCTION(KEY_BTAB), 0, "Shift-Tab", "", N_("the field before"), AT_TYPING)                             \
	KEY(PAGE_UP, FUNCTION(KEY_PPAGE), CONTROL('b'), "PgUp", "", N_("a page up"), AT_ANY)                           \
	KEY(PAGE_DOWN, FUNCTION(KEY_NPAGE), CONTROL('f'), "PgDn", "", N_("a page down"), AT_ANY)                       \
	KEY(HOME, FUNCTION(KEY_HOME), CONTROL('a'), "Home", "", N_("to the beginning"), AT_ANY)                        \
	KEY(END, FUNCTION(KEY_END), CONTROL('e'), "End", "", N_("to the end"), AT_ANY)                                 \
	KEY(LEFT, FUNCTION(KEY_LEFT), 0, "Left", "", N_("one character to the left; one copy less"),                   \
		AT_EDITING | AT(PRINT))                                                                                \
	KEY(RIGHT, FUNCTION(KEY_RIGHT), 0, "Right", "", N_("one character to the right; one copy more"),               \
		AT_EDITING | AT(PRINT))                                                                                \
	KEY(ERASE, FUNCTION(KEY_BACKSPACE), 127, "Backspace", "", N_("erase the character before the cursor"),         \
		AT_EDITING)                                                                                            \
	KEY(ERASE, 8, 0, "Ctrl-H", "", N_("the same as Backspace"), AT_EDITING)                                        \
	KEY(DELETE, FUNCTION(KEY_DC), CONTROL('d'), "Del", "", N_("erase the character at the cursor"), AT_EDITING)    \
	KEY(CLEAR, CONTROL('u'), 0, "Ctrl-U", "", N_("empty the field"), AT_EDITING)                                   \
	KEY(REDRAW, CONTROL('l'), 0, "Ctrl-L", "", N_("draw the whole screen again"), AT_ANY)                          \
	KEY(SUSPEND, CONTROL('z'), 0, "Ctrl-Z", "",                                                                    \
		N_("back to the shell for a while; whatever is shown is hidden first"), AT_ANY)                        \
	KEY(QUIT, FUNCTION(KEY_F(10)), 'q', "F10, q", N_("Leave"), N_("leave quorate"), AT_SCREENS)                    \
	KEY(BACK, FUNCTION(KEY_F(10)), 0, "F10", "", N_("the same as Esc"),                                            \
		AT_PROMPTS | AT(PREVIEW) | AT(STOP) | AT(HELP) | AT(DETAIL) | AT(FILTER) | AT(SAVE) | AT(REASON))

enum request {
	REQUEST_NONE,
	REQUEST_ACCEPT,
	REQUEST_REVEAL,
	REQUEST_SHOW_AGAIN,
	REQUEST_ANOTHER,
	REQUEST_BACK,
	REQUEST_HELP,
	REQUEST_NOTE,
	REQUEST_PAUSE,
	REQUEST_STATUS,
	REQUEST_LIST,
	REQUEST_TOKEN,
	REQUEST_JOURNAL,
	REQUEST_SHEET,
	REQUEST_PREFLIGHT,
	REQUEST_LOOK_AGAIN,
	REQUEST_LOG_IN,
	REQUEST_NEXT_PANE,
	REQUEST_PREVIOUS_PANE,
	REQUEST_FILTER,
	REQUEST_SORT,
	REQUEST_TURN,
	REQUEST_SAVE,
	REQUEST_UP,
	REQUEST_DOWN,
	REQUEST_PAGE_UP,
	REQUEST_PAGE_DOWN,
	REQUEST_HOME,
	REQUEST_END,
	REQUEST_LEFT,
	REQUEST_RIGHT,
	REQUEST_ERASE,
	REQUEST_DELETE,
	REQUEST_CLEAR,
	REQUEST_REDRAW,
	REQUEST_SUSPEND,
	REQUEST_QUIT,
};

/* A key as it was pressed: what it asks for here, or (REQUEST_NONE) the character it types, 0 if none. May be a
   secret's: wiped by the loop once it was handled. */
struct press {
	uint32_t code; /* as in the table */
	enum request request;
	uint32_t character;
};

/* Fills in request and character for code at a place. */
void keys_decode(struct press *press, enum place place);

/* Moves a selection among count entries (at least one) up, down, round the ends, to the first and to the last; false if
   the key asks for something else. */
bool keys_select(const struct press *press, size_t count, size_t *selected);

/* Moves a text of rows_all rows, of which rows_seen are seen from *scroll on; false if the key asks for something else,
   or the text does not move. */
bool keys_scroll(const struct press *press, int rows_seen, int rows_all, int *scroll);

/* The name of the key that a code stands for, for a message: "F7", "x". ret has size bytes. */
void keys_name(uint32_t code, char *ret, size_t size);

struct key_row {
	enum request request;
	uint32_t code, other;
	const char *name, *label, *help;
	uint64_t places;
};

/* The rows that work at a place, one after the other from *at = 0 on; NULL at the end. */
const struct key_row *keys_next(enum place place, size_t *at);

/* Prints the whole table as a list in mdoc(7), for the manual. */
void keys_print_manual(FILE *out);

#endif
