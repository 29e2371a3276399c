#include "theme.h"

#include <curses.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	short foreground, background;
	attr_t colour, plain;
} meanings[] = {
#define MEANING(name, foreground, background, colour, plain) { foreground, background, colour, plain },
	MEANINGS(MEANING)
#undef MEANING
};

static const char *const glyphs[][2] = {
#define GLYPH(name, unicode, ascii) { ascii, unicode },
	GLYPHS(GLYPH)
#undef GLYPH
};

static const struct {
	uint32_t character;
	const char *ascii;
} likenesses[] = {
	{ 0xa0, " " },
	{ 0xab, "\"" },
	{ 0xb7, "*" },
	{ 0xbb, "\"" },
	{ 0x2010, "-" },
	{ 0x2011, "-" },
	{ 0x2013, "-" },
	{ 0x2014, "-" },
	{ 0x2018, "'" },
	{ 0x2019, "'" },
	{ 0x201c, "\"" },
	{ 0x201d, "\"" },
	{ 0x2022, "*" },
	{ 0x2026, "~" },
	{ 0x2192, ">" },
};

static bool has_colours, is_unicode;

void
theme_open(void)
{
	const char *no_color = getenv("NO_COLOR");

	is_unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	has_colours = (no_color == NULL || *no_color == '\0') && has_colors() && start_color() == OK &&
		      use_default_colors() == OK;
	for (short i = 0; has_colours && i < MEANING_COUNT; i++)
		init_pair((short)(i + 1), meanings[i].foreground, meanings[i].background);
}

unsigned
theme_attributes(enum meaning meaning)
{
	if (!has_colours)
		return (unsigned)meanings[meaning].plain;
	return (unsigned)(meanings[meaning].colour | (attr_t)COLOR_PAIR((int)meaning + 1));
}

bool
theme_is_unicode(void)
{
	return is_unicode;
}

const char *
theme_glyph(enum glyph glyph)
{
	return glyphs[glyph][is_unicode];
}

const char *
theme_likeness(uint32_t character)
{
	for (size_t i = 0; i < sizeof likenesses / sizeof likenesses[0]; i++)
		if (likenesses[i].character == character)
			return likenesses[i].ascii;
	return "?";
}
