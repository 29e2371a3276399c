/*
 * Everything that is plugged in, as the console knows it: modules, slots, readers; kept up to date by the workers.
 * Non-blocking: the loop polls the descriptors, slots_dispatch takes what came and restarts what died. Also the token
 * door to the PC/SC worker.
 */
#ifndef QUORATE_SLOTS_H
#define QUORATE_SLOTS_H

#include <poll.h>
#include <quorate/launcher.h>
#include <quorate/token.h>

enum module_state { MODULE_STARTING, MODULE_READY, MODULE_FAILED, MODULE_HUNG };

struct module_info {
	char name[TOKEN_NAME_SIZE];     /* registered name or file name, without folder and ending */
	char path[TOKEN_NAME_SIZE * 2]; /* "" for a remote module */
	char description[64], manufacturer[64], version[16]; /* CK_INFO */
	enum module_state state;
	enum outcome outcome; /* why it failed */
	struct code code;
};

/* A PKCS#11 slot and the token in it. */
struct slot_info {
	size_t module; /* index into the modules */
	unsigned long id;
	char description[TOKEN_NAME_SIZE]; /* OpenSC: the reader's name */
	bool has_token;
	char label[TOKEN_LABEL_SIZE], manufacturer[64], model[32], serial[TOKEN_SERIAL_SIZE], firmware[16];
	unsigned long flags; /* CK_TOKEN_INFO.flags; slots_flag_texts puts them into words */
	unsigned long pin_min, pin_max;
	enum outcome outcome; /* of reading the token */
	struct code code;
	size_t reader; /* index into the readers of the same name, SIZE_MAX if none */
};

struct slots;

struct slots_settings {
	const char *const
		*modules; /* --module, NULL-terminated: paths or registered names; added to the registered ones */
	bool only_these;  /* leave the registered modules out (the rehearsal does) */
	int patience_ms;  /* with a worker before it is called hung; 0: LIMIT_WORKER_MS (tests have less time) */
};

enum outcome slots_open(struct slots **ret, struct launcher *launcher, const struct slots_settings *settings);
void slots_free(struct slots **slots);

/* Descriptors for poll, at most most; returns how many. */
size_t slots_descriptors(struct slots *slots, struct pollfd *ret, size_t most);

/* Milliseconds until slots_dispatch wants to be called though no descriptor is ready; -1: never. is_watching: the
   Status screen is open, so modules that cannot wait are polled once a second. */
int slots_timeout(struct slots *slots, bool is_watching);

/* Takes what the workers sent, polls what has to be polled, stops what hangs. Returns true when something changed. */
bool slots_dispatch(struct slots *slots, bool is_watching);

/* True once every module and the readers were looked at for the first time, or failed. */
bool slots_is_settled(const struct slots *slots);

/* What is known; pointers stay good until the next slots_dispatch. */
size_t slots_modules(const struct slots *slots, const struct module_info **ret);
size_t slots_slots(const struct slots *slots, const struct slot_info **ret);
size_t slots_readers(const struct slots *slots, const struct reader_info **ret);

/* How PC/SC itself is doing. */
enum outcome slots_pcsc(const struct slots *slots, struct code *ret_code);

/* Has every module and reader looked at again from the beginning (modules finalised and initialised anew). */
void slots_refresh(struct slots *slots);

/* The door for ceremonies; belongs to slots. After an act that changes a card, modules are refreshed by themselves. */
const struct token_door *slots_door(struct slots *slots);

/* The flags of a token in words, each a text of static storage (translated), at most most; returns how many. What the
   flags of a token that is not initialised say of its PINs means nothing and is left out. */
size_t slots_flag_texts(unsigned long flags, const char **ret, size_t most);

#endif
