#include "pictures.h"

#include <quorate/file.h>

#include <stdlib.h>
#include <string.h>

/* A sheet scanned in colour at 600 dpi. */
#define PICTURE_MOST (128 * 1024 * 1024)

/* How files of each kind begin; PNM has several letters in the second place. */
static const struct {
	enum picture_kind kind;
	const char *head;
	size_t size;
} heads[] = {
	{ PICTURE_PNG, "\x89PNG\r\n\x1a\n", 8 },
	{ PICTURE_JPEG, "\xff\xd8\xff", 3 },
	{ PICTURE_TIFF, "II*\0", 4 },
	{ PICTURE_TIFF, "MM\0*", 4 },
};

bool
picture_is_one(const uint8_t *bytes, size_t size, enum picture_kind *ret)
{
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
		if (size > heads[i].size && memcmp(bytes, heads[i].head, heads[i].size) == 0) {
			*ret = heads[i].kind;
			return true;
		}
	*ret = PICTURE_PNM;
	return size > 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' &&
	       memchr(" \n\t\r", bytes[2], 4) != NULL;
}

enum outcome
picture_begin(struct picture *picture, struct launcher *launcher, const char *path)
{
	enum picture_kind kind;
	enum outcome outcome;
	size_t size = 0;

	picture_close(picture);
	outcome = file_read(path, PICTURE_MOST, &picture->bytes, &size);
	if (outcome == DONE && !picture_is_one(picture->bytes, size, &kind))
		outcome = FAIL_PICTURE_KIND;
	if (outcome == DONE)
		outcome = errand_begin(
			&picture->errand, launcher, HELPER_ZBARIMG, NULL, (unsigned)kind, picture->bytes, size);
	if (outcome != DONE)
		picture_close(picture);
	return outcome;
}

bool
picture_advance(struct picture *picture)
{
	if (!errand_advance(&picture->errand))
		return false;
	/* zbarimg ends with a status of its own where it found nothing; what it found counts. */
	picture->outcome = picture->errand.heard_size == 0 || picture->errand.heard_size == sizeof picture->errand.heard
				   ? FAIL_PICTURE_EMPTY
				   : DONE;
	free(picture->bytes);
	picture->bytes = NULL;
	return true;
}

void
picture_close(struct picture *picture)
{
	errand_stop(&picture->errand);
	free(picture->bytes);
	picture->bytes = NULL;
}
