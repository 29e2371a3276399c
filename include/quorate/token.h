/*
 * The token door: what the console can ask of a token. A token is a SmartCard-HSM in a PC/SC reader or a token behind
 * a PKCS#11 module; the request's target says which, and the door leads to the worker that has it (slots.h), or in
 * tests to the virtual card in this process. One request at a time; its answer is an event in the loop.
 */
#ifndef QUORATE_TOKEN_H
#define QUORATE_TOKEN_H

#include <quorate/token_facts.h>
#include <quorate/token_object.h>

#define TOKEN_RANDOM_SIZE 64
/* CK_TOKEN_INFO.label is 32 bytes. */
#define TOKEN_NEW_LABEL_SIZE 33

/*
 * Which token. With a reader it is the SmartCard-HSM in there; without, the token in a slot of a module. Slot IDs are
 * not stable and readers get other cards: serial and label say what is expected. Another token there is
 * FAIL_TOKEN_OTHER, and nothing is sent to it; if it sits in another slot of the same module now (SoftHSM renumbers at
 * C_InitToken), it is found there.
 */
struct token_target {
	char reader[TOKEN_NAME_SIZE];   /* reader_info.name; "": the slot below */
	char module[TOKEN_NAME_SIZE];   /* module_info.name */
	unsigned long slot;             /* slot_info.id, as known now */
	char serial[TOKEN_SERIAL_SIZE]; /* expected; "": any. A slot's is taken as it is: an uninitialised token has
					   none */
	char label[TOKEN_LABEL_SIZE];   /* expected, slots only; "": any */
};

/*
 * The acts: what each takes of the request -> what it gives besides the states. R: a reader's SmartCard-HSM takes it,
 * S: a token in a slot does; a target that does not answers FAIL_CARD_UNSUPPORTED, nothing being sent. A SmartCard-HSM
 * seen through a PKCS#11 module answers FAIL_SMARTCARD_HSM_HERE to what must go through its reader (INITIALISE,
 * PROVE_SO_PIN, RESET_USER_PIN, CHANGE_SO_PIN). Secrets that an act does not take are ignored. With is_pin_pad PINs are
 * NULL and typed at the reader: of a slot (CKF_PROTECTED_AUTHENTICATION_PATH) all of them, of a reader's SmartCard-HSM
 * (reader_info.has_pin_pad) the user PIN where it is tried or changed. FAIL_PIN_PAD.
 */
enum token_act {
	TOKEN_DESCRIBE,        /* R S: read the state, nothing else */
	TOKEN_INITIALISE,      /* R: INITIALIZE with label, user_pin, so_pin, dkek_shares, retry_counter.
				  S: C_InitToken with label, so_pin, then C_InitPIN with user_pin; on a token that is
				  initialised so_pin is the present one */
	TOKEN_VERIFY_USER_PIN, /* R S: user_pin */
	TOKEN_PROVE_SO_PIN,    /* R: CHANGE REFERENCE DATA from so_pin to itself: a wrong one costs a try. S: C_Login */
	TOKEN_IMPORT_DKEK, /* R: dkek_share, key_domain; afterwards user_pin, where given, is verified (some cards tell
			      the KCV only then) */
	TOKEN_RANDOM,      /* R S: TOKEN_RANDOM_SIZE random bytes of the token's own -> random */
	TOKEN_CHANGE_USER_PIN,   /* R S: user_pin -> new_pin */
	TOKEN_CHANGE_SO_PIN,     /* R S: so_pin -> new_pin */
	TOKEN_RESET_USER_PIN,    /* R: RESET RETRY COUNTER with so_pin, new_pin (NULL: the counter alone). S: login with
				    so_pin, C_InitPIN with new_pin */
	TOKEN_SET_TRANSPORT_PIN, /* R S: user_pin (the transport PIN) -> new_pin, where the state is PIN_TRANSPORT or
				    CKF_USER_PIN_TO_BE_CHANGED */
	TOKEN_LIST_OBJECTS,      /* R S: user_pin, may be NULL (public objects) -> objects, kinds */
	TOKEN_GENERATE, /* R S: user_pin, kind, object.label, object.id, key_domain (R) -> objects[0]: the private key,
			   value: its SubjectPublicKeyInfo (DER); R: request: the device's signed request for it,
			   certificate: the device's chain (what attestation.h takes). FAIL_KEY_BARE: the key is there,
			   its name or request is not */
	TOKEN_SIGN,     /* R S: user_pin, object (a private key), data (the message) -> value: a signature over its
			   SHA-256, RSA as PKCS#1 v1.5, EC as DER, the way X.509 has both */
	TOKEN_READ_VALUE, /* R S: object, user_pin where the object is private -> value: a key's SubjectPublicKeyInfo
			     (DER; for a private key that of its public half), a certificate (DER), a data object's
			     bytes */
	TOKEN_WRITE_CERTIFICATE, /* R S: user_pin, data (DER), object.label, object.id -> objects[0]. An equal one there
				    is FAIL_OBJECT_EXISTS */
	TOKEN_DELETE_OBJECT,     /* R S: user_pin, object; R: a key's description goes with it */
	TOKEN_RENAME_OBJECT,     /* R S: user_pin, object, and what it is to have: new_label if has_new_label, new_id if
				    has_new_id -> objects[0] */
	TOKEN_WRAP_KEY,          /* R: user_pin, object.key_reference -> value: the wrapped key, description: the key's
				    description (PRKD), certificate: its certificate, where there is one */
	TOKEN_UNWRAP_KEY,        /* R: user_pin, data: the wrapped key, description, certificate (either may be empty),
				    object.key_reference (0: the next free one), key_domain -> objects[0] */
	TOKEN_READ_ATTESTATION,  /* R: object.key_reference -> request: the signed request, certificate: the chain
				    (device certificate, then its issuer's), as on the card */
	TOKEN_CREATE_KEY_DOMAIN, /* R: key_domain, dkek_shares, user_pin */
	TOKEN_DELETE_KEY_DOMAIN, /* R: key_domain, user_pin */
	TOKEN_ACT_COUNT
};

struct token_request {
	enum token_act act;
	struct token_target target;
	bool is_pin_pad;
	bool is_fresh; /* the door's own: the module begins anew, for its token was changed behind its back */
	char label[TOKEN_NEW_LABEL_SIZE]; /* INITIALISE: the token's */
	struct secret *user_pin;          /* as typed, ASCII */
	struct secret *so_pin;            /* as typed; SmartCard-HSM: 16 hex digits */
	struct secret *new_pin;           /* as typed, of the kind that the act names */
	struct secret *dkek_share;        /* DKEK_SIZE bytes */
	unsigned dkek_shares;             /* how many the device is to expect, to 255; 0: it gets no DKEK */
	uint8_t retry_counter; /* of the user PIN, 0: the most the card allows for the PIN's length (3, 5, 10) */
	uint8_t key_domain;    /* SmartCard-HSM, 0 unless key domains are used */
	enum key_kind kind;
	/* Which object, as an answer or a look described it (class, ID and label have to be found again; the handle
	   only chooses among equals): FAIL_OBJECT_MISSING, FAIL_OBJECT_AMBIGUOUS. Or what a new one is to be like. */
	struct token_object object;
	bool has_new_label, has_new_id;
	char new_label[TOKEN_OBJECT_LABEL_SIZE];
	uint8_t new_id[TOKEN_OBJECT_ID_SIZE];
	uint8_t new_id_size;
	/* Together at most LIMIT_TOKEN_BYTES; they belong to the request. */
	struct token_bytes data, description, certificate;
};

struct token_answer {
	enum token_act act;
	enum outcome outcome;
	struct code code;
	bool is_slot;                    /* the target was a slot: its states are slot_*, else before and after */
	bool has_before, has_after;      /* whether the states could be read */
	struct hsm_status before, after; /* the card's state around the act */
	struct slot_info slot_before, slot_after; /* module and reader are not filled in */
	uint8_t random[TOKEN_RANDOM_SIZE];
	key_kinds kinds; /* LIST_OBJECTS: what the token can generate */
	/* The rest belongs to the answer; the bytes are together at most LIMIT_TOKEN_BYTES. */
	struct token_objects objects;
	struct token_bytes value, request, description, certificate;
};

/* What reaches a token. */
struct token_software {
	char name[TOKEN_NAME_SIZE];     /* of the module; "PC/SC" */
	char path[TOKEN_NAME_SIZE * 2]; /* its file; "" where that is not known */
	char version[128];
};

struct token_door {
	/* The readers as known now, at most most of them; returns how many. */
	size_t (*list)(void *context, struct reader_info *ret, size_t most);
	/* Begins an act. The secrets in the request are moved away and everything else it owns is freed (their pointers
	   become NULL), whatever the outcome. FAIL_INTERNAL while another one is on its way; FAIL_NO_TOKEN if the
	   target's module is not there; FAIL_WORKER_GONE, FAIL_NO_PCSC while its worker does not run. */
	enum outcome (*start)(void *context, struct token_request *request);
	/* True once the answer is there; it is handed out once and then belongs to the caller (token_answer_clear). A
	   worker that dies or hangs answers FAIL_WORKER_*: the act may or may not have happened. */
	bool (*poll)(void *context, struct token_answer *ret);
	/* The slot that a target without a reader means, as known now: by slot ID, serial and label, or by serial and
	   label alone where it has moved. False if it is not there (any more). May be NULL: no slots are behind this
	   door. */
	bool (*find_slot)(void *context, const struct token_target *target, struct slot_info *ret);
	void *context;
	/* What reaches the target, for the record; a target with a reader is reached by PC/SC. May be NULL. */
	bool (*software)(void *context, const struct token_target *target, struct token_software *ret);
};

/* Frees the secrets of a request, and what else belongs to it. */
void token_request_clear(struct token_request *request);

/* Frees what belongs to an answer. */
void token_answer_clear(struct token_answer *answer);

/* Whether the act asks for minutes rather than seconds (keys being made, PINs typed at a reader). */
bool token_act_is_slow(const struct token_request *request);

/* Rules of the SmartCard-HSM for PINs that are typed. *ret_advice: a sentence of advice, or NULL, when the outcome is
   DONE. is_new: a PIN being chosen, for which more is demanded of an SO-PIN (decimal digits, not the factory's). */
enum outcome token_check_user_pin(const struct secret *pin, bool is_new, const char **ret_advice);
enum outcome token_check_so_pin(const struct secret *pin, bool is_new, const char **ret_advice);

/* Rules for the PIN (of either kind) of a token in a slot: printable ASCII, the length that the token tells
   (FAIL_PIN_TOKEN_LENGTH); advice for a new one that is short. */
enum outcome token_check_slot_pin(
	const struct secret *pin, const struct slot_info *slot, bool is_new, const char **ret_advice);

/* The token's label: 1 to LIMIT_LABEL_MAX bytes, no control characters. FAIL_EMPTY, FAIL_TOO_LONG, FAIL_TEXT_CHARACTER.
   For a token in a slot: 1 to TOKEN_NEW_LABEL_SIZE - 1 bytes. */
enum outcome token_check_label(const char *label);
enum outcome token_check_slot_label(const char *label);

/* An object's label: up to TOKEN_OBJECT_LABEL_SIZE - 1 bytes, likewise; it may be empty. */
enum outcome token_check_object_label(const char *label);

#endif
