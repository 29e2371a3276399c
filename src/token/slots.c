#include "slots_state.h"

#include <quorate/clock.h>
#include <quorate/text.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Starts a worker and has it look for the first time. */
static void
start(struct line *line)
{
	if (line_start(line) == DONE && (line->kind == WORKER_PKCS11 || line->kind == WORKER_PCSC))
		line_look(line, false);
}

/* The file's name without folder and ending. */
static void
short_name(const char *path, char *ret, size_t size)
{
	const char *name = strrchr(path, '/'), *end;

	name = name == NULL ? path : name + 1;
	end = strstr(name, ".so");
	text_clean(name, end == NULL || end == name ? strlen(name) : (size_t)(end - name), ret, size);
}

/* One module by two paths, or by its registered name and a path, is one module. A remote one has no path. */
static bool
is_same_module(const struct module_info *info, const char *name, const char *path)
{
	struct stat one, other;

	if (info->path[0] == '\0' || path[0] == '\0')
		return info->path[0] == path[0] && strcmp(info->name, name) == 0;
	return strcmp(info->path, path) == 0 || (stat(info->path, &one) == 0 && stat(path, &other) == 0 &&
							one.st_dev == other.st_dev && one.st_ino == other.st_ino);
}

/* The name, with a number where another module has it. */
static void
unique_name(const struct slots *slots, const char *name, char *ret, size_t size)
{
	text_format(ret, size, "%s", name);
	for (size_t i = 0, number = 2; i < slots->module_count; i++)
		if (strcmp(slots->infos[i].name, ret) == 0) {
			text_format(ret, size, "%s (%zu)", name, number++);
			i = SIZE_MAX;
		}
}

void
slots_add_module(struct slots *slots, const char *name, const char *path)
{
	struct module_info *info = &slots->infos[slots->module_count];
	struct module *module = &slots->modules[slots->module_count];

	if (slots->module_count >= LIMIT_MODULES)
		return;
	for (size_t i = 0; i < slots->module_count; i++)
		if (is_same_module(&slots->infos[i], name, path))
			return;
	memset(info, 0, sizeof *info);
	memset(module, 0, sizeof *module);
	unique_name(slots, name, info->name, sizeof info->name);
	text_format(info->path, sizeof info->path, "%s", path);
	info->state = MODULE_STARTING;
	line_begin(&module->line, slots->launcher, WORKER_PKCS11, path[0] != '\0' ? path : name, slots->patience_ms);
	line_begin(&module->wait, slots->launcher, WORKER_WAIT, path[0] != '\0' ? path : name, slots->patience_ms);
	slots->module_count++;
	start(&module->line);
}

static enum outcome
add_named(struct slots *slots, const char *const *modules)
{
	for (; modules != NULL && *modules != NULL; modules++) {
		char name[TOKEN_NAME_SIZE];
		bool is_path = strchr(*modules, '/') != NULL;

		if (strlen(*modules) >= sizeof slots->infos->path)
			return FAIL_TOO_LONG;
		short_name(*modules, name, sizeof name);
		slots_add_module(slots, is_path ? name : *modules, is_path ? *modules : "");
	}
	return DONE;
}

enum outcome
slots_open(struct slots **ret, struct launcher *launcher, const struct slots_settings *settings)
{
	struct slots *slots = calloc(1, sizeof *slots);
	enum outcome outcome;

	*ret = NULL;
	if (slots == NULL)
		return FAIL_MEMORY;
	slots->launcher = launcher;
	slots->patience_ms = settings->patience_ms > 0 ? settings->patience_ms : LIMIT_WORKER_MS;
	slots_door_begin(slots);
	line_begin(&slots->list, launcher, WORKER_MODULES, NULL, slots->patience_ms);
	line_begin(&slots->pcsc, launcher, WORKER_PCSC, NULL, slots->patience_ms);
	line_begin(&slots->watch, launcher, WORKER_WATCH, NULL, slots->patience_ms);
	outcome = add_named(slots, settings->modules);
	if (outcome != DONE) {
		slots_free(&slots);
		return outcome;
	}
	slots->is_list_settled = settings->only_these;
	if (!settings->only_these)
		start(&slots->list);
	slots->is_pcsc_settled = settings->no_readers;
	if (!settings->no_readers)
		start(&slots->pcsc);
	if (!settings->no_readers && !settings->is_once)
		start(&slots->watch);
	*ret = slots;
	return DONE;
}

void
slots_free(struct slots **slots)
{
	struct slots *old = *slots;

	if (old == NULL)
		return;
	line_stop(&old->list);
	line_stop(&old->pcsc);
	line_stop(&old->watch);
	for (size_t i = 0; i < old->module_count; i++) {
		line_stop(&old->modules[i].line);
		line_stop(&old->modules[i].wait);
		free(old->modules[i].slots);
		free(old->modules[i].coming);
		slots_inspect_free(&old->modules[i]);
	}
	slots_keys_free(old);
	token_answer_clear(&old->answer);
	token_request_clear(&old->held);
	free(old->slots);
	free(old);
	*slots = NULL;
}

/* Every line by number; NULL after the last. */
static struct line *
line_at(struct slots *slots, size_t index)
{
	struct line *const own[] = { &slots->pcsc, &slots->watch, &slots->list };

	if (index < sizeof own / sizeof own[0])
		return own[index];
	index -= sizeof own / sizeof own[0];
	if (index < slots->module_count)
		return &slots->modules[index].line;
	index -= slots->module_count;
	return index < slots->module_count ? &slots->modules[index].wait : NULL;
}

size_t
slots_descriptors(struct slots *slots, struct pollfd *ret, size_t most)
{
	const struct line *line;
	size_t count = 0;

	for (size_t i = 0; (line = line_at(slots, i)) != NULL && count < most; i++)
		if (line_is_running(line))
			ret[count++] = (struct pollfd){ line->launched.socket, POLLIN, 0 };
	return count;
}

/* Whoever cannot wait says so at once. */
#define WAITS_AFTER_MS 2000
/* One that waits is asked all the same, now and then: not every module keeps its word. */
#define POLL_WAITING_MS (15 * LIMIT_POLL_MS)

static bool
waits_well(const struct module *module)
{
	return line_is_running(&module->wait) && clock_steady_ms() - module->wait_since > WAITS_AFTER_MS;
}

/* When the next module is to be asked; 0: none is. */
static int64_t
next_poll(const struct slots *slots)
{
	int64_t next = 0;

	for (size_t i = 0; i < slots->module_count; i++)
		if (slots_is_polled(slots, i) && (next == 0 || slots->modules[i].next_poll < next))
			next = slots->modules[i].next_poll > 0 ? slots->modules[i].next_poll : 1;
	return next;
}

static void
poll_modules(struct slots *slots)
{
	int64_t now = clock_steady_ms();

	for (size_t i = 0; i < slots->module_count; i++) {
		struct module *module = &slots->modules[i];

		if (!slots_is_polled(slots, i) || now < module->next_poll)
			continue;
		if (module->wait_since == 0) {
			module->wait_since = now;
			(void)line_start(&module->wait);
			module->wait.restart_at = 0;
		}
		module->next_poll = now + (waits_well(module) ? POLL_WAITING_MS : LIMIT_POLL_MS);
		if (!module->line.is_looking)
			line_look(&module->line, false);
	}
}

int
slots_timeout(struct slots *slots, bool is_watching)
{
	const struct line *line;
	int64_t least = -1;

	for (size_t i = 0; (line = line_at(slots, i)) != NULL; i++) {
		int64_t left = line_timeout(line);

		if (left >= 0 && (least < 0 || left < least))
			least = left;
	}
	if (is_watching && next_poll(slots) != 0) {
		int64_t left = next_poll(slots) - clock_steady_ms();

		left = left < 0 ? 0 : left;
		least = least < 0 || left < least ? left : least;
	}
	return (int)least;
}

/* A list of thousands of objects is taken in pieces, so that keys are answered in between. */
#define MESSAGES_AT_ONCE 256

/* Takes what came on a line; a failed worker is stopped here and started again when its pause is over. */
static bool
drain(struct slots *slots, struct line *line)
{
	struct message message;
	bool is_changed = false;

	for (size_t i = 0; i < MESSAGES_AT_ONCE && line_is_running(line); i++) {
		enum outcome outcome = line_receive(line, &message);
		bool is_empty = outcome == DONE && message.kind == MESSAGE_NONE;

		if (outcome != DONE)
			is_changed |= slots_take_failure(slots, line, outcome);
		else if (!is_empty)
			is_changed |= slots_take(slots, line, &message);
		message_clear(&message);
		if (outcome != DONE || is_empty)
			break;
	}
	return is_changed;
}

bool
slots_dispatch(struct slots *slots, bool is_watching)
{
	struct line *line;
	bool is_changed = false;

	for (size_t i = 0; (line = line_at(slots, i)) != NULL; i++) {
		is_changed |= drain(slots, line);
		if (line_is_due(line))
			start(line);
	}
	slots_door_next(slots);
	if (is_watching)
		poll_modules(slots);
	return is_changed;
}

bool
slots_is_settled(const struct slots *slots)
{
	for (size_t i = 0; i < slots->module_count; i++)
		if (!slots->modules[i].is_settled)
			return false;
	return slots->is_list_settled && slots->is_pcsc_settled;
}

size_t
slots_modules(const struct slots *slots, const struct module_info **ret)
{
	*ret = slots->infos;
	return slots->module_count;
}

size_t
slots_slots(const struct slots *slots, const struct slot_info **ret)
{
	*ret = slots->slots;
	return slots->slot_count;
}

size_t
slots_readers(const struct slots *slots, const struct reader_info **ret)
{
	*ret = slots->readers;
	return slots->reader_count;
}

enum outcome
slots_pcsc(const struct slots *slots, struct code *ret_code)
{
	*ret_code = slots->pcsc_code;
	return slots->pcsc_outcome;
}

/* A worker that runs and is well looks anew; one that failed is started from the beginning. */
static void
renew(struct line *line, bool is_well)
{
	if (is_well && line_is_running(line)) {
		line_look(line, true);
	} else {
		line_stop(line);
		line->failures = 0;
		start(line);
	}
}

void
slots_refresh(struct slots *slots)
{
	/* An act on its way is never cut short. */
	for (size_t i = 0; i < slots->module_count; i++)
		renew(&slots->modules[i].line,
			slots->infos[i].outcome == DONE || slots->acting == &slots->modules[i].line);
	renew(&slots->pcsc, slots->pcsc_outcome == DONE || slots->acting == &slots->pcsc);
}
