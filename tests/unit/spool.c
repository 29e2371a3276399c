/* What lpstat, lp and cancel of CUPS 2.4 say, as they said it, and a spool folder. */
#include "groups.h"

#include <quorate/spool.h>
#include <quorate/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char states[] = "s accepting requests since Wed Nov 25 11:06:55 2026\n"
			     "t not accepting requests since Wed Nov 25 11:06:55 2026 -\n"
			     "\tnot today\n"
			     "printer s disabled since Wed Nov 25 11:06:55 2026 -\n"
			     "\tout of paper\x1b[2J\n"
			     "printer t is idle.  enabled since Wed Nov 25 11:06:55 2026\n"
			     "\tnot today\n"
			     "printer s2 now printing s2-7.  enabled since Wed Nov 25 11:06:55 2026\n";

static void
test_spool_queues(void **state)
{
	static const char names[] = "s\n\n-o\nt\ns2\n\x1b[2J\nlast";
	struct queue queues[8];
	char told[128];

	(void)state;
	/* Neither what would be an option nor what is no name. */
	assert_int_equal(spool_read_names(names, strlen(names), queues, 8), 4);
	assert_string_equal(queues[2].name, "s2");
	assert_string_equal(queues[3].name, "last");
	assert_int_equal(spool_read_names(names, strlen(names), queues, 2), 2);
	assert_int_equal(spool_read_names(names, strlen(names), queues, 8), 4);
	spool_read_states(states, strlen(states), queues, 4);
	assert_int_equal(queues[0].state, QUEUE_PAUSED);
	assert_false(queues[0].is_rejecting);
	assert_string_equal(queues[0].reason, "out of paper?[2J");
	spool_tell(&queues[0], told, sizeof told);
	assert_non_null(strstr(told, "paused"));
	assert_non_null(strstr(told, "out of paper"));
	assert_true(queues[1].is_rejecting);
	assert_int_equal(queues[1].state, QUEUE_READY);
	spool_tell(&queues[1], told, sizeof told);
	assert_string_equal(told, "takes no jobs (not today)");
	assert_int_equal(queues[2].state, QUEUE_PRINTING);
	assert_int_equal(queues[3].state, QUEUE_UNKNOWN);
}

static void
test_spool_jobs(void **state)
{
	static const char says[] = "request id is laser-2-12 (1 file(s))\n";
	static const char jobs[] = "s-1                     root              1024   Wed Nov 25 11:06:55 2026\n"
				   "\tqueued for s\n"
				   "s-12                    root              1024   Wed Nov 25 11:06:55 2026\n";
	char job[SPOOL_JOB_SIZE];
	unsigned others;

	(void)state;
	assert_true(spool_read_job(says, strlen(says), job));
	assert_string_equal(job, "laser-2-12");
	assert_false(spool_read_job("lp: Error - The printer or class does not exist.\n", 49, job));
	assert_false(spool_read_job("request id is laser-1", 21, job));
	assert_true(spool_has_job(jobs, strlen(jobs), "s-1", &others));
	assert_int_equal(others, 1);
	assert_false(spool_has_job(jobs, strlen(jobs), "s-2", &others));
	assert_int_equal(others, 2);
	assert_false(spool_has_job("", 0, "s-2", &others));
	assert_int_equal(others, 0);
}

static void
test_spool_look(void **state)
{
	char root[] = "/tmp/quorate-spool-XXXXXX", folder[128], path[192];
	static const char *const parts[] = { "var", "var/spool", "var/spool/cups" };

	(void)state;
	assert_non_null(mkdtemp(root));
	assert_int_equal(spool_look(root, "s-12"), SPOOL_UNSEEN);
	for (size_t i = 0; i < 3; i++) {
		text_format(folder, sizeof folder, "%s/%s", root, parts[i]);
		assert_int_equal(mkdir(folder, 0700), 0);
	}
	assert_int_equal(spool_look(root, "s-12"), SPOOL_CLEAN);
	assert_int_equal(spool_look(root, "s-x"), SPOOL_UNSEEN);
	text_format(path, sizeof path, "%s/d00012-001", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(spool_look(root, "s-12"), SPOOL_LEFT);
	assert_int_equal(spool_look(root, "s-1"), SPOOL_CLEAN);
	rmdir(path);
	text_format(path, sizeof path, "%s/c00012", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(spool_look(root, "s-12"), SPOOL_LEFT);
	rmdir(path);
	for (size_t i = 3; i-- > 0;) {
		text_format(folder, sizeof folder, "%s/%s", root, parts[i]);
		rmdir(folder);
	}
	assert_int_equal(rmdir(root), 0);
}

TEST_GROUP(spool, cmocka_unit_test(test_spool_queues), cmocka_unit_test(test_spool_jobs),
	cmocka_unit_test(test_spool_look));
