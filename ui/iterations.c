#include "command.h"

#ifdef QUICK_ITERATIONS
const unsigned long command_iterations = QUICK_ITERATIONS;
#else
const unsigned long command_iterations = LIMIT_DKEK_ITERATIONS;
#endif
