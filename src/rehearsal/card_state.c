#include "card_inside.h"

#include <openssl/crypto.h>
#include <quorate/file.h>
#include <quorate/text.h>
#include <stdlib.h>
#include <string.h>

/*
 * One file, "state": the magic, then objects of tag (1 byte), size (4 bytes, big-endian) and value. Every object but
 * files stands there exactly once.
 */
static const char magic[] = "quorate rehearsal card 2\n";
#define MAGIC_SIZE (sizeof magic - 1)
#define STATE_MOST (CARD_BYTES_MOST + CARD_FILES_MOST * 8 + CARD_DOMAINS_MOST * DOMAIN_SIZE + 1024)

enum { TAG_SERIAL = 'S', TAG_SETTINGS = 'O', TAG_USER = 'U', TAG_SO = 'P', TAG_DOMAINS = 'D', TAG_FILE = 'F' };
enum { SETTINGS_SIZE = 4, PIN_SIZE = 1 + 16 + 32 + 2, DOMAIN_SIZE = 3 + DKEK_SIZE };

static void
path_of(const struct virtual_card *card, char ret[300])
{
	text_format(ret, 300, "%s/state", card->folder);
}

static void
put(uint8_t *bytes, size_t *at, uint8_t tag, const void *value, size_t size)
{
	bytes[(*at)++] = tag;
	for (int shift = 24; shift >= 0; shift -= 8)
		bytes[(*at)++] = (uint8_t)(size >> shift);
	memcpy(bytes + *at, value, size);
	*at += size;
}

static void
put_pin(uint8_t *bytes, size_t *at, uint8_t tag, const struct card_pin *pin)
{
	uint8_t value[PIN_SIZE];

	value[0] = pin->length;
	memcpy(value + 1, pin->salt, 16);
	memcpy(value + 17, pin->hash, 32);
	value[49] = pin->tries;
	value[50] = pin->tries_most;
	put(bytes, at, tag, value, sizeof value);
}

static void
put_domains(uint8_t *bytes, size_t *at, const struct virtual_card *card)
{
	uint8_t value[CARD_DOMAINS_MOST * DOMAIN_SIZE];

	for (size_t i = 0; i < card->domain_count; i++) {
		uint8_t *one = value + i * DOMAIN_SIZE;

		one[0] = card->domains[i].is_set_up;
		one[1] = card->domains[i].shares;
		one[2] = card->domains[i].outstanding;
		memcpy(one + 3, card->domains[i].dkek, DKEK_SIZE);
	}
	put(bytes, at, TAG_DOMAINS, value, card->domain_count * (size_t)DOMAIN_SIZE);
	OPENSSL_cleanse(value, sizeof value);
}

enum outcome
card_state_save(const struct virtual_card *card)
{
	uint8_t settings[SETTINGS_SIZE] = { card->options, card->is_transport_pin, card->public_keys,
		card->public_keys_required };
	char path[300];
	enum outcome outcome;
	uint8_t *bytes = malloc(STATE_MOST);
	size_t size = MAGIC_SIZE;

	if (bytes == NULL)
		return FAIL_MEMORY;
	memcpy(bytes, magic, MAGIC_SIZE);
	put(bytes, &size, TAG_SERIAL, card->serial, strlen(card->serial));
	put(bytes, &size, TAG_SETTINGS, settings, sizeof settings);
	put_pin(bytes, &size, TAG_USER, &card->user);
	put_pin(bytes, &size, TAG_SO, &card->so);
	put_domains(bytes, &size, card);
	for (size_t i = 0; i < card->file_count; i++) {
		const struct card_file *file = &card->files[i];
		uint8_t id[2] = { (uint8_t)(file->id >> 8), (uint8_t)file->id };
		size_t before = size;

		put(bytes, &size, TAG_FILE, id, 2);
		/* The value is the identifier and the content: the size counts both. */
		for (int byte = 0; byte < 4; byte++)
			bytes[before + 1 + (size_t)byte] = (uint8_t)((file->size + 2) >> (24 - 8 * byte));
		if (file->size > 0)
			memcpy(bytes + size, file->bytes, file->size);
		size += file->size;
	}
	path_of(card, path);
	outcome = file_replace(path, bytes, size);
	OPENSSL_cleanse(bytes, STATE_MOST);
	free(bytes);
	return outcome;
}

static bool
take_pin(struct card_pin *ret, const uint8_t *value, size_t size)
{
	if (size != PIN_SIZE || value[0] > CARD_PIN_MOST || value[49] > value[50])
		return false;
	ret->length = value[0];
	memcpy(ret->salt, value + 1, 16);
	memcpy(ret->hash, value + 17, 32);
	ret->tries = value[49];
	ret->tries_most = value[50];
	return true;
}

static bool
take_domains(struct virtual_card *card, const uint8_t *value, size_t size)
{
	if (size % DOMAIN_SIZE != 0 || size / DOMAIN_SIZE > CARD_DOMAINS_MOST)
		return false;
	card->domain_count = (uint8_t)(size / DOMAIN_SIZE);
	for (size_t i = 0; i < card->domain_count; i++) {
		const uint8_t *one = value + i * DOMAIN_SIZE;

		if (one[2] > one[1])
			return false;
		card->domains[i] =
			(struct card_domain){ .is_set_up = one[0] != 0, .shares = one[1], .outstanding = one[2] };
		memcpy(card->domains[i].dkek, one + 3, DKEK_SIZE);
	}
	return true;
}

static bool
take(struct virtual_card *card, uint8_t tag, const uint8_t *value, size_t size)
{
	switch (tag) {
	case TAG_SERIAL:
		if (size != CARD_SERIAL_SIZE - 1)
			return false;
		memcpy(card->serial, value, size);
		card->serial[size] = '\0';
		return text_is_ascii(card->serial, size);
	case TAG_SETTINGS:
		if (size != SETTINGS_SIZE || value[3] > value[2])
			return false;
		card->options = value[0];
		card->is_transport_pin = value[1] != 0;
		card->public_keys = value[2];
		card->public_keys_required = value[3];
		return true;
	case TAG_USER:
		return take_pin(&card->user, value, size);
	case TAG_SO:
		return take_pin(&card->so, value, size);
	case TAG_DOMAINS:
		return take_domains(card, value, size);
	case TAG_FILE:
		return size >= 2 &&
		       card_file_put(card, (uint16_t)(value[0] << 8 | value[1]), value + 2, size - 2) == SW_DONE;
	default:
		return false;
	}
}

enum outcome
card_state_load(struct virtual_card *card)
{
	char path[300];
	uint8_t *bytes;
	size_t size, at = MAGIC_SIZE;
	enum outcome outcome;
	unsigned seen = 0;

	path_of(card, path);
	outcome = file_read(path, STATE_MOST, &bytes, &size);
	if (outcome != DONE)
		return outcome;
	card_state_clear(card);
	outcome = size >= MAGIC_SIZE && memcmp(bytes, magic, MAGIC_SIZE) == 0 ? DONE : FAIL_REHEARSAL;
	while (outcome == DONE && at < size) {
		size_t length;

		if (size - at < 5) {
			outcome = FAIL_REHEARSAL;
			break;
		}
		length = (size_t)bytes[at + 1] << 24 | (size_t)bytes[at + 2] << 16 | (size_t)bytes[at + 3] << 8 |
			 bytes[at + 4];
		if (length > size - at - 5 || !take(card, bytes[at], bytes + at + 5, length))
			outcome = FAIL_REHEARSAL;
		else if (bytes[at] != TAG_FILE)
			seen++;
		at += 5 + length;
	}
	if (outcome == DONE && (seen != 5 || card_file_find(card, FILE_DEVICE_KEY) == NULL ||
				       card_file_find(card, FILE_DEVICE_CERTIFICATES) == NULL))
		outcome = FAIL_REHEARSAL;
	OPENSSL_cleanse(bytes, size);
	free(bytes);
	return outcome;
}

void
card_state_clear(struct virtual_card *card)
{
	while (card->file_count > 0)
		card_file_remove(card, card->files[0].id);
	OPENSSL_cleanse(&card->user, sizeof card->user);
	OPENSSL_cleanse(&card->so, sizeof card->so);
	OPENSSL_cleanse(card->domains, sizeof card->domains);
	card->options = card->domain_count = 0;
	card->public_keys = card->public_keys_required = 0;
	card->is_transport_pin = false;
}
