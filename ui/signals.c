#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static sigset_t
wanted(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		sigaddset(&set, signals[i]);
	return set;
}

enum outcome
signals_open(int *ret)
{
	sigset_t set = wanted();

	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return FAIL_PROCESS;
	*ret = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return *ret < 0 ? FAIL_PROCESS : DONE;
}

int
signals_take(int descriptor)
{
	struct signalfd_siginfo info;

	return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

void
signals_raise(int signal_number)
{
	sigset_t one, before;

	sigemptyset(&one);
	sigaddset(&one, signal_number);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
	sigprocmask(SIG_UNBLOCK, &one, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

void
signals_close(int *descriptor)
{
	sigset_t set = wanted();

	if (*descriptor >= 0)
		close(*descriptor);
	*descriptor = -1;
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}
