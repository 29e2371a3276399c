#include <quorate/wrapped_key.h>
