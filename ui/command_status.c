#include "command.h"
#include "status_report.h"

#include <quorate/clock.h>
#include <quorate/inspect.h>

#include <poll.h>

#define PATIENCE_MS 10000

/* Looks into every token that has come since; true while such a look is on its way. */
static bool
look(struct slots *slots)
{
	const struct slot_info *list;
	size_t count = slots_slots(slots, &list);
	struct slot_look look;
	bool is_looking = false;

	for (size_t i = 0; i < count; i++) {
		slots_look(slots, i, &look);
		if (look.state == LOOK_NONE && list[i].has_token) {
			slots_inspect(slots, i);
			slots_look(slots, i, &look);
		}
		is_looking |= look.state == LOOK_ASKED;
	}
	return is_looking;
}

/* Until everything was looked at once, or the patience is over: then what is known is shown, with what still starts. A
   long list of objects takes the time it takes; a worker that hangs ends it. */
static void
settle(struct slots *slots, bool wants_objects)
{
	struct pollfd waits[SLOTS_DESCRIPTORS];
	int64_t end = clock_steady_ms() + PATIENCE_MS;

	for (;;) {
		bool is_looking = wants_objects && look(slots);
		int64_t left = end - clock_steady_ms();
		int timeout = slots_timeout(slots, false);
		size_t count = slots_descriptors(slots, waits, SLOTS_DESCRIPTORS);

		if (!is_looking && (slots_is_settled(slots) || left <= 0))
			break;
		if (!is_looking && (timeout < 0 || timeout > left))
			timeout = (int)left;
		(void)poll(waits, count, timeout);
		(void)slots_dispatch(slots, false);
	}
}

int
command_status(const struct options *options)
{
	struct devices devices;
	enum outcome outcome = DONE;

	if (devices_open(&devices, options, NULL, DEVICES_LOOK) != DONE)
		return EXIT_FAILED;
	settle(devices.slots, options->wants_objects);
	if (options->wants_json)
		outcome = status_print_json(devices.slots);
	else
		status_print_table(devices.slots);
	devices_close(&devices);
	return outcome == DONE ? EXIT_DONE : report(NULL, outcome);
}
