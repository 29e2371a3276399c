#include <quorate/token.h>

#include <quorate/hex.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

void
token_request_clear(struct token_request *request)
{
	secret_free(&request->user_pin);
	secret_free(&request->so_pin);
	secret_free(&request->dkek_share);
}

/* Which characters a PIN has: decimal digits, hex digits, printable ones at all. Every byte is looked at whatever the
   others are. */
struct pin_alphabet {
	bool is_decimal, is_hex, is_printable;
};

static struct pin_alphabet
pin_alphabet(const struct secret *pin)
{
	struct pin_alphabet is = { true, true, true };

	for (size_t i = 0; i < pin->size; i++) {
		uint8_t c = pin->bytes[i];

		is.is_decimal &= c >= '0' && c <= '9';
		is.is_hex &= hex_digit(c) >= 0;
		is.is_printable &= c >= 0x20 && c <= 0x7e;
	}
	return is;
}

enum outcome
token_check_user_pin(const struct secret *pin, bool is_new, const char **ret_advice)
{
	struct pin_alphabet is = pin_alphabet(pin);

	*ret_advice = NULL;
	if (pin->size == 0)
		return FAIL_EMPTY;
	if (!is.is_printable)
		return FAIL_PIN_CHARACTER;
	if (pin->size < LIMIT_USER_PIN_MIN || pin->size > LIMIT_USER_PIN_MAX)
		return FAIL_PIN_LENGTH;
	if (!is_new)
		return DONE;
	if (pin->size < LIMIT_USER_PIN_ADVISED)
		*ret_advice = _("Eight digits or more are advised: a PIN of six has only 3 tries, one of seven 5.");
	else if (!is.is_decimal)
		*ret_advice = _("Only digits are advised: letters and signs move on another keyboard layout, and a "
				"reader with a PIN pad has none.");
	return DONE;
}

/* The value that devices are delivered with (OpenSC wiki, SmartCard-HSM: "initial SO-PIN"). */
static const char factory_so_pin[] = "3537363231383830";

enum outcome
token_check_so_pin(const struct secret *pin, bool is_new, const char **ret_advice)
{
	struct pin_alphabet is = pin_alphabet(pin);
	unsigned difference = 0;

	*ret_advice = NULL;
	if (pin->size == 0)
		return FAIL_EMPTY;
	if (!is.is_hex)
		return is_new ? FAIL_SO_PIN_DIGIT : FAIL_HEX;
	if (pin->size != LIMIT_SO_PIN_DIGITS)
		return FAIL_SO_PIN_LENGTH;
	if (is_new && !is.is_decimal)
		return FAIL_SO_PIN_DIGIT;
	for (size_t i = 0; i < LIMIT_SO_PIN_DIGITS; i++)
		difference |= pin->bytes[i] ^ (uint8_t)factory_so_pin[i];
	if (is_new && difference == 0)
		return FAIL_SO_PIN_FACTORY;
	if (!is.is_decimal)
		*ret_advice =
			_("This SO-PIN has letters: some other programs misread them. Change it to digits when you "
			  "can.");
	return DONE;
}

enum outcome
token_check_label(const char *label)
{
	size_t length = strlen(label);
	char clean[LIMIT_LABEL_MAX + 1];

	if (length == 0)
		return FAIL_EMPTY;
	if (length > LIMIT_LABEL_MAX)
		return FAIL_TOO_LONG;
	/* What would come back differently from the token (controls, blanks at the end) is refused now. */
	text_clean(label, length, clean, sizeof clean);
	return strcmp(clean, label) == 0 ? DONE : FAIL_TEXT_CHARACTER;
}
