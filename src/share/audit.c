#include <quorate/audit.h>

enum audit_risk
audit_password(const struct secret *prime, const struct secret *password)
{
	/* A shorter one is below every prime, and has no zeros in front that could be lost. */
	if (password->size < SHAMIR_SIZE)
		return AUDIT_NONE;
	if (password->bytes[0] == 0)
		return AUDIT_LEADING_ZERO;
	return shamir_check_value(prime, password) == DONE ? AUDIT_NONE : AUDIT_OLD_STYLE;
}

bool
audit_is_id_misread(unsigned id)
{
	return id > 9;
}
