#include "pcsc_pad.h"

#include "wire.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <fcntl.h>
#include <reader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The codes are the reader's own (PC/SC 2, part 10, 2.3); which does not matter. */
#define VERIFY_CODE SCARD_CTL_CODE(3401)
#define MODIFY_CODE SCARD_CTL_CODE(3402)
#define PIN_MOST 16
#define TYPED_MOST 256

/* Answers of the reader itself (part 10, 2.5.2.7). */
static const uint8_t timed_out[] = { 0x64, 0x00 }, cancelled[] = { 0x64, 0x01 }, differ[] = { 0x64, 0x02 };

static int
path_of(const char *reader, char *ret, size_t size)
{
	const char *folder = getenv("QUORATE_REHEARSAL"), *number = strrchr(reader, ' ');

	return folder != NULL && number != NULL && isdigit((unsigned char)number[1]) &&
	       snprintf(ret, size, "%s/card%d/pin-pad", folder, atoi(number + 1)) < (int)size;
}

bool
pcsc_pad_is_there(const char *reader)
{
	char path[320];

	return path_of(reader, path, sizeof path) && access(path, R_OK | W_OK) == 0;
}

size_t
pcsc_pad_features(uint8_t *ret, size_t room)
{
	const PCSC_TLV_STRUCTURE features[] = {
		{ FEATURE_VERIFY_PIN_DIRECT, 4, htonl(VERIFY_CODE) },
		{ FEATURE_MODIFY_PIN_DIRECT, 4, htonl(MODIFY_CODE) },
	};

	if (room < sizeof features)
		return 0;
	memcpy(ret, features, sizeof features);
	return sizeof features;
}

/* Takes the first line off what is yet to be typed; false when there is none. */
static bool
type_line(const char *reader, char ret[PIN_MOST + 1])
{
	char path[320], typed[TYPED_MOST + 1];
	ssize_t size = -1, length;
	int file = path_of(reader, path, sizeof path) ? open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC) : -1;
	bool has_line = false;

	ret[0] = '\0';
	if (file < 0)
		return false;
	size = read(file, typed, TYPED_MOST);
	if (size > 0) {
		typed[size] = '\0';
		length = (ssize_t)strcspn(typed, "\n");
		has_line = length <= PIN_MOST;
		if (has_line)
			snprintf(ret, PIN_MOST + 1, "%.*s", (int)length, typed);
		length += typed[length] == '\n';
		has_line = has_line && ftruncate(file, 0) == 0 &&
			   pwrite(file, typed + length, (size_t)(size - length), 0) == size - length;
	}
	close(file);
	explicit_bzero(typed, sizeof typed);
	return has_line;
}

/* Old, new and new once more, as the order says; the bytes for the card, or the reader's own answer. */
static const uint8_t *
type_all(const char *reader, bool is_change, uint8_t *ret, size_t *ret_size)
{
	char first[PIN_MOST + 1], second[PIN_MOST + 1] = "", again[PIN_MOST + 1] = "";
	const uint8_t *answer = NULL;

	if (!type_line(reader, first) || (is_change && (!type_line(reader, second) || !type_line(reader, again))))
		answer = timed_out;
	else if (strcmp(first, "cancel") == 0)
		answer = cancelled;
	else if (strcmp(second, again) != 0)
		answer = differ;
	*ret_size = strlen(first) + strlen(second);
	memcpy(ret, first, strlen(first));
	memcpy(ret + strlen(first), second, strlen(second));
	explicit_bzero(first, sizeof first);
	explicit_bzero(second, sizeof second);
	explicit_bzero(again, sizeof again);
	return answer;
}

bool
pcsc_pad_order(const char *reader, DWORD code, const uint8_t *order, size_t size, struct pcsc_pad_command *ret)
{
	bool is_change = code == MODIFY_CODE;
	size_t head = is_change ? sizeof(PIN_MODIFY_STRUCTURE) : sizeof(PIN_VERIFY_STRUCTURE), typed = 0;
	const uint8_t *answer;

	if ((code != VERIFY_CODE && !is_change) || size < head + 4)
		return false;
	memcpy(ret->bytes, order + head, 4);
	answer = type_all(reader, is_change, ret->bytes + 5, &typed);
	ret->bytes[4] = (uint8_t)typed;
	ret->size = 5 + typed;
	ret->is_of_reader = answer != NULL;
	if (answer != NULL)
		memcpy(ret->answer, answer, sizeof ret->answer);
	return true;
}
