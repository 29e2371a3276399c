#include <quorate/qr.h>
