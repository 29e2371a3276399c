/* Sheets as plain text on the screen, to scroll in. */
#ifndef UI_PREVIEW_H
#define UI_PREVIEW_H

#include "screen.h"

#include <quorate/sheet.h>

enum outcome preview_open(const struct sheet *const *sheets, size_t count);
bool preview_is_open(void);
void preview_draw(struct area area);

/* REACT_UNKNOWN for what does not scroll. */
unsigned preview_key(struct console *console, const struct press *press);
void preview_close(void);

#endif
