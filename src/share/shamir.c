#include <quorate/shamir.h>
