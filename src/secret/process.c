#include <quorate/process.h>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Under a limit everything would be locked until it is reached, and then no memory would be had at all. */
static void
lock_memory(void)
{
#ifndef QUORATE_SANITIZED /* the sanitizers map terabytes */
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	struct rlimit limit;

	(void)setrlimit(RLIMIT_MEMLOCK, &all);
	if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY)
		(void)mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
#endif
}

enum outcome
process_begin(void)
{
	const struct rlimit none = { 0, 0 };

	/* A closed 0, 1 or 2 would be handed out to the next file, and a message printed into it. */
	for (int i = 0; i <= 2; i++)
		if (fcntl(i, F_GETFD) < 0 && open("/dev/null", O_RDWR) != i)
			return FAIL_PROCESS;
	if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
		return FAIL_PROCESS;
	umask(0077);
	if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return FAIL_PROCESS;
	lock_memory();
	return DONE;
}
