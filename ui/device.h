/* What is known of a device, in words for the people. */
#ifndef UI_DEVICE_H
#define UI_DEVICE_H

#include "facts.h"

#include <quorate/slots.h>

void device_facts_hsm(struct facts *facts, const struct hsm_status *hsm);
void device_facts_slot(struct facts *facts, const struct slot_info *slot);
/* What a module alone tells of a token that was named already. */
void device_facts_token(struct facts *facts, const struct slot_info *slot);
void device_facts_module(struct facts *facts, const struct module_info *module);
void device_facts_reader(struct facts *facts, const struct reader_info *reader);

/* How a device is in the list: DANGER if a PIN is locked or at its last try, WARNING if tries are gone, else NORMAL. */
enum meaning device_condition(const struct hsm_status *hsm);
enum meaning device_slot_condition(const struct slot_info *slot);

/* The one thing about PINs that must not be overlooked, in two or three words; "" if there is none. */
const char *device_pin_words(const struct pin_status *user, const struct pin_status *so);

#endif
