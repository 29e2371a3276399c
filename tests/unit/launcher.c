/* The launcher: what it starts, and what it does not. */
#include "groups.h"

#include <quorate/launcher.h>

#include <sys/wait.h>
#include <unistd.h>

static void
test_helper(void **state)
{
	struct launcher *launcher;
	struct launched launched;
	int status;

	(void)state;
	assert_int_equal(launcher_open(&launcher, &(struct launcher_settings){ 0 }), DONE);
	/* An option in place of a printer's name starts nothing. */
	assert_int_equal(launcher_helper(launcher, HELPER_LP, "-o", 1, &launched), FAIL_PROCESS);
	assert_int_equal(launcher_helper(launcher, HELPER_LP, NULL, 1, &launched), FAIL_PROCESS);
	assert_int_equal(launcher_helper(launcher, HELPER_LPSTAT, "x", 0, &launched), FAIL_PROCESS);
	if (access("/usr/bin/lp", X_OK) == 0) {
		assert_int_equal(launcher_helper(launcher, HELPER_LP, "no-such-printer", 1, &launched), DONE);
		assert_int_equal(launcher_stop(launcher, &launched, 3000, &status), DONE);
		/* It ended by itself and said no. */
		assert_true(WIFEXITED(status));
		assert_int_not_equal(WEXITSTATUS(status), 0);
		assert_int_equal(launched.socket, -1);
	}
	/* Only the launcher's own children are stopped. */
	launched = (struct launched){ getppid(), -1 };
	assert_int_equal(launcher_stop(launcher, &launched, 0, &status), DONE);
	assert_int_equal(status, -1);
	launcher_free(&launcher);
}

TEST_GROUP(launcher, cmocka_unit_test(test_helper));
