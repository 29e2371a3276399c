/*
 * The token door: what the console knows of a SmartCard-HSM, and what it can ask of one. Behind it stands the PC/SC
 * worker (slots.h), or in tests the virtual card in this process. One request at a time; its answer is an event in the
 * loop.
 */
#ifndef QUORATE_TOKEN_H
#define QUORATE_TOKEN_H

#include <quorate/dkek.h>
#include <quorate/limits.h>

#define TOKEN_NAME_SIZE 160 /* reader name: MAX_READERNAME of PC/SC is 128 */
#define TOKEN_LABEL_SIZE 64
#define TOKEN_SERIAL_SIZE 32
#define TOKEN_RANDOM_SIZE 64

enum pin_state {
	PIN_UNKNOWN,
	PIN_NOT_SET,   /* never initialised: INITIALIZE chooses it */
	PIN_TRANSPORT, /* user PIN only: the transport PIN has to be changed first */
	PIN_SET,
	PIN_VERIFIED, /* logged in right now; tries are not told then */
	PIN_LOCKED,
};

struct pin_status {
	enum pin_state state;
	int tries_left; /* -1: not told */
};

enum device_proof {
	DEVICE_UNPROVEN,  /* no certificate, or it leads to no known root: red */
	DEVICE_GENUINE,   /* leads to CardContact's root */
	DEVICE_REHEARSAL, /* leads to the rehearsal's own root */
};

/* What a SmartCard-HSM says of itself. Texts are cleaned (text_clean). */
struct hsm_status {
	uint8_t version_major, version_minor;
	uint8_t options; /* bit 0: user PIN may be reset with the SO-PIN; bit 1: transport PIN */
	char label[TOKEN_LABEL_SIZE];
	char serial[TOKEN_SERIAL_SIZE]; /* "" if the device has no certificate */
	struct pin_status user_pin, so_pin;
	bool has_dkek; /* a DKEK was set up at initialisation */
	uint8_t dkek_total, dkek_outstanding;
	uint8_t kcv[DKEK_KCV_SIZE];            /* all zero: not known yet */
	unsigned key_count, certificate_count; /* objects that an INITIALIZE destroys */
	enum device_proof proof;
	char chain[128]; /* holder references of the certificates, from the device's up, for people */
};

/* A reader and what is in it. */
struct reader_info {
	char name[TOKEN_NAME_SIZE];
	bool has_card;
	bool is_hsm;          /* a SmartCard-HSM: hsm is filled in */
	enum outcome outcome; /* of reading the card; DONE without a card, too */
	struct code code;
	struct hsm_status hsm;
};

enum token_act {
	TOKEN_DESCRIBE,        /* read the state, nothing else */
	TOKEN_INITIALISE,      /* INITIALIZE: label, user_pin, so_pin, dkek_shares */
	TOKEN_VERIFY_USER_PIN, /* user_pin */
	TOKEN_PROVE_SO_PIN,    /* CHANGE REFERENCE DATA from so_pin to itself: a wrong one costs a try */
	TOKEN_IMPORT_DKEK, /* dkek_share; afterwards user_pin, where given, is verified (some cards tell the KCV only
			      then) */
	TOKEN_RANDOM,      /* TOKEN_RANDOM_SIZE random bytes of the token's own */
	TOKEN_ACT_COUNT
};

struct token_request {
	enum token_act act;
	char reader[TOKEN_NAME_SIZE];
	char serial[TOKEN_SERIAL_SIZE]; /* the device expected there; "": any. Another one is FAIL_TOKEN_OTHER, nothing
					   is sent to it */
	char label[LIMIT_LABEL_MAX + 1];
	struct secret *user_pin;   /* as typed, ASCII */
	struct secret *so_pin;     /* 16 hex digits as typed */
	struct secret *dkek_share; /* DKEK_SIZE bytes */
	unsigned dkek_shares;      /* how many the device is to expect, 1 to 255 */
	uint8_t retry_counter;     /* of the user PIN, 0: the most the card allows for the PIN's length (3, 5, 10) */
};

struct token_answer {
	enum token_act act;
	enum outcome outcome;
	struct code code;
	bool has_before, has_after;      /* whether the states could be read */
	struct hsm_status before, after; /* the card's state around the act */
	uint8_t random[TOKEN_RANDOM_SIZE];
};

struct token_door {
	/* The readers as known now, at most most of them; returns how many. */
	size_t (*list)(void *context, struct reader_info *ret, size_t most);
	/* Begins an act. The secrets in the request are moved away (their pointers become NULL), whatever the outcome.
	   FAIL_INTERNAL while another one is on its way. */
	enum outcome (*start)(void *context, struct token_request *request);
	/* True once the answer is there; it is handed out once. A worker that dies or hangs answers FAIL_WORKER_*: the
	   act may or may not have happened. */
	bool (*poll)(void *context, struct token_answer *ret);
	void *context;
};

/* Frees the secrets of a request. */
void token_request_clear(struct token_request *request);

/* Rules of the SmartCard-HSM for PINs that are typed. *ret_advice: a sentence of advice, or NULL, when the outcome is
   DONE. is_new: a PIN being chosen, for which more is demanded of an SO-PIN (decimal digits, not the factory's). */
enum outcome token_check_user_pin(const struct secret *pin, bool is_new, const char **ret_advice);
enum outcome token_check_so_pin(const struct secret *pin, bool is_new, const char **ret_advice);

/* The token's label: 1 to LIMIT_LABEL_MAX bytes, no control characters. FAIL_EMPTY, FAIL_TOO_LONG, FAIL_TEXT_CHARACTER.
 */
enum outcome token_check_label(const char *label);

#endif
