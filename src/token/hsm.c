#include <quorate/hsm.h>
