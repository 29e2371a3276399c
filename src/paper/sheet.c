#include <quorate/sheet.h>
