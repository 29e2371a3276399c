/*
 * A closer look at one token, for the Status screen and `quorate status`: mechanisms, objects and their attributes, as
 * a module tells them without a login. Asked for slot by slot; the workers answer in many small messages, so that the
 * loop stays free, and what was known before stays until the new look is whole. Kept per slot for as long as the same
 * token (serial, label) is in it, and looked at anew after an act that changed it. Behind a slot with a SmartCard-HSM
 * its reader is asked for the keys' descriptions, too: objects get their key references, and keys that the module shows
 * after a login only stand there at once.
 */
#ifndef QUORATE_INSPECT_H
#define QUORATE_INSPECT_H

#include <quorate/slots.h>
#include <quorate/token_object.h>

enum look_state {
	LOOK_NONE,  /* nobody asked */
	LOOK_ASKED, /* on its way; what the counts say is from the look before */
	LOOK_WHOLE,
	LOOK_FAILED, /* outcome and code say why; what is there is from the look before */
};

struct slot_look {
	enum look_state state;
	enum outcome outcome;
	struct code code;
	bool is_logged_in; /* the objects were listed by TOKEN_LIST_OBJECTS with a PIN: private ones are among them */
	uint64_t number; /* counts up with every new content of this slot: whoever sorts and filters sees that it has to
			    do so again */
	size_t arriving; /* objects that have come so far of a look on its way */
	key_kinds kinds; /* what the token can generate */
};

/* Has the token in a slot (index into slots_slots) looked at; nothing if a look is on its way already, or no token is
   there. Many may be asked for at once: each worker does them one after the other. */
void slots_inspect(struct slots *slots, size_t slot);

/* How that went, and what is known. Pointers stay good until the next slots_dispatch. In the module's own order. */
void slots_look(const struct slots *slots, size_t slot, struct slot_look *ret);
size_t slots_mechanisms(const struct slots *slots, size_t slot, const struct token_mechanism **ret);
size_t slots_objects(const struct slots *slots, size_t slot, const struct token_object **ret);

/* Has all attributes of one object (index into slots_objects) read, without a login: for a private object that ends as
   LOOK_FAILED. One object at a time: asking for another forgets the one before. slots_attributes: *ret_state says how
   far it is (LOOK_NONE: none was asked for, or it is gone). */
void slots_inspect_object(struct slots *slots, size_t slot, size_t object);
size_t slots_attributes(const struct slots *slots, const struct token_attribute **ret, enum look_state *ret_state);

/* The target for acts on the token in a slot: the reader's SmartCard-HSM where one is behind it and as_hsm, else the
   slot of the module, with serial and label as they are now. False if no such slot is there. */
bool slots_target(const struct slots *slots, size_t slot, bool as_hsm, struct token_target *ret);

#endif
