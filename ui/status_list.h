/* Everything through which this machine reaches tokens, as rows of a table: modules with their slots, then card readers
 * that no module has a slot for, and PC/SC itself. */
#ifndef UI_STATUS_LIST_H
#define UI_STATUS_LIST_H

#include "table.h"

#include <quorate/slots.h>

enum status_kind { STATUS_MODULE, STATUS_SLOT, STATUS_PCSC, STATUS_READER };

struct status_row {
	enum status_kind kind;
	size_t index;
};

/* Collects the rows from what is known now. They are good until the next slots_dispatch. */
const struct table_rows *status_list_rows(const struct slots *slots);

/* What a row stands for. */
const struct status_row *status_list_row(size_t row);

/* The SmartCard-HSM behind a slot, NULL if there is none. */
const struct reader_info *status_list_reader(const struct slots *slots, const struct slot_info *slot);

#endif
