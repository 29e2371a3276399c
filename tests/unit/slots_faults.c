/* Modules that fail in workers of their own, seen through slots: who hangs is named and the rest goes on, who loses its
   token at any moment leaves a sentence and a fresh list. */
#include "faulty.h"
#include "groups.h"

#include <quorate/clock.h>
#include <quorate/inspect.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOFTHSM "/usr/lib/softhsm/libsofthsm2.so"
#define FAULTY BUILD_FOLDER "/tests/unit/.libs/libfaulty.so"
#define PATIENCE_MS 700

static char folder[64], softhsm_variable[128], faulty_variable[64];
static const char *environment[] = { softhsm_variable, faulty_variable, NULL };
static struct launcher *launcher;
static struct slots *slots;

static int
run(const char *command)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
set_up(void **state)
{
	char command[512];

	(void)state;
	snprintf(folder, sizeof folder, "/tmp/quorate-faults-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(softhsm_variable, sizeof softhsm_variable, "SOFTHSM2_CONF=%s/conf", folder);
	snprintf(command, sizeof command,
		"mkdir %s/tokens && echo directories.tokendir = %s/tokens >%s/conf && %s softhsm2-util --init-token "
		"--free "
		"--label first --pin 12345678 --so-pin 12345678 >/dev/null",
		folder, folder, folder, softhsm_variable);
	return run(command);
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return run(command);
}

/* The faulty module with one fault, and beside it a sound one on the same tokens; no readers. */
static void
open_faulty(enum fault fault, unsigned long at)
{
	static const char *const modules[] = { FAULTY, SOFTHSM, NULL };
	const struct slots_settings settings = { modules, true, true, PATIENCE_MS, true };

	snprintf(faulty_variable, sizeof faulty_variable, "QUORATE_FAULTY=%u %lu 30", (unsigned)fault, at);
	assert_int_equal(launcher_open(&launcher, &(struct launcher_settings){ .environment = environment }), DONE);
	assert_int_equal(slots_open(&slots, launcher, &settings), DONE);
}

static void
close_faulty(void)
{
	slots_free(&slots);
	launcher_free(&launcher);
}

static void
turn(void)
{
	struct pollfd descriptors[SLOTS_DESCRIPTORS];
	size_t count = slots_descriptors(slots, descriptors, SLOTS_DESCRIPTORS);
	int timeout = slots_timeout(slots, false);

	poll(descriptors, count, timeout < 0 || timeout > 100 ? 100 : timeout);
	(void)slots_dispatch(slots, false);
}

#define UNTIL(condition)                                                                                               \
	do {                                                                                                           \
		int64_t until = clock_steady_ms() + 30000;                                                             \
		while (!(condition)) {                                                                                 \
			assert_true(clock_steady_ms() < until);                                                        \
			turn();                                                                                        \
		}                                                                                                      \
	} while (0)

static const struct module_info *
module(size_t index)
{
	const struct module_info *modules;

	assert_int_equal(slots_modules(slots, &modules), 2);
	return &modules[index];
}

/* The token in a module's slot, SIZE_MAX if it is not listed. */
static size_t
token_of(size_t index)
{
	const struct slot_info *all;
	size_t count = slots_slots(slots, &all);

	for (size_t i = 0; i < count; i++)
		if (all[i].module == index && strcmp(all[i].label, "first") == 0)
			return i;
	return SIZE_MAX;
}

static struct slot_look
look_of(size_t slot)
{
	struct slot_look look;

	slots_look(slots, slot, &look);
	return look;
}

/* At every call of the first look. */
static void
test_hang_anywhere(void **state)
{
	(void)state;
	for (unsigned long at = 1; at <= 8; at += getenv("QUORATE_LONG") != NULL ? 1 : 3) {
		open_faulty(FAULT_HANG, at);
		UNTIL(slots_is_settled(slots));
		assert_int_equal(module(0)->state, MODULE_HUNG);
		assert_int_equal(module(0)->outcome, FAIL_WORKER_HUNG);
		assert_string_equal(module(0)->name, "libfaulty");
		/* The sound one is as it is. */
		assert_int_equal(module(1)->state, MODULE_READY);
		assert_int_not_equal(token_of(1), SIZE_MAX);
		close_faulty();
	}
}

/* While it is looked into: a sentence, and then, the worker begun anew, a fresh list. */
static void
test_hang_and_vanish_within(void **state)
{
	static const enum fault faults[] = { FAULT_HANG, FAULT_VANISH };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t slot;

		open_faulty(faults[i], 20);
		UNTIL(slots_is_settled(slots));
		assert_int_equal(module(0)->state, MODULE_READY);
		slot = token_of(0);
		slots_inspect(slots, slot);
		UNTIL(look_of(slot).state == LOOK_FAILED || token_of(0) == SIZE_MAX);
		if (token_of(0) != SIZE_MAX)
			assert_int_not_equal(outcome_text(look_of(slot).outcome)[0], '\0');
		slots_refresh(slots);
		UNTIL(module(0)->state != MODULE_HUNG && module(0)->state != MODULE_STARTING);
		/* The other one was never disturbed. */
		slots_inspect(slots, token_of(1));
		UNTIL(look_of(token_of(1)).state == LOOK_WHOLE);
		close_faulty();
	}
}

/* Lengths, counts and texts that are lies, at every call: no harm, and nothing of it on a screen. */
static void
test_shout_anywhere(void **state)
{
	(void)state;
	for (unsigned long at = 1; at <= 9; at += getenv("QUORATE_LONG") != NULL ? 1 : 2) {
		const struct slot_info *all;
		size_t count;

		open_faulty(FAULT_SHOUT, at);
		UNTIL(slots_is_settled(slots));
		assert_int_equal(module(1)->state, MODULE_READY);
		count = slots_slots(slots, &all);
		for (size_t i = 0; i < count; i++) {
			assert_null(strchr(all[i].label, '\033'));
			assert_null(strchr(all[i].description, '\033'));
		}
		assert_null(strchr(module(0)->description, '\033'));
		close_faulty();
	}
}

TEST_GROUP(slots_faults, cmocka_unit_test_setup_teardown(test_hang_anywhere, set_up, tear_down),
	cmocka_unit_test_setup_teardown(test_hang_and_vanish_within, set_up, tear_down),
	cmocka_unit_test_setup_teardown(test_shout_anywhere, set_up, tear_down));
