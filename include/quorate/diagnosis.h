/*
 * Which of several shares is wrong. More shares than the threshold contradict each other if one of them is wrong: with
 * two more it is named by arithmetic alone, with one more by the file, which only the right ones open. Where the
 * threshold is not known, shares that agree show it.
 */
#ifndef QUORATE_DIAGNOSIS_H
#define QUORATE_DIAGNOSIS_H

#include <quorate/search.h>
#include <quorate/shamir.h>

enum diagnosis_kind {
	DIAGNOSIS_SILENT,    /* they are no more than the threshold, or it is not known and they do not agree */
	DIAGNOSIS_AGREE,     /* more than enough, and all agree: one set's, and all right */
	DIAGNOSIS_NAMED,     /* the wrong one is known */
	DIAGNOSIS_CONTRADICT /* one is wrong at least; diagnosis_start tells which */
};

struct diagnosis {
	enum diagnosis_kind kind;
	unsigned threshold;              /* as given, or as found; 0: not known */
	bool is_wrong[LIMIT_CUSTODIANS]; /* by index into the shares */
};

/*
 * By arithmetic, at once. threshold 0: not known. As shamir_check, but FAIL_SHARES_INCONSISTENT: that is DONE, and
 * said in *ret. FAIL_SHARES_FEW also below a known threshold.
 */
enum outcome diagnosis_make(const struct secret *prime, const struct shamir_share *shares, unsigned count,
	unsigned threshold, struct diagnosis *ret);

/* What the file is asked with. Everything it points to stays until the inquiry is freed. */
struct diagnosis_settings {
	struct share_file file;
	const struct secret *prime;
	const struct shamir_share *shares;
	unsigned count, threshold; /* threshold: known, 2 to count */
	unsigned long iterations;
	unsigned threads;
};

/* Subsets of shares are tried up to this many; more of them (many shares beyond the threshold, several wrong) no people
   would wait for. */
#define DIAGNOSIS_SUBSETS_MOST 100000

struct diagnosis_inquiry;

/*
 * Tries every subset of threshold shares on the file, side by side, each in every form of the password; first with IDs
 * as they are, then, where IDs of 10 and more can be read so, as the hex digits that sc-hsm-tool takes them for.
 * FAIL_ARGUMENT (threshold, too many subsets), FAIL_MEMORY, FAIL_SECURE_HEAP, FAIL_PROCESS, as shamir_combine.
 */
enum outcome diagnosis_start(struct diagnosis_inquiry **ret, const struct diagnosis_settings *settings);

/* For poll, and what it does meanwhile. */
const struct search *diagnosis_search(const struct diagnosis_inquiry *inquiry);
double diagnosis_fraction(const struct diagnosis_inquiry *inquiry);

struct diagnosis_answer {
	struct secret *password;         /* opens the file; the caller's */
	bool is_hex;                     /* IDs of 10 and more were meant as hex digits */
	bool is_wrong[LIMIT_CUSTODIANS]; /* does not go with those that opened it */
};

/* Waits and frees. FAIL_SHARES_FILE_KEY if no subset opens the file. */
enum outcome diagnosis_finish(struct diagnosis_inquiry **inquiry, struct diagnosis_answer *ret);

/* NULL is fine. */
void diagnosis_free(struct diagnosis_inquiry **inquiry);

/* The ID that the decimal digits of id stand for as hex digits (10 for 16); 0 if that is none or the same. */
unsigned diagnosis_hex_id(unsigned id);

#endif
