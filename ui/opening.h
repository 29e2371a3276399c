/* Opening a share file without a screen, with a line of progress on a terminal's standard error. */
#ifndef UI_OPENING_H
#define UI_OPENING_H

#include "shares.h"

#include <quorate/share_file.h>

/* What came of shares. */
struct opening {
	struct secret *share;    /* the DKEK share in the file */
	struct secret *password; /* the form of it that opened the file */
	char place[64];          /* "share 3" with FAIL_SHARES_NAMED, else "" */
};

void opening_clear(struct opening *opening);

/* The DKEK share in a file. As derivation_start and share_file_open. */
enum outcome opening_by_password(const struct share_file *file, const struct secret *password, struct secret **ret);

/*
 * The same by shares; threshold 0: not known. Tries each password that they may stand for, and IDs of 10 and more as
 * hex digits if they fit only so (said on standard error; shares then have those IDs). As diagnosis_make;
 * FAIL_SHARES_NAMED; FAIL_SHARES_INCONSISTENT: which cannot be told; FAIL_SHARES_OTHER_FILE, FAIL_SHARES_MORE,
 * FAIL_SHARES_FILE_KEY.
 */
enum outcome opening_by_shares(
	const struct share_file *file, struct shares *shares, unsigned threshold, struct opening *ret);

/* Prints "KCV ..." on standard output, behind the file's name unless that is NULL. */
void opening_print_kcv(const char *name, const uint8_t kcv[DKEK_KCV_SIZE]);

#endif
