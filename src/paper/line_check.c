#include <quorate/line_check.h>
