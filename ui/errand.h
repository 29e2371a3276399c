/* A helper of the launcher that is given something to read and heard until it ends, without waiting for it. */
#ifndef UI_ERRAND_H
#define UI_ERRAND_H

#include <poll.h>
#include <quorate/launcher.h>
#include <stdbool.h>

struct errand {
	struct launcher *launcher;
	struct launched helper;
	bool is_under_way;
	const uint8_t *bytes; /* what it reads: the caller's, until it ended */
	size_t size, sent;
	char heard[16384]; /* what it wrote; more than that is not kept */
	size_t heard_size;
	int64_t until; /* on the steady clock: patience ends */
	bool is_well;  /* of the last one: it read all, and ended with exit status 0 */
};

/* Begins; number as launcher_helper takes it. On failure nothing is under way. */
enum outcome errand_begin(struct errand *errand, struct launcher *launcher, enum helper_kind kind, const char *subject,
	unsigned number, const uint8_t *bytes, size_t size);

bool errand_is_under_way(const struct errand *errand);

/* The descriptor to poll, 0 or 1 of them; milliseconds to wait at most, -1: for ever. */
size_t errand_descriptors(const struct errand *errand, struct pollfd *ret, size_t most);
int errand_timeout(const struct errand *errand);

/* Goes on without waiting; true when it ended just now. */
bool errand_advance(struct errand *errand);

/* Ends it by force; fine where none is under way. */
void errand_stop(struct errand *errand);

#endif
