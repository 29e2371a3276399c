#include "card_inside.h"

#include <openssl/crypto.h>
#include <quorate/random.h>
#include <string.h>

/* The objects of INITIALIZE (OpenSC card-sc-hsm.c, sc_hsm_initialize). */
struct settings {
	struct tlv options, user_pin, so_pin, tries, shares, public_keys, domains;
};

static uint16_t
parse(const struct card_command *command, struct settings *ret)
{
	const uint8_t *at = command->data, *end = at + command->size;
	struct tlv object, *place;

	memset(ret, 0, sizeof *ret);
	while (tlv_next(&at, end, &object)) {
		switch (object.tag) {
		case 0x80:
			place = &ret->options;
			break;
		case 0x81:
			place = &ret->user_pin;
			break;
		case 0x82:
			place = &ret->so_pin;
			break;
		case 0x91:
			place = &ret->tries;
			break;
		case 0x92:
			place = &ret->shares;
			break;
		case 0x93:
			place = &ret->public_keys;
			break;
		case 0x97:
			place = &ret->domains;
			break;
		case 0x95: /* biometric servers: this card has none */
		case 0x96:
			return SW_NO_FUNCTION;
		default:
			return SW_DATA;
		}
		if (place->value != NULL)
			return SW_DATA;
		*place = object;
	}
	return at == end ? SW_DONE : SW_DATA;
}

/* The more digits, the more tries: OpenSC sc-hsm-tool.c, initialize. */
static bool
tries_fit(size_t digits, uint8_t tries)
{
	return tries >= 1 && tries <= (digits == 6 ? 3 : digits == 7 ? 5 : 10);
}

/* How many public keys there can be, and how many are needed: OpenSC sc-hsm-tool.c, initialize. */
static bool
public_keys_fit(const struct tlv *keys)
{
	return keys->value == NULL || (keys->size == 2 && keys->value[0] >= 1 && keys->value[0] <= 90 &&
					      keys->value[1] >= 1 && keys->value[1] <= keys->value[0]);
}

/* A key domain made with the card (92), or places for several (97); not both. */
static bool
domains_fit(const struct settings *settings)
{
	return settings->domains.value == NULL ||
	       (settings->shares.value == NULL && settings->domains.size == 1 && settings->domains.value[0] >= 1 &&
		       settings->domains.value[0] <= CARD_DOMAINS_MOST);
}

static uint16_t
check(const struct settings *settings)
{
	/* The two of public key authentication mean nothing without it. */
	const uint8_t supported = OPTION_RESET_PIN | OPTION_TRANSPORT_PIN | OPTION_RESET_ONLY |
				  (settings->public_keys.value == NULL ? 0 : OPTION_REPLACE_KEYS | OPTION_COMBINED);

	if (settings->options.size != 2 || settings->user_pin.size < 6 || settings->user_pin.size > CARD_PIN_MOST ||
		settings->so_pin.size != CARD_SO_PIN_SIZE || settings->tries.size != 1 ||
		(settings->shares.value != NULL && settings->shares.size != 1) ||
		!public_keys_fit(&settings->public_keys) || !domains_fit(settings))
		return SW_DATA;
	if (settings->options.value[0] != 0 || (settings->options.value[1] & ~supported) != 0)
		return SW_NO_FUNCTION;
	return tries_fit(settings->user_pin.size, settings->tries.value[0]) ? SW_DONE : SW_DATA;
}

static void
erase(struct virtual_card *card)
{
	size_t i = 0;

	while (i < card->file_count) {
		if (card->files[i].id == FILE_DEVICE_CERTIFICATES || card->files[i].id == FILE_DEVICE_KEY)
			i++;
		else
			card_file_remove(card, card->files[i].id);
	}
	OPENSSL_cleanse(card->domains, sizeof card->domains);
	card->domain_count = 0;
	card->public_keys = card->public_keys_required = 0;
	card->is_logged_in = false;
	card->current = 0;
}

uint16_t
card_initialize(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	struct settings settings;
	uint16_t status;

	(void)answer;
	if (command->p1 != 0 || command->p2 != 0)
		return SW_P1_P2;
	if (command->size == 0)
		return SW_LENGTH;
	status = parse(command, &settings);
	if (status == SW_DONE)
		status = check(&settings);
	if (status != SW_DONE)
		return status;
	if (card->so.length > 0) {
		/* Used before: the SO-PIN must be the one that was set then, and a wrong one costs a try. */
		status = card_pin_try(card, &card->so, settings.so_pin.value, settings.so_pin.size);
		if (status == SW_BLOCKED)
			return SW_BLOCKED;
		if (status != SW_DONE)
			return SW_CONDITIONS;
	} else if (!card_pin_set(&card->so, settings.so_pin.value, settings.so_pin.size, CARD_SO_PIN_TRIES)) {
		return SW_EXECUTION;
	}
	card->is_changed = true;
	erase(card);
	if (!card_pin_set(&card->user, settings.user_pin.value, settings.user_pin.size, settings.tries.value[0]))
		return SW_EXECUTION;
	card->options = settings.options.value[1];
	card->is_transport_pin = (card->options & OPTION_TRANSPORT_PIN) != 0;
	if (settings.public_keys.value != NULL) {
		card->public_keys = settings.public_keys.value[0];
		card->public_keys_required = settings.public_keys.value[1];
	}
	if (settings.domains.value != NULL)
		card->domain_count = settings.domains.value[0];
	if (settings.shares.value != NULL) {
		struct card_domain *domain = &card->domains[0];

		card->domain_count = 1;
		domain->is_set_up = true;
		domain->shares = domain->outstanding = settings.shares.value[0];
		/* No shares: a DKEK of the card's own, which never leaves it. */
		if (domain->shares == 0 && random_fill(domain->dkek, sizeof domain->dkek) != DONE)
			return SW_EXECUTION;
	}
	return SW_DONE;
}
