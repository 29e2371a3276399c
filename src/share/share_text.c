#include <quorate/share_text.h>
