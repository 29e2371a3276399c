/*
 * What came of a call: DONE, or the one reason why not. Every function that can fail returns an outcome; every outcome
 * has one sentence or two for the people in the room: what happened, and what to do next. The texts stand in one table
 * (outcome.c).
 */
#ifndef QUORATE_OUTCOME_H
#define QUORATE_OUTCOME_H

#include <stddef.h>
#include <stdint.h>

enum outcome {
	DONE = 0,
#define OUTCOME(name, text) name,
#include <quorate/outcome_table.h>
#undef OUTCOME
	OUTCOME_COUNT
};

/* Where the number beside an outcome comes from, for the journal and the small type on the screen. */
enum code_kind {
	CODE_NONE,
	CODE_ERRNO,
	CODE_STATUS_WORD, /* of a card, ISO 7816-4 */
	CODE_CKR,         /* PKCS#11 return value */
	CODE_SCARD,       /* PC/SC return value */
};

struct code {
	enum code_kind kind;
	uint32_t value;
};

/* The sentence for an outcome, in the people's language; static storage. Any value is answered. */
const char *outcome_text(enum outcome outcome);

/* The outcome's name as in this header ("FAIL_MEMORY"), for the journal and tests; never translated. */
const char *outcome_name(enum outcome outcome);

/* Writes a code as small type, "SW 6983", "CKR 0x000000A4", "errno 28 (No space left on device)"; "" for CODE_NONE.
   Always terminated; size in bytes. */
void outcome_code_text(struct code code, char *ret, size_t size);

#endif
