#include <quorate/slots.h>
