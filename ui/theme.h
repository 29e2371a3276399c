/* Colours by meaning, never by name, and the few signs beyond ASCII; each has a form for terminals without colour or
 * Unicode. */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

/* MEANING(name, foreground, background, attributes with colours, attributes without) */
#define MEANINGS(MEANING)                                                                                              \
	MEANING(NORMAL, -1, -1, A_NORMAL, A_NORMAL)                                                                    \
	MEANING(MUTED, -1, -1, A_DIM, A_NORMAL)                                                                        \
	MEANING(ACCENT, COLOR_CYAN, -1, A_BOLD, A_BOLD)                                                                \
	MEANING(GOOD, COLOR_GREEN, -1, A_NORMAL, A_NORMAL)                                                             \
	MEANING(WARNING, COLOR_YELLOW, -1, A_BOLD, A_BOLD)                                                             \
	MEANING(DANGER, COLOR_RED, -1, A_BOLD, A_BOLD)                                                                 \
	MEANING(ALARM, COLOR_WHITE, COLOR_RED, A_BOLD, A_REVERSE | A_BOLD)                                             \
	MEANING(REHEARSAL, COLOR_BLACK, COLOR_YELLOW, A_NORMAL, A_REVERSE)                                             \
	MEANING(REAL, COLOR_WHITE, COLOR_RED, A_BOLD, A_REVERSE | A_BOLD)                                              \
	MEANING(SELECTED, COLOR_BLACK, COLOR_CYAN, A_NORMAL, A_REVERSE)                                                \
	MEANING(HEAD, COLOR_WHITE, COLOR_BLUE, A_NORMAL, A_REVERSE)                                                    \
	MEANING(KEY, COLOR_CYAN, -1, A_BOLD, A_BOLD)                                                                   \
	MEANING(BORDER, COLOR_BLUE, -1, A_NORMAL, A_NORMAL)                                                            \
	MEANING(FIELD, -1, -1, A_BOLD, A_BOLD)                                                                         \
	MEANING(SECRET, COLOR_BLACK, COLOR_WHITE, A_NORMAL, A_REVERSE)

enum meaning {
#define MEANING(name, foreground, background, colour, plain) MEANING_##name,
	MEANINGS(MEANING)
#undef MEANING
		MEANING_COUNT
};

/* GLYPH(name, Unicode, ASCII): chosen from what the Linux console's own fonts have. */
#define GLYPHS(GLYPH)                                                                                                  \
	GLYPH(ACROSS, "─", "-")                                                                                        \
	GLYPH(DOWN, "│", "|")                                                                                          \
	GLYPH(TOP_LEFT, "┌", "+")                                                                                      \
	GLYPH(TOP_RIGHT, "┐", "+")                                                                                     \
	GLYPH(BOTTOM_LEFT, "└", "+")                                                                                   \
	GLYPH(BOTTOM_RIGHT, "┘", "+")                                                                                  \
	GLYPH(SELECTED, "►", ">")                                                                                      \
	GLYPH(MASKED, "•", "*")                                                                                        \
	GLYPH(WARNING, "▲", "!")                                                                                       \
	GLYPH(WRONG, "×", "x")                                                                                         \
	GLYPH(RIGHT, "√", "+")                                                                                         \
	GLYPH(MORE, "…", "~")                                                                                          \
	GLYPH(ASCENDING, "↑", "^")                                                                                     \
	GLYPH(DESCENDING, "↓", "v")                                                                                    \
	GLYPH(BAR, "█", "#")                                                                                           \
	GLYPH(BAR_REST, "░", ".")

enum glyph {
#define GLYPH(name, unicode, ascii) GLYPH_##name,
	GLYPHS(GLYPH)
#undef GLYPH
		GLYPH_COUNT
};

/* After the terminal was opened. Colours are left out where the terminal has none, or NO_COLOR is set. */
void theme_open(void);

/* Attributes (attr_t of curses, with the colour pair in it). */
unsigned theme_attributes(enum meaning meaning);

/* Whether characters beyond ASCII can be shown. */
bool theme_is_unicode(void);

const char *theme_glyph(enum glyph glyph);

/* ASCII for a character that this terminal cannot show: a likeness where there is one, else "?". */
const char *theme_likeness(uint32_t character);

#endif
