#include "hsm.h"

#include <string.h>

/* UPDATE BINARY in pieces that every reader takes, with tags and lengths around them. */
#define PIECE 224

enum outcome
hsm_file_list(const struct card *card, struct apdu_answer *ret)
{
	/* Two bytes a file: beyond 128 files a short answer would not hold them. */
	const struct apdu enumerate = { 0x80, 0x58, 0x00, 0x00, NULL, 0, 0x10000 };
	enum outcome outcome = apdu_send(card, &enumerate, ret);

	if (outcome != DONE)
		return outcome;
	if (ret->status != 0x9000)
		return hsm_outcome(ret->status);
	return ret->size % 2 == 0 ? DONE : FAIL_CARD_ANSWER;
}

bool
hsm_file_is_listed(const struct apdu_answer *list, uint16_t file)
{
	for (size_t i = 0; i + 1 < list->size; i += 2)
		if (list->bytes[i] == file >> 8 && list->bytes[i + 1] == (file & 0xff))
			return true;
	return false;
}

enum outcome
hsm_file_read(
	const struct card *card, uint16_t file, uint8_t ret[HSM_FILE_MOST], size_t *ret_size, struct code *ret_code)
{
	struct apdu_answer answer;

	*ret_size = 0;
	while (*ret_size < HSM_FILE_MOST) {
		const uint8_t offset[] = { 0x54, 0x02, (uint8_t)(*ret_size >> 8), (uint8_t)*ret_size };
		const struct apdu read = { 0x00, 0xb1, (uint8_t)(file >> 8), (uint8_t)file, offset, sizeof offset,
			256 };
		enum outcome outcome = apdu_send(card, &read, &answer);

		*ret_code = answer.code;
		if (outcome != DONE)
			return outcome;
		/* 6282: the end came first; 6B00: the offset is the end. */
		if (answer.status != 0x9000 && answer.status != 0x6282)
			return DONE;
		if (answer.size > HSM_FILE_MOST - *ret_size)
			return FAIL_CARD_ANSWER;
		memcpy(ret + *ret_size, answer.bytes, answer.size);
		*ret_size += answer.size;
		if (answer.status == 0x6282 || answer.size == 0)
			return DONE;
	}
	return FAIL_CARD_ANSWER;
}

enum outcome
hsm_file_put(const struct card *card, uint16_t file, const uint8_t *bytes, size_t size, struct code *ret_code)
{
	for (size_t at = 0; at < size;) {
		size_t piece = size - at < PIECE ? size - at : PIECE;
		/* Lengths beyond 127 want a byte more; 81 is good for shorter ones too, but not in DER. */
		uint8_t data[4 + 3 + PIECE] = { 0x54, 0x02, (uint8_t)(at >> 8), (uint8_t)at, 0x53 };
		size_t head = 5;
		struct apdu update = { 0x00, 0xd7, (uint8_t)(file >> 8), (uint8_t)file, data, 0, 0 };
		struct apdu_answer answer;
		enum outcome outcome;

		if (piece > 127)
			data[head++] = 0x81;
		data[head++] = (uint8_t)piece;
		memcpy(data + head, bytes + at, piece);
		update.size = head + piece;
		outcome = apdu_send(card, &update, &answer);
		*ret_code = answer.code;
		if (outcome == DONE && answer.status != 0x9000)
			outcome = answer.status == 0x6a84 ? FAIL_TOKEN_FULL : hsm_outcome(answer.status);
		if (outcome != DONE)
			return outcome;
		at += piece;
	}
	return DONE;
}

enum outcome
hsm_file_write(const struct card *card, uint16_t file, const uint8_t *bytes, size_t size, struct code *ret_code)
{
	uint8_t back[HSM_FILE_MOST];
	size_t back_size;
	enum outcome outcome;

	if (size > HSM_FILE_MOST - 1)
		return FAIL_TOO_LONG;
	outcome = hsm_file_put(card, file, bytes, size, ret_code);
	if (outcome == DONE)
		outcome = hsm_file_read(card, file, back, &back_size, ret_code);
	if (outcome == DONE && (back_size != size || memcmp(back, bytes, size) != 0))
		outcome = FAIL_TOKEN_READ_BACK;
	return outcome;
}

enum outcome
hsm_file_delete(const struct card *card, uint16_t file, struct code *ret_code)
{
	const uint8_t name[] = { (uint8_t)(file >> 8), (uint8_t)file };
	const struct apdu delete = { 0x00, 0xe4, 0x02, 0x00, name, sizeof name, 0 };
	struct apdu_answer answer;
	enum outcome outcome = apdu_send(card, &delete, &answer);

	*ret_code = answer.code;
	if (outcome != DONE)
		return outcome;
	return answer.status == 0x6a82 ? FAIL_OBJECT_MISSING : hsm_outcome(answer.status);
}

enum outcome
hsm_file_take(const struct card *card, uint16_t file, struct token_bytes *ret, struct code *ret_code)
{
	uint8_t bytes[HSM_FILE_MOST];
	size_t size;
	enum outcome outcome = hsm_file_read(card, file, bytes, &size, ret_code);

	return outcome == DONE ? token_bytes_set(ret, bytes, size) : outcome;
}
