/* Opening a share file without a screen, with a line of progress on a terminal's standard error. */
#ifndef UI_OPENING_H
#define UI_OPENING_H

#include "shares.h"

#include <quorate/share_file.h>

/* The DKEK share in a file. As derivation_start and share_file_open. */
enum outcome opening_by_password(const struct share_file *file, const struct secret *password, struct secret **ret);

/* Tries each password that the shares may stand for. As shamir_combine; FAIL_SHARES_FILE_KEY. */
enum outcome opening_by_shares(const struct share_file *file, const struct shares *shares, struct secret **ret);

/* Prints "KCV ..." on standard output, behind the file's name unless that is NULL. */
void opening_print_kcv(const char *name, const uint8_t kcv[DKEK_KCV_SIZE]);

#endif
