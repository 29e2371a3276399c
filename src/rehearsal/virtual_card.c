#include <quorate/virtual_card.h>
