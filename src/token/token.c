#include <quorate/token.h>
