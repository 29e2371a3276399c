/*
 * The inside of the virtual SmartCard-HSM: its state and the functions behind its commands. Nothing here is as well
 * protected as a real card's: keys and DKEK stand in the card's folder in the clear, for a rehearsal has no secrets.
 * PINs are kept as salted hashes all the same, since people rehearse with the PINs they will use.
 */
#ifndef QUORATE_REHEARSAL_CARD_INSIDE_H
#define QUORATE_REHEARSAL_CARD_INSIDE_H

#include "tlv.h"

#include <openssl/evp.h>
#include <quorate/curve.h>
#include <quorate/dkek.h>
#include <quorate/virtual_card.h>
#include <quorate/wrapped_key.h>

/* Status words (ISO 7816-4, 5.6). */
#define SW_DONE 0x9000
#define SW_END_OF_FILE 0x6282
#define SW_TRIES_LEFT 0x63C0
#define SW_EXECUTION 0x6400
#define SW_MEMORY 0x6581
#define SW_LENGTH 0x6700
#define SW_SECURITY 0x6982
#define SW_BLOCKED 0x6983
#define SW_NOT_USABLE 0x6984
#define SW_CONDITIONS 0x6985
#define SW_NOT_ALLOWED 0x6986
#define SW_DATA 0x6A80
#define SW_NO_FUNCTION 0x6A81
#define SW_NO_FILE 0x6A82
#define SW_NO_ROOM 0x6A84
#define SW_P1_P2 0x6A86
#define SW_NO_REFERENCE 0x6A88
#define SW_EXISTS 0x6A89
#define SW_OFFSET 0x6B00
#define SW_INSTRUCTION 0x6D00
#define SW_CLASS 0x6E00

/* File identifiers: OpenSC src/libopensc/card-sc-hsm.h and pkcs15-sc-hsm.c. */
#define FILE_DEVICE_CERTIFICATES 0x2F02
#define FILE_TOKEN_INFO 0x2F03
#define FILE_UNWRAP_BUFFER 0x2F10
#define FILE_DEVICE_KEY 0xCC00
#define FILE_KEY(reference) (0xCC00 | (reference))
#define FILE_CERTIFICATE(reference) (0xCE00 | (reference))

/* Algorithms of SIGN, DECIPHER and WRAP that a key's list may name (card-sc-hsm.h; 92 is WRAP's own P2). */
#define ALGORITHM_RSA_RAW 0x20
#define ALGORITHM_RSA_DECRYPT 0x21
#define ALGORITHM_RSA_PKCS1 0x30
#define ALGORITHM_RSA_PSS 0x40
#define ALGORITHM_EC_RAW 0x70
#define ALGORITHM_EC_DH 0x80
#define ALGORITHM_WRAP 0x92

#define CARD_SERIAL_SIZE 12 /* REHE0000001 and a NUL */
#define CARD_FILES_MOST 256
#define CARD_BYTES_MOST (76 * 1024) /* what fits a SmartCard-HSM: CardContact's data sheet */
#define CARD_PIN_MOST 16
#define CARD_SO_PIN_SIZE 8
#define CARD_SO_PIN_TRIES 15
#define CARD_KEY_MOST 4096 /* DER of a private key */

#define CARD_DOMAINS_MOST 16 /* pico-hsm kek.h, MAX_KEY_DOMAINS */

/* Option bits (OpenSC card-sc-hsm.h, pico-hsm sc_hsm.h). */
#define OPTION_RESET_PIN 0x01
#define OPTION_TRANSPORT_PIN 0x02
#define OPTION_REPLACE_KEYS 0x08
#define OPTION_COMBINED 0x10
#define OPTION_RESET_ONLY 0x20

struct card_pin {
	uint8_t length; /* 0: not set */
	uint8_t salt[16];
	uint8_t hash[32];
	uint8_t tries, tries_most;
};

struct card_file {
	uint16_t id;
	size_t size;
	uint8_t *bytes;
};

/* A key domain and its DKEK. */
struct card_domain {
	bool is_set_up;
	uint8_t shares, outstanding;
	uint8_t dkek[DKEK_SIZE];
};

struct virtual_card {
	char folder[256];
	char serial[CARD_SERIAL_SIZE];
	struct card door;

	/* What lasts. */
	uint8_t options;
	bool is_transport_pin;
	struct card_pin user, so;
	uint8_t domain_count; /* 0: not initialised for key wrap */
	struct card_domain domains[CARD_DOMAINS_MOST];
	uint8_t public_keys, public_keys_required; /* of public key authentication, 0: not initialised for it */
	struct card_file files[CARD_FILES_MOST];   /* in the order of their identifiers */
	size_t file_count;

	/* What a reset ends. */
	bool is_selected, is_logged_in;
	uint16_t current; /* file, 0: none */
	bool is_changed;  /* what lasts must be saved before the answer goes out */
};

struct card_command {
	uint8_t cla, ins, p1, p2;
	const uint8_t *data;
	size_t size;     /* of data */
	size_t expected; /* Ne: 0 when no answer data is wanted */
};

/* Every command: takes its data from command, adds to answer (which has room), returns the status word. */
typedef uint16_t card_handler(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer);

card_handler card_select, card_verify, card_change_pin, card_reset_retry_counter, card_initialize, card_dkek,
	card_generate, card_sign, card_decipher, card_challenge, card_wrap, card_unwrap, card_enumerate, card_read,
	card_update, card_delete, card_public_key_status;

/* card_state.c: all that lasts, as one file in the folder. FAIL_REHEARSAL for a state that is not one. */
enum outcome card_state_save(const struct virtual_card *card);
enum outcome card_state_load(struct virtual_card *card);
void card_state_clear(struct virtual_card *card);

/* card_files.c */
struct card_file *card_file_find(struct virtual_card *card, uint16_t id);
/* Makes or replaces a file; SW_NO_ROOM, SW_MEMORY. */
uint16_t card_file_put(struct virtual_card *card, uint16_t id, const void *bytes, size_t size);
void card_file_remove(struct virtual_card *card, uint16_t id);

/* card_pins.c: one try of a PIN, with everything it costs; SW_DONE when it was right. */
uint16_t card_pin_try(struct virtual_card *card, struct card_pin *pin, const uint8_t *digits, size_t size);
/* Sets a PIN and fills its tries; false when there is no randomness. */
bool card_pin_set(struct card_pin *pin, const uint8_t *digits, size_t size, uint8_t tries);

/* Public key algorithms in templates, requests and certificates (BSI TR-03110: id-TA-RSA-v1-5-SHA-256,
   id-TA-ECDSA-SHA-256), and in wrapped keys. */
#define CARD_OID_SIZE 10
extern const uint8_t card_oid_rsa[CARD_OID_SIZE], card_oid_ecdsa[CARD_OID_SIZE];

/* card_keys.c: private keys in files CCxx. The list of allowed algorithms is empty where everything is allowed. */
struct card_key_use {
	uint8_t domain;
	const uint8_t *algorithms;
	size_t algorithm_count;
};
uint16_t card_key_load(struct virtual_card *card, uint8_t reference, uint8_t algorithm, EVP_PKEY **ret);
uint16_t card_key_store(struct virtual_card *card, uint8_t reference, EVP_PKEY *key, const struct card_key_use *use);
/* The key domain of a key's file. */
uint8_t card_key_domain(const struct card_file *file);

/* card_dkek.c: the domain a key may live in: one that is complete, or none where the card has no DKEK at all. */
uint16_t card_domain_check(const struct virtual_card *card, uint8_t domain);
bool card_domain_kcv(const struct card_domain *domain, uint8_t ret[DKEK_KCV_SIZE]);

/* card_material.c: a key as the plain inside of a wrapped key. */
bool card_material_put(struct secret *material, EVP_PKEY *key, enum wrapped_kind *ret_kind);
EVP_PKEY *card_material_take(const struct secret *material, enum wrapped_kind kind);

/* card_certificates.c */
/* A new device key and its chain, files CC00 and 2F02. */
enum outcome card_certificates_make(struct virtual_card *card);
/* The root's certificate, made anew (the signature differs each time); returns its size, 0 on failure. */
size_t card_certificates_root(uint8_t *ret, size_t room);
/* The request for a new key, signed by it and by the device. */
uint16_t card_certificates_request(struct virtual_card *card, EVP_PKEY *key, const struct tlv *authority,
	const struct tlv *holder, struct tlv_writer *answer);

#endif
