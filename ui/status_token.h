/* What Status hands to other screens: the token that is selected, and a login on it. */
#ifndef UI_STATUS_TOKEN_H
#define UI_STATUS_TOKEN_H

#include "screen.h"
#include "status_list.h"

/* Tells the other screens what is selected. */
void status_choose(const struct slots *slots, const struct status_row *row, struct chosen_token *ret);

/* Begins the listing of private objects of the token in a slot (index into slots_slots; SIZE_MAX: none is selected). */
unsigned status_log_in(struct console *console, size_t slot);

#endif
