#include <quorate/ceremony.h>
