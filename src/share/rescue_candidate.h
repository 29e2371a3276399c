/* The candidates of a rescue by number: from a number to the password that would follow, and to words. */
#ifndef SHARE_RESCUE_CANDIDATE_H
#define SHARE_RESCUE_CANDIDATE_H

#include <quorate/rescue.h>

#include "field.h"

/* The shares as typed; own copies in the secure heap. */
struct rescue_problem {
	struct secret *prime;
	struct field field; /* of the prime */
	struct shamir_share shares[LIMIT_CUSTODIANS];
	unsigned count;
};

/* As shamir_check_prime; FAIL_SECURE_HEAP. */
enum outcome rescue_problem_set(
	struct rescue_problem *ret, const struct secret *prime, const struct shamir_share *shares, unsigned count);
void rescue_problem_clear(struct rescue_problem *problem);

uint64_t rescue_candidate_count(unsigned count, unsigned slips);

/* The password of a candidate into ret (room for 8 bytes); FAIL_ARGUMENT where there is none: the slip is impossible,
   the shares do not go together, or sc-hsm-tool could not have drawn this password. FAIL_SECURE_HEAP. Safe to be called
   by several threads. */
enum outcome rescue_candidate_password(const struct rescue_problem *problem, uint64_t number, struct secret *ret);

/* Says in *ret which slips the candidate stands for. */
void rescue_candidate_describe(const struct rescue_problem *problem, uint64_t number, struct rescue_found *ret);

#endif
