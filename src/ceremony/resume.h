/* Going on after an interruption (resume*.c, retype*.c): what the record and the device know, for the steps. */
#ifndef CEREMONY_RESUME_H
#define CEREMONY_RESUME_H

#include <quorate/ceremony.h>
#include <quorate/journal_read.h>

struct step;

/* resume_past.c: what is on record from before an interruption. The last line of an event, of this set (after the last
   one that was given up), and a step's resume for a step of the set. */
const struct journal_line *resume_find(const struct ceremony *ceremony, const char *event);
/* The record that tells of custodians by their numbers, also where the record itself keeps them private. */
const struct journal_record *resume_telling_past(const struct ceremony *ceremony);
const struct journal_line *resume_find_in_set(const struct ceremony *ceremony, const char *event);
bool resume_in_set(struct ceremony *ceremony, const struct step *step);
bool resume_is_later(const struct journal_line *line, const struct journal_line *than);
/* resume_plan.c: the plan as it is on record; asked anew where that cannot be. */
void resume_plan(struct ceremony *ceremony);
/* Custodians for whom an event stands in the record of this set, as bits: where each file has custodians of its own,
   those of one follow those of the other. And their list: "1, 3", or "1 of file 2, 3 of file 2". */
uint64_t resume_custodians(const struct ceremony *ceremony, const char *event);
void resume_list(const struct ceremony *ceremony, uint64_t bits, char *ret, size_t size);
/* Imports on record since the device was initialised last. */
unsigned resume_imports(const struct ceremony *ceremony);
/* Some of the device's shares are in, and some are not. */
bool resume_is_partial(const struct ceremony *ceremony);
/* Some of the device's shares are in, and the others are not known any more: it is initialised anew. */
bool resume_begins_anew(const struct ceremony *ceremony);
/* By the device's own count after the intent; where it tells none, by the record. */
bool resume_is_imported(const struct ceremony *ceremony);
/* The line that compares the device's key check value; NULL: it was not compared. */
const struct journal_line *resume_compared(const struct ceremony *ceremony);
/* resume_set.c: whether the set is usable (resumed.is_usable), void, or not begun; and: nothing of it counts any more.
 */
void resume_judge_set(struct ceremony *ceremony);
void resume_void_set(struct ceremony *ceremony);
/* resume.c */
/* The set is void: its sheets are named and destroyed, and a new one is made. */
void resume_give_up_set(struct ceremony *ceremony);
/* What the record is of, if it can be gone on with. */
const struct ceremony_kind *resume_kind(const struct journal_record *past, bool is_rehearsal);
bool resume_is_over(const struct journal_record *past);
/* Whether ceremonies of this kind are gone on with at all. */
bool resume_is_offered(const struct ceremony_kind *kind);
extern const struct step step_resumed;
/* retype.c */
extern const struct step step_retype_shares;
/* retype_passwords.c; those whose shares are wanted, as bits. */
uint64_t retype_passwords_left(const struct ceremony *ceremony);
extern const struct step step_retype_passwords;

#endif
