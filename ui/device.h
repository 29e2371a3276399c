/* What is known of a device, in words for the people: facts line by line, and what must not be overlooked. */
#ifndef UI_DEVICE_H
#define UI_DEVICE_H

#include "theme.h"

#include <quorate/slots.h>

#define DEVICE_FACTS_MOST 24

struct fact {
	char label[24], text[192];
	enum meaning meaning;
};

struct facts {
	struct fact items[DEVICE_FACTS_MOST];
	size_t count;
	/* One to three sentences for a banner, "" if all is well. */
	char alarm[512];
};

void device_facts_hsm(struct facts *facts, const struct hsm_status *hsm);
void device_facts_slot(struct facts *facts, const struct slot_info *slot);
void device_facts_module(struct facts *facts, const struct module_info *module);
void device_facts_reader(struct facts *facts, const struct reader_info *reader);

/* How a device is in the list: DANGER if a PIN is locked or at its last try, WARNING if tries are gone, else NORMAL. */
enum meaning device_condition(const struct hsm_status *hsm);

#endif
