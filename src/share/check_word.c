#include <quorate/check_word.h>
