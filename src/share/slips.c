#include <quorate/hex.h>
#include <quorate/slips.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/crypto.h>

#define DIGITS (2 * SHAMIR_SIZE)

/* Pairs that are taken for each other in handwriting and in print. */
static const char lookalikes[][2] = { { '6', 'b' }, { '8', 'b' }, { '1', '7' }, { '0', 'd' }, { '0', '6' },
	{ '3', '8' }, { '5', '6' }, { 'c', 'e' }, { '4', '9' }, { 'a', '9' }, { '2', '7' }, { '0', '8' }, { 'a', 'd' },
	{ 'b', 'd' }, { '3', '5' }, { '1', '4' } };

#define LOOKALIKES (sizeof lookalikes / sizeof lookalikes[0])

/* How many readings each kind has for one share. */
static const size_t counts[SLIP_KIND_COUNT] = {
	[SLIP_LOOKALIKE] = DIGITS * LOOKALIKES,
	[SLIP_SWAP] = DIGITS - 1,
	[SLIP_ID] = 254,
	[SLIP_DIGIT] = DIGITS * 15,
	[SLIP_LOST] = DIGITS * 16,
	[SLIP_DOUBLED] = DIGITS,
};

size_t
slips_count(void)
{
	size_t count = 0;

	for (int i = 0; i < SLIP_KIND_COUNT; i++)
		count += counts[i];
	return count;
}

static void
unpack(const struct secret *value, uint8_t digits[DIGITS])
{
	for (size_t i = 0; i < DIGITS; i++)
		digits[i] = i % 2 == 0 ? value->bytes[i / 2] >> 4 : value->bytes[i / 2] & 0xf;
}

static void
pack(const uint8_t digits[DIGITS], struct secret *value)
{
	for (size_t i = 0; i < SHAMIR_SIZE; i++)
		value->bytes[i] = (uint8_t)(digits[2 * i] << 4 | digits[2 * i + 1]);
	value->size = SHAMIR_SIZE;
}

/* True if the pair of look-alikes holds this digit, and then *digit is the other one. */
static bool
swap_lookalike(uint8_t *digit, const char pair[2])
{
	for (int i = 0; i < 2; i++) {
		if (*digit == hex_digit(pair[i])) {
			*digit = (uint8_t)hex_digit(pair[1 - i]);
			return true;
		}
	}
	return false;
}

/* A digit put in at a place: those before it move up by one, the first one, which must be a dropped zero, falls out. */
static bool
insert(uint8_t digits[DIGITS], size_t place, uint8_t digit)
{
	if (digits[0] != 0)
		return false;
	for (size_t i = 0; i < place; i++)
		digits[i] = digits[i + 1];
	digits[place] = digit;
	return true;
}

static void
take_out(uint8_t digits[DIGITS], size_t place)
{
	for (size_t i = place; i > 0; i--)
		digits[i] = digits[i - 1];
	digits[0] = 0;
}

/* Applies a slip's number within its kind; false if it changes nothing here. */
static bool
apply(enum slip_kind kind, size_t number, uint8_t digits[DIGITS], unsigned *id, size_t *ret_place)
{
	uint8_t before;

	switch (kind) {
	case SLIP_LOOKALIKE:
		*ret_place = number / LOOKALIKES;
		return swap_lookalike(&digits[*ret_place], lookalikes[number % LOOKALIKES]);
	case SLIP_SWAP:
		*ret_place = number;
		before = digits[number];
		digits[number] = digits[number + 1];
		digits[number + 1] = before;
		return digits[number] != before;
	case SLIP_ID:
		/* Every ID but the typed one, small ones first: sets are rarely large. */
		number++;
		*id = (unsigned)(number < *id ? number : number + 1);
		return true;
	case SLIP_DIGIT:
		*ret_place = number / 15;
		digits[*ret_place] = (uint8_t)((digits[*ret_place] + 1 + number % 15) & 0xf);
		return true;
	case SLIP_LOST:
		*ret_place = number / 16;
		return insert(digits, *ret_place, (uint8_t)(number % 16));
	case SLIP_DOUBLED:
		*ret_place = number;
		take_out(digits, number);
		return true;
	case SLIP_KIND_COUNT:
		break;
	}
	return false;
}

bool
slips_read(const struct shamir_share *typed, size_t number, unsigned *ret_id, struct secret *ret_value,
	struct slip *ret_slip)
{
	uint8_t digits[DIGITS];
	size_t place = 0;
	int kind = 0;
	bool is_possible = false;

	*ret_id = typed->id;
	while (kind < SLIP_KIND_COUNT && number >= counts[kind])
		number -= counts[kind++];
	if (kind < SLIP_KIND_COUNT) {
		unpack(typed->value, digits);
		is_possible = apply((enum slip_kind)kind, number, digits, ret_id, &place);
		pack(digits, ret_value);
		OPENSSL_cleanse(digits, sizeof digits);
		ret_slip->kind = (enum slip_kind)kind;
		ret_slip->digit = kind == SLIP_ID ? 0 : (unsigned)place + 1;
	}
	return is_possible;
}

static void
write_text(const char *const texts[SLIP_KIND_COUNT], const struct slip *slip, char *ret, size_t size)
{
	if (slip->kind == SLIP_ID)
		text_format(ret, size, "%s", _(texts[SLIP_ID]));
	else {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		text_format(ret, size, _(texts[slip->kind]), slip->digit);
#pragma GCC diagnostic pop
	}
}

void
slips_text(const struct slip *slip, char *ret, size_t size)
{
	static const char *const texts[SLIP_KIND_COUNT] = {
		[SLIP_LOOKALIKE] = N_("digit %u of the value was taken for one that looks like it"),
		[SLIP_SWAP] = N_("digit %u of the value and the one after it changed places"),
		[SLIP_ID] = N_("the share ID was another one"),
		[SLIP_DIGIT] = N_("digit %u of the value was another one"),
		[SLIP_LOST] = N_("digit %u of the value was left out"),
		[SLIP_DOUBLED] = N_("digit %u of the value was one too many"),
	};

	write_text(texts, slip, ret, size);
}

void
slips_prime_text(const struct slip *slip, char *ret, size_t size)
{
	static const char *const texts[SLIP_KIND_COUNT] = {
		[SLIP_LOOKALIKE] = N_("digit %u of the prime was taken for one that looks like it"),
		[SLIP_SWAP] = N_("digit %u of the prime and the one after it changed places"),
		[SLIP_DIGIT] = N_("digit %u of the prime was another one"),
		[SLIP_LOST] = N_("digit %u of the prime was left out"),
		[SLIP_DOUBLED] = N_("digit %u of the prime was one too many"),
	};

	write_text(texts, slip, ret, size);
}
