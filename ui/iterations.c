/* What the tests' own build has otherwise than the program that is installed. */
#include "command.h"

#ifdef QUICK_ITERATIONS
#include <stdlib.h>

const unsigned long command_iterations = QUICK_ITERATIONS;

const char *
command_root(void)
{
	const char *root = getenv("QUORATE_ROOT");

	return root == NULL ? "" : root;
}
#else
const unsigned long command_iterations = LIMIT_DKEK_ITERATIONS;

const char *
command_root(void)
{
	return "";
}
#endif
