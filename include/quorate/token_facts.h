/*
 * What is known of readers, slots and the tokens in them without a login. Every text is cleaned (text_clean): what a
 * token, a module or a reader says may stand on the screen as it is here.
 */
#ifndef QUORATE_TOKEN_FACTS_H
#define QUORATE_TOKEN_FACTS_H

#include <quorate/dkek.h>
#include <quorate/limits.h>
#include <quorate/outcome.h>
#include <stdbool.h>

#define TOKEN_NAME_SIZE 160 /* reader or module name: MAX_READERNAME of PC/SC is 128 */
#define TOKEN_LABEL_SIZE 64
#define TOKEN_SERIAL_SIZE 32

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

/* Bits of hsm_status.options (CardContact's manual; OpenSC card-sc-hsm.h). */
enum hsm_option {
	HSM_OPTION_RESET_USER_PIN = 0x01, /* the SO-PIN may reset the user PIN */
	HSM_OPTION_TRANSPORT_PIN = 0x02,  /* the user PIN has to be changed at first use */
	HSM_OPTION_SESSION_PIN = 0x04,    /* a login lasts for the session only */
	HSM_OPTION_REPLACE_KEYS = 0x08,   /* keys of public key authentication may be replaced */
	HSM_OPTION_COMBINED_LOGIN = 0x10, /* user PIN and public key authentication both */
	HSM_OPTION_UNBLOCK_ONLY = 0x20,   /* the SO-PIN resets the counter, not the PIN */
};

#define HSM_KEY_DOMAINS 16

enum key_domain_state {
	KEY_DOMAIN_ABSENT, /* the device has no key domain of this number */
	KEY_DOMAIN_EMPTY,  /* there is one, and no DKEK is set up in it */
	KEY_DOMAIN_DKEK,   /* shares, outstanding and KCV tell how far its DKEK is */
};

struct key_domain {
	enum key_domain_state state;
	uint8_t shares, outstanding;
	uint8_t kcv[DKEK_KCV_SIZE]; /* all zero: not known yet */
};

/* Public key authentication (80 54): keys of custodians that stand in for the user PIN. */
struct key_authentication {
	bool is_set_up;
	uint8_t total, missing; /* keys there are to be, and how many of them are not registered yet */
	uint8_t required;       /* how many have to authenticate */
	uint8_t authenticated;  /* how many have, in this session */
};

/* One card verifiable certificate of a device's chain, in words. */
#define DEVICE_CHAIN_MOST 5 /* four on the device, and the root that they lead to */
struct device_certificate {
	char holder[17], authority[17];    /* references; a root's are the same */
	char valid_from[11], valid_to[11]; /* "2026-01-31"; "" where there is no date */
	char key[32];                      /* "EC brainpoolP256r1", "RSA 2048"; "" where it cannot be had */
	uint8_t digest[32];                /* SHA-256 of the certificate */
	bool is_signed;                    /* proven: by the one above it, or by a root that quorate knows */
	bool is_root;                      /* such a root itself, added from quorate's own or found on the device */
};

/* What a SmartCard-HSM says of itself. */
struct hsm_status {
	uint8_t version_major, version_minor;
	uint8_t options; /* bits of enum hsm_option */
	char label[TOKEN_LABEL_SIZE];
	char serial[TOKEN_SERIAL_SIZE]; /* "" if the device has no certificate */
	struct pin_status user_pin, so_pin;
	bool has_dkek; /* a DKEK was set up at initialisation; it and the next three say what key domain 0 says */
	uint8_t dkek_total, dkek_outstanding;
	uint8_t kcv[DKEK_KCV_SIZE]; /* all zero: not known yet */
	uint8_t key_domain_count;   /* how many the device has; 0: it does not know key domains (before version 3) */
	struct key_domain key_domains[HSM_KEY_DOMAINS];
	struct key_authentication key_authentication;
	unsigned key_count, certificate_count; /* objects that an INITIALIZE destroys */
	enum device_proof proof;
	char chain[128]; /* holder references of the certificates, from the device's up, for people */
	unsigned chain_count;
	struct device_certificate certificates[DEVICE_CHAIN_MOST]; /* from the device's up */
};

/* A reader and what is in it. */
struct reader_info {
	char name[TOKEN_NAME_SIZE];
	bool has_card;
	bool is_hsm;          /* a SmartCard-HSM: hsm is filled in */
	bool has_pin_pad;     /* keys of the reader's own, as seen with a card in it */
	enum outcome outcome; /* of reading the card; DONE without a card, too */
	struct code code;
	struct hsm_status hsm;
};

/* A number that a token does not tell (CK_UNAVAILABLE_INFORMATION), and one without a limit (CK_EFFECTIVELY_INFINITE).
 */
#define TOKEN_NOT_TOLD UINT64_MAX
#define TOKEN_NO_LIMIT 0

/* A PKCS#11 slot and the token in it. */
struct slot_info {
	size_t module; /* index into the modules */
	unsigned long id;
	char description[TOKEN_NAME_SIZE]; /* OpenSC: the reader's name */
	bool has_token;
	char label[TOKEN_LABEL_SIZE], manufacturer[64], model[32], serial[TOKEN_SERIAL_SIZE], firmware[16],
		hardware[16];
	unsigned long flags; /* CK_TOKEN_INFO.flags; slots_flag_texts puts them into words, slots_user_pin and
				slots_so_pin say what they tell of the PINs */
	unsigned long pin_min, pin_max;
	/* TOKEN_NOT_TOLD where the token keeps it to itself; a most of TOKEN_NO_LIMIT has no limit. */
	uint64_t sessions, sessions_most, write_sessions, write_sessions_most; /* of this module's process alone */
	uint64_t public_memory, public_memory_free, private_memory, private_memory_free; /* bytes */
	enum outcome outcome;                                                            /* of reading the token */
	struct code code;
	size_t reader; /* index into the readers of the same name, SIZE_MAX if none */
};

#endif
