#include <quorate/slots.h>
#include <quorate/tongue.h>

#include <p11-kit/pkcs11.h>

static const struct {
	unsigned long flag;
	const char *text;
} texts[] = {
	{ CKF_TOKEN_INITIALIZED, N_("initialised") },
	{ CKF_USER_PIN_INITIALIZED, N_("user PIN set") },
	{ CKF_LOGIN_REQUIRED, N_("login required") },
	{ CKF_USER_PIN_COUNT_LOW, N_("user PIN: a wrong one was entered") },
	{ CKF_USER_PIN_FINAL_TRY, N_("user PIN: last try") },
	{ CKF_USER_PIN_LOCKED, N_("user PIN locked") },
	{ CKF_USER_PIN_TO_BE_CHANGED, N_("user PIN has to be changed") },
	{ CKF_SO_PIN_COUNT_LOW, N_("SO-PIN: a wrong one was entered") },
	{ CKF_SO_PIN_FINAL_TRY, N_("SO-PIN: last try") },
	{ CKF_SO_PIN_LOCKED, N_("SO-PIN locked") },
	{ CKF_SO_PIN_TO_BE_CHANGED, N_("SO-PIN has to be changed") },
	{ CKF_PROTECTED_AUTHENTICATION_PATH, N_("PIN pad on the reader") },
	{ CKF_WRITE_PROTECTED, N_("write-protected") },
	{ CKF_RNG, N_("random generator") },
};

size_t
slots_flag_texts(unsigned long flags, const char **ret, size_t most)
{
	size_t count = 0;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0] && count < most; i++)
		if ((flags & texts[i].flag) != 0)
			ret[count++] = _(texts[i].text);
	return count;
}
