#include "card_inside.h"

#include <string.h>

/* OpenSC card-sc-hsm.c, sc_hsm_aid. */
static const uint8_t application[] = { 0xE8, 0x2B, 0x06, 0x01, 0x04, 0x01, 0x81, 0xC3, 0x1F, 0x02, 0x01 };

/* Key domains and RSA of 4096 bits came with version 3 of the real one; what this card lacks of it is AES, chip
 * authentication and the registration of public keys. */
enum { VERSION_MAJOR = 3, VERSION_MINOR = 5, APPLET_DEMO = 1 };

static uint16_t
select_application(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	/* Tag 85: options (2 bytes), kind of applet, version (card-sc-hsm.c, sc_hsm_init; sc-hsm-tool.c, print_info).
	 */
	uint8_t properties[5] = { 0, card->options, APPLET_DEMO, VERSION_MAJOR, VERSION_MINOR };
	size_t outer;

	/* Whatever comes of it, the session that was ends here. */
	card->is_selected = card->is_logged_in = false;
	card->current = 0;
	if (command->size != sizeof application || memcmp(command->data, application, sizeof application) != 0)
		return SW_NO_FILE;
	card->is_selected = true;
	if (command->p2 == 0x0C)
		return SW_DONE;
	outer = tlv_open(answer, 0x6F);
	tlv_put(answer, 0x82, "\x78", 1);
	tlv_put(answer, 0x84, application, sizeof application);
	tlv_put(answer, 0x85, properties, sizeof properties);
	tlv_close(answer, outer);
	return SW_DONE;
}

static uint16_t
select_file(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	const struct card_file *file;
	uint8_t size[2];
	size_t outer;
	uint16_t id;

	if (!card->is_selected)
		return SW_NO_FILE;
	if (command->size != 2)
		return SW_LENGTH;
	id = (uint16_t)(command->data[0] << 8 | command->data[1]);
	file = card_file_find(card, id);
	if (file == NULL)
		return SW_NO_FILE;
	card->current = id;
	if (command->p2 == 0x0C)
		return SW_DONE;
	size[0] = (uint8_t)(file->size >> 8);
	size[1] = (uint8_t)file->size;
	outer = tlv_open(answer, 0x62);
	tlv_put(answer, 0x80, size, 2);
	tlv_put(answer, 0x82, "\x01", 1);
	tlv_put(answer, 0x83, command->data, 2);
	tlv_close(answer, outer);
	return SW_DONE;
}

uint16_t
card_select(struct virtual_card *card, const struct card_command *command, struct tlv_writer *answer)
{
	if (command->p2 != 0x00 && command->p2 != 0x04 && command->p2 != 0x0C)
		return SW_P1_P2;
	switch (command->p1) {
	case 0x04:
		return select_application(card, command, answer);
	case 0x00: /* by identifier; by path from the MF, which has one step here */
	case 0x08:
		return select_file(card, command, answer);
	default:
		return SW_P1_P2;
	}
}
