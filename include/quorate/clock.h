/* Two clocks: the calendar for records, and a steady one for waiting. */
#ifndef QUORATE_CLOCK_H
#define QUORATE_CLOCK_H

#include <stdint.h>

/* Milliseconds on a clock that is never set; only differences mean anything. */
int64_t clock_steady_ms(void);

/* "2026-11-23T09:41:07Z" (ISO 8601, UTC): 20 characters and a NUL. */
#define CLOCK_STAMP_SIZE 21
void clock_stamp(char ret[CLOCK_STAMP_SIZE]);

/* "2026-11-23 09:41Z" for the screen's corner: 17 characters and a NUL. */
#define CLOCK_MINUTE_SIZE 18
void clock_minute(char ret[CLOCK_MINUTE_SIZE]);

/* Milliseconds until the calendar's next minute begins, 1 to 60,000: when the corner wants drawing again. */
int clock_next_minute_ms(void);

#endif
