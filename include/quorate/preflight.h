/*
 * Preflight: what state this machine is in before a ceremony. Nothing is changed, nothing secret is touched; every
 * check reads a few small files below a root folder and says green, amber, red or unknown, with a reason and a remedy.
 * Red is what hands a secret to somebody (or loses the record); amber is what the people should know or look at.
 */
#ifndef QUORATE_PREFLIGHT_H
#define QUORATE_PREFLIGHT_H

#include <quorate/outcome.h>
#include <stdbool.h>
#include <stddef.h>

/* In the order of badness; unknown is no reason to stop, but none to trust. */
enum preflight_state { PREFLIGHT_GREEN, PREFLIGHT_UNKNOWN, PREFLIGHT_AMBER, PREFLIGHT_RED, PREFLIGHT_STATES };

struct preflight_finding {
	const char *name;  /* stable, for JSON, the record and tests: "swap" */
	const char *title; /* marked for translation */
	enum preflight_state state;
	char reason[4096]; /* what was found; clean text, lines separated by '\n' */
	char remedy[256];  /* what to do about it; "" where nothing is to be done */
};

#define PREFLIGHT_MOST 32

/* What the checks look at. All pointers are the caller's and outlive the call. */
struct preflight_world {
	const char *root;               /* "" or the folder that stands for / (tests) */
	const char *folder;             /* where ceremonies keep their files, not below root; NULL: not told */
	const char *const *environment; /* as environ, ended by NULL */
	const char *terminal;           /* device of the terminal, "/dev/tty1"; NULL: there is none */
	int columns, rows;              /* of the terminal; 0: not known */
	bool is_unicode;                /* the locale's character set is UTF-8 */
	bool is_dumpable;               /* prctl PR_GET_DUMPABLE of this process */
	bool has_random;                /* the kernel's random numbers are seeded (getrandom does not block) */
	const char *const *modules;     /* PKCS#11 modules, their whole paths, ended by NULL; NULL: not told */
	long long now;                  /* seconds since 1970 */
};

/* Fills in what is true of this very process, its terminal and now; root and modules stay as they are. */
void preflight_here(struct preflight_world *world);

/* Runs all checks, in the order in which they are read; ret has room for PREFLIGHT_MOST. Returns how many there are. */
size_t preflight_run(const struct preflight_world *world, struct preflight_finding *ret);

/* The worst state among them. */
enum preflight_state preflight_worst(const struct preflight_finding *findings, size_t count);

/* "green", "unknown", "amber", "red": stable, for JSON and the record. */
const char *preflight_state_name(enum preflight_state state);

/* The names of those in a state, separated by commas: "swap, network"; "" if there are none. Always terminated. */
void preflight_names(
	const struct preflight_finding *findings, size_t count, enum preflight_state state, char *ret, size_t size);

#endif
