/* Marks user-visible strings for gettext. Texts are English in the code; catalogues live in po/. */
#ifndef QUORATE_TONGUE_H
#define QUORATE_TONGUE_H

#include <libintl.h>

#define _(text) dgettext("quorate", text)
#define N_(text) text
#define P_(one, many, n) dngettext("quorate", one, many, n)

#endif
