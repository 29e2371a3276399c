/*
 * Trying many passwords on a share file, with as many key derivations side by side as the machine gives: vector lanes
 * on every processor. The passwords come by number, so that a search can be cut in pieces and taken up again. Only the
 * padding of the file's last block tells right from wrong, so two of the derivation's three blocks are enough, and 1 in
 * 2^128 wrong passwords would pass.
 */
#ifndef QUORATE_SEARCH_H
#define QUORATE_SEARCH_H

#include <quorate/share_file.h>

/* Passwords that are searched have at most this many bytes. */
#define SEARCH_PASSWORD_MOST 8

struct search_settings {
	struct share_file file;
	unsigned long iterations; /* LIMIT_DKEK_ITERATIONS but in tests */
	uint64_t first, end;      /* the numbers to be tried: from first up to end - 1 */
	unsigned threads;         /* 0: one for each processor */
	/* The password of a number into ret (room for SEARCH_PASSWORD_MOST bytes); FAIL_ARGUMENT if that one has none,
	   any other failure ends the search. Called by several threads at once. */
	enum outcome (*password)(const void *context, uint64_t number, struct secret *ret);
	const void *context; /* stays until the search is freed */
};

struct search;

/* Begins, on threads of its own. FAIL_ARGUMENT (iterations 0), FAIL_MEMORY, FAIL_LOCKED_MEMORY, FAIL_PROCESS. */
enum outcome search_start(struct search **ret, const struct search_settings *settings);

/* Readable once the search has found something or has come to its end. */
int search_descriptor(const struct search *search);
bool search_is_done(const struct search *search);

/* All numbers before this one were tried: what an interrupted search goes on from. */
uint64_t search_position(const struct search *search);

/* Derivations that were run, for the speed. */
uint64_t search_derivations(const struct search *search);

/* The threads at work: one for each processor or as many as were asked for, 128 at most, and no more than memory could
   be locked for. */
unsigned search_threads(const struct search *search);

/* The instruction set in use, for reports: "AVX-512", "AVX2", "SSE2", "plain". */
const char *search_instructions(void);

/* Waits, tells and frees. DONE: *ret is the lowest number whose password opens the file. FAIL_SHARES_FILE_KEY: none
 * does, and all were tried. FAIL_CRYPTO, or as the passwords failed. */
enum outcome search_finish(struct search **search, uint64_t *ret);

/* Stops (within a second), wipes and frees. NULL is fine. */
void search_free(struct search **search);

#endif
