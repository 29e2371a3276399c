#include <quorate/pdf.h>
