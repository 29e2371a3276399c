/* What is plugged in, on standard output: a table for people, JSON for programs. */
#ifndef UI_STATUS_REPORT_H
#define UI_STATUS_REPORT_H

#include <jansson.h>
#include <quorate/slots.h>

void status_print_table(const struct slots *slots);

/* The keys are documented in quorate(1) and stay. FAIL_MEMORY. */
enum outcome status_print_json(const struct slots *slots);

/* What a look into the token in a slot (index into slots_slots) has told: a table, or JSON, which the caller owns. */
void status_print_look(const struct slots *slots, size_t slot);
json_t *status_look_json(const struct slots *slots, size_t slot);

#endif
