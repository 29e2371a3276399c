/* What a maintainer needs for a bug report: versions, modules, readers, errors, and what OpenSC said while the devices
 * were looked at, of which an allow-list (trace.h) lets only heads, lengths and status words through. */
#include "ask.h"
#include "command.h"

#include <config.h>
#include <quorate/clock.h>
#include <quorate/file.h>
#include <quorate/inspect.h>
#include <quorate/text.h>
#include <quorate/tongue.h>
#include <quorate/trace.h>

#include <gnu/libc-version.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define PATIENCE_MS 20000
/* Of a watched action; what is beyond is counted. */
#define TRACE_LINES_MOST 4000

static struct {
	FILE *out;
	struct trace *trace;
	size_t lines;
} report_of;

static void
take_line(void *context, const char *line)
{
	(void)context;
	if (++report_of.lines <= TRACE_LINES_MOST)
		fprintf(report_of.out, "  %s\n", line);
}

/* Everything that has come through the pipe; nothing of it stays. */
static void
drain(const struct devices *devices)
{
	uint8_t bytes[4096];
	ssize_t got;

	while ((got = read(devices->trace, bytes, sizeof bytes)) > 0)
		trace_feed(report_of.trace, bytes, (size_t)got);
	explicit_bzero(bytes, sizeof bytes);
}

static void
turn(const struct devices *devices, int most_ms)
{
	struct pollfd waits[SLOTS_DESCRIPTORS + 1];
	size_t count = slots_descriptors(devices->slots, waits, SLOTS_DESCRIPTORS);
	int timeout = slots_timeout(devices->slots, false);

	waits[count++] = (struct pollfd){ devices->trace, POLLIN, 0 };
	(void)poll(waits, count, timeout < 0 || timeout > most_ms ? most_ms : timeout);
	drain(devices);
	(void)slots_dispatch(devices->slots, false);
}

/* Until everything was looked at, and into every token, or the patience is over. */
static void
look(const struct devices *devices)
{
	int64_t end = clock_steady_ms() + PATIENCE_MS;
	bool is_looking = true;

	while ((is_looking || !slots_is_settled(devices->slots)) && clock_steady_ms() < end) {
		const struct slot_info *list;
		size_t count;

		turn(devices, 200);
		count = slots_slots(devices->slots, &list);
		is_looking = false;
		for (size_t i = 0; i < count; i++) {
			struct slot_look look;

			slots_look(devices->slots, i, &look);
			if (look.state == LOOK_NONE && list[i].has_token)
				slots_inspect(devices->slots, i);
			is_looking |= list[i].has_token && look.state != LOOK_WHOLE && look.state != LOOK_FAILED;
		}
	}
}

static void
print_outcome(enum outcome outcome, struct code code)
{
	char small[128];

	outcome_code_text(code, small, sizeof small);
	if (outcome != DONE)
		fprintf(report_of.out, "    error: %s %s\n", outcome_name(outcome), small);
}

static void
print_versions(void)
{
	char stamp[CLOCK_STAMP_SIZE], line[160] = "";
	struct utsname system;
	FILE *release = fopen("/etc/os-release", "re");

	clock_stamp(stamp);
	fprintf(report_of.out, "[versions]\n  %s, %s\n  %s\n  libc %s\n", PACKAGE_STRING, stamp,
		OpenSSL_version(OPENSSL_VERSION), gnu_get_libc_version());
	if (uname(&system) == 0)
		fprintf(report_of.out, "  %s %s %s\n", system.sysname, system.release, system.machine);
	while (release != NULL && fgets(line, sizeof line, release) != NULL)
		if (strncmp(line, "PRETTY_NAME=", 12) == 0)
			fprintf(report_of.out, "  %s", line + 12);
	if (release != NULL)
		fclose(release);
}

static void
print_modules(const struct slots *slots)
{
	static const char *const states[] = { [MODULE_STARTING] = "starting",
		[MODULE_READY] = "ready",
		[MODULE_FAILED] = "failed",
		[MODULE_HUNG] = "hung" };
	const struct module_info *modules;
	const struct slot_info *list;
	size_t module_count = slots_modules(slots, &modules), slot_count = slots_slots(slots, &list);

	fprintf(report_of.out, "\n[modules]\n");
	for (size_t i = 0; i < module_count; i++) {
		fprintf(report_of.out, "  %s  %s  %s %s  %s\n", modules[i].name, modules[i].path,
			modules[i].description, modules[i].version, states[modules[i].state]);
		print_outcome(modules[i].outcome, modules[i].code);
		for (size_t j = 0; j < slot_count; j++) {
			struct slot_look look;

			if (list[j].module != i)
				continue;
			slots_look(slots, j, &look);
			fprintf(report_of.out, "    slot %lu  %s", list[j].id, list[j].description);
			if (list[j].has_token)
				fprintf(report_of.out, "  \"%s\"  %s  %s  serial %s  firmware %s  flags 0x%lx",
					list[j].label, list[j].manufacturer, list[j].model, list[j].serial,
					list[j].firmware, list[j].flags);
			fprintf(report_of.out, "\n");
			print_outcome(list[j].outcome, list[j].code);
			print_outcome(look.outcome, look.code);
		}
	}
}

static void
print_readers(const struct slots *slots)
{
	static const char *const pins[] = { [PIN_UNKNOWN] = "unknown",
		[PIN_NOT_SET] = "not set",
		[PIN_TRANSPORT] = "transport",
		[PIN_SET] = "set",
		[PIN_VERIFIED] = "verified",
		[PIN_LOCKED] = "locked" };
	const struct reader_info *readers;
	size_t count = slots_readers(slots, &readers);
	struct code code;
	enum outcome outcome = slots_pcsc(slots, &code);

	fprintf(report_of.out, "\n[readers]\n");
	print_outcome(outcome, code);
	for (size_t i = 0; i < count; i++) {
		const struct hsm_status *hsm = &readers[i].hsm;

		fprintf(report_of.out, "  %s  %s\n", readers[i].name,
			readers[i].is_hsm     ? "SmartCard-HSM"
			: readers[i].has_card ? "another card"
					      : "empty");
		print_outcome(readers[i].outcome, readers[i].code);
		if (!readers[i].is_hsm)
			continue;
		fprintf(report_of.out,
			"    version %u.%u  options 0x%02x  serial %s  proof %u  certificates %u\n"
			"    user PIN %s %d  SO-PIN %s %d  DKEK %u/%u  key domains %u  keys %u\n",
			hsm->version_major, hsm->version_minor, hsm->options, hsm->serial, (unsigned)hsm->proof,
			hsm->chain_count, pins[hsm->user_pin.state], hsm->user_pin.tries_left, pins[hsm->so_pin.state],
			hsm->so_pin.tries_left, hsm->dkek_outstanding, hsm->dkek_total, hsm->key_domain_count,
			hsm->key_count);
	}
}

/* The one token that OpenSC's module has; SIZE_MAX if there is none, or more than one. */
static size_t
only_token(const struct slots *slots)
{
	const struct module_info *modules;
	const struct slot_info *list;
	const struct reader_info *readers;
	size_t count = slots_slots(slots, &list), found = SIZE_MAX;

	slots_modules(slots, &modules);
	slots_readers(slots, &readers);
	for (size_t i = 0; i < count; i++) {
		bool is_new = list[i].reader != SIZE_MAX && readers[list[i].reader].hsm.so_pin.state == PIN_NOT_SET;

		if (!list[i].has_token || is_new || strstr(modules[list[i].module].description, "OpenSC") == NULL)
			continue;
		if (found != SIZE_MAX)
			return SIZE_MAX;
		found = i;
	}
	return found;
}

/* A login that was asked for: one try, by the PIN that is typed now. */
static enum outcome
log_in(const struct devices *devices)
{
	const struct token_door *door = slots_door(devices->slots);
	struct token_request request = { .act = TOKEN_LIST_OBJECTS };
	struct token_answer answer;
	const struct slot_info *list;
	size_t slot = only_token(devices->slots);
	char sentence[256];
	enum outcome outcome = FAIL_NO_TOKEN;

	if (slot == SIZE_MAX || !slots_target(devices->slots, slot, false, &request.target))
		return outcome;
	slots_slots(devices->slots, &list);
	outcome = ask_open();
	if (outcome != DONE)
		return outcome;
	text_format(sentence, sizeof sentence, _("One try of the user PIN of %s (serial number %s) follows."),
		list[slot].label, list[slot].serial);
	ask_tell(sentence);
	outcome = ask_secret(_("User PIN: "), 32, &request.user_pin);
	ask_close();
	if (outcome != DONE)
		return outcome;
	outcome = door->start(door->context, &request);
	while (outcome == DONE && !door->poll(door->context, &answer))
		turn(devices, 200);
	if (outcome == DONE) {
		outcome = answer.outcome;
		fprintf(report_of.out, "  login: %s\n", outcome_name(outcome));
		print_outcome(outcome, answer.code);
		token_answer_clear(&answer);
	}
	return outcome == FAIL_PIN_WRONG ? DONE : outcome;
}

static enum outcome
watch(const struct devices *devices, bool wants_login)
{
	enum outcome outcome = DONE;

	fprintf(report_of.out, "\n[OpenSC, what it sent and received: heads, lengths, status words, errors]\n");
	look(devices);
	if (wants_login)
		outcome = log_in(devices);
	drain(devices);
	if (report_of.lines > TRACE_LINES_MOST)
		fprintf(report_of.out, "  and %zu lines more\n", report_of.lines - TRACE_LINES_MOST);
	return outcome;
}

static enum outcome
give(const char *path, const char *text, size_t size)
{
	if (path != NULL)
		return file_save(path, text, size);
	return fwrite(text, 1, size, stdout) == size ? DONE : FAIL_FILE_IO;
}

int
command_log(const struct options *options)
{
	struct devices devices;
	char *text = NULL;
	size_t size = 0;
	enum outcome outcome;

	if (devices_open(&devices, options, NULL, DEVICES_TRACE) != DONE)
		return EXIT_FAILED;
	report_of.out = open_memstream(&text, &size);
	outcome = report_of.out == NULL ? FAIL_MEMORY : trace_new(&report_of.trace, take_line, NULL);
	if (outcome == DONE) {
		fprintf(report_of.out, "%s\n\n",
			"This report has no PIN, share or key in it. It names modules, readers and tokens, by label "
			"and "
			"serial number: read it before you send it.");
		print_versions();
		outcome = watch(&devices, options->wants_login);
		print_modules(devices.slots);
		print_readers(devices.slots);
	}
	devices_close(&devices);
	trace_free(&report_of.trace);
	if (report_of.out != NULL && fclose(report_of.out) != 0 && outcome == DONE)
		outcome = FAIL_MEMORY;
	if (outcome == DONE)
		outcome = give(options->output, text, size);
	free(text);
	return outcome == DONE ? EXIT_DONE : report(options->output, outcome);
}
