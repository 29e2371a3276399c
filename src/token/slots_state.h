/* What the parts of slots share: slots.c (the loop's side), slots_news.c (what workers say), slots_door.c. */
#ifndef QUORATE_TOKEN_SLOTS_STATE_H
#define QUORATE_TOKEN_SLOTS_STATE_H

#include "line.h"

/* A module's worker and what it said; its module_info stands in slots.infos at the same index. */
struct module {
	struct line line;
	struct slot_info *slots, *coming; /* as known; as it comes in during a look */
	size_t count, coming_count;
	bool is_settled;
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
	enum outcome pcsc_outcome;
	struct code pcsc_code;

	int64_t next_poll;
	struct token_door door;
	struct token_answer answer;
	enum token_act act;
	bool is_acting, has_answer;
};

/* Adds a module and starts its worker, unless it is there already. */
void slots_add_module(struct slots *slots, const char *name, const char *path);

/* A module that cannot tell of changes: no PC/SC reader stands behind its slots. */
bool slots_is_polled(const struct slots *slots, size_t module);

/* What came on a line, and what its failure means; true when something changed. */
bool slots_take(struct slots *slots, struct line *line, const struct message *message);
bool slots_take_failure(struct slots *slots, struct line *line, enum outcome outcome);

/* Looks again at the modules that reach tokens through PC/SC. */
void slots_refresh_modules(struct slots *slots);

void slots_door_begin(struct slots *slots);
void slots_door_answer(struct slots *slots, const struct token_answer *answer);
void slots_door_fail(struct slots *slots, enum outcome outcome);

#endif
