#include "errand.h"

#include <quorate/clock.h>

#include <errno.h>
#include <sys/socket.h>

/* Milliseconds: lpstat may ask a server that is away, a drive may be slow to write what is left. */
#define PATIENCE_MS 60000
/* Between the end of a helper's output and its own. */
#define ENDING_MS 1000

enum outcome
errand_begin(struct errand *errand, struct launcher *launcher, enum helper_kind kind, const char *subject,
	unsigned number, const uint8_t *bytes, size_t size)
{
	enum outcome outcome;

	errand->launcher = launcher;
	errand->bytes = bytes;
	errand->size = size;
	errand->sent = errand->heard_size = 0;
	errand->is_well = false;
	errand->until = clock_steady_ms() + PATIENCE_MS;
	outcome = launcher_helper(launcher, kind, subject, number, &errand->helper);
	errand->is_under_way = outcome == DONE;
	if (outcome == DONE && size == 0)
		shutdown(errand->helper.socket, SHUT_WR);
	return outcome;
}

bool
errand_is_under_way(const struct errand *errand)
{
	return errand->is_under_way;
}

size_t
errand_descriptors(const struct errand *errand, struct pollfd *ret, size_t most)
{
	bool has_more = errand->sent < errand->size;

	if (most == 0 || !errand_is_under_way(errand))
		return 0;
	*ret = (struct pollfd){ .fd = errand->helper.socket, .events = (short)(POLLIN | (has_more ? POLLOUT : 0)) };
	return 1;
}

int
errand_timeout(const struct errand *errand)
{
	int64_t left = errand->until - clock_steady_ms();

	return !errand_is_under_way(errand) ? -1 : left < 0 ? 0 : (int)left;
}

/* Writes what it takes now; false when it takes no more for good. */
static bool
send_more(struct errand *errand)
{
	while (errand->sent < errand->size) {
		ssize_t sent = send(errand->helper.socket, errand->bytes + errand->sent, errand->size - errand->sent,
			MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent < 0)
			return errno == EAGAIN || errno == EINTR;
		errand->sent += (size_t)sent;
		if (errand->sent == errand->size)
			shutdown(errand->helper.socket, SHUT_WR);
	}
	return true;
}

/* Takes what the helper wrote; false while it may write more. */
static bool
hear(struct errand *errand)
{
	char ignored[256];
	ssize_t got;

	do {
		size_t room = sizeof errand->heard - errand->heard_size;

		got = recv(errand->helper.socket, room > 0 ? errand->heard + errand->heard_size : ignored,
			room > 0 ? room : sizeof ignored, MSG_DONTWAIT);
		if (got > 0 && room > 0)
			errand->heard_size += (size_t)got;
	} while (got > 0);
	return got == 0 || (errno != EAGAIN && errno != EINTR);
}

bool
errand_advance(struct errand *errand)
{
	bool is_late = clock_steady_ms() >= errand->until, is_over;
	int status = -1;

	if (!errand_is_under_way(errand))
		return false;
	is_over = !send_more(errand);
	if (!hear(errand) && !is_over && !is_late)
		return false;
	if (launcher_stop(errand->launcher, &errand->helper, is_late ? 0 : ENDING_MS, &status) != DONE)
		status = -1;
	errand->is_under_way = false;
	errand->is_well = status == 0 && errand->sent == errand->size;
	return true;
}

void
errand_stop(struct errand *errand)
{
	if (errand_is_under_way(errand))
		launcher_stop(errand->launcher, &errand->helper, 0, NULL);
	errand->is_under_way = false;
}
