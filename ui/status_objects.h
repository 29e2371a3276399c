/* What lies on a token and what it can do, as rows of tables. */
#ifndef UI_STATUS_OBJECTS_H
#define UI_STATUS_OBJECTS_H

#include "facts.h"
#include "table.h"

#include <quorate/inspect.h>

/* The rows of a slot (index into slots_slots), as known now; good until the next slots_dispatch. */
const struct table_rows *status_object_rows(const struct slots *slots, size_t slot);
const struct table_rows *status_mechanism_rows(const struct slots *slots, size_t slot);

/* Everything about one row: an object with what is known of its attributes, a mechanism. */
void status_object_facts(const struct slots *slots, size_t row, struct facts *facts);
void status_mechanism_facts(size_t row, struct facts *facts);

#endif
