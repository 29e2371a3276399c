#include "command.h"
#include "status_report.h"

#include <quorate/clock.h>
#include <quorate/inspect.h>

#include <poll.h>

#define PATIENCE_MS 10000

/* Whether a look into a token is on its way. */
static bool
is_looking(const struct slots *slots)
{
	const struct slot_info *list;
	size_t count = slots_slots(slots, &list);
	struct slot_look look;

	for (size_t i = 0; i < count; i++) {
		slots_look(slots, i, &look);
		if (look.state == LOOK_ASKED)
			return true;
	}
	return false;
}

/* Looks into every token. A long list takes the time it takes; a worker that hangs ends it. */
static void
look(struct slots *slots)
{
	const struct slot_info *list;
	size_t count = slots_slots(slots, &list);
	struct pollfd waits[SLOTS_DESCRIPTORS];

	for (size_t i = 0; i < count; i++)
		slots_inspect(slots, i);
	while (is_looking(slots)) {
		(void)poll(waits, slots_descriptors(slots, waits, SLOTS_DESCRIPTORS), slots_timeout(slots, false));
		(void)slots_dispatch(slots, false);
	}
}

/* Until everything was looked at once, or the patience is over: then what is known is shown, with what still starts. */
static void
settle(struct slots *slots)
{
	struct pollfd waits[SLOTS_DESCRIPTORS];
	int64_t end = clock_steady_ms() + PATIENCE_MS;

	while (!slots_is_settled(slots)) {
		int64_t left = end - clock_steady_ms();
		int timeout = slots_timeout(slots, false);
		size_t count = slots_descriptors(slots, waits, SLOTS_DESCRIPTORS);

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
	if (options->wants_objects)
		look(devices.slots);
	if (options->wants_json)
		outcome = status_print_json(devices.slots);
	else
		status_print_table(devices.slots);
	devices_close(&devices);
	return outcome == DONE ? EXIT_DONE : report(NULL, outcome);
}
