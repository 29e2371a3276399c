/* A plan without a screen: checked, or shown to those who review it. */
#include "command.h"

#include <quorate/ceremony.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdio.h>
#include <string.h>

#define TEXT_SIZE 8192
#define STEPS_MOST 64

enum outcome
plan_open(struct plan_file **ret, const char *path)
{
	struct plan_faults faults;
	enum outcome outcome = plan_file_read(ret, path, &faults);
	char name[LIMIT_TEXT_INPUT], text[LIMIT_TEXT_INPUT];

	text_clean(path, strlen(path), name, sizeof name);
	for (size_t i = 0; i < faults.count; i++) {
		text_clean(faults.list[i].text, strlen(faults.list[i].text), text, sizeof text);
		if (faults.list[i].line == 0)
			fprintf(stderr, "%s: %s\n", name, text);
		else
			fprintf(stderr, _("%s, line %u: %s\n"), name, faults.list[i].line, text);
	}
	if (faults.has_more)
		fprintf(stderr, _("%s: there are more faults than these.\n"), name);
	return outcome;
}

/* What happens, step by step; what the plan has decided is marked. */
static void
print_outline(const struct plan_file *plan)
{
	struct ceremony_outline steps[STEPS_MOST];
	size_t count = ceremony_outline(plan, steps, STEPS_MOST);
	unsigned number = 0;

	printf("\n%s\n", _("What will be done, step by step:"));
	for (size_t i = 0; i < count; i++)
		if (steps[i].is_decided)
			printf("  --  %s: %s\n", steps[i].title, _("decided by the plan, not asked"));
		else
			printf("  %2u  %s\n", ++number, steps[i].title);
}

int
command_plan(const struct options *options)
{
	const char *act = options->files[0], *path = options->files[1];
	bool is_show = strcmp(act, "show") == 0;
	struct plan_file *plan;
	char text[TEXT_SIZE] = "";
	enum outcome outcome;

	if (!is_show && strcmp(act, "check") != 0) {
		report(act, FAIL_USAGE);
		return EXIT_USAGE;
	}
	outcome = plan_open(&plan, path);
	if (outcome != DONE)
		return report(path, outcome);
	if (is_show) {
		plan_file_tell(plan, text, sizeof text);
		fputs(text, stdout);
		print_outline(plan);
	} else {
		printf(_("The plan is whole, and can be followed.\nSHA-256: %s\n"), plan->digest);
	}
	plan_file_free(&plan);
	return EXIT_DONE;
}
