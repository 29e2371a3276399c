#include <quorate/read_back.h>

#include <quorate/base64.h>
#include <quorate/hex.h>
#include <quorate/share_file.h>
#include <quorate/text.h>

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define SHARE_FILE_HEAD "Salted__"
#define DER_SEQUENCE 0x30
#define LINES_PER_PART (READ_BACK_PART / LINE_CHECK_CHARACTERS)
/* What a line has at most: number, characters, check. */
#define LINE_TYPED_MOST 32
#define DIGEST_DIGITS_LEAST 8
#define DIGEST_DIGITS_MOST 64

void
read_back_begin(struct read_back *ret)
{
	memset(ret, 0, sizeof *ret);
}

static unsigned
lines_of(size_t size)
{
	return (unsigned)((BASE64_LENGTH(size) + LINE_CHECK_CHARACTERS - 1) / LINE_CHECK_CHARACTERS);
}

/* Bytes of a DER sequence, its head included; 0 if that is not what begins here. */
static size_t
sequence_size(const uint8_t *bytes, size_t size)
{
	if (size < 5 || bytes[0] != DER_SEQUENCE)
		return 0;
	if (bytes[1] < 0x80)
		return 2 + (size_t)bytes[1];
	if (bytes[1] == 0x81)
		return 3 + (size_t)bytes[2];
	return bytes[1] == 0x82 ? 4 + ((size_t)bytes[2] << 8 | bytes[3]) : 0;
}

/* What a file is that begins so, and its bytes; 0 for one that we cannot have printed. */
static size_t
size_of_file(const uint8_t *bytes, size_t size, enum read_back_kind *ret)
{
	size_t whole = sequence_size(bytes, size);

	if (size >= strlen(SHARE_FILE_HEAD) && memcmp(bytes, SHARE_FILE_HEAD, strlen(SHARE_FILE_HEAD)) == 0) {
		*ret = READ_BACK_SHARE_FILE;
		return SHARE_FILE_SIZE;
	}
	*ret = READ_BACK_WRAPPED_KEY;
	return whole >= DKEK_KCV_SIZE && whole <= READ_BACK_BYTES_MOST ? whole : 0;
}

/* Keeps a line that is right in itself. */
static enum outcome
keep(struct read_back *read_back, unsigned number, const char *characters, struct read_back_news *ret)
{
	char *line = read_back->lines[number - 1];
	uint8_t head[LINE_CHECK_CHARACTERS];
	enum read_back_kind kind;
	size_t size, whole;

	ret->line = number;
	if (read_back->total > 0 && number > read_back->total)
		return FAIL_LINE_OTHER;
	if (line[0] != '\0') {
		ret->is_known = true;
		return strcmp(line, characters) == 0 ? DONE : FAIL_LINE_OTHER;
	}
	if (number == 1) {
		if (base64_decode(characters, strlen(characters), head, sizeof head, &size) != DONE)
			return FAIL_BASE64;
		whole = size_of_file(head, size, &kind);
		if (whole == 0)
			return FAIL_READ_BACK_KIND;
		for (unsigned i = lines_of(whole); i < READ_BACK_LINES_MOST; i++)
			if (read_back->lines[i][0] != '\0')
				return FAIL_LINE_OTHER;
		read_back->kind = kind;
		read_back->size = whole;
		read_back->total = lines_of(whole);
	}
	text_format(line, LINE_CHECK_CHARACTERS + 1, "%s", characters);
	read_back->got++;
	return DONE;
}

/* A whole file in base64 without any check: only its own form says so. */
static bool
take_whole(struct read_back *read_back, const char *text, enum outcome *ret)
{
	uint8_t bytes[READ_BACK_BYTES_MOST];
	char coded[BASE64_LENGTH(READ_BACK_BYTES_MOST) + 1], line[LINE_CHECK_CHARACTERS + 1];
	struct read_back_news news = { 0 };
	struct read_back before = *read_back;
	enum read_back_kind kind;
	size_t size;

	if (base64_decode(text, strlen(text), bytes, sizeof bytes, &size) != DONE || size == 0 ||
		size_of_file(bytes, size, &kind) != size)
		return false;
	base64_encode(bytes, size, coded);
	*ret = DONE;
	for (unsigned i = 0; i < lines_of(size) && *ret == DONE; i++) {
		text_format(line, sizeof line, "%.16s", coded + (size_t)i * LINE_CHECK_CHARACTERS);
		*ret = keep(read_back, i + 1, line, &news);
	}
	if (*ret != DONE)
		*read_back = before;
	return true;
}

/* Characters of base64 without blanks; 0 if anything else stands there. */
static size_t
bare_length(const char *text, char ret[READ_BACK_PART + 1])
{
	size_t length = 0;

	for (; *text != '\0'; text++) {
		if (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\n')
			continue;
		if (length == READ_BACK_PART)
			return 0;
		ret[length++] = *text;
	}
	ret[length] = '\0';
	return length;
}

/* How many characters the symbol has that begins with this line. */
static size_t
part_length(const struct read_back *read_back, unsigned first)
{
	size_t before = (size_t)(first - 1) * LINE_CHECK_CHARACTERS, all = BASE64_LENGTH(read_back->size);

	return read_back->size == 0 || all - before > READ_BACK_PART ? READ_BACK_PART : all - before;
}

/* The first line of the symbol of that length that is missing, from line expected on; 0 if there is none. */
static unsigned
missing_part(const struct read_back *read_back, size_t length, unsigned expected)
{
	unsigned from = (expected - 1) / LINES_PER_PART * LINES_PER_PART + 1;

	for (unsigned first = from; first <= (read_back->total > 0 ? read_back->total : from); first += LINES_PER_PART)
		if (read_back->lines[first - 1][0] == '\0' && part_length(read_back, first) == length)
			return first;
	return 0;
}

/* One of several symbols; false for what is too short to be one. */
static bool
take_part(struct read_back *read_back, const char *text, unsigned expected, struct read_back_news *news,
	enum outcome *ret)
{
	char part[READ_BACK_PART + 1], line[LINE_CHECK_CHARACTERS + 1];
	uint8_t bytes[READ_BACK_PART];
	struct read_back before = *read_back;
	size_t length = bare_length(text, part), size;
	unsigned first = missing_part(read_back, length, expected);

	if (length <= LINE_TYPED_MOST || base64_decode(part, length, bytes, sizeof bytes, &size) != DONE)
		return false;
	*ret = first == 0 ? FAIL_READ_BACK_PART : DONE;
	for (size_t at = 0; at < length && *ret == DONE; at += LINE_CHECK_CHARACTERS) {
		text_format(line, sizeof line, "%.16s", part + at);
		*ret = keep(read_back, first + (unsigned)(at / LINE_CHECK_CHARACTERS), line, news);
	}
	news->line = first;
	if (*ret != DONE)
		*read_back = before;
	return true;
}

/* Characters of a whole line and of its check. */
#define LINE_WHOLE (LINE_CHECK_CHARACTERS + 6)

/* The number that stands in front of a whole line, with a blank behind it; 0 if there is none, or if the rest is right
 * under the number whose turn it is, so that the number itself is the slip. */
static unsigned
written_number(const char *text, unsigned expected)
{
	char *rest, bare[READ_BACK_PART + 1], ignored[LINE_CHECK_CHARACTERS + 1];
	unsigned long number = strtoul(text, &rest, 10);

	if (rest == text || (*rest != ' ' && *rest != '\t') || number < 1 || number > READ_BACK_LINES_MOST ||
		bare_length(rest, bare) != LINE_WHOLE || line_check_read(expected, rest, ignored) == DONE)
		return 0;
	return (unsigned)number;
}

/* The line itself that its expected number gives, or that of any other number. */
static enum outcome
find_line(const char *text, unsigned expected, char *ret, unsigned *ret_number)
{
	enum outcome outcome = line_check_read(expected, text, ret);

	*ret_number = expected;
	/* With the number of another line in front it is too long for this one. */
	for (unsigned number = 1;
		(outcome == FAIL_LINE_CHECK || outcome == FAIL_TOO_LONG) && number <= READ_BACK_LINES_MOST; number++)
		if (line_check_read(number, text, ret) == DONE) {
			*ret_number = number;
			return DONE;
		}
	/* It fits nowhere: then its own number says which one is wrong. */
	if ((outcome == FAIL_LINE_CHECK || outcome == FAIL_TOO_LONG) && written_number(text, expected) > 0) {
		*ret_number = written_number(text, expected);
		return line_check_read(*ret_number, text, ret);
	}
	return outcome;
}

enum outcome
read_back_take(struct read_back *read_back, const char *text, unsigned expected, struct read_back_news *ret)
{
	char characters[LINE_CHECK_CHARACTERS + 1];
	enum outcome outcome;
	unsigned number;

	*ret = (struct read_back_news){ 0 };
	if (expected < 1 || expected > READ_BACK_LINES_MOST)
		expected = 1;
	if (take_whole(read_back, text, &outcome) || take_part(read_back, text, expected, ret, &outcome))
		return outcome;
	outcome = find_line(text, expected, characters, &number);
	if (outcome == DONE)
		return keep(read_back, number, characters, ret);
	ret->line = number;
	if (outcome == FAIL_LINE_CHECK)
		ret->character = line_check_place(number, text);
	return outcome;
}

unsigned
read_back_missing(const struct read_back *read_back, unsigned from)
{
	unsigned total = read_back->total;

	if (total == 0)
		return 1;
	for (unsigned i = 0; i < total; i++) {
		unsigned number = (from + i) % total + 1;

		if (read_back->lines[number - 1][0] == '\0')
			return number;
	}
	return 0;
}

void
read_back_tell_missing(const struct read_back *read_back, char *ret, size_t size)
{
	ret[0] = '\0';
	for (unsigned i = 0; i < read_back->total; i++) {
		unsigned last = i;

		if (read_back->lines[i][0] != '\0')
			continue;
		while (last + 1 < read_back->total && read_back->lines[last + 1][0] == '\0')
			last++;
		text_append(ret, size, "%s%u", ret[0] == '\0' ? "" : ", ", i + 1);
		if (last > i)
			text_append(ret, size, "-%u", last + 1);
		i = last;
	}
}

enum outcome
read_back_bytes(const struct read_back *read_back, uint8_t *ret, size_t *ret_size)
{
	char coded[READ_BACK_LINES_MOST * LINE_CHECK_CHARACTERS + 1] = "", *at = coded;
	enum read_back_kind kind;
	enum outcome outcome;

	if (read_back->total == 0 || read_back->got < read_back->total)
		return FAIL_READ_BACK_LINES;
	for (unsigned i = 0; i < read_back->total; i++)
		at = stpcpy(at, read_back->lines[i]);
	outcome = base64_decode(coded, (size_t)(at - coded), ret, READ_BACK_BYTES_MOST, ret_size);
	/* Each line fits its check, and yet together they are no such file: they are of two sheets. */
	if (outcome == DONE && size_of_file(ret, *ret_size, &kind) != *ret_size)
		outcome = FAIL_LINE_OTHER;
	return outcome;
}

enum outcome
read_back_check_digest(const uint8_t *bytes, size_t size, const char *digest)
{
	uint8_t found[EVP_MAX_MD_SIZE];
	char digits[DIGEST_DIGITS_MOST + 1];
	size_t count = 0;

	if (EVP_Digest(bytes, size, found, NULL, EVP_sha256(), NULL) != 1)
		return FAIL_CRYPTO;
	hex_encode(found, DIGEST_DIGITS_MOST / 2, digits);
	for (; *digest != '\0'; digest++) {
		int value = hex_digit(*digest);

		if (*digest == ' ' || *digest == ':')
			continue;
		if (value < 0)
			return FAIL_HEX;
		if (count == DIGEST_DIGITS_MOST)
			return FAIL_TOO_LONG;
		if (digits[count++] != hex_character((unsigned)value))
			return FAIL_READ_BACK_DIGEST;
	}
	return count < DIGEST_DIGITS_LEAST ? FAIL_TOO_SHORT : DONE;
}
