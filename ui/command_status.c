#include "command.h"
#include "status_report.h"

#include <quorate/clock.h>

#include <poll.h>

#define PATIENCE_MS 10000
#define DESCRIPTORS_MOST (LIMIT_MODULES * 2 + LIMIT_READERS)

/* Until everything was looked at once, or the patience is over: then what is known is shown, with what still starts. */
static void
settle(struct slots *slots)
{
	struct pollfd waits[DESCRIPTORS_MOST];
	int64_t end = clock_steady_ms() + PATIENCE_MS;

	while (!slots_is_settled(slots)) {
		int64_t left = end - clock_steady_ms();
		int timeout = slots_timeout(slots, false);
		size_t count = slots_descriptors(slots, waits, DESCRIPTORS_MOST);

		if (left <= 0)
			break;
		(void)poll(waits, count, timeout < 0 || timeout > left ? (int)left : timeout);
		(void)slots_dispatch(slots, false);
	}
}

int
command_status(const struct options *options)
{
	struct devices devices;
	enum outcome outcome = DONE;

	if (devices_open(&devices, options, NULL) != DONE)
		return EXIT_FAILED;
	settle(devices.slots);
	if (options->wants_json)
		outcome = status_print_json(devices.slots);
	else
		status_print_table(devices.slots);
	devices_close(&devices);
	return outcome == DONE ? EXIT_DONE : report(NULL, outcome);
}
