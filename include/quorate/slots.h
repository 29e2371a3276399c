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
	char name[TOKEN_NAME_SIZE]; /* registered name or file name, without folder and ending; no two are the same */
	char path[TOKEN_NAME_SIZE * 2];                      /* "" for a remote module */
	char description[64], manufacturer[64], version[16]; /* CK_INFO */
	enum module_state state;
	enum outcome outcome; /* why it failed */
	struct code code;
};

struct slots;

struct slots_settings {
	const char *const
		*modules; /* --module, NULL-terminated: paths or registered names; added to the registered ones */
	bool only_these;  /* leave the registered modules out (the rehearsal does) */
	bool no_readers;  /* leave the card readers out, too */
	int patience_ms;  /* with a worker before it is called hung; 0: LIMIT_WORKER_MS (tests have less time) */
	bool is_once;     /* what is there now is all that is wanted: nobody waits for changes */
};

enum outcome slots_open(struct slots **ret, struct launcher *launcher, const struct slots_settings *settings);
void slots_free(struct slots **slots);

/* The most descriptors there are. */
#define SLOTS_DESCRIPTORS (LIMIT_MODULES * 2 + 3)

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

/* The door for ceremonies; belongs to slots. After an act that changes a token, modules are refreshed by themselves. */
const struct token_door *slots_door(struct slots *slots);

/* The flags of a token in words, each a text of static storage (translated), at most most; returns how many. What the
   flags of a token that is not initialised say of its PINs means nothing and is left out. */
size_t slots_flag_texts(unsigned long flags, const char **ret, size_t most);

/* What the flags tell of a PIN, PIN_UNKNOWN for a token that is not initialised; tries_left is 1 at the last try, 0
   when locked, else -1: PKCS#11 tells no numbers. *ret_is_low (may be NULL): a wrong one was entered since the last
   right one. */
struct pin_status slots_user_pin(unsigned long flags, bool *ret_is_low);
struct pin_status slots_so_pin(unsigned long flags, bool *ret_is_low);

#endif
