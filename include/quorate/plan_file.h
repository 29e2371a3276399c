/*
 * The plan of a ceremony: an ini file that was written and reviewed before the people met (quorate-plan.5). It is
 * checked completely before anything starts, and what nobody understands is refused: a plan runs as it was reviewed, or
 * not at all.
 */
#ifndef QUORATE_PLAN_FILE_H
#define QUORATE_PLAN_FILE_H

#include <quorate/limits.h>
#include <quorate/outcome.h>
#include <quorate/token_facts.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text of a plan, in bytes of UTF-8 with its NUL: a line of a sheet, and of an ini file. */
#define PLAN_TEXT_SIZE 96
#define PLAN_KIND_SIZE 32
#define PLAN_WITNESSES_MOST 8
#define PLAN_SALT_DIGITS 32
#define PLAN_DIGEST_SIZE 65
#define PLAN_FAULTS_MOST 64

struct plan_person {
	bool is_there; /* has a section */
	unsigned line;
	char name[PLAN_TEXT_SIZE];      /* "" : known by number or role only */
	char romanised[PLAN_TEXT_SIZE]; /* for the sheets, whose font cannot draw every name; "" if not given */
};

/* What stays out of the record and off the sheets. */
enum plan_private {
	PLAN_PRIVATE_NAMES = 1 << 0,
	PLAN_PRIVATE_CUSTODIANS = 1 << 1, /* n */
	PLAN_PRIVATE_THRESHOLD = 1 << 2,  /* m */
};

/* Sheets that are made. */
enum plan_sheet {
	PLAN_SHEET_SHARES = 1 << 0,
	PLAN_SHEET_SHARE_FILE = 1 << 1,
};

enum plan_form { PLAN_FORM_OPEN, PLAN_FORM_QUORUM, PLAN_FORM_PASSWORDS };

struct plan_file {
	char ceremony[PLAN_KIND_SIZE]; /* the name of a ceremony_kind */
	char name[PLAN_TEXT_SIZE], organisation[PLAN_TEXT_SIZE], organisation_romanised[PLAN_TEXT_SIZE];
	char label[LIMIT_LABEL_MAX + 1]; /* "" where the ceremony has none */
	char serial[TOKEN_SERIAL_SIZE];  /* the only device that will do; "" for any */
	bool wants_new_device;           /* or any that was never initialised */
	enum plan_form form;
	unsigned custodians, threshold; /* n, m; 0 where the ceremony has none */
	unsigned private_facts;         /* of enum plan_private */
	unsigned sheets;                /* of enum plan_sheet */
	struct plan_person operator, witnesses[PLAN_WITNESSES_MOST], people[LIMIT_CUSTODIANS];
	unsigned witness_count;
	bool has_names;                /* every custodian is named */
	char digest[PLAN_DIGEST_SIZE]; /* SHA-256 of the file, hex */
	uint8_t *bytes;                /* the file itself */
	size_t size;
};

struct plan_fault {
	unsigned line;               /* 0: of the plan as a whole */
	char text[LIMIT_TEXT_INPUT]; /* a sentence */
};

struct plan_faults {
	struct plan_fault list[PLAN_FAULTS_MOST]; /* by line */
	size_t count;
	bool has_more; /* than the list holds */
};

/* Reads and checks; *ret is the caller's (plan_file_free), NULL unless DONE. FAIL_PLAN: *ret_faults tells every fault;
   outcomes of file_read, FAIL_MEMORY: no fault is told. */
enum outcome plan_file_read(struct plan_file **ret, const char *path, struct plan_faults *ret_faults);

/* The same with the file's bytes. */
enum outcome plan_file_parse(struct plan_file **ret, const void *bytes, size_t size, struct plan_faults *ret_faults);

void plan_file_free(struct plan_file **plan);

/* What the plan says, in lines for people: shown at the ceremony's beginning and to reviewers; appended. */
void plan_file_tell(const struct plan_file *plan, char *ret, size_t size);

/* The name for a sheet: romanised where that is given; "" if there is none. */
const char *plan_person_on_paper(const struct plan_person *person);

#endif
