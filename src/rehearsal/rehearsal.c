#include <quorate/rehearsal.h>
