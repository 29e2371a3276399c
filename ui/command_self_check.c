#include "command.h"

#include <quorate/self_check.h>
#include <quorate/tongue.h>

#include <stdio.h>

int
command_self_check(const struct options *options)
{
	size_t count;
	const struct self_check *checks = self_check_all(&count);
	int status = EXIT_DONE;

	(void)options;
	for (size_t i = 0; i < count; i++) {
		bool is_right = checks[i].run() == DONE;

		printf("%-6s %s\n", is_right ? "ok" : "FAILED", _(checks[i].name));
		fflush(stdout);
		if (!is_right)
			status = report(_(checks[i].name), FAIL_SELF_CHECK);
	}
	return status;
}
