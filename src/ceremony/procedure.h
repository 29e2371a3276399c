/*
 * Procedures on one token (token_*.c): steps behind the same door as the ceremonies, for whatever a token needs in
 * between. What they share, and the steps that their tables are made of.
 */
#ifndef CEREMONY_PROCEDURE_H
#define CEREMONY_PROCEDURE_H

#include <quorate/certificate.h>
#include <quorate/key_backup.h>
#include <quorate/slots.h>
#include <quorate/token.h>

struct ceremony;
struct ceremony_world;
struct prompt;
struct step;
struct token_answer;

struct procedure {
	struct token_target target; /* a slot; without a module the ceremony's device is meant */
	struct token_target from;   /* the device from which a key is copied; the ceremony's is the other one then */
	struct slot_info slot;      /* as last read */
	struct token_objects objects;
	key_kinds kinds;            /* what the token generates */
	size_t page;                /* of the objects to choose from */
	struct token_object object; /* the one chosen, or what a new one is to be like */
	enum key_kind kind;
	char new_label[TOKEN_OBJECT_LABEL_SIZE];
	uint8_t new_id[TOKEN_OBJECT_ID_SIZE], new_id_size;
	struct token_bytes data, description, certificate; /* for the act that comes */
	struct token_bytes attestation;                    /* a file of attestation.h; what it proves */
	enum device_proof proof;
	struct key_backup backup;   /* what a backup's file says of its key */
	uint8_t backup_digest[32];  /* SHA-256 of the file */
	uint8_t key_domain;         /* the one whose DKEK it is */
	struct found_backup *found; /* backups in a folder that the people named */
	size_t found_count;
	struct public_key *key;
	struct certificate *x509;
	struct request *request;
	char person[LIMIT_TEXT_INPUT]; /* to whom the token belongs */
	char path[LIMIT_TEXT_INPUT];   /* the file that is read or was written */
	char attestation_path[LIMIT_TEXT_INPUT];
	int tries_before;         /* of the PIN that was tried last; -1: not told */
	unsigned dkek_shares;     /* a device is to wait for */
	unsigned lost_count;      /* objects that an initialisation destroys */
	bool has_reader_pad;      /* the SmartCard-HSM's reader has keys of its own */
	bool is_sent, is_changed; /* something that changes the token */
};

/* Begins a procedure on world->target. */
enum outcome procedure_open(struct ceremony **ret, const struct ceremony_world *world, const char *kind,
	const struct step *const *steps, size_t count);
void procedure_clear(struct procedure *procedure);

/* A token in a slot; else the ceremony's device is a SmartCard-HSM. */
bool procedure_is_slot(const struct ceremony *ceremony);
/* All PINs of a token in a slot are typed at the reader's own pad. */
bool procedure_has_pin_pad(const struct ceremony *ceremony);
/* This one is; the SO-PIN of a SmartCard-HSM never, for no pad sends it in its form. */
bool procedure_asks_at_pad(const struct ceremony *ceremony, bool is_so);
/* A present user PIN and what takes its place are both typed there. */
bool procedure_changes_at_pad(const struct ceremony *ceremony);
struct pin_status procedure_user_pin(const struct ceremony *ceremony);
struct pin_status procedure_so_pin(const struct ceremony *ceremony);
/* The token's own label; "" if it has none. */
const char *procedure_label(const struct ceremony *ceremony);
/* "fmd-alice, serial number DENK0105702, in the reader Nitrokey HSM", whatever kind of token it is. */
void procedure_name(const struct ceremony *ceremony, char *ret, size_t size);
/* What is typed before something is destroyed: the label; where it is hard to type, the serial number. */
const char *procedure_word(const struct ceremony *ceremony);
/* " 3 tries are left." where that is told; appended. */
void procedure_tell_tries(const struct pin_status *pin, char *ret, size_t size);
/* "Before this try 3 were left, now 10." as one line; appended. */
void procedure_tell_tries_since(const struct ceremony *ceremony, bool is_so, char *ret, size_t size);
/* What was changed on the token, when a procedure ends early; appended. */
void procedure_tell_remains(const struct ceremony *ceremony, char *ret, size_t size);
/* "release (RSA 2048, ID 01)" */
void procedure_object_name(const struct token_object *object, char *ret, size_t size);
/* Wrong PINs bring their question back (then return_to follows), a refused new one its own; anything else ends the
   procedure. False for DONE, which is the step's to handle. */
bool procedure_refused(struct ceremony *ceremony, const struct token_answer *answer, const struct step *return_to);
/* Fills in PROMPT_DONE with the name of the token in front, and what became of the tries of a user PIN that was given.
 */
void procedure_ask_done(const struct ceremony *ceremony, struct prompt *ret, const char *text);
/* Verifies that the device made the key of a request (procedure.key, where it is known), and keeps the attestation.
   False when the procedure failed over it. What it proves; appended. */
bool procedure_attest(struct ceremony *ceremony, const struct token_bytes *request, const struct token_bytes *chain);
void procedure_tell_attestation(const struct ceremony *ceremony, char *ret, size_t size);
/* Whether the device has the DKEK of a backup, and in which key domain; one that it does not tell may be it. */
bool procedure_has_dkek(const struct ceremony *ceremony, const struct key_backup *backup, uint8_t *ret_domain);
/* An event with the key, the DKEK and the file of procedure.backup. */
bool procedure_note_backup(struct ceremony *ceremony, const char *event);
void procedure_forget_backups(struct procedure *procedure);
#define BACKUP_ENDING ".wrapped"
/* The fingerprint of procedure.key, in hex and in words; appended. */
void procedure_tell_fingerprint(const struct ceremony *ceremony, char *ret, size_t size);
void procedure_tell_digest(const uint8_t digest[PUBLIC_KEY_DIGEST_SIZE], char *ret, size_t size);
/* A user PIN that nobody knows, for a token that is put out of use. */
enum outcome procedure_make_user_pin(struct ceremony *ceremony);
/* Nothing but the work of an act. */
void procedure_ask_work(const struct ceremony *ceremony, struct prompt *ret);

/* token_look.c */
extern const struct step step_look_at_token;
/* token_pins.c: the present PINs, and new ones */
extern const struct step step_give_user_pin, step_give_transport_pin, step_give_so_pin, step_new_user_pin,
	step_new_so_pin, step_try_keyboard_once;
/* token_objects.c: lists what is there, and one of them is chosen: any, a private key, a certificate or public key */
extern const struct step step_list_objects, step_choose_object, step_choose_key, step_choose_public;
extern const struct step step_choose_object_label, step_choose_object_id;
/* token_initialise.c */
extern const struct step step_initialise_slot;
/* token_backup.c, token_restore.c: the chosen key becomes a file; what is in it is told; it goes into the device, and
   its public key is compared with the file's */
extern const struct step step_wrap_key, step_confirm_backup, step_unwrap_key, step_read_restored;
/* token_generate.c: the chosen key signs, and procedure.key verifies it */
extern const struct step step_sign_proof;
/* token_certificate.c: procedure.key is the public half of the chosen key */
extern const struct step step_read_key;
/* token_files.c: procedure.data (or the attestation, where that is all there is) goes into a file that the people name
 */
extern const struct step step_save_as;
/* In the ceremony's folder, where there is one, under a name made of stem and ending. */
enum outcome procedure_save(struct ceremony *ceremony, const char *stem, const char *ending, const void *bytes,
	size_t size, char ret_path[LIMIT_TEXT_INPUT]);
#define ATTESTATION_ENDING ".attestation"

/* Opens of ceremony_kind. */
typedef enum outcome procedure_opens(struct ceremony **ret, const struct ceremony_world *world);
procedure_opens list_private_open, verify_user_pin_open, prove_so_pin_open, change_user_pin_open, change_so_pin_open,
	reset_user_pin_open, set_transport_pin_open, personal_pin_open, initialise_token_open, generate_key_open,
	request_certificate_open, write_certificate_open, save_public_open, save_attestation_open, back_up_key_open,
	restore_key_open, delete_object_open, rename_object_open, decommission_open;

#endif
