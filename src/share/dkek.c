#include <quorate/dkek.h>
