/* Pictures of sheets, read by zbarimg: a process of its own, without privileges, that gets the picture through a pipe.
 */
#ifndef UI_PICTURES_H
#define UI_PICTURES_H

#include "errand.h"

struct picture {
	struct errand errand;
	uint8_t *bytes;
	enum outcome outcome; /* of the one that ended: FAIL_PICTURE_EMPTY, FAIL_HELPER_MISSING, ... */
};

/* Whether these bytes begin as a picture does. */
bool picture_is_one(const uint8_t *bytes, size_t size, enum picture_kind *ret);

/* Begins to read a file; FAIL_PICTURE_KIND, FAIL_HELPER_MISSING, and the outcomes of file_read. */
enum outcome picture_begin(struct picture *picture, struct launcher *launcher, const char *path);

/* True when it ended just now: the symbols' texts, a line each, stand in errand.heard, and outcome says what came of
 * it. */
bool picture_advance(struct picture *picture);

void picture_close(struct picture *picture);

#endif
