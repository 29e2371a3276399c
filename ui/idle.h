/*
 * Nobody touches the keyboard while somebody's secret is on the screen or being typed: the screen goes back to a gate,
 * and only whose turn it is goes on. One clock of LIMIT_IDLE_SECONDS, which every key sets back.
 */
#ifndef UI_IDLE_H
#define UI_IDLE_H

#include "paint.h"

/* A new question. text: what the gate says of the secret at stake; NULL: there is none, and the screen stays. */
void idle_begin(const char *text);

/* A key was pressed. */
void idle_set_back(void);

/* Whether the gate is on the screen. */
bool idle_is_blank(void);

/* The time is over: true once, when the gate has to come up. */
bool idle_tick(void);

/* The person is back. */
void idle_end(void);

/* Milliseconds until the gate comes up; -1: it does not. */
int64_t idle_left_ms(void);

void idle_draw(struct area area);

#endif
