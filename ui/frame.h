/* What stands around every screen: the top line, the message line, the key bar; and the stop screen of a window too
 * small. */
#ifndef UI_FRAME_H
#define UI_FRAME_H

#include "screen.h"

/* Puts the whole picture together. */
void frame_draw(struct console *console);

/* Whether the window is too small for any screen. */
bool frame_is_too_small(void);

#endif
