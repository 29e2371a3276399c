/*
 * Known answers: whether this machine, this build and its libraries calculate what the rest of the world does. The
 * quick ones run at every start, before a secret is touched.
 * Sources of the answers: davidbarkhuizen/nitrokey-hsm (a share file made with a real device), NIST SP 800-38B
 * (AES-CMAC), BIP-350 (the code of the check word).
 */
#ifndef QUORATE_SELF_CHECK_H
#define QUORATE_SELF_CHECK_H

#include <quorate/outcome.h>
#include <stdbool.h>

struct self_check {
	const char *name; /* for people, untranslated; marked for gettext */
	bool is_quick;    /* a few milliseconds at most; the others take seconds */
	enum outcome (*run)(void);
};

/* All checks; static storage. *ret_count: how many. secret_open comes first. */
const struct self_check *self_check_all(size_t *ret_count);

/* Runs the quick ones. DONE, or FAIL_SELF_CHECK and the name of the first that failed (*ret_name, may be NULL). */
enum outcome self_check_quick(const char **ret_name);

#endif
