#include <quorate/launcher.h>
