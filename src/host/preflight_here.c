/* What is true of this process, its terminal and now. */
#include "preflight_inside.h"

#include <langinfo.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

void
preflight_here(struct preflight_world *world)
{
	static char terminal[PATH_MAX];
	struct winsize size = { 0 };
	unsigned char byte;

	world->environment = (const char *const *)environ;
	world->terminal = ttyname_r(STDIN_FILENO, terminal, sizeof terminal) == 0 ? terminal : NULL;
	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) {
		world->columns = size.ws_col;
		world->rows = size.ws_row;
	}
	world->is_unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	world->is_dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0;
	world->has_random = getrandom(&byte, sizeof byte, GRND_NONBLOCK) == sizeof byte;
	world->now = time(NULL);
}
