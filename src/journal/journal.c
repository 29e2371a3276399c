#include <quorate/journal.h>
