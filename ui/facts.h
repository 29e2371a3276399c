/* Facts, line by line, and what must not be overlooked; on the screen they scroll. */
#ifndef UI_FACTS_H
#define UI_FACTS_H

#include "keys.h"
#include "paint.h"

#include <stddef.h>

#define FACTS_MOST 160

struct fact {
	char label[40], text[512];
	enum meaning meaning;
};

struct facts {
	struct fact items[FACTS_MOST];
	size_t count;
	/* One to three sentences for a banner, "" if all is well. */
	char alarm[512];
};

/* Where a window over facts stands. */
struct facts_view {
	int scroll, seen, all; /* rows */
};

void facts_clear(struct facts *facts);

/* Adds a line, but none without a text. */
void facts_add(struct facts *facts, const char *label, enum meaning meaning, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Adds a sentence to the banner. */
void facts_alarm(struct facts *facts, const char *sentence);

void facts_draw(const struct facts *facts, struct facts_view *view, struct area area);

/* Scrolls; false if the key asks for something else. */
bool facts_move(struct facts_view *view, enum request request);

/* " rows 1 to 12 of 30 " for the border, "" where all is seen. */
void facts_position(const struct facts_view *view, char *ret, size_t size);

#endif
