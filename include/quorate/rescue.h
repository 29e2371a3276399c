/*
 * Finding what was meant, when shares without check words do not open their file: every slip that people make (slips.h)
 * is tried, most likely first, with as many key derivations side by side as the machine gives (search.h).
 *
 * The order: the shares as typed (their password in every form sc-hsm-tool ever gave it); two custodians' IDs
 * exchanged; one slip in one share; one slip in each of two shares. A candidate whose password could not come from
 * sc-hsm-tool (top bit set) costs nothing.
 */
#ifndef QUORATE_RESCUE_H
#define QUORATE_RESCUE_H

#include <quorate/share_file.h>
#include <quorate/slips.h>

struct rescue_settings {
	struct share_file file;
	const struct secret *prime;        /* 8 bytes, a safe prime; a slip in it: prime_slips.h */
	const struct shamir_share *shares; /* threshold of them, no more; values below the prime or not */
	unsigned count;
	unsigned long iterations; /* LIMIT_DKEK_ITERATIONS but in tests */
	uint64_t first;           /* candidate to begin with: 0, or where an earlier search stopped */
	uint64_t end;             /* candidate to stop before; 0: after all of them */
	unsigned threads;         /* 0: one for each processor */
};

struct rescue_found {
	struct secret *password; /* 1 to 8 bytes: what opens the file */
	unsigned slip_count;     /* 0: only the form of the password, or exchanged IDs; else how many slips */
	unsigned share[2];       /* index into settings.shares of each slip, or of the two exchanged shares. Probably:
				    one share's slip can be made up for by another's; the password is right all the same */
	struct slip slip[2];
	bool is_exchange;
};

struct rescue;

/* Candidates with at most one slip, and with at most two: the search is over after these many. */
uint64_t rescue_candidates(unsigned count, unsigned slips);

/* Begins, on threads of its own. Everything it needs is copied into its own locked memory. FAIL_SHARES_FEW,
   FAIL_MEMORY, FAIL_SECURE_HEAP, FAIL_PROCESS. */
enum outcome rescue_start(struct rescue **ret, const struct rescue_settings *settings);

/* Readable once the search has found something or has come to its end. */
int rescue_descriptor(const struct rescue *rescue);
bool rescue_is_done(const struct rescue *rescue);

/* All candidates before this number were tried: what an interrupted search goes on from. */
uint64_t rescue_position(const struct rescue *rescue);

/* Derivations that were run, for the speed. */
uint64_t rescue_derivations(const struct rescue *rescue);

/* Waits, tells and frees. DONE with *ret filled in (password: the caller's), FAIL_SHARES_FILE_KEY if nothing opens the
 * file. */
enum outcome rescue_finish(struct rescue **rescue, struct rescue_found *ret);

/* Stops the search (within a second), wipes and frees. NULL is fine. */
void rescue_free(struct rescue **rescue);

#endif
