/* Everything that is plugged in, seen through real workers: SoftHSM, modules that misbehave, no PC/SC at all. */
#include "groups.h"

#include <quorate/clock.h>
#include <quorate/inspect.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOFTHSM "/usr/lib/softhsm/libsofthsm2.so"
#define UNRULY BUILD_FOLDER "/tests/unit/.libs/libunruly.so"

static char folder[64], softhsm_variable[128], unruly_variable[192];
static const char *environment[3];
static struct launcher *launcher;
static struct slots *slots;

static void
run(const char *command)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		if (freopen("/dev/null", "w", stdout) != NULL)
			execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static int
set_up(void **state)
{
	char path[96];
	FILE *file;

	(void)state;
	snprintf(folder, sizeof folder, "/tmp/quorate-slots-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/tokens", folder);
	if (mkdir(path, 0700) != 0)
		return 1;
	snprintf(path, sizeof path, "%s/softhsm2.conf", folder);
	file = fopen(path, "w");
	if (file == NULL || fprintf(file, "directories.tokendir = %s/tokens\n", folder) < 0 || fclose(file) != 0)
		return 1;
	snprintf(softhsm_variable, sizeof softhsm_variable, "SOFTHSM2_CONF=%s", path);
	environment[0] = softhsm_variable;
	environment[1] = unruly_variable;
	return 0;
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	slots_free(&slots);
	launcher_free(&launcher);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	run(command);
	return 0;
}

/* A PC/SC library that is not there: PC/SC is away whatever runs on this machine. */
static void
open_slots_of(const char *module, const char *unruly, int patience_ms, bool no_readers)
{
	const char *const modules[] = { module, NULL };
	struct launcher_settings launch = { .pcsc_library = "/nowhere/libpcsclite.so.1", .environment = environment };
	struct slots_settings settings = {
		.modules = modules, .only_these = true, .no_readers = no_readers, .patience_ms = patience_ms
	};

	snprintf(unruly_variable, sizeof unruly_variable, "QUORATE_UNRULY=%s", unruly);
	assert_int_equal(launcher_open(&launcher, &launch), DONE);
	assert_int_equal(slots_open(&slots, launcher, &settings), DONE);
}

static void
open_slots(const char *module, const char *unruly, int patience_ms)
{
	open_slots_of(module, unruly, patience_ms, false);
}

/* One turn of a loop. */
static bool
turn(int most_ms)
{
	struct pollfd descriptors[24];
	size_t count = slots_descriptors(slots, descriptors, 24);
	int timeout = slots_timeout(slots, true);

	poll(descriptors, count, timeout < 0 || timeout > most_ms ? most_ms : timeout);
	return slots_dispatch(slots, true);
}

static const struct module_info *
only_module(void)
{
	const struct module_info *modules;

	assert_int_equal(slots_modules(slots, &modules), 1);
	return modules;
}

static size_t
slot_count(void)
{
	const struct slot_info *all;

	return slots_slots(slots, &all);
}

/* Turns the loop until it is so; half a minute is more than anything here takes on a busy machine. */
#define UNTIL(condition)                                                                                               \
	do {                                                                                                           \
		int64_t until = clock_steady_ms() + 30000;                                                             \
		while (!(condition)) {                                                                                 \
			assert_true(clock_steady_ms() < until);                                                        \
			turn(100);                                                                                     \
		}                                                                                                      \
	} while (0)

static void
make_token(const char *label)
{
	char command[256];

	snprintf(command, sizeof command,
		"%s softhsm2-util --init-token --free --label %s --pin 12345678 --so-pin 1234567890123456",
		softhsm_variable, label);
	run(command);
}

static bool
has_token(const char *label)
{
	const struct slot_info *all;
	size_t count = slots_slots(slots, &all);

	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i].label, label) == 0)
			return true;
	return false;
}

static void
test_softhsm(void **state)
{
	const struct slot_info *all;
	struct code code;

	(void)state;
	make_token("first");
	open_slots(SOFTHSM, "", 0);
	assert_false(slots_is_settled(slots));
	UNTIL(slots_is_settled(slots));
	assert_int_equal(only_module()->state, MODULE_READY);
	assert_string_equal(only_module()->name, "libsofthsm2");
	assert_string_equal(only_module()->manufacturer, "SoftHSM");
	/* The token, and the empty slot that SoftHSM always adds. */
	assert_int_equal(slots_slots(slots, &all), 2);
	assert_true(has_token("first"));
	assert_true(all[0].has_token);
	assert_int_equal(all[0].reader, SIZE_MAX);
	assert_int_equal(slots_pcsc(slots, &code), FAIL_NO_PCSC);
	/* Made by another program: seen at the next refresh. */
	make_token("second");
	slots_refresh(slots);
	UNTIL(has_token("second"));
	assert_int_equal(slot_count(), 3);
	/* Nothing changes, so nothing is said to have changed; the poll is once a second. */
	UNTIL(slots_timeout(slots, true) > 0);
	assert_true(slots_timeout(slots, true) <= LIMIT_POLL_MS);
	for (int i = 0; i < 3; i++)
		assert_false(turn(500));
}

static void
test_softhsm_unreadable(void **state)
{
	(void)state;
	snprintf(softhsm_variable, sizeof softhsm_variable, "SOFTHSM2_CONF=%s/missing", folder);
	open_slots(SOFTHSM, "", 0);
	UNTIL(slots_is_settled(slots));
	assert_int_equal(only_module()->state, MODULE_FAILED);
	assert_int_equal(only_module()->outcome, FAIL_MODULE_SOFTHSM);
	assert_int_equal(only_module()->code.kind, CODE_CKR);
}

static void
test_missing(void **state)
{
	(void)state;
	open_slots("/nowhere/none.so", "", 0);
	UNTIL(slots_is_settled(slots));
	assert_string_equal(only_module()->name, "none");
	assert_int_equal(only_module()->state, MODULE_FAILED);
	assert_int_equal(only_module()->outcome, FAIL_MODULE_LOAD);
	/* Still so after another try. */
	slots_refresh(slots);
	turn(200);
	assert_int_equal(only_module()->outcome, FAIL_MODULE_LOAD);
}

static void
test_crash(void **state)
{
	int64_t began = clock_steady_ms();

	(void)state;
	open_slots(UNRULY, "crash", 0);
	UNTIL(slots_is_settled(slots));
	assert_int_equal(only_module()->state, MODULE_FAILED);
	assert_int_equal(only_module()->outcome, FAIL_WORKER_GONE);
	/* Not at once, and not for ever: the pause grows. */
	assert_in_range(slots_timeout(slots, false), 0, 1000);
	while (clock_steady_ms() - began < 1500)
		turn(100);
	assert_int_equal(only_module()->outcome, FAIL_WORKER_GONE);
	assert_in_range(slots_timeout(slots, false), 0, 2000);
}

static void
test_hang(void **state)
{
	(void)state;
	open_slots(UNRULY, "hang", 300);
	UNTIL(slots_is_settled(slots));
	assert_int_equal(only_module()->state, MODULE_HUNG);
	assert_int_equal(only_module()->outcome, FAIL_WORKER_HUNG);
}

static void
test_hostile_texts(void **state)
{
	const struct slot_info *all;

	(void)state;
	open_slots(UNRULY, "", 0);
	UNTIL(slots_is_settled(slots));
	assert_int_equal(slots_slots(slots, &all), 1);
	assert_int_equal(strspn(all[0].description, "?"), 64);
	assert_int_equal(strncmp(all[0].label, "\xc3\xa4 ??", 5), 0);
	assert_int_equal(all[0].outcome, DONE);
}

static void
test_growing(void **state)
{
	const struct slot_info *all;

	(void)state;
	open_slots(UNRULY, "grow", 0);
	UNTIL(slots_is_settled(slots));
	assert_int_equal(only_module()->state, MODULE_READY);
	assert_true(slots_slots(slots, &all) > 1);
	/* Its other tokens fail, and say so. */
	assert_int_equal(all[1].outcome, FAIL_MODULE);
	assert_int_equal(all[1].code.value, 0x30);
}

static void
test_shouting(void **state)
{
	(void)state;
	open_slots(UNRULY, "shout", 0);
	UNTIL(slots_is_settled(slots));
	assert_in_range(slot_count(), 0, LIMIT_SLOTS);
}

/* The processes below the launcher, told by their parents in /proc. */
static size_t
workers_of(pid_t parent, pid_t *ret, size_t most)
{
	char path[64];
	size_t count = 0;
	FILE *file;
	long pid;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", parent, parent);
	file = fopen(path, "r");
	assert_non_null(file);
	while (count < most && fscanf(file, "%ld", &pid) == 1)
		ret[count++] = (pid_t)pid;
	fclose(file);
	return count;
}

static bool
names_file(pid_t pid, const char *name)
{
	char path[64], line[512] = "";
	size_t size;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
	file = fopen(path, "r");
	if (file == NULL)
		return false;
	size = fread(line, 1, sizeof line - 1, file);
	fclose(file);
	for (size_t i = 0; i < size; i++)
		if (strstr(line + i, name) == line + i)
			return true;
	return false;
}

static pid_t
softhsm_worker(void)
{
	pid_t launchers[4], workers[16];
	size_t count = workers_of(getpid(), launchers, 4);

	assert_int_equal(count, 1);
	count = workers_of(launchers[0], workers, 16);
	for (size_t i = 0; i < count; i++)
		if (names_file(workers[i], "libsofthsm2.so"))
			return workers[i];
	return 0;
}

static void
test_killed(void **state)
{
	pid_t worker;

	(void)state;
	make_token("first");
	open_slots(SOFTHSM, "", 0);
	UNTIL(slots_is_settled(slots));
	worker = softhsm_worker();
	assert_true(worker > 0);
	assert_int_equal(kill(worker, SIGKILL), 0);
	UNTIL(only_module()->state == MODULE_FAILED);
	assert_int_equal(only_module()->outcome, FAIL_WORKER_GONE);
	assert_int_equal(slot_count(), 0);
	UNTIL(only_module()->state == MODULE_READY);
	assert_true(has_token("first"));
	assert_int_not_equal(softhsm_worker(), worker);
	/* Reaped, too. */
	assert_int_equal(kill(worker, 0), -1);
	assert_int_equal(errno, ESRCH);
}

/* With the launcher every worker goes. */
static void
test_launcher_ends(void **state)
{
	struct launched launched;

	(void)state;
	assert_int_equal(launcher_open(&launcher, &(struct launcher_settings){ 0 }), DONE);
	assert_int_equal(launcher_worker(launcher, WORKER_PKCS11, SOFTHSM, &launched), DONE);
	assert_int_equal(kill(launched.pid, 0), 0);
	launcher_free(&launcher);
	assert_int_equal(kill(launched.pid, 0), -1);
	assert_int_equal(errno, ESRCH);
	close(launched.socket);
}

/* The registered modules of this machine: SoftHSM's is among them, trust modules are not. */
static void
test_registered(void **state)
{
	struct launcher_settings launch = { .pcsc_library = "/nowhere/libpcsclite.so.1", .environment = environment };
	const struct module_info *modules;
	size_t count;

	(void)state;
	assert_int_equal(launcher_open(&launcher, &launch), DONE);
	assert_int_equal(slots_open(&slots, launcher, &(struct slots_settings){ NULL, false, 0 }), DONE);
	UNTIL(slots_is_settled(slots));
	count = slots_modules(slots, &modules);
	for (size_t i = 0; i < count; i++) {
		assert_int_not_equal(modules[i].state, MODULE_STARTING);
		assert_null(strstr(modules[i].path, "p11-kit-trust"));
	}
	if (access("/usr/share/p11-kit/modules/softhsm2.module", R_OK) == 0) {
		bool is_there = false;

		for (size_t i = 0; i < count; i++)
			is_there |= strstr(modules[i].path, "softhsm") != NULL;
		assert_true(is_there);
	}
}

static void
test_door_without_pcsc(void **state)
{
	const struct token_door *door;
	struct token_request request = { .act = TOKEN_DESCRIBE, .target.reader = "Reader 1" };
	struct token_answer answer;
	uint8_t pin[] = "12345678";

	(void)state;
	open_slots(SOFTHSM, "", 0);
	UNTIL(slots_is_settled(slots));
	door = slots_door(slots);
	assert_false(door->poll(door->context, &answer));
	assert_int_equal(secret_take(&request.user_pin, pin, 8), DONE);
	assert_int_equal(door->start(door->context, &request), DONE);
	assert_null(request.user_pin);
	assert_int_equal(door->start(door->context, &request), FAIL_INTERNAL);
	UNTIL(door->poll(door->context, &answer));
	assert_int_equal(answer.outcome, FAIL_NO_PCSC);
	assert_false(answer.has_before);
	assert_false(door->poll(door->context, &answer));
}

static size_t
slot_of(const char *label)
{
	const struct slot_info *all;
	size_t count = slots_slots(slots, &all);

	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i].label, label) == 0)
			return i;
	return SIZE_MAX;
}

static enum look_state
look_state(size_t slot)
{
	struct slot_look look;

	slots_look(slots, slot, &look);
	return look.state;
}

static enum look_state
attribute_state(void)
{
	const struct token_attribute *attributes;
	enum look_state state;

	(void)slots_attributes(slots, &attributes, &state);
	return state;
}

/* Mechanisms, objects and attributes without a login; with one, private objects besides; forgotten with the token. */
static void
test_inspect(void **state)
{
	struct token_software software;
	const struct token_door *door;
	const struct token_mechanism *mechanisms;
	const struct token_object *objects;
	const struct token_attribute *attributes;
	struct token_request request = {
		.act = TOKEN_GENERATE, .kind = KEY_P256, .object = { .id = { 5 }, .id_size = 1 }
	};
	struct token_answer answer;
	struct slot_look look;
	enum look_state ended;
	uint8_t pin[] = "12345678", again[] = "12345678";
	char text[96];
	size_t slot, count;
	bool has_gcm = false, has_ec = false;

	(void)state;
	make_token("first");
	open_slots(SOFTHSM, "", 0);
	UNTIL(slots_is_settled(slots));
	slot = slot_of("first");
	assert_int_equal(look_state(slot), LOOK_NONE);
	door = slots_door(slots);
	assert_true(slots_target(slots, slot, true, &request.target));
	assert_string_equal(request.target.module, "libsofthsm2");
	/* What a record names as having reached the token. */
	assert_true(door->software(door->context, &request.target, &software));
	assert_string_equal(software.name, "libsofthsm2");
	assert_string_equal(software.path, SOFTHSM);
	assert_non_null(strstr(software.version, "SoftHSM"));
	assert_int_equal(secret_take(&request.user_pin, pin, 8), DONE);
	snprintf(request.object.label, sizeof request.object.label, "key");
	assert_int_equal(door->start(door->context, &request), DONE);
	/* While an act is on its way a look waits for its end. */
	slots_inspect(slots, slot);
	assert_int_equal(look_state(slot), LOOK_ASKED);
	UNTIL(door->poll(door->context, &answer));
	assert_int_equal(answer.outcome, DONE);
	assert_int_equal(answer.objects.count, 1);
	assert_true(answer.value.size > 60);
	token_answer_clear(&answer);
	UNTIL(look_state(slot) == LOOK_WHOLE);
	slots_look(slots, slot, &look);
	assert_true((look.kinds >> KEY_RSA_4096 & 1) != 0 && (look.kinds >> KEY_P521 & 1) != 0);
	count = slots_mechanisms(slots, slot, &mechanisms);
	for (size_t i = 0; i < count; i++) {
		has_gcm |= strcmp(mechanisms[i].name, "AES GCM") == 0 && mechanisms[i].is_in_bytes;
		has_ec |= strcmp(mechanisms[i].name, "EC key pair") == 0;
	}
	assert_true(has_gcm && has_ec);
	token_mechanism_sizes_text(&mechanisms[0], text, sizeof text);
	count = slots_objects(slots, slot, &objects);
	assert_int_equal(count, 1);
	assert_int_equal(objects[0].class, OBJECT_PUBLIC_KEY);
	assert_string_equal(objects[0].type, "EC P-256");
	assert_string_equal(objects[0].label, "key");
	slots_inspect_object(slots, slot, 0);
	UNTIL(attribute_state() == LOOK_WHOLE);
	count = slots_attributes(slots, &attributes, &ended);
	assert_true(count > 10);
	assert_string_equal(attributes[1].name, "label");
	assert_string_equal(attributes[1].value, "key");
	/* Logged in there is the private key as well, and the answer has the same. */
	request = (struct token_request){ .act = TOKEN_LIST_OBJECTS };
	assert_true(slots_target(slots, slot, false, &request.target));
	assert_int_equal(secret_take(&request.user_pin, again, 8), DONE);
	assert_int_equal(door->start(door->context, &request), DONE);
	UNTIL(door->poll(door->context, &answer));
	assert_int_equal(answer.outcome, DONE);
	assert_int_equal(answer.objects.count, 2);
	token_answer_clear(&answer);
	assert_int_equal(slots_objects(slots, slot, &objects), 2);
	slots_look(slots, slot, &look);
	assert_true(look.is_logged_in);
	/* Another token in its place has nothing of it. */
	snprintf(text, sizeof text, "rm -rf %s/tokens/*", folder);
	run(text);
	slots_refresh(slots);
	UNTIL(slot_of("first") == SIZE_MAX);
	assert_int_equal(slots_objects(slots, 0, &objects), 0);
}

/* One file by two names is one module; two files of one name are told apart. */
static void
test_same_module(void **state)
{
	char copy[96], command[256];
	const char *const paths[] = { SOFTHSM, copy, "/usr/lib/softhsm/../softhsm/libsofthsm2.so", NULL };
	struct launcher_settings launch = { .pcsc_library = "/nowhere/libpcsclite.so.1", .environment = environment };
	const struct module_info *modules;

	(void)state;
	snprintf(copy, sizeof copy, "%s/libsofthsm2.so", folder);
	snprintf(command, sizeof command, "cp " SOFTHSM " %s", copy);
	run(command);
	assert_int_equal(launcher_open(&launcher, &launch), DONE);
	assert_int_equal(slots_open(&slots, launcher, &(struct slots_settings){ paths, true, 0 }), DONE);
	assert_int_equal(slots_modules(slots, &modules), 2);
	assert_string_equal(modules[0].name, "libsofthsm2");
	assert_string_equal(modules[1].name, "libsofthsm2 (2)");
	UNTIL(slots_is_settled(slots));
	assert_int_equal(modules[1].state, MODULE_READY);
}

#define SLOTS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* A module that can wait is not asked each second any more, and what comes and goes is seen by its events. */
static void
test_events(void **state)
{
	const struct slot_info *all;
	char told[128], path[96], noticed[128];

	(void)state;
	snprintf(path, sizeof path, "%s/there", folder);
	snprintf(told, sizeof told, "wait:%s", path);
	snprintf(noticed, sizeof noticed, "%s.noticed", path);
	open_slots_of(UNRULY, told, 0, true);
	UNTIL(slots_is_settled(slots));
	assert_int_equal(slots_slots(slots, &all), 1);
	assert_false(all[0].has_token);
	UNTIL(slots_timeout(slots, true) > 2 * LIMIT_POLL_MS);
	for (int i = 0; i < 2; i++) {
		int64_t next = clock_steady_ms() + slots_timeout(slots, true);
		FILE *file = i == 0 ? fopen(path, "w") : NULL;

		assert_true(i == 0 ? file != NULL && fclose(file) == 0 : unlink(path) == 0);
		UNTIL(slots_slots(slots, &all) == 1 && all[0].has_token == (i == 0));
		UNTIL(access(noticed, F_OK) == 0);
		assert_int_equal(unlink(noticed), 0);
		/* Before anybody would have asked. */
		assert_true(clock_steady_ms() < next);
	}
}

TEST_GROUP(slots, SLOTS_TEST(test_softhsm), SLOTS_TEST(test_softhsm_unreadable), SLOTS_TEST(test_missing),
	SLOTS_TEST(test_crash), SLOTS_TEST(test_hang), SLOTS_TEST(test_hostile_texts), SLOTS_TEST(test_growing),
	SLOTS_TEST(test_shouting), SLOTS_TEST(test_killed), SLOTS_TEST(test_launcher_ends), SLOTS_TEST(test_registered),
	SLOTS_TEST(test_door_without_pcsc), SLOTS_TEST(test_inspect), SLOTS_TEST(test_same_module),
	SLOTS_TEST(test_events));
