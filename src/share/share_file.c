#include <quorate/share_file.h>
