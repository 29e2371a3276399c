#include <quorate/derivation.h>
