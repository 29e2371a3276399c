/* The part of a sheet that tells a stranger how to get the keys back, with programs or without. */
#ifndef SRC_PAPER_RECOVERY_H
#define SRC_PAPER_RECOVERY_H

#include <quorate/sheet.h>

/* From the print to the file, with the openssl command. */
enum outcome recovery_add_typing(struct sheet *sheet);

/* With quorate, or with sc-hsm-tool and a token. */
enum outcome recovery_add_tools(struct sheet *sheet);

/* With neither: the algorithm in words, and a program in Python. */
enum outcome recovery_add_algorithm(struct sheet *sheet);

#endif
