#include "command.h"
#include "preflight_look.h"

#include <quorate/clock.h>
#include <quorate/text.h>
#include <quorate/tongue.h>
#include <quorate/wrap.h>

#include <jansson.h>
#include <poll.h>
#include <stdio.h>

/* Modules say by themselves where they were found. */
#define PATIENCE_MS 5000

static enum outcome
print_json(const struct preflight_finding *findings, size_t count)
{
	json_t *array = json_array(), *all;
	enum outcome outcome = FAIL_MEMORY;
	bool is_whole = true;

	for (size_t i = 0; i < count; i++)
		is_whole =
			json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s}", "name", findings[i].name,
							     "state", preflight_state_name(findings[i].state), "reason",
							     findings[i].reason, "remedy", findings[i].remedy)) == 0 &&
			is_whole;
	all = json_pack("{s:i, s:s, s:o}", "format", 1, "worst", preflight_state_name(preflight_worst(findings, count)),
		"findings", array);
	if (all != NULL && is_whole && json_dumpf(all, stdout, JSON_INDENT(2)) == 0) {
		putchar('\n');
		outcome = DONE;
	}
	json_decref(all);
	return outcome;
}

#define TITLE_COLUMNS 26

#define STATE_COLUMNS 9
#define LINE_COLUMNS 100

/* The first line stands where the cursor is, the others under it. */
static void
print_lines(const char *text, bool is_first)
{
	struct wrap lines = { .measure = wrap_columns, .width = LINE_COLUMNS - TITLE_COLUMNS - STATE_COLUMNS };

	for (; wrap_next(&lines, &text); is_first = false)
		printf("%*s%.*s\n", is_first ? 0 : TITLE_COLUMNS + STATE_COLUMNS, "", (int)lines.length, lines.line);
}

static void
print_table(const struct preflight_finding *findings, size_t count)
{
	static const char *const words[PREFLIGHT_STATES] = { [PREFLIGHT_GREEN] = N_("green"),
		[PREFLIGHT_UNKNOWN] = N_("unknown"),
		[PREFLIGHT_AMBER] = N_("amber"),
		[PREFLIGHT_RED] = N_("RED") };

	for (size_t i = 0; i < count; i++) {
		const char *title = _(findings[i].title);

		printf("%s%*s%-*s", title, TITLE_COLUMNS - (int)text_columns(title), "", STATE_COLUMNS,
			_(words[findings[i].state]));
		print_lines(findings[i].reason, true);
		if (findings[i].state != PREFLIGHT_GREEN)
			print_lines(findings[i].remedy, false);
	}
}

int
command_preflight(const struct options *options)
{
	static struct preflight_finding findings[PREFLIGHT_MOST];
	struct devices devices;
	struct pollfd waits[SLOTS_DESCRIPTORS];
	int64_t end = clock_steady_ms() + PATIENCE_MS;
	char folder[COMMAND_FOLDER_SIZE];
	enum outcome outcome = DONE;
	size_t count;

	if (devices_open(&devices, options, NULL, DEVICES_ACT) != DONE)
		return EXIT_FAILED;
	while (!slots_is_settled(devices.slots) && clock_steady_ms() < end) {
		int timeout = slots_timeout(devices.slots, false);

		(void)poll(waits, slots_descriptors(devices.slots, waits, SLOTS_DESCRIPTORS),
			timeout < 0 || timeout > PATIENCE_MS ? PATIENCE_MS : timeout);
		(void)slots_dispatch(devices.slots, false);
	}
	count = preflight_look(command_root(), command_folder(options->folder, folder) == DONE ? folder : NULL,
		devices.slots, findings);
	devices_close(&devices);
	if (options->wants_json)
		outcome = print_json(findings, count);
	else
		print_table(findings, count);
	if (outcome != DONE)
		return report(NULL, outcome);
	return preflight_worst(findings, count) == PREFLIGHT_RED ? EXIT_AT_RISK : EXIT_DONE;
}
