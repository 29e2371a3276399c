#include "command.h"

#include <quorate/process.h>
#include <quorate/secret.h>
#include <quorate/self_check.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
report_code(const char *subject, enum outcome outcome, struct code code)
{
	char clean[LIMIT_TEXT_INPUT] = "", small[128];

	if (subject != NULL)
		text_clean(subject, strlen(subject), clean, sizeof clean);
	outcome_code_text(code, small, sizeof small);
	fprintf(stderr, "quorate: %s%s%s%s%s%s\n", clean, clean[0] == '\0' ? "" : ": ", outcome_text(outcome),
		small[0] == '\0' ? "" : " (", small, small[0] == '\0' ? "" : ")");
	return EXIT_FAILED;
}

int
report(const char *subject, enum outcome outcome)
{
	return report_code(subject, outcome, (struct code){ CODE_NONE, 0 });
}

static enum outcome
self_check(void)
{
	const char *name = NULL;
	enum outcome outcome = self_check_quick(&name);

	if (outcome != DONE)
		report(name == NULL ? NULL : _(name), outcome);
	return outcome;
}

enum outcome
secrets_open(void)
{
	enum outcome outcome = secret_open();

	if (outcome != DONE)
		report(NULL, outcome);
	return outcome == DONE ? self_check() : outcome;
}

/* Variables of a rehearsal. */
#define VARIABLES_MOST 8

/* Workers get OpenSC's loudest level, and a pipe for what it says: never a file. */
static enum outcome
open_trace(struct devices *ret, struct launcher_settings *launcher, const char **environment)
{
	size_t count = 0;
	int ends[2];

	for (; launcher->environment != NULL && launcher->environment[count] != NULL && count < VARIABLES_MOST; count++)
		environment[count] = launcher->environment[count];
	environment[count] = "OPENSC_DEBUG=9";
	environment[count + 1] = NULL;
	launcher->environment = environment;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return FAIL_PROCESS;
	/* Who writes into it waits while it is full. */
	if (fcntl(ends[1], F_SETFL, 0) != 0) {
		close(ends[0]);
		close(ends[1]);
		return FAIL_PROCESS;
	}
	ret->trace = ends[0];
	launcher->trace = ends[1];
	return DONE;
}

enum outcome
devices_open(
	struct devices *ret, const struct options *options, const struct rehearsal *rehearsal, enum devices_use use)
{
	struct launcher_settings launcher = { .root = command_root() };
	const char *modules[LIMIT_MODULES + 3] = { NULL };
	struct slots_settings slots = { .modules = modules,
		.only_these = options->wants_only,
		.no_readers = options->wants_only,
		.is_once = use == DEVICES_LOOK };
	struct rehearsal wanted;
	const char *environment[VARIABLES_MOST + 2];
	size_t count = 0;
	enum outcome outcome = DONE;

	*ret = (struct devices){ 0 };
	if (rehearsal == NULL && options->wants_rehearsal) {
		outcome = rehearsal_open(&wanted, options->folder, options->cards);
		rehearsal = outcome == DONE ? &wanted : NULL;
	}
	for (; count < options->module_count; count++)
		modules[count] = options->modules[count];
	if (rehearsal != NULL) {
		slots.only_these = true;
		/* These two are led into the rehearsal by its environment; any other would show real tokens. */
		modules[count++] = "opensc-pkcs11";
		modules[count] = "softhsm2";
		launcher.pcsc_library = rehearsal->library;
		launcher.environment = rehearsal->environment;
	}
	if (outcome == DONE && use == DEVICES_TRACE)
		outcome = open_trace(ret, &launcher, environment);
	if (outcome == DONE)
		outcome = launcher_open(&ret->launcher, &launcher);
	if (launcher.trace > 0)
		close(launcher.trace);
	if (outcome == DONE)
		outcome = process_confine(PROCESS_CONSOLE);
	if (outcome == DONE)
		outcome = secret_open();
	if (outcome == DONE)
		outcome = slots_open(&ret->slots, ret->launcher, &slots);
	if (outcome != DONE)
		report(NULL, outcome);
	/* The workers begin meanwhile. */
	if (outcome == DONE && use != DEVICES_LOOK)
		outcome = self_check();
	if (outcome != DONE)
		devices_close(ret);
	return outcome;
}

void
devices_close(struct devices *devices)
{
	slots_free(&devices->slots);
	launcher_free(&devices->launcher);
	if (devices->trace > 0)
		close(devices->trace);
	devices->trace = 0;
}
