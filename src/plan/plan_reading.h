/* What reading a plan is made of: the keys there are, and what is noted on the way. */
#ifndef PLAN_PLAN_READING_H
#define PLAN_PLAN_READING_H

#include <quorate/plan_file.h>

/* What a kind of ceremony can be told. */
enum plan_takes {
	TAKES_LABEL = 1 << 0,
	TAKES_DEVICE = 1 << 1,
	TAKES_FORM = 1 << 2,
	TAKES_CUSTODIANS = 1 << 3,
};

enum plan_section { SECTION_NONE, SECTION_PLAN, SECTION_OPERATOR, SECTION_WITNESS, SECTION_CUSTODIAN, SECTION_UNKNOWN };

enum plan_key_name {
	KEY_NAME,
	KEY_CEREMONY,
	KEY_ORGANISATION,
	KEY_ORGANISATION_ROMANISED,
	KEY_LABEL,
	KEY_DEVICE,
	KEY_BACKUP,
	KEY_CUSTODIANS,
	KEY_THRESHOLD,
	KEY_PRIVATE,
	KEY_SALT,
	KEY_SHEETS,
	KEY_COUNT
};

struct plan_reading {
	struct plan_file *plan;
	struct plan_faults *faults;
	const char *at, *end; /* what is still to be read of the file */
	unsigned line;
	enum plan_section section;
	struct plan_person *person; /* of the section, where it is one's */
	bool has_plan_section;
	bool is_pending;           /* the line at hand has to be a key with its value, and was not seen to be one */
	unsigned lines[KEY_COUNT]; /* where each key of [plan] stands; 0: nowhere */
	unsigned person_lines[2];  /* the same for name and romanised of this section */
	unsigned takes;            /* of the kind of ceremony; 0: it is not known */
};

/* plan_file.c: notes a fault; a line has one of a kind at most, for the first says enough. */
void plan_fault(struct plan_reading *reading, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* plan_key.c: takes one key of the section at hand. */
void plan_key_take(struct plan_reading *reading, const char *name, const char *value);
const char *plan_key_word(enum plan_key_name key);
/* Which kinds a key belongs to; 0: all. */
unsigned plan_key_takes(enum plan_key_name key);

/* plan_judge.c: what only the whole plan can tell. */
void plan_judge(struct plan_reading *reading);

#endif
