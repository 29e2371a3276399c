/*
 * What endangers the sets that sc-hsm-tool made: not that they are weak, but that the tool itself cannot open them, or
 * only by somebody who knows its ways. Source: OpenSC src/tools/sc-hsm-tool.c.
 */
#ifndef QUORATE_AUDIT_H
#define QUORATE_AUDIT_H

#include <quorate/shamir.h>

enum audit_risk {
	AUDIT_NONE,
	AUDIT_LEADING_ZERO, /* encrypted under 8 bytes, rebuilt without the leading zero bytes: 1 file in 128 */
	AUDIT_OLD_STYLE     /* the password is not below the prime, so shares rebuild another one: OpenSC 0.14, 0.15 */
};

/* Whether sc-hsm-tool rebuilds this password, which opens the file, from shares over this prime (8 bytes). */
enum audit_risk audit_password(const struct secret *prime, const struct secret *password);

/* Shown in decimal and read as hex: sc-hsm-tool wants 10 typed as a. */
bool audit_is_id_misread(unsigned id);

#endif
