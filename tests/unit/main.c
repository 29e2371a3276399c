/* Runs every unit test as one TAP stream; an argument is a pattern of test names (* and ?) to run only these. */
#include "groups.h"

#include <quorate/launcher.h>
#include <quorate/secret.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const struct CMUnitTest *tests;
	const size_t *count;
} groups[] = {
#define GROUP(name) { tests_##name, &tests_##name##_count },
	GROUPS(GROUP)
#undef GROUP
};

int
main(int argc, char **argv)
{
	struct CMUnitTest *all;
	size_t count = 0, filled = 0;
	int failed;

	/* The launcher starts workers as this very program. */
	if (argc > 1 && strcmp(argv[1], "--role") == 0)
		return worker_main(argc, argv);
	if (secret_open() != DONE) {
		puts("Bail out! no secure heap");
		return 1;
	}
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
		count += *groups[i].count;
	all = calloc(count, sizeof *all);
	if (all == NULL)
		return 1;
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		memcpy(all + filled, groups[i].tests, *groups[i].count * sizeof *all);
		filled += *groups[i].count;
	}
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	else
		cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = _cmocka_run_group_tests("unit", all, count, NULL, NULL);
	free(all);
	return failed == 0 ? 0 : 1;
}
