/* One PKCS#11 module, loaded through p11-kit; and the list of those that are registered. Blocking; used in a module's
 * worker. */
#ifndef QUORATE_TOKEN_PKCS11_H
#define QUORATE_TOKEN_PKCS11_H

#include <quorate/slots.h>

/* The registered modules except those that only hold trusted certificates (trust-policy: yes): name and path. At most
   most; returns how many. */
size_t pkcs11_registered(struct module_info *ret, size_t most);

struct pkcs11;

/* Loads a module by path, or by the name it is registered under. FAIL_MODULE_LOAD. */
enum outcome pkcs11_open(struct pkcs11 **ret, const char *subject);
void pkcs11_free(struct pkcs11 **module);

/* Whether a command of p11-kit's stands for it (remote), which is started with the module's initialisation. */
bool pkcs11_is_remote(const struct pkcs11 *module);

/* Initialises the module if need be (is_fresh: finalises it first) and looks at its slots, empty ones included. The
   slots stay good until the next call. FAIL_MODULE_INIT, FAIL_MODULE_SOFTHSM, FAIL_MODULE, FAIL_MEMORY. */
enum outcome pkcs11_look(struct pkcs11 *module, bool is_fresh, struct module_info *ret_info,
	const struct slot_info **ret, size_t *ret_count, struct code *ret_code);

/* Waits, for ever if need be, until a token comes or goes. False where the module cannot wait. */
bool pkcs11_wait(struct pkcs11 *module);

/* Where what an inspection finds goes, piece by piece; false ends it. */
struct pkcs11_sink {
	bool (*mechanism)(void *context, const struct token_mechanism *mechanism);
	bool (*object)(void *context, const struct token_object *object);
	bool (*attribute)(void *context, const struct token_attribute *attribute);
	void *context;
};

/* Looks at the token that a target (of a slot) means, without a login: mechanisms and objects; or all attributes of one
   object. *ret_kinds: what the token can generate. Outcomes as of acts. */
enum outcome pkcs11_inspect(struct pkcs11 *module, const struct token_target *target, const struct pkcs11_sink *sink,
	key_kinds *ret_kinds, struct code *ret_code);
enum outcome pkcs11_inspect_object(struct pkcs11 *module, const struct token_target *target,
	const struct token_object *object, const struct pkcs11_sink *sink, struct code *ret_code);

/*
 * Carries out one act on a token in a slot as token.h says: finds the token by serial and label, reads its state, acts
 * in sessions of its own, logs out, closes them all and reads the state again. The request's secrets stay the caller's.
 * No PIN is ever sent twice. What the flags before rule out is not sent at all (FAIL_PIN_LOCKED, FAIL_SO_PIN_LOCKED,
 * FAIL_TOKEN_EMPTY, FAIL_TOKEN_READ_ONLY). The answer is to be cleared by the caller.
 */
void pkcs11_act(struct pkcs11 *module, const struct token_request *request, struct token_answer *ret);

#endif
