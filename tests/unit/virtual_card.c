#include "groups.h"
#include <quorate/virtual_card.h>
