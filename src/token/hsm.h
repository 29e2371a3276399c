/* What the parts of the SmartCard-HSM share: reading its state, its files, its PINs, its keys. */
#ifndef QUORATE_TOKEN_HSM_H
#define QUORATE_TOKEN_HSM_H

#include "apdu.h"
#include "ber.h"
#include <quorate/hsm.h>

/* References of the two PINs (OpenSC card-sc-hsm.h: ID_USER_PIN, ID_SO_PIN). */
#define HSM_USER_PIN 0x81
#define HSM_SO_PIN 0x88

/* The first half of a file's name says what is in it (OpenSC card-sc-hsm.h). */
#define HSM_KEYS 0xcc
#define HSM_KEY_DESCRIPTIONS 0xc4
#define HSM_KEY_CERTIFICATES 0xce
#define HSM_CERTIFICATES 0xca
#define HSM_CERTIFICATE_DESCRIPTIONS 0xc8
#define HSM_DATA 0xcf
#define HSM_PRIVATE_DATA 0xcd
#define HSM_DATA_DESCRIPTIONS 0xc9

#define HSM_FILE_CERTIFICATES 0x2f02
#define HSM_FILE_TOKEN_INFO 0x2f03
#define HSM_FILE_UNWRAP 0x2f10
#define HSM_FILE_KEY(reference) (uint16_t)(0xcc00 | (reference))
#define HSM_FILE_DESCRIPTION(reference) (uint16_t)(0xc400 | (reference))
#define HSM_FILE_CERTIFICATE(reference) (uint16_t)(0xce00 | (reference))

/* A device with all its certificates stays well below; a card that never ends is cut off. */
#define HSM_FILE_MOST 4096

/* SELECT of the application: ends every login. Fills in version and options. */
enum outcome hsm_select(const struct card *card, struct hsm_status *ret, struct code *ret_code);

/* Reads everything else, leaving the login alone. */
enum outcome hsm_read(const struct card *card, struct hsm_status *ret, struct code *ret_code);

/* hsm_domains.c: key domains and public key authentication, a part of hsm_read. */
enum outcome hsm_domains_read(const struct card *card, struct hsm_status *ret, struct code *ret_code);

/* hsm_files.c. A file that is not there reads as an empty one. Lists have two bytes a file. hsm_file_write reads back
   what it wrote (FAIL_TOKEN_READ_BACK), hsm_file_put does not; the file must not be there, or be as long.
   FAIL_TOKEN_FULL, FAIL_OBJECT_MISSING for a file to be deleted that is not there. */
enum outcome hsm_file_list(const struct card *card, struct apdu_answer *ret);
bool hsm_file_is_listed(const struct apdu_answer *list, uint16_t file);
enum outcome hsm_file_read(
	const struct card *card, uint16_t file, uint8_t ret[HSM_FILE_MOST], size_t *ret_size, struct code *ret_code);
enum outcome hsm_file_put(
	const struct card *card, uint16_t file, const uint8_t *bytes, size_t size, struct code *ret_code);
enum outcome hsm_file_write(
	const struct card *card, uint16_t file, const uint8_t *bytes, size_t size, struct code *ret_code);
enum outcome hsm_file_delete(const struct card *card, uint16_t file, struct code *ret_code);
/* Reads a file into bytes of an answer. */
enum outcome hsm_file_take(const struct card *card, uint16_t file, struct token_bytes *ret, struct code *ret_code);

/* hsm_objects.c: a key as its description has it; the object that is the same as the wanted one, with the list of
   files. FAIL_OBJECT_MISSING, FAIL_OBJECT_AMBIGUOUS. */
enum outcome hsm_key_describe(
	const struct card *card, uint8_t reference, struct token_object *ret, struct code *ret_code);
enum outcome hsm_object_find(const struct card *card, const struct token_object *wanted, struct apdu_answer *ret_list,
	struct token_object *ret, struct code *ret_code);

/* hsm_unwrap.c: the reference for a key that comes: the one wanted, or (0) the first that is free; nothing is ever
   overwritten. FAIL_OBJECT_EXISTS, FAIL_TOKEN_FULL. */
enum outcome hsm_choose_reference(const struct apdu_answer *list, uint8_t wanted, uint8_t *ret);

/* hsm_wrap.c: whether a domain's DKEK can wrap and unwrap. */
enum outcome hsm_dkek_ready(const struct key_domain *domain);

/* Verifies the request's user PIN, unless the state before rules it out. */
enum outcome hsm_login(const struct card *card, const struct token_request *request, struct token_answer *ret);
/* The same without asking the state before. */
enum outcome hsm_verify_user_pin(const struct card *card, const struct secret *pin, struct token_answer *ret);

/* The SO-PIN's 16 hex digits as the eight bytes that the card takes. FAIL_SO_PIN_LENGTH. */
#define HSM_SO_PIN_SIZE (LIMIT_SO_PIN_DIGITS / 2)
enum outcome hsm_so_pin_bytes(const struct secret *typed, struct secret **ret);

/* Whether the answer was lost, so that the state has to be read from the beginning. */
bool hsm_is_lost(enum outcome outcome);

/* The acts of token.h, in the file of each subject; those around initialisation and import in hsm.c. */
typedef enum outcome hsm_act_body(
	const struct card *card, const struct token_request *request, struct token_answer *ret);
hsm_act_body hsm_act_prove_so_pin, hsm_act_change_user_pin, hsm_act_change_so_pin, hsm_act_reset_user_pin,
	hsm_act_set_transport_pin, hsm_act_list_objects, hsm_act_generate, hsm_act_sign, hsm_act_read_value,
	hsm_act_write_certificate, hsm_act_delete_object, hsm_act_rename_object, hsm_act_wrap_key, hsm_act_unwrap_key,
	hsm_act_read_attestation, hsm_act_create_domain, hsm_act_delete_domain;

/* The outcome that fits a status word where the command has no meaning of its own for it. */
enum outcome hsm_outcome(uint16_t status);

#endif
