#include <quorate/slots.h>
#include <quorate/tongue.h>

#include <p11-kit/pkcs11.h>

static const struct {
	unsigned long flag;
	const char *text;
	bool is_of_pin; /* means nothing before the token is initialised: SoftHSM then says that its SO-PIN is locked */
} texts[] = {
	{ CKF_TOKEN_INITIALIZED, N_("initialised"), false },
	{ CKF_USER_PIN_INITIALIZED, N_("user PIN set"), true },
	{ CKF_LOGIN_REQUIRED, N_("login required"), true },
	{ CKF_USER_PIN_COUNT_LOW, N_("user PIN: a wrong one was entered"), true },
	{ CKF_USER_PIN_FINAL_TRY, N_("user PIN: last try"), true },
	{ CKF_USER_PIN_LOCKED, N_("user PIN locked"), true },
	{ CKF_USER_PIN_TO_BE_CHANGED, N_("user PIN has to be changed"), true },
	{ CKF_SO_PIN_COUNT_LOW, N_("SO-PIN: a wrong one was entered"), true },
	{ CKF_SO_PIN_FINAL_TRY, N_("SO-PIN: last try"), true },
	{ CKF_SO_PIN_LOCKED, N_("SO-PIN locked"), true },
	{ CKF_SO_PIN_TO_BE_CHANGED, N_("SO-PIN has to be changed"), true },
	{ CKF_PROTECTED_AUTHENTICATION_PATH, N_("PIN pad on the reader"), false },
	{ CKF_WRITE_PROTECTED, N_("write-protected"), false },
	{ CKF_RNG, N_("random generator"), false },
};

static struct pin_status
pin_status(unsigned long flags, bool is_set, unsigned long change, unsigned long final, unsigned long locked)
{
	if ((flags & CKF_TOKEN_INITIALIZED) == 0)
		return (struct pin_status){ PIN_UNKNOWN, -1 };
	if ((flags & locked) != 0)
		return (struct pin_status){ PIN_LOCKED, 0 };
	if (!is_set)
		return (struct pin_status){ PIN_NOT_SET, -1 };
	return (struct pin_status){ (flags & change) != 0 ? PIN_TRANSPORT : PIN_SET, (flags & final) != 0 ? 1 : -1 };
}

struct pin_status
slots_user_pin(unsigned long flags, bool *ret_is_low)
{
	if (ret_is_low != NULL)
		*ret_is_low = (flags & CKF_TOKEN_INITIALIZED) != 0 && (flags & CKF_USER_PIN_COUNT_LOW) != 0;
	return pin_status(flags, (flags & CKF_USER_PIN_INITIALIZED) != 0, CKF_USER_PIN_TO_BE_CHANGED,
		CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED);
}

struct pin_status
slots_so_pin(unsigned long flags, bool *ret_is_low)
{
	if (ret_is_low != NULL)
		*ret_is_low = (flags & CKF_TOKEN_INITIALIZED) != 0 && (flags & CKF_SO_PIN_COUNT_LOW) != 0;
	return pin_status(flags, true, CKF_SO_PIN_TO_BE_CHANGED, CKF_SO_PIN_FINAL_TRY, CKF_SO_PIN_LOCKED);
}

size_t
slots_flag_texts(unsigned long flags, const char **ret, size_t most)
{
	bool is_initialised = (flags & CKF_TOKEN_INITIALIZED) != 0;
	size_t count = 0;

	if (!is_initialised && most > 0)
		ret[count++] = _("not initialised");
	for (size_t i = 0; i < sizeof texts / sizeof texts[0] && count < most; i++)
		if ((flags & texts[i].flag) != 0 && (is_initialised || !texts[i].is_of_pin))
			ret[count++] = _(texts[i].text);
	return count;
}
