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
	secret_free(&request->new_pin);
	secret_free(&request->dkek_share);
	token_bytes_free(&request->data);
	token_bytes_free(&request->description);
	token_bytes_free(&request->certificate);
}

void
token_answer_clear(struct token_answer *answer)
{
	token_objects_free(&answer->objects);
	token_bytes_free(&answer->value);
	token_bytes_free(&answer->request);
	token_bytes_free(&answer->description);
	token_bytes_free(&answer->certificate);
}

bool
token_act_is_slow(const struct token_request *request)
{
	return request->is_pin_pad || request->act == TOKEN_GENERATE || request->act == TOKEN_INITIALISE;
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
token_check_slot_pin(const struct secret *pin, const struct slot_info *slot, bool is_new, const char **ret_advice)
{
	*ret_advice = NULL;
	if (pin->size == 0)
		return FAIL_EMPTY;
	if (!pin_alphabet(pin).is_printable)
		return FAIL_PIN_CHARACTER;
	if (pin->size < slot->pin_min || (slot->pin_max > 0 && pin->size > slot->pin_max))
		return FAIL_PIN_TOKEN_LENGTH;
	if (is_new && pin->size < LIMIT_USER_PIN_ADVISED)
		*ret_advice = _("Eight characters or more are advised.");
	return DONE;
}

/* What would come back differently from the token (controls, blanks at the end) is refused now. */
static enum outcome
check_text(const char *text, size_t most)
{
	char clean[TOKEN_OBJECT_LABEL_SIZE];
	size_t length = strlen(text);

	if (length > most)
		return FAIL_TOO_LONG;
	text_clean(text, length, clean, sizeof clean);
	return strcmp(clean, text) == 0 ? DONE : FAIL_TEXT_CHARACTER;
}

enum outcome
token_check_label(const char *label)
{
	return label[0] == '\0' ? FAIL_EMPTY : check_text(label, LIMIT_LABEL_MAX);
}

enum outcome
token_check_slot_label(const char *label)
{
	return label[0] == '\0' ? FAIL_EMPTY : check_text(label, TOKEN_NEW_LABEL_SIZE - 1);
}

enum outcome
token_check_object_label(const char *label)
{
	return check_text(label, TOKEN_OBJECT_LABEL_SIZE - 1);
}
