/* The sheets of a ceremony, built from its facts: which fields and which sentences stand on each. */
#ifndef QUORATE_FORMS_H
#define QUORATE_FORMS_H

#include <quorate/check_word.h>
#include <quorate/share_file.h>
#include <quorate/sheet.h>

/* What all sheets have in common; texts may be NULL or "" where they are not known or private. */
struct form_facts {
	const char *ceremony; /* "New key domain: fmd-alice" */
	const char *organisation;
	const char *plan;   /* SHA-256 of the reviewed plan, hex */
	const char *stamp;  /* when, ISO 8601 */
	const char *device; /* label and serial number */
	const char *set; /* identity of the set: first 16 hex digits of the share file's SHA-256, "" before the file is
			    there */
	const char *file_name; /* of the share file, without folder */
	const char *return_to; /* who gets the sheet when it is found; NULL: a line to write on */
	const char *check_by;  /* when it is looked at again, a date; NULL: a year after stamp */
	bool is_rehearsal;
	bool is_private;           /* a sheet without a number has no line for one either */
	unsigned threshold, total; /* 0: private, or not m-of-n */
	unsigned file, files;      /* which of several share files that are all needed; files 0 or 1: the only one */
	unsigned number, count;    /* this is sheet number of count; 0: a line to write on. form_share sets its own */
};

/* A label and what stands beside it. */
struct form_line {
	const char *label, *text;
};

/* A custodian's share sheet: blank boxes for prime, ID, value and check word in the order in which they are shown;
   number 0: without a number. */
enum outcome form_share(struct sheet **ret, const struct form_facts *facts, unsigned number);

/*
 * The same with the boxes filled, for those who asked for it after they read form_filled_warning. The texts are moved
 * in, whatever the outcome: prime and value 16 hex digits each, word the check word's 6 characters; id 1 to 255. What
 * is drawn by pdf_make and sheet_plain stays blank; pdf_make_filled and sheet_plain_filled show it. Also FAIL_ARGUMENT,
 * FAIL_SECURE_HEAP.
 */
struct form_filling {
	struct secret *prime, *value, *word;
	unsigned id;
};
enum outcome form_share_filled(
	struct sheet **ret, const struct form_facts *facts, unsigned number, struct form_filling *filling);

/* What a filled sheet means, in a few sentences, to be read and agreed to first. */
const char *form_filled_warning(void);

/* The password of one share file, where a key domain has several and all are needed: 64 blank boxes. */
enum outcome form_password(struct sheet **ret, const struct form_facts *facts);

/* The share-file sheet: base64 with line checks, QR of exactly the output of `openssl base64 -A`, SHA-256, KCV (NULL:
   unknown, a blank to be filled in), how to recover with quorate, and without it: openssl base64 -d and sc-hsm-tool,
   and the algorithm in words. */
enum outcome form_share_file(
	struct sheet **ret, const struct form_facts *facts, const struct share_file *file, const uint8_t *kcv);

/*
 * A signing key, encrypted: a file of sc-hsm-tool --wrap-key in full, base64 with line checks and QR symbols of 256
 * characters each, which one after the other are the output of `openssl base64 -A`; the key check value of its DKEK is
 * read from it. FAIL_WRAPPED_KEY for what is no such file.
 */
struct form_key {
	const uint8_t *bytes;
	size_t size;
	const char *label;       /* of the key on the device; NULL: a line to write on */
	const char *fingerprint; /* SHA-256 of the public key, hex; NULL: a line to write on */
};
enum outcome form_wrapped_key(struct sheet **ret, const struct form_facts *facts, const struct form_key *key);

/* For a sealed envelope: blank boxes for the PINs that are asked for, and for who opens it. FAIL_ARGUMENT for neither.
 */
enum outcome form_pins(struct sheet **ret, const struct form_facts *facts, bool has_user_pin, bool has_so_pin);

/* What is known of a device, line by line, and lines for where it is kept and who answers for it. */
enum outcome form_device(
	struct sheet **ret, const struct form_facts *facts, const struct form_line *lines, size_t count);

/* Every step with a box to tick, time and initials; titles in their order. */
enum outcome form_script(struct sheet **ret, const struct form_facts *facts, const char *const *titles, size_t count);

/* What happened, from the journal's lines (label: when; text: what), its digest (64 hex digits) in hex and in words for
   reading aloud, and who signs; signers may be none: then operator and witness. FAIL_HEX for a digest that is none. */
struct form_record {
	const struct form_line *lines;
	size_t count;
	const char *digest;
	const char *const *signers;
	size_t signer_count;
};
enum outcome form_record(struct sheet **ret, const struct form_facts *facts, const struct form_record *record);

/* How keys come back, for whoever has nothing but paper: what is needed, in which order, the algorithm in words, and
   the programs. */
enum outcome form_recovery(struct sheet **ret, const struct form_facts *facts);

/* The salts of fields that a record holds only as digests; for a sealed envelope. */
struct form_salt {
	const char *name, *value, *salt;
};
enum outcome form_salts(
	struct sheet **ret, const struct form_facts *facts, const struct form_salt *salts, size_t count);

/* What was destroyed, item by item with a box to tick, how, and before whom. */
enum outcome form_destruction(
	struct sheet **ret, const struct form_facts *facts, const char *const *items, size_t count);

#endif
