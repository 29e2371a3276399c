#include "card_inside.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/* Who may do what with which files: the high bytes of identifiers, or whole ones. Sources: OpenSC card-sc-hsm.h and
 * pico-hsm files.c. Writing and deleting always want the user PIN. */
enum access { ALWAYS, USER_PIN, NEVER };
static const struct {
	uint16_t id, mask;
	enum access read, write, remove;
} rules[] = {
	{ FILE_DEVICE_CERTIFICATES, 0xFFFF, ALWAYS, NEVER, NEVER },
	{ FILE_TOKEN_INFO, 0xFFFF, ALWAYS, USER_PIN, USER_PIN },
	{ FILE_UNWRAP_BUFFER, 0xFFFF, NEVER, USER_PIN, USER_PIN }, { FILE_DEVICE_KEY, 0xFFFF, NEVER, NEVER, NEVER },
	{ 0xCC00, 0xFF00, NEVER, NEVER, USER_PIN },       /* private keys */
	{ 0xC400, 0xFF00, ALWAYS, USER_PIN, USER_PIN },   /* their descriptions */
	{ 0xC800, 0xFF00, ALWAYS, USER_PIN, USER_PIN },   /* descriptions of CA certificates */
	{ 0xC900, 0xFF00, ALWAYS, USER_PIN, USER_PIN },   /* descriptions of data */
	{ 0xCA00, 0xFF00, ALWAYS, USER_PIN, USER_PIN },   /* CA certificates */
	{ 0xCD00, 0xFF00, USER_PIN, USER_PIN, USER_PIN }, /* protected data */
	{ 0xCE00, 0xFF00, ALWAYS, USER_PIN, USER_PIN },   /* certificates and requests */
	{ 0xCF00, 0xFF00, ALWAYS, USER_PIN, USER_PIN },   /* data */
};

/* The rule for a file; -1 for an identifier that no file can have. */
static int
rule_of(uint16_t id)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if ((id & rules[i].mask) == rules[i].id)
			return (int)i;
	return -1;
}

static bool
is_allowed(const struct virtual_card *card, enum access access)
{
	return access == ALWAYS || (access == USER_PIN && card->is_logged_in);
}

struct card_file *
card_file_find(struct virtual_card *card, uint16_t id)
{
	for (size_t i = 0; i < card->file_count; i++)
		if (card->files[i].id == id)
			return &card->files[i];
	return NULL;
}

static size_t
bytes_used(const struct virtual_card *card)
{
	size_t used = 0;

	for (size_t i = 0; i < card->file_count; i++)
		used += card->files[i].size;
	return used;
}

uint16_t
card_file_put(struct virtual_card *card, uint16_t id, const void *bytes, size_t size)
{
	struct card_file *file = card_file_find(card, id);
	size_t old = file == NULL ? 0 : file->size, at = 0;
	uint8_t *copy;

	if (bytes_used(card) - old + size > CARD_BYTES_MOST || (file == NULL && card->file_count == CARD_FILES_MOST))
		return SW_NO_ROOM;
	copy = malloc(size + 1);
	if (copy == NULL)
		return SW_MEMORY;
	if (size > 0)
		memcpy(copy, bytes, size);
	if (file == NULL) {
		while (at < card->file_count && card->files[at].id < id)
			at++;
		file = &card->files[at];
		memmove(file + 1, file, (card->file_count - at) * sizeof *file);
		card->file_count++;
		*file = (struct card_file){ .id = id };
	} else {
		OPENSSL_cleanse(file->bytes, file->size);
		free(file->bytes);
	}
	file->bytes = copy;
	file->size = size;
	card->is_changed = true;
	return SW_DONE;
}

void
card_file_remove(struct virtual_card *card, uint16_t id)
{
	struct card_file *file = card_file_find(card, id);

	if (file == NULL)
		return;
	OPENSSL_cleanse(file->bytes, file->size);
	free(file->bytes);
	card->file_count--;
	memmove(file, file + 1, (size_t)(card->files + card->file_count - file) * sizeof *file);
	if (card->current == id)
		card->current = 0;
	card->is_changed = true;
}

/* P1 P2 name the file, 0000 the one that is selected. */
static uint16_t
file_meant(const struct virtual_card *card, const struct card_command *command)
{
	uint16_t id = (uint16_t)(command->p1 << 8 | command->p2);

	return id == 0 ? card->current : id;
}

/* Tag 54 of READ and UPDATE BINARY with odd instruction: one or two bytes of offset. */
static bool
offset_of(const struct tlv *object, size_t *ret)
{
	if (object->size < 1 || object->size > 2)
		return false;
	*ret = object->size == 1 ? object->value[0] : (size_t)(object->value[0] << 8 | object->value[1]);
	return true;
}

uint16_t
card_read(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	uint16_t id = file_meant(card, command);
	const struct card_file *file = card_file_find(card, id);
	const uint8_t *at = command->data, *end = at + command->size;
	int rule = rule_of(id);
	struct tlv object;
	size_t offset, size;

	if (!tlv_next(&at, end, &object) || at != end || object.tag != 0x54 || !offset_of(&object, &offset))
		return SW_DATA;
	if (file == NULL || rule < 0)
		return SW_NO_FILE;
	if (!is_allowed(card, rules[rule].read))
		return SW_SECURITY;
	if (command->expected == 0)
		return SW_LENGTH;
	if (offset > file->size)
		return SW_OFFSET;
	size = file->size - offset;
	if (size > command->expected)
		size = command->expected;
	tlv_put_bytes(answer, file->bytes + offset, size);
	return size < command->expected && command->expected != 256 && command->expected != 65536 ? SW_END_OF_FILE
												  : SW_DONE;
}

uint16_t
card_update(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	uint16_t id = file_meant(card, command), status;
	const struct card_file *file = card_file_find(card, id);
	const uint8_t *at = command->data, *end = at + command->size;
	int rule = rule_of(id);
	struct tlv where, what;
	uint8_t *bytes;
	size_t offset;

	(void)answer;
	if (!tlv_next(&at, end, &where) || where.tag != 0x54 || !offset_of(&where, &offset) ||
		!tlv_next(&at, end, &what) || what.tag != 0x53 || at != end)
		return SW_DATA;
	if (rule < 0)
		return SW_NO_FILE;
	if (!is_allowed(card, rules[rule].write))
		return SW_SECURITY;
	if (offset == 0) {
		/* From the beginning: the file is made, or all of it replaced (pico-hsm cmd_update_ef.c). */
		status = card_file_put(card, id, what.value, what.size);
	} else if (file == NULL) {
		return SW_NO_FILE;
	} else if (offset > file->size) {
		return SW_OFFSET;
	} else {
		size_t size = offset + what.size > file->size ? offset + what.size : file->size;

		bytes = malloc(size);
		if (bytes == NULL)
			return SW_MEMORY;
		memcpy(bytes, file->bytes, file->size);
		memcpy(bytes + offset, what.value, what.size);
		status = card_file_put(card, id, bytes, size);
		OPENSSL_cleanse(bytes, size);
		free(bytes);
	}
	if (status == SW_DONE)
		card->current = id;
	return status;
}

uint16_t
card_delete(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	uint16_t id;
	int rule;

	(void)answer;
	if (command->p1 != 0x02 || command->p2 != 0x00)
		return SW_P1_P2;
	if (command->size != 2)
		return SW_LENGTH;
	if (!card->is_logged_in)
		return SW_SECURITY;
	id = (uint16_t)(command->data[0] << 8 | command->data[1]);
	rule = rule_of(id);
	if (rule < 0 || card_file_find(card, id) == NULL)
		return SW_NO_FILE;
	if (!is_allowed(card, rules[rule].remove))
		return SW_SECURITY;
	card_file_remove(card, id);
	return SW_DONE;
}

uint16_t
card_enumerate(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	if (command->p1 != 0 || command->p2 != 0)
		return SW_P1_P2;
	if (command->size != 0)
		return SW_LENGTH;
	for (size_t i = 0; i < card->file_count; i++) {
		uint8_t id[2] = { (uint8_t)(card->files[i].id >> 8), (uint8_t)card->files[i].id };

		if (id[0] != 0x2F)
			tlv_put_bytes(answer, id, 2);
	}
	return SW_DONE;
}
