#include <quorate/forms.h>
