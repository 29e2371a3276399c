/* What the parts of slots share: slots.c (the loop's side), slots_news.c (what workers say), slots_door.c. */
#ifndef QUORATE_TOKEN_SLOTS_STATE_H
#define QUORATE_TOKEN_SLOTS_STATE_H

#include "line.h"

/* What an inspection of one slot's token told; kept as long as the token (serial, label) is the same. */
struct inspection {
	unsigned long slot;
	char serial[TOKEN_SERIAL_SIZE], label[TOKEN_LABEL_SIZE];
	bool is_wanted; /* to be sent when the worker is free for it */
	struct slot_look look;
	struct token_mechanism *mechanisms, *coming_mechanisms; /* as known; as they come in */
	size_t mechanism_count, coming_mechanism_count;
	struct token_objects objects, coming_objects;
};

/* What the SmartCard-HSM in a reader tells of its keys beside what a module does: their references, and keys that a
   module shows after a login only. */
struct hsm_keys {
	char reader[TOKEN_NAME_SIZE], serial[TOKEN_SERIAL_SIZE]; /* reader "": a free place */
	enum look_state state;
	bool is_wanted, is_logged_in;
	struct token_objects list, coming;
};

/* A module's worker and what it said; its module_info stands in slots.infos at the same index. */
struct module {
	struct line line;
	struct line wait;   /* a worker that waits for its slots to change; not running where the module cannot */
	int64_t wait_since; /* when that was started; 0: it was not tried */
	int64_t next_poll;  /* when it is asked next while somebody watches */
	struct slot_info *slots, *coming; /* as known; as it comes in during a look */
	size_t count, coming_count;
	bool is_settled;
	struct inspection *inspections;
	size_t inspection_count;
	unsigned long inspected; /* the slot that the inspection on its way is about */
	bool is_object;          /* it asks for the attributes of one object */
};

struct slots {
	struct launcher *launcher;
	int patience_ms;
	struct line list, pcsc, watch;
	bool is_list_settled, is_pcsc_settled;

	struct module modules[LIMIT_MODULES];
	struct module_info infos[LIMIT_MODULES];
	size_t module_count;

	struct slot_info *slots; /* of all modules, in their order */
	size_t slot_count;

	struct reader_info readers[LIMIT_READERS], coming[LIMIT_READERS];
	size_t reader_count, coming_count;
	struct hsm_keys keys[LIMIT_READERS];
	struct hsm_keys *keys_asked; /* that the inspection on its way is about */
	enum outcome pcsc_outcome;
	struct code pcsc_code;

	struct token_door door;
	struct token_answer answer;
	struct token_target target; /* of the act */
	enum token_act act;
	bool is_logged_in;   /* the act on its way brings a PIN */
	struct line *acting; /* the act's; NULL: none is on its way */
	/* An act on a module, until the PC/SC worker is quiet: whoever selects the card ends the module's login. */
	struct token_request held;
	bool is_holding;
	bool wants_pcsc; /* a look at the readers, once the module has acted */
	bool has_answer;

	/* The attributes of one object. */
	struct {
		size_t module;
		unsigned long slot;
		struct token_object object;
		enum look_state state;
		bool is_wanted;
		struct token_attribute list[LIMIT_ATTRIBUTES];
		size_t count;
	} attributes;
};

/* Adds a module and starts its worker, unless it is there already. */
void slots_add_module(struct slots *slots, const char *name, const char *path);

/* A module that no PC/SC reader stands behind: it waits by itself, or is asked. */
bool slots_is_polled(const struct slots *slots, size_t module);

/* What came on a line, and what its failure means; true when something changed. */
bool slots_take(struct slots *slots, struct line *line, struct message *message);
bool slots_take_failure(struct slots *slots, struct line *line, enum outcome outcome);

/* Looks again at the modules that reach tokens through PC/SC. */
void slots_refresh_modules(struct slots *slots);

/* The slot (index into slots.slots) that a target means now, SIZE_MAX if none. */
size_t slots_find(const struct slots *slots, const struct token_target *target);

/* Inspections: the next one is sent if the worker is free; what came of one; what the end of a look or of a worker
   means for them; what an act on a target does to them; what the end of a look at readers means; what a reader's card
   told of its keys; objects that an act listed. */
void slots_inspect_next(struct slots *slots, size_t module);
bool slots_inspect_take(struct slots *slots, size_t module, const struct message *message);
void slots_inspect_settle(struct slots *slots, size_t module);
void slots_inspect_fail(struct slots *slots, size_t module, enum outcome outcome);
void slots_inspect_stale(struct slots *slots, const struct token_target *target);
void slots_inspect_readers(struct slots *slots);
void slots_inspect_join(struct slots *slots, size_t reader);
void slots_inspect_keep(struct slots *slots, const struct token_answer *answer);
void slots_inspect_free(struct module *module);

/* Keys of a SmartCard-HSM: wanted for a slot; the next question is sent if the worker is free for it; what came of it;
   what the end of a look or of the worker means; whether they are on their way; put into a slot's objects. */
void slots_keys_want(struct slots *slots, const struct slot_info *slot);
void slots_keys_next(struct slots *slots);
void slots_keys_take(struct slots *slots, const struct message *message);
void slots_keys_settle(struct slots *slots);
void slots_keys_fail(struct slots *slots);
void slots_keys_stale(struct slots *slots, const char *reader);
void slots_keys_keep(struct slots *slots, const char *reader, const struct token_objects *objects, bool is_logged_in);
bool slots_keys_are_coming(const struct slots *slots, const struct slot_info *slot);
void slots_keys_join(const struct slots *slots, const struct slot_info *slot, struct inspection *inspection);
void slots_keys_free(struct slots *slots);

/* As token_door says. */
bool slots_software(void *context, const struct token_target *target, struct token_software *ret);

/* An object that an act lists, before its answer. */
void slots_door_object(struct slots *slots, const struct token_object *object);
/* Sends the act that was held back, once the card is left alone. */
void slots_door_next(struct slots *slots);
/* A look at the readers, now or after the act on a module that is on its way. */
void slots_look_at_readers(struct slots *slots);
void slots_door_begin(struct slots *slots);
void slots_door_answer(struct slots *slots, struct token_answer *answer);
void slots_door_fail(struct slots *slots, enum outcome outcome);

#endif
