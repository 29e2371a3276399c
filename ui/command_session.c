#include "command.h"

#include <quorate/process.h>
#include <quorate/secret.h>
#include <quorate/self_check.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdio.h>
#include <string.h>

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
	size_t count = 0;
	enum outcome outcome = DONE;

	*ret = (struct devices){ 0 };
	if (rehearsal == NULL && options->wants_rehearsal) {
		outcome = rehearsal_open(&wanted, options->folder, options->cards);
		rehearsal = &wanted;
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
	if (outcome == DONE)
		outcome = launcher_open(&ret->launcher, &launcher);
	if (outcome == DONE)
		outcome = process_confine(PROCESS_CONSOLE);
	if (outcome == DONE)
		outcome = secret_open();
	if (outcome == DONE)
		outcome = slots_open(&ret->slots, ret->launcher, &slots);
	if (outcome != DONE)
		report(NULL, outcome);
	/* The workers begin meanwhile. */
	if (outcome == DONE && use == DEVICES_ACT)
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
}
