/*
 * Shamir's sharing of the 8-byte password of a share file, as sc-hsm-tool does it: a random safe prime p of 64 bits
 * with its two top bits set, f(x) = s + a1 x + ... + a(m-1) x^(m-1) mod p, share i is (i, f(i)). Source: OpenSC
 * src/tools/sc-hsm-tool.c.
 */
#ifndef QUORATE_SHAMIR_H
#define QUORATE_SHAMIR_H

#include <quorate/limits.h>
#include <quorate/secret.h>

/* Primes, values and passwords: 8 bytes, big-endian, leading zeros kept. */
#define SHAMIR_SIZE 8

/* IDs are one byte in the check word. */
#define SHAMIR_ID_MOST 255

/* One point. id 1 to SHAMIR_ID_MOST. */
struct shamir_share {
	unsigned id;
	struct secret *value;
};

/* A whole set as it is created: shares 1 to n. */
struct shamir_set {
	unsigned threshold; /* m */
	unsigned total;     /* n */
	struct secret *prime;
	struct shamir_share shares[LIMIT_CUSTODIANS];
};

/*
 * A password that sc-hsm-tool can open again: 8 random bytes, the first 01 to 7F (it clears the top bit when it draws
 * one, and loses leading zero bytes when it rebuilds one). FAIL_RANDOM, FAIL_SECURE_HEAP.
 */
enum outcome shamir_new_password(struct secret **ret);

/*
 * Splits, then recombines every subset of threshold shares (beyond LIMIT_SUBSETS of them: every window of neighbours,
 * wrapped around, and random subsets up to that number; the windows touch every share) and compares. The password: 8
 * bytes, top bit clear. FAIL_THRESHOLD, FAIL_CUSTODIANS, FAIL_ARGUMENT (the password), FAIL_MEMORY, FAIL_SECURE_HEAP,
 * FAIL_RANDOM, FAIL_CRYPTO; FAIL_INTERNAL if a subset does not give the password.
 */
enum outcome shamir_split(const struct secret *password, unsigned threshold, unsigned total, struct shamir_set **ret);

void shamir_set_free(struct shamir_set **set);

/* FAIL_PRIME_LENGTH unless the two top bits are set, FAIL_PRIME_NOT_SAFE unless it is a safe prime. */
enum outcome shamir_check_prime(const struct secret *prime);

/* FAIL_SHARE_VALUE unless value < prime. */
enum outcome shamir_check_value(const struct secret *prime, const struct secret *value);

/*
 * The secret from count shares, all of which are used (count = threshold). *ret: 8 bytes.
 * FAIL_SHARES_FEW (count < 2), FAIL_SHARE_ID, FAIL_SHARE_ID_ZERO, FAIL_SHARE_ID_TWICE, FAIL_SHARE_VALUE,
 * FAIL_PRIME_*, FAIL_CRYPTO, FAIL_SECURE_HEAP.
 */
enum outcome shamir_combine(
	const struct secret *prime, const struct shamir_share *shares, unsigned count, struct secret **ret);

/*
 * One more share of the same polynomial, with this id, from count shares, all of which are used (count = threshold).
 * *ret: its value. As shamir_combine; FAIL_SHARE_ID_TWICE where one of the shares has the id.
 */
enum outcome shamir_extend(const struct secret *prime, const struct shamir_share *shares, unsigned count, unsigned id,
	struct secret **ret);

/*
 * With more shares than the threshold: FAIL_SHARES_INCONSISTENT when they do not lie on one polynomial; *ret_wrong is
 * then the ID of the single wrong share where that can be told (count >= threshold + 2), else 0. As many as the
 * threshold always agree: DONE says nothing then. Otherwise as shamir_combine; FAIL_SHARES_FEW (count < threshold),
 * FAIL_THRESHOLD (threshold < 2).
 */
enum outcome shamir_check(const struct secret *prime, const struct shamir_share *shares, unsigned count,
	unsigned threshold, unsigned *ret_wrong);

/*
 * The passwords that a combined secret may stand for, in the order in which they are tried: 8 bytes; without its
 * leading zero bytes (if it has any); plus the prime, 8 bytes (files of OpenSC 0.14 and 0.15), where that stays below
 * 2^64. variant 0, 1, 2...; FAIL_ARGUMENT when there is no such variant.
 */
enum outcome shamir_password(
	const struct secret *prime, const struct secret *secret, unsigned variant, struct secret **ret);

#endif
