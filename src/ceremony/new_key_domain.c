#include <quorate/outcome.h>
