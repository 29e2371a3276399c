/* The parts of sheets that tell a stranger how to get the keys back, with programs or without. */
#ifndef SRC_PAPER_RECOVERY_H
#define SRC_PAPER_RECOVERY_H

#include "frame.h"

/* From the print to the share file, with the openssl command. */
enum outcome recovery_typing(struct frame *frame, const struct part *part);

/* With quorate, or with sc-hsm-tool and a token. */
enum outcome recovery_tools(struct frame *frame, const struct part *part);

/* With neither: the algorithm in words, and a program in Python. */
enum outcome recovery_algorithm(struct frame *frame, const struct part *part);

/* A wrapped key: from the print to the file, onto a token, and without one by a program in Python. */
enum outcome recovery_key(struct frame *frame, const struct part *part);

#endif
