/* What the parts of a PKCS#11 module's worker share: pkcs11.c (module and slots), pkcs11_objects.c,
   pkcs11_attributes.c, pkcs11_public.c (public keys), pkcs11_act.c, pkcs11_write.c and pkcs11_keys.c (acts), ckr.c
   (return values). */
#ifndef QUORATE_TOKEN_PKCS11_INSIDE_H
#define QUORATE_TOKEN_PKCS11_INSIDE_H

#include "pkcs11.h"

#include <p11-kit/p11-kit.h>
#include <time.h>

struct pkcs11 {
	CK_FUNCTION_LIST *functions;
	CK_FUNCTION_LIST **all; /* where it came by its registered name; NULL otherwise */
	bool is_initialised, is_softhsm;
	uint16_t beginnings;        /* how often it was initialised */
	struct timespec changed_at; /* SoftHSM's folder of tokens */
	bool has_changed_at;
	struct slot_info slots[LIMIT_SLOTS];
	size_t count;
};

/* Whose PIN a call is about. */
enum pin_owner { PIN_OF_NOBODY, PIN_OF_USER, PIN_OF_SO };

/* The outcome of a return value. */
enum outcome ckr_outcome(CK_RV rv, enum pin_owner owner);

/* softhsm.c: whether tokens came or went since it was asked last; false for every other module. */
bool softhsm_has_changed(struct pkcs11 *module);

CK_RV pkcs11_initialise(struct pkcs11 *module, bool is_fresh);
CK_RV pkcs11_slots(struct pkcs11 *module, CK_SLOT_ID ret[LIMIT_SLOTS], CK_ULONG *ret_count);
void pkcs11_read_slot(struct pkcs11 *module, CK_SLOT_ID id, struct slot_info *ret);

/* A session on the token of a target. */
struct pkcs11_run {
	struct pkcs11 *module;
	CK_FUNCTION_LIST *functions;
	struct slot_info slot;
	CK_SESSION_HANDLE session;
	bool has_session;
	struct code code; /* of the last failure */
};

/* The outcome of a return value, kept in the run. */
enum outcome pkcs11_check(struct pkcs11_run *run, CK_RV rv, enum pin_owner owner);

/* Finds the token, is_fresh: after the module was finalised and initialised. FAIL_NO_TOKEN, FAIL_TOKEN_OTHER and what a
   module may answer. */
enum outcome pkcs11_find(
	struct pkcs11 *module, const struct token_target *target, bool is_fresh, struct pkcs11_run *ret);

/* Opens a session; ends all of them, and with them the login. */
enum outcome pkcs11_session(struct pkcs11_run *run, bool is_writing);
void pkcs11_end(struct pkcs11_run *run);

/* One attribute of at most most bytes; *ret_size 0 where the object has none. The caller frees *ret. */
enum outcome pkcs11_attribute(struct pkcs11_run *run, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, size_t most,
	uint8_t **ret, size_t *ret_size);

/* Calls take for every object that the template describes, until it returns false. */
enum outcome pkcs11_each(struct pkcs11_run *run, CK_ATTRIBUTE *template, CK_ULONG count,
	bool (*take)(void *context, const struct token_object *object), void *context);

void pkcs11_read_object(struct pkcs11_run *run, CK_OBJECT_HANDLE handle, struct token_object *ret);

/* The module's handle of an object that was read in this run. What stands in token_object tells one initialisation of
   the module from the next, for handles are given out anew then. */
CK_OBJECT_HANDLE pkcs11_handle(const struct pkcs11_run *run, const struct token_object *object);

/* The one object that is the same as the wanted one. FAIL_OBJECT_MISSING, FAIL_OBJECT_AMBIGUOUS. */
enum outcome pkcs11_find_object(struct pkcs11_run *run, const struct token_object *wanted, struct token_object *ret,
	CK_OBJECT_HANDLE *ret_handle);

CK_OBJECT_CLASS pkcs11_class(enum object_class class);

/* All attributes that are told of an object, each to take until it returns false. */
enum outcome pkcs11_attributes(struct pkcs11_run *run, CK_OBJECT_HANDLE handle,
	bool (*take)(void *context, const struct token_attribute *attribute), void *context);

/* Mechanisms, each to take until it returns false (take may be NULL); *ret_kinds: what can be generated. */
enum outcome pkcs11_mechanisms(struct pkcs11_run *run,
	bool (*take)(void *context, const struct token_mechanism *mechanism), void *context, key_kinds *ret_kinds);

/* CKA_EC_PARAMS of a kind, and the kind of CKA_EC_PARAMS (KEY_OTHER). */
size_t pkcs11_curve(enum key_kind kind, const uint8_t **ret);
enum key_kind pkcs11_kind_of_curve(const uint8_t *parameters, size_t size);

/* SubjectPublicKeyInfo of a public key, or of the public half that a private key's attributes tell. */
enum outcome pkcs11_public_key(struct pkcs11_run *run, CK_OBJECT_HANDLE handle, struct token_bytes *ret);

/* The acts of their own files, on an open session that is logged in where a PIN was given. */
typedef enum outcome pkcs11_work(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret);
pkcs11_work pkcs11_generate, pkcs11_sign, pkcs11_read_value, pkcs11_write_certificate, pkcs11_delete, pkcs11_rename;

#endif
